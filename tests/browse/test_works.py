"""Works through the Python interface: what a library of files shows, and what stays when it is taken in again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import browse.works
import posterhall
from library.errors import UsageError
from posterhall import Filter, Posterhall

AUTHORS = ["Ada Brook", "Ben Castle"]
ROWS: list[dict[str, Any]] = [
    {
        "id": "conf",
        "title": "Slow Tides in Shallow Networks",
        "authors": AUTHORS,
        "abstract": "Slow tides train shallow networks in a day.",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
    },
    {
        "id": "shop",
        "title": "Slow tides in shallow networks",
        "authors": AUTHORS,
        "abstract": "Slow tides train shallow networks in a week.",
        "venue": "Reefs @ Harbour 2031",
        "tier": "oral",
        "year": 2031,
    },
    {"id": "draft", "title": "Slow Tides in Shallow Networks", "authors": AUTHORS, "venue": "arXiv", "year": 2030},
    {"id": "buses", "title": "Rural Poets and Late Buses", "authors": ["Eve Field"], "venue": "Meadow 2030"},
    {"id": "letters", "title": "Long Letters", "authors": ["Finn Grove"], "venue": "Meadow 2030", "year": 2030},
]


@pytest.fixture
def ingest(tmp_path: Path) -> Callable[..., Posterhall]:
    """Takes rows into a library, and opens it."""
    file = tmp_path / "papers.jsonl"

    def ingest(rows: list[dict[str, Any]] = ROWS) -> Posterhall:
        file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        hall = posterhall.open(tmp_path / "data")
        hall.ingest_files(file)
        halls.append(hall)
        return hall

    halls: list[Posterhall] = []
    yield ingest
    for hall in halls:
        hall.close()


@pytest.fixture
def hall(ingest: Callable[..., Posterhall]) -> Posterhall:
    return ingest()


def others(hall: Posterhall, paper_id: str) -> list[tuple[str, str]]:
    return [(v.paper.paper_id, v.kind) for v in hall.versions(paper_id)]


def listed(hall: Posterhall, **options: Any) -> list[str]:
    return [paper.paper_id for paper in hall.works(**options)[0]]


def test_a_paper_has_its_works_other_versions_from_preprint_to_conference(hall: Posterhall) -> None:
    assert others(hall, "id-conf") == [("id-draft", "preprint"), ("id-shop", "workshop")]
    assert others(hall, "id-draft") == [("id-shop", "workshop"), ("id-conf", "conference")]
    assert others(hall, "id-buses") == others(hall, "nobody") == []
    assert [v.why for v in hall.versions("id-conf")] == ["same title", "same title"]


def test_a_list_of_works_has_each_once_and_counts_them_so(hall: Posterhall) -> None:
    assert listed(hall) == ["id-letters", "id-buses", "id-conf"]
    assert hall.works()[1] == 3
    assert hall.count() == 5
    assert [listed(hall, limit=2, offset=n) for n in (0, 2, 4)] == [["id-letters", "id-buses"], ["id-conf"], []]
    assert hall.works(limit=0) == ([], 3)


def test_a_filter_that_only_one_version_passes_shows_that_version(hall: Posterhall) -> None:
    assert listed(hall, where=Filter(tier="workshop oral")) == ["id-shop"]
    assert listed(hall, where=Filter(year=2030)) == ["id-letters", "id-draft"]
    assert hall.works(Filter(venue="Harbour 2031"))[1] == 1


def test_a_split_paper_is_listed_again_and_a_join_brings_it_back(hall: Posterhall) -> None:
    hall.split("id-shop", "id-conf")
    hall.split("id-draft", "id-shop")
    assert others(hall, "id-conf") == [("id-draft", "preprint")]
    assert others(hall, "id-shop") == []
    assert [p.paper_id for p in hall.apart("id-shop")] == ["id-conf", "id-draft"]
    assert hall.works()[1] == 4
    hall.join("id-conf", "id-shop")
    assert others(hall, "id-shop") == [("id-conf", "conference")]
    assert [p.paper_id for p in hall.apart("id-shop")] == ["id-draft"]


def test_decisions_are_kept_when_everything_is_taken_in_again_and_when_it_changes(
    ingest: Callable[..., Posterhall],
) -> None:
    first = ingest()
    first.split("id-shop", "id-conf")
    first.join("id-buses", "id-letters")
    first.close()
    again = ingest([{**row, "abstract": "Written anew."} for row in ROWS])
    assert "id-conf" not in dict(others(again, "id-shop"))
    assert others(again, "id-buses") == [("id-letters", "conference")]


def test_a_join_that_a_split_forbids_is_refused_with_the_pair_to_join_first(hall: Posterhall) -> None:
    hall.join("id-conf", "id-draft")
    hall.split("id-buses", "id-draft")
    with pytest.raises(UsageError, match="id-buses and id-draft, which are versions of them, were split"):
        hall.join("id-conf", "id-buses")
    assert others(hall, "id-buses") == []
    hall.join("id-draft", "id-buses")
    assert "id-conf" in dict(others(hall, "id-buses"))


@pytest.mark.parametrize(
    ("first", "second", "says"), [("id-conf", "id-conf", "name two"), ("id-conf", "x", "no paper")]
)
def test_two_papers_that_there_are_are_needed(hall: Posterhall, first: str, second: str, says: str) -> None:
    for decide in (hall.join, hall.split):
        with pytest.raises(UsageError, match=says):
            decide(first, second)


def test_a_join_wins_over_the_likeness_of_a_paper_that_was_split_from_one_of_the_two(hall: Posterhall) -> None:
    hall.split("id-buses", "id-draft")
    hall.join("id-conf", "id-buses")
    assert others(hall, "id-conf") == [("id-shop", "workshop"), ("id-buses", "conference")]
    assert others(hall, "id-draft") == []


def test_a_decision_makes_no_index_stale(hall: Posterhall) -> None:
    before = hall.library.revision
    hall.split("id-shop", "id-conf")
    assert hall.library.revision == before


def test_works_are_worked_out_once_until_a_paper_or_a_decision_changes(
    hall: Posterhall, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    trace = browse.works.trace
    monkeypatch.setattr(browse.works, "trace", lambda *a: calls.append(1) or trace(*a))
    for _ in range(3):
        hall.versions("id-conf")
        hall.works()
    assert len(calls) == 1
    other = posterhall.open(hall.data)
    other.split("id-shop", "id-conf")  # by another process, as far as the first knows
    other.close()
    assert others(hall, "id-conf") == [("id-draft", "preprint")]
    hall.versions("id-shop")
    assert len(calls) == 2


def test_what_changed_between_the_abstracts_is_told_word_by_word(hall: Posterhall) -> None:
    found = hall.changes("id-shop", "id-conf")
    assert found is not None
    assert [(c.kind, c.text) for c in found][1:] == [("deleted", "week."), ("inserted", "day.")]
    assert hall.changes("id-draft", "id-conf") is None
    assert hall.changes("nobody", "id-conf") is None


def test_a_paper_is_found_by_its_id_or_by_a_title_that_no_other_has(hall: Posterhall) -> None:
    assert hall.find("id-conf").venue == "Harbour 2031"
    assert hall.find("rural poets, and late buses!").paper_id == "id-buses"
    for wrong, says in (("Slow Tides in Shallow Networks", "3 papers have that title"), ("", "no paper")):
        with pytest.raises(UsageError, match=says):
            hall.find(wrong)
