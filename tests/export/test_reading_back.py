"""Every export of any list is read back by its field's readers without a field changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from export.citations import Collection, Item, Known, cite, stem_of
from export.formats import FORMATS, write
from export.keys import unique
from library.lists import Entry, Named, ReadingList
from library.types import Paper
from tests.export.hostile import collected, lists
from tests.export.reading import READERS, Row, by_markdown, differences

EXAMPLES = settings(max_examples=25)


@pytest.mark.parametrize(("form", "read"), READERS.values(), ids=list(READERS))
@EXAMPLES
@given(made=lists())
def test_any_list_reads_back_as_it_was(form: str, read: Callable[[bytes], list[Row]], made: ReadingList) -> None:
    collection = collected(made)
    data = write(form, collection)
    rows = by_markdown(data, listed=True) if form == "markdown" else read(data)
    assert len(rows) == len(collection.items)
    assert differences(rows, collection) == []


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "text"])
@settings(max_examples=8)
@given(made=lists())
def test_the_same_list_is_the_same_file(form: str, made: ReadingList) -> None:
    assert write(form, collected(made)) == write(form, collected(made))


@settings(max_examples=8)
@given(made=lists())
def test_any_list_makes_as_many_references_as_it_has_papers(made: ReadingList) -> None:
    collection = collected(made)
    assert len(write("text", collection, "apa").decode().splitlines()) == len(collection.items)


def test_half_a_surrogate_pair_is_a_question_mark() -> None:
    made = ReadingList("odd", "Odd \ud800 name")
    assert write("markdown", collected(made)) == b"# Odd ? name\n"
    assert json.loads(write("csl", collected(made))) == []


@pytest.mark.slow
def test_all_of_icml_2024_reads_back_without_a_field_changed(shared: Path) -> None:
    rows = map(json.loads, (shared / "icml2024" / "icml2024_papers.jsonl").read_text(encoding="utf-8").splitlines())
    papers = [
        Paper(row["forum_id"], row["title"], tuple(row["authors"]), row["abstract"], venue="ICML 2024", year=2024)
        for row in rows
    ]
    keys = unique((paper.paper_id, stem_of(paper)) for paper in papers)
    items = [Item(cite(Known(p, keys[p.paper_id])), Entry(Named(p.title, p.authors, p.venue, p.year))) for p in papers]
    collection = Collection("ICML 2024", tuple(items))
    assert len(items) == 2610
    for name, (form, read) in READERS.items():
        if "bibtexparser" in name or form == "biblatex":
            continue  # as slow as the others together
        assert differences(read(write(form, collection)), collection) == [], name
