"""Lists that are written as Markdown and read again."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import posterhall
from ingest.lists import markdown
from ingest.lists.draft import joined
from ingest.lists.resolve import Resolver
from ingest.sources.files import read_rows
from library import Library
from library.lists import STATES, Entry, Named, ReadingList, Why, arranged
from posterhall import Posterhall


@pytest.fixture(scope="module")
def hall(library: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Posterhall]:
    """The small library's own folder, open."""
    folder = Path(library.db.conn.execute("PRAGMA database_list").fetchone()[2]).parent  # type: ignore[attr-defined]
    opened = posterhall.open(folder)
    yield opened
    opened.close()


def again(hall: Posterhall, made: ReadingList) -> ReadingList:
    """The list after a way through Markdown."""
    text = hall.export("markdown", made=made).decode()
    draft = markdown.parse(text)
    resolver = Resolver(hall.library)
    entries = tuple(resolver.item(item)[0] for item in draft.items)
    return arranged(ReadingList("", draft.name or "", draft.description, draft.sections, entries))


# What Markdown acts on, but for formulas: those have an example of their own.
WORD = st.text(alphabet="aZé9*_`[]()<>#-+|\\&;:.,“”\"'~^=!?@/{}›%", min_size=1, max_size=6)
LINE = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
ADDRESS = "https://openreview.net/forum?id=aaaaaaaaa1"
BLOCK = st.lists(st.one_of(LINE, st.sampled_from(["", ADDRESS, f"- {ADDRESS}"])), max_size=5).map("\n".join)
LINK = st.sampled_from([None, "https://example.org/a_b*c", "https://example.org/?q=1&amp=2", "http://x.org/%28"])
NAMED = st.builds(
    Named,
    title=LINE,
    authors=st.lists(LINE, max_size=3).map(tuple),
    venue=st.one_of(st.none(), LINE),
    year=st.one_of(st.none(), st.integers(1900, 2099)),
    link=LINK,
)
ENTRY = st.builds(
    Entry,
    named=NAMED,
    section=st.lists(LINE, max_size=3).map(tuple),
    note=BLOCK,
    tags=st.lists(LINE, max_size=3, unique=True).map(tuple),
    state=st.sampled_from(STATES),
    priority=st.integers(0, 3),
    why=st.one_of(st.none(), st.builds(Why, LINE, LINE, st.one_of(st.none(), st.integers(1, 99)))),
)


@example(name="N", entries=[Entry(Named("/", ("-",), link="https://x.org"))], description="")
@given(name=LINE, entries=st.lists(ENTRY, min_size=1, max_size=3), description=BLOCK)
def test_any_list_reads_back_as_it_was(hall: Posterhall, name: str, entries: list[Entry], description: str) -> None:
    # A backslash that a line begins with is not told from the one that keeps it from beginning something else.
    description = "\n".join(line.strip().lstrip("\\ ") for line in description.split("\n")).strip()
    made = arranged(ReadingList("", name, description, (), tuple(replace(e, note=joined(e.note)) for e in entries)))
    read = again(hall, made)
    assert read.entries == made.entries
    assert read == replace(made, next_entry=read.next_entry)


def test_formulas_and_letters_of_every_script_read_back(hall: Posterhall) -> None:
    title = "$x_{t+1}$ for $\\mathcal{O}(n^2)$: 流れ, Ülo & “quotes” – 5 $"
    entry = Entry(Named(title, ("Jürgen Ö. Müller-Lüdenscheidt Jr.", "李 明"), "GRaM @ ICML 2024", 2024), note="$a_b$")
    made = arranged(ReadingList("", title, "流れ", (), (entry,)))
    assert again(hall, made) == made


CURATED = Path("seeds") / "003_5f69001be868da42.txt"


@pytest.fixture(scope="module")
def orals(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Posterhall]:
    """The papers of ICML 2024, by their records."""
    folder = tmp_path_factory.mktemp("icml")
    with Library.open(folder, create=True) as library, library.db.atomic():
        for row in read_rows(shared / "icml2024" / "icml2024_orals.jsonl"):
            assert row.record
            library.papers.merge(row.record)
    opened = posterhall.open(folder)
    yield opened
    opened.close()


def test_a_curated_list_of_45_orals_is_taken_in_whole_with_its_24_sections(orals: Posterhall, shared: Path) -> None:
    report = orals.import_list(shared / CURATED)
    lines = (shared / CURATED).read_text(encoding="utf-8").split("\n")
    # By the file itself: its headings in their order, and the forum that stands last in each quoted line.
    headings = [(len(line.split(" ")[0]), line.lstrip("# ")) for line in lines if line.startswith("#")]
    forums = [line.rpartition("forum?id=")[2].rstrip(").") for line in lines if line.startswith(">")]
    assert (len(headings), len(forums)) == (24, 45)
    made = report.made
    assert (made.name, report.resolved, report.unresolved, report.unread) == ("ICML 2024 Oral Papers", 45, (), ())
    assert [(len(path), path[-1]) for path in made.sections] == headings
    assert [entry.paper_id for entry in made.entries] == forums
    # Every remark is in a note: what is neither heading, paper, blank nor front matter.
    told = "\n".join((made.description, *(entry.note for entry in made.entries)))
    remarks = [line for line in lines[3:] if line.strip() and not line.startswith(("#", ">"))]
    assert [line for line in remarks if line not in told] == []


def test_a_curated_list_is_the_same_after_its_way_through_markdown(orals: Posterhall, shared: Path) -> None:
    made = orals.import_list(shared / CURATED).made
    read = again(orals, made)
    assert replace(read, list_id=made.list_id) == made
    assert orals.export("markdown", made=read) == orals.export("markdown", made=made)


def test_a_curated_lists_papers_are_found_by_their_titles_alone(orals: Posterhall, shared: Path) -> None:
    text = re.sub(r"\[https\S+\)", "[x](https://doi.org/10.1000/x)", (shared / CURATED).read_text(encoding="utf-8"))
    resolver = Resolver(orals.library)
    found = [resolver.item(item)[0].paper_id for item in markdown.parse(text).items]
    assert found == [entry.paper_id for entry in orals.import_list(shared / CURATED).made.entries]
