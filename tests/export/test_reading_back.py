"""Every export of any list is read back by its field's readers without a field changed."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from export.formats import FORMATS, write
from library.lists import ReadingList
from tests.export.hostile import collected, lists
from tests.export.reading import READERS, Row, by_markdown, differences

EXAMPLES = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


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
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(made=lists())
def test_the_same_list_is_the_same_file(form: str, made: ReadingList) -> None:
    assert write(form, collected(made)) == write(form, collected(made))


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(made=lists())
def test_any_list_makes_as_many_references_as_it_has_papers(made: ReadingList) -> None:
    collection = collected(made)
    assert len(write("text", collection, "apa").decode().splitlines()) == len(collection.items)


def test_half_a_surrogate_pair_is_a_question_mark() -> None:
    made = ReadingList("odd", "Odd \ud800 name")
    assert write("markdown", collected(made)) == b"# Odd ? name\n"
    assert json.loads(write("csl", collected(made))) == []
