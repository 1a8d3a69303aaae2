"""A work in three versions, wherever papers are listed or counted: it is there once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import posterhall
from browse.lineage import Lineage
from library.facets import Share, Trends
from posterhall import Filter, Posterhall
from tests.hall_fixture import link_or_copy, once, with_model

pytest_plugins = ("tests.hall_fixture",)

VERSIONS = {"id-conf", "id-shop", "id-draft"}
TIDES: dict[str, Any] = {"title": "Slow Tides in Shallow Networks", "authors": ["Ada Brook", "Ben Castle"]}
ROWS: list[dict[str, Any]] = [
    {
        **TIDES,
        "id": "conf",
        "abstract": "Slow tides train shallow networks in a day. Harbours keep the weights dry.",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
        "keywords": ["tides", "harbours"],
    },
    {
        **TIDES,
        "id": "shop",
        "abstract": "Slow tides train shallow networks in a day. The moon pulls at every gradient.",
        "venue": "Reefs @ Harbour 2031",
        "tier": "oral",
        "year": 2031,
        "keywords": ["Tides"],
    },
    {**TIDES, "id": "draft", "abstract": "Slow tides train shallow networks.", "venue": "arXiv", "year": 2030},
    {
        "id": "lamps",
        "title": "Lamps for Night Tides",
        "authors": ["Ada Brook"],
        "abstract": "Slow tides at night train deep networks by the light of lamps.",
        "venue": "Harbour 2031",
        "tier": "oral",
        "year": 2031,
    },
    {
        "id": "buses",
        "title": "Rural Poets and Late Buses",
        "authors": ["Eve Field"],
        "abstract": "Poets who wait for a bus write longer lines.",
        "venue": "Meadow 2030",
        "year": 2030,
    },
    {
        "id": "letters",
        "title": "Long Letters",
        "authors": ["Finn Grove"],
        "abstract": "Letters by hand take a week to write.",
        "venue": "Meadow 2030",
        "year": 2030,
    },
]

TOPIC = """
[[topic]]
id = "tides"
name = "Training by tides"
description = "Trains networks by slow tides."
synonyms = ["slow tides"]
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Path:
    """A library of ROWS with its index and the topic measured; only read it."""

    def make(folder: Path) -> None:
        with_model(folder, compiled)
        (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
        (folder / "topics.toml").write_text(TOPIC, encoding="utf-8")
        hall = posterhall.open(folder)
        hall.ingest_files(folder / "papers.jsonl")
        hall.index()
        hall.topics()
        hall.close()

    return once(tmp_path_factory, "versions", make)


@pytest.fixture
def hall(made: Path, tmp_path: Path, opened: Callable[[Path], Posterhall]) -> Posterhall:
    """A copy of ``made`` to do anything with."""
    shutil.copytree(made, tmp_path / "hall", copy_function=link_or_copy)
    return opened(tmp_path / "hall")


def found(hall: Posterhall, query: str, **options: Any) -> list[str]:
    return [hit.paper.paper_id for hit in hall.search(query, **options).hits]


def members(hall: Posterhall, **options: Any) -> list[str]:
    return [member.paper.paper_id for member in hall.topic("tides", **options).members]


def counts(hall: Posterhall, where: Filter) -> tuple[int, int, int]:
    """The papers on the topic under a filter as the facet, the topic itself and the list have it."""
    facet = {row.topic.topic_id: row.count for row in hall.topic_facet(where)}
    listed = hall.works(Filter(tier=where.tier, venue=where.venue, topic="tides"))[1]
    return facet.get("tides", 0), len(members(hall, where=where)), listed


def test_a_ranking_keeps_the_first_version_of_each_work_and_a_list_counts_works() -> None:
    lineage = Lineage([("a", "b", "c")], ())
    assert lineage.first(["x", "b", "c", "y", "a"]) == ["x", "b", "y"]
    assert lineage.count(["x", "b", "c", "y"]) == 3
    assert Lineage((), ()).first(["x", "y"]) == ["x", "y"]


@pytest.mark.parametrize("mode", ["hybrid", "bm25", "dense"])
def test_a_search_finds_a_work_once_and_the_next_works_fill_the_places(hall: Posterhall, mode: str) -> None:
    query = "slow tides train shallow networks and the moon pulls at every gradient"
    ranked = found(hall, query, mode=mode, limit=3)
    assert ranked[0] == "id-shop"
    assert ranked[1] == "id-lamps"
    assert len(ranked) == (2 if mode == "bm25" else 3)
    assert not VERSIONS & set(ranked[1:])
    assert [hit.rank for hit in hall.search(query, mode=mode, limit=2).hits] == [1, 2]
    assert found(hall, query, mode=mode, where=Filter(venue="arXiv")) == ["id-draft"]


def test_a_split_work_is_found_twice(hall: Posterhall) -> None:
    hall.split("id-conf", "id-shop")
    hall.split("id-draft", "id-shop")
    assert len(VERSIONS & set(found(hall, "slow tides"))) == 2


def test_an_answer_quotes_one_version_of_a_work(hall: Posterhall) -> None:
    answer = hall.ask("What do slow tides train in a day?")
    assert answer.answered
    quoted = [citation.paper_id for citation in answer.citations]
    assert len(VERSIONS & set(quoted)) == 1
    assert len({citation.quote for citation in answer.citations}) == len(quoted)


def test_similar_papers_are_other_works_each_once(hall: Posterhall) -> None:
    like_conf = [paper.paper_id for paper, _ in hall.similar("id-conf")]
    assert sorted(like_conf) == ["id-buses", "id-lamps", "id-letters"]
    like_lamps = [paper.paper_id for paper, _ in hall.similar("id-lamps", limit=3)]
    assert like_lamps[0] in VERSIONS
    assert sorted(like_lamps[1:]) == ["id-buses", "id-letters"]
    assert [p.paper_id for p, _ in hall.similar_to(["id-draft", "id-lamps", "id-letters"])] == ["id-buses"]


def test_a_topic_has_a_work_once_by_its_version_with_the_best_score(hall: Posterhall) -> None:
    [tides] = [row for row in hall.topics() if row.topic.topic_id == "tides"]
    shown = hall.topic("tides").members
    assert tides.count == len(shown) == 2
    assert members(hall, limit=1, offset=1) == members(hall)[1:]
    [best] = [member for member in shown if member.paper.paper_id in VERSIONS]
    for version in hall.versions(best.paper.paper_id):
        [(_, member)] = [on for on in hall.topics_of(version.paper.paper_id) if on[0].topic_id == "tides"]
        assert member.score <= best.score


@pytest.mark.parametrize(
    ("where", "on"),
    [
        (Filter(), 2),
        (Filter(tier="poster"), 1),
        (Filter(venue="Harbour 2031"), 2),
        (Filter(venue="arXiv"), 1),
        (Filter(venue="Meadow 2030"), 0),
    ],
)
def test_the_facet_the_topic_and_the_list_agree(hall: Posterhall, where: Filter, on: int) -> None:
    assert counts(hall, where) == (on, on, on)


def test_a_version_of_a_topic_under_a_filter_is_the_one_that_passes(hall: Posterhall) -> None:
    assert members(hall, where=Filter(venue="arXiv")) == ["id-draft"]
    assert members(hall, where=Filter(tier="poster")) == ["id-conf"]


def test_a_verdict_on_any_version_is_on_the_work(hall: Posterhall) -> None:
    hall.verdict("tides", "id-draft", "reject")
    assert members(hall) == ["id-lamps"]
    assert len(hall.topic("tides").rejected) == 1
    hall.verdict("tides", "id-shop", None)
    assert hall.topic("tides").rejected == ()
    assert len(members(hall)) == 2
    hall.verdict("tides", "id-draft", "reject")
    hall.verdict("tides", "id-conf", "accept")
    assert hall.topic("tides").rejected == ()
    assert [m.verdict for m in hall.topic("tides").members if m.paper.paper_id in VERSIONS] == ["accept"]
    assert hall.library.topics.verdicts() == {"tides": {"id-conf": "accept"}}


def test_of_verdicts_on_papers_that_are_joined_later_the_last_holds(hall: Posterhall) -> None:
    hall.library.topics.judge("tides", "id-letters", "accept", "2031-01-01T00:00:02")
    hall.library.topics.judge("tides", "id-buses", "reject", "2031-01-01T00:00:01")
    assert "id-letters" in members(hall)
    hall.join("id-letters", "id-buses")
    assert {"id-letters", "id-buses"} & set(members(hall))
    assert hall.topic("tides").rejected == ()
    hall.library.topics.judge("tides", "id-buses", "reject", "2031-01-01T00:00:03")
    assert not {"id-letters", "id-buses"} & set(members(hall))
    assert len(hall.topic("tides").rejected) == 1


def test_a_work_is_on_no_topic_if_none_of_its_versions_is(hall: Posterhall) -> None:
    assert [paper.paper_id for paper in hall.unsorted()] == ["id-letters", "id-buses"]
    hall.join("id-letters", "id-buses")
    assert hall.count_unsorted() == len(hall.unsorted()) == 1
    hall.join("id-letters", "id-lamps")
    assert hall.unsorted() == []
    assert hall.count_unsorted() == 0


def test_a_facets_number_is_how_many_works_the_list_has_under_it(hall: Posterhall) -> None:
    hall.join("id-buses", "id-letters")  # of one venue and year
    found = hall.facets()
    assert found.venues == (("Harbour 2031", 2), ("Meadow 2030", 1), ("Reefs @ Harbour 2031", 1), ("arXiv", 1))
    assert found.years == ((2030, 2), (2031, 2))
    assert dict(found.keywords) == {"Tides": 1, "harbours": 1}
    assert dict(found.authors) == {"Ada Brook": 2, "Ben Castle": 1, "Eve Field": 1, "Finn Grove": 1}
    assert found.full_text == ((False, 3),)
    wheres = {
        **{Filter(venue=value): papers for value, papers in found.venues},
        **{Filter(tier=value): papers for value, papers in found.tiers},
        **{Filter(year=value): papers for value, papers in found.years},
        **{Filter(keywords=(value,)): papers for value, papers in found.keywords},
        **{Filter(authors=(value,)): papers for value, papers in found.authors},
    }
    assert {where: hall.works(where)[1] for where in wheres} == wheres


def test_a_facet_that_is_set_counts_works_in_the_others(hall: Posterhall) -> None:
    found = hall.facets(Filter(year=2031))
    assert dict(found.authors) == {"Ada Brook": 2, "Ben Castle": 1}
    assert found.years == ((2030, 3), (2031, 2))


def test_trends_and_an_authors_page_count_works(hall: Posterhall) -> None:
    found = hall.trends(Filter(text="slow tides"))
    assert found == Trends(
        years=(Share("2030", 1, 3), Share("2031", 2, 2)),
        venues=(Share("Harbour 2031", 2, 2), Share("Reefs @ Harbour 2031", 1, 1), Share("arXiv", 1, 1)),
    )
    author = hall.author("ada brook")
    assert author is not None
    assert author.papers == 2
    assert author.coauthors == (("Ben Castle", 1),)
    assert author.venues == (("Harbour 2031", 2), ("Reefs @ Harbour 2031", 1), ("arXiv", 1))
    assert author.years == ((2031, 2), (2030, 1))
