"""Suggested lists: what is chosen is worked out by hand; the whole over a real index."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from browse.suggest import FIRST, spread
from library.errors import UsageError
from library.quotes import verify
from library.types import Filter
from posterhall import Posterhall

pytest_plugins = ("tests.hall_fixture",)


def test_a_paper_that_repeats_a_chosen_one_waits_for_another_that_is_nearly_as_relevant() -> None:
    relevance = np.array([1.0, 0.9, 0.8])
    # The second says what the first says; the third has nothing in common with either.
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    # After the first: 0.7 * 0.9 - 0.3 * 1 = 0.33 against 0.7 * 0.8 - 0.3 * 0 = 0.56.
    assert spread(relevance, vectors, 3) == [0, 2, 1]


def test_a_paper_that_is_far_less_relevant_does_not_come_for_being_different() -> None:
    relevance = np.array([1.0, 0.9, 0.4])
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    # 0.7 * 0.9 - 0.3 = 0.33 against 0.7 * 0.4 = 0.28.
    assert spread(relevance, vectors, 2) == [0, 1]


def test_no_more_is_chosen_than_there_is() -> None:
    assert spread(np.array([1.0]), np.array([[1.0]], dtype=np.float32), 5) == [0]


def test_the_broad_papers_come_first_and_the_others_in_named_sections(hall: Posterhall) -> None:
    made = hall.suggest_list("memory of long contexts", size=12)
    assert (made.list_id, made.name) == ("", "Memory of long contexts")
    # 12 papers: a quarter is broad, and the nine others are in three sections.
    assert made.sections[0] == (FIRST,)
    assert len(made.sections) == 4
    assert [entry.section for entry in made.entries].count((FIRST,)) == 3
    papers = [entry.paper_id for entry in made.entries]
    assert len(set(papers)) == len(papers) == 12
    assert made == hall.suggest_list("memory of long contexts", size=12)
    assert hall.reading_lists() == []


def test_every_sentence_stands_in_its_paper_and_none_is_a_title(hall: Posterhall) -> None:
    made = hall.suggest_list("memory of the tidepool cache", size=15)
    said = 0
    for entry in made.entries:
        if entry.why is None:
            continue
        said += 1
        assert entry.why.section != "Title"
        passages = hall.passages(entry.paper_id or "")
        found = [(p, p.text.find(entry.why.text)) for p in passages if entry.why.text in p.text]
        assert any(verify(hall.library, p, p.locate(n, n + len(entry.why.text))[0], entry.why.text) for p, n in found)
    assert said >= 10


def test_a_paper_without_a_sentence_to_quote_comes_without_one(hall: Posterhall) -> None:
    made = hall.suggest_list("quilted optimizers for sparse mixtures of experts", size=2)
    [quilt] = [entry for entry in made.entries if entry.paper_id == "id-quilt"]
    assert quilt.why is None


def test_only_papers_that_pass_the_filter_are_suggested(hall: Posterhall) -> None:
    made = hall.suggest_list("memory", size=12, where=Filter(tier="oral"))
    tiers = {paper.tier for one in hall.list_papers(made) if (paper := one.paper)}
    assert tiers == {"oral"}


def test_a_subject_that_no_paper_treats_gives_an_empty_list(hall: Posterhall) -> None:
    made = hall.suggest_list("best pizza in Naples")
    assert (made.entries, made.sections) == ((), ())
    assert hall.suggest_list("?!").entries == ()


def test_a_single_paper_is_a_list_too_and_none_is_wrong_usage(hall: Posterhall) -> None:
    made = hall.suggest_list("weather radar forecasts", size=1)
    assert [(e.paper_id, e.section) for e in made.entries] == [("id-rain", (FIRST,))]
    with pytest.raises(UsageError, match="size of 1 or more"):
        hall.suggest_list("weather", size=0)


def test_a_work_is_suggested_once_by_its_main_version(copied: Path, opened: Callable[[Path], Posterhall]) -> None:
    hall = opened(copied)
    first, second = (hit.paper.paper_id for hit in hall.search("memory of long contexts", limit=2).hits)
    hall.join(first, second)
    suggested = [entry.paper_id for entry in hall.suggest_list("memory of long contexts", size=15).entries]
    assert ({first, second} & set(suggested)) == {hall._lineage.lineage().versions(first)[-1]}
