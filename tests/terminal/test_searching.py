import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posterhall import Posterhall

pytest_plugins = ("tests.hall_fixture",)

PASSAGE = {"passage_id", "section", "page", "text", "ranks"}


def search(terminal: Callable[..., Any], data: Path, *arguments: str, **options: Any) -> Any:
    return terminal("--data", data, "search", *arguments, **options)


def found(ran: Any) -> list[str]:
    return [hit["paper_id"] for hit in ran.json["hits"]]


def test_a_search_is_one_json_object_of_the_promised_shape(terminal: Any, data: Path, hall: Posterhall) -> None:
    ran = search(terminal, data, "bandits with delayed rewards", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n") == 1
    assert ran.json.keys() == {"query", "hits"}
    assert ran.json["query"] == "bandits with delayed rewards"
    for n, hit in enumerate(ran.json["hits"], 1):
        assert hit.keys() == {"rank", "paper_id", "forum_id", "title", "score", "passages"}
        assert hit["rank"] == n
        paper = hall.paper(hit["paper_id"])
        assert paper is not None
        assert (hit["title"], hit["forum_id"]) == (paper.title, paper.forum_id)
        assert 1 <= len(hit["passages"]) <= 3
        for passage in hit["passages"]:
            assert passage.keys() == PASSAGE
            assert passage["ranks"].keys() == {"bm25", "dense"}
            held = next(p for p in hall.passages(hit["paper_id"]) if p.passage_id == passage["passage_id"])
            assert (passage["section"], passage["page"], passage["text"]) == (held.section, held.page, held.text)
    scores = [hit["score"] for hit in ran.json["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_the_best_hit_shows_where_its_words_stand(terminal: Any, data: Path) -> None:
    hits = search(terminal, data, "pneumonia accuracy at a privacy budget", "--json").json["hits"]

    assert (hits[0]["paper_id"], hits[0]["forum_id"]) == ("fOrUm0Veil", "fOrUm0Veil")
    best = hits[0]["passages"][0]
    assert (best["section"], best["page"], best["ranks"]["bm25"]) == ("2 Results", 2, 1)
    assert next(h["forum_id"] for h in hits if h["paper_id"] != "fOrUm0Veil") is None


def test_a_mode_ranks_by_its_own_list_alone(terminal: Any, data: Path) -> None:
    words = search(terminal, data, "radar", "--json", "--mode", "bm25")
    meaning = search(terminal, data, "meteorology", "--json", "--mode", "dense")

    assert set(found(words)) == {"id-rain", "id-hail"}  # two texts have the word
    assert {p["ranks"]["dense"] for hit in words.json["hits"] for p in hit["passages"]} == {None}
    assert set(found(meaning)[:2]) == {"id-rain", "id-hail"}  # none has this one
    assert {p["ranks"]["bm25"] for hit in meaning.json["hits"] for p in hit["passages"]} == {None}
    assert meaning.json["hits"][0]["passages"][0]["ranks"]["dense"] == 1


def test_a_limit_cuts_the_same_list(terminal: Any, data: Path) -> None:
    ten = found(search(terminal, data, "training with noise", "--json"))

    assert len(ten) == 10
    assert found(search(terminal, data, "training with noise", "--json", "--limit", "2")) == ten[:2]


@pytest.mark.parametrize(
    ("options", "papers"),
    [
        (["--venue", "meadow 2030"], ["id-rain"]),
        (["--venue", "harb"], ["id-hail"]),
        (["--year", "2031"], ["id-hail"]),
        (["--tier", "poster"], ["id-hail", "id-rain"]),
        (["--tier", "Oral"], []),
        (["--year", "1987"], []),
        (["--venue", "Meadow", "--tier", "poster", "--year", "2031"], []),
    ],
)
def test_filters_leave_the_papers_that_pass_all_of_them(
    terminal: Any, data: Path, options: list[str], papers: list[str]
) -> None:
    ran = search(terminal, data, "radar", "--json", "--mode", "bm25", *options)

    assert ran.code == 0
    assert sorted(found(ran)) == papers


def test_a_tier_finds_conferences_papers_and_of_workshops_only_those_that_are_asked_for(
    terminal: Any, copied: Path, opened: Callable[[Path], Posterhall], tmp_path: Path
) -> None:
    row = {"id": "gauge", "title": "Radar gauges", "venue": "Rain @ Meadow 2030", "tier": "oral", "year": 2030}
    (tmp_path / "gauge.jsonl").write_text(json.dumps(row), encoding="utf-8")
    hall = opened(copied)
    hall.ingest_files(tmp_path / "gauge.jsonl")
    hall.index()

    theirs = search(terminal, copied, "radar", "--json", "--mode", "bm25", "--tier", "Workshop Oral")
    none = search(terminal, copied, "radar", "--json", "--mode", "bm25", "--venue", "Rain @", "--tier", "Oral")
    orals = search(terminal, copied, "radar", "--json", "--mode", "bm25", "--tier", "oral")

    assert (found(theirs), theirs.err) == (["id-gauge"], "")
    assert (none.code, found(none)) == (0, [])
    assert none.err == "these filters leave no paper of tier 'Oral', but 1 of tier 'workshop oral'\n"
    assert (found(orals), orals.err) == ([], "")  # there are orals of conferences, and none of them on radar


def test_a_batch_answers_one_object_a_line_with_its_qid(terminal: Any, data: Path, tmp_path: Path) -> None:
    rows = [
        {"qid": "q-1", "text": "radar"},
        {"qid": 2, "text": "bandit"},
        {"qid": None, "text": "wyrd"},
        {"qid": "é", "text": "radar", "answer": "more fields are fine"},
    ]
    (tmp_path / "queries.jsonl").write_text("\n\n".join(json.dumps(r) for r in rows) + "\n\n", encoding="utf-8")

    ran = search(terminal, data, "--batch", "queries.jsonl", "--json", "--mode", "bm25", "--limit", "1")

    assert (ran.code, ran.err) == (0, "")
    assert [row["qid"] for row in ran.rows] == ["q-1", 2, None, "é"]
    assert all(row.keys() == {"qid", "query", "hits"} for row in ran.rows)
    assert [row["query"] for row in ran.rows] == [r["text"] for r in rows]
    single = search(terminal, data, "radar", "--json", "--mode", "bm25", "--limit", "1").json
    assert {k: v for k, v in ran.rows[0].items() if k != "qid"} == single
    assert [len(row["hits"]) for row in ran.rows] == [1, 1, 0, 1]


def test_a_bad_batch_row_is_told_with_its_line_and_the_rest_is_answered(terminal: Any, data: Path) -> None:
    lines = [
        b'\xef\xbb\xbf{"qid": 1, "text": "radar"}',
        b"",
        b'{"qid": 3, "text": ',
        b'[4, "radar"]',
        b'{"qid": 5}',
        b'{"text": "radar"}',
        b'{"qid": 7, "text": 7}',
        b'{"qid": 8, "text": "  "}',
        b'{"qid": 9, "text": "caf\xe9"}',
        b'{"qid": 10, "text": "half a pair \\ud800"}',
        b"[" * 100_000,
        b'{"qid": 12, "text": "bandit"}',
    ]

    ran = search(terminal, data, "--batch", "-", "--json", "--mode", "bm25", stdin=b"\n".join(lines))

    assert ran.code == 1
    assert [row["qid"] for row in ran.rows] == [1, 12]
    told = ran.err.splitlines()
    assert [line.split(" ")[1] for line in told] == [f"<stdin>:{n}:" for n in range(3, 12)]
    assert all(line.startswith("error: ") for line in told)
    assert 'needs "qid" and "text"' in told[2]
    assert told[5].endswith("the question is empty: say what you look for")
    assert told[6].endswith("not UTF-8 text")


def test_filters_limit_and_mode_hold_for_every_row_of_a_batch(terminal: Any, data: Path) -> None:
    rows = b'{"qid": 1, "text": "radar"}\n{"qid": 2, "text": "radar noise"}'

    ran = search(terminal, data, "--batch", "-", "--year", "2031", "--mode", "bm25", "--limit", "1", stdin=rows)

    # Without the limit the second row finds both: the one has the word in its title, too.
    assert [[hit["paper_id"] for hit in row["hits"]] for row in ran.rows] == [["id-hail"], ["id-smoothing"]]
    assert ran.rows[0]["hits"][0]["passages"][0]["ranks"] == {"bm25": 1, "dense": None}


def test_an_unknown_venue_stops_a_batch_at_once(terminal: Any, data: Path) -> None:
    ran = search(terminal, data, "--batch", "-", "--venue", "Medow", stdin=b'{"qid": 1, "text": "radar"}')

    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'Meadow 2030'?" in ran.err


def test_a_stale_index_is_told_on_stderr_and_searched_all_the_same(
    terminal: Any, copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    opened(copied).library.documents.replace("id-rain", stem="x", sha256="0", parser="x", pages=())

    single = search(terminal, copied, "radar", "--json", "--mode", "bm25")
    batch = search(terminal, copied, "--batch", "-", "--mode", "bm25", stdin=b'{"qid": 1, "text": "radar"}')
    plain = search(terminal, copied, "radar", "--mode", "bm25")

    for ran in (single, batch, plain):
        assert ran.code == 0
        assert ran.err == "the library has changed since it was indexed: run `posterhall index`\n"
        assert "run `posterhall index`" not in ran.out
    assert sorted(found(single)) == sorted(h["paper_id"] for h in batch.rows[0]["hits"]) == ["id-hail", "id-rain"]


def test_a_search_for_reading_lists_titles_with_their_best_passage(terminal: Any, data: Path) -> None:
    ran = search(terminal, data, "regret square root horizon longest delay", "--mode", "bm25", "--limit", "1")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "  1. Patient Bandits for Slow Rewards  [Meadow 2030, poster]",
        "     p. 1, 1 Analysis: The regret of a patient bandit grows with the square root of the horizon plus the "
        "longest delay. No algorithm can do without the second term. We prove both statements in the appendix.",
    ]


def test_a_search_that_finds_nothing_is_done_and_says_so_beside_the_output(terminal: Any, data: Path) -> None:
    plain = search(terminal, data, "wyrd", "--mode", "bm25")
    as_json = search(terminal, data, "wyrd", "--mode", "bm25", "--json")

    assert (plain.code, plain.out) == (0, "")
    assert "nothing found" in plain.err
    assert (as_json.code, as_json.json, as_json.err) == (0, {"query": "wyrd", "hits": []}, "")


def test_a_hostile_title_cannot_drive_the_terminal_and_stays_whole_in_json(terminal: Any, data: Path) -> None:
    plain = search(terminal, data, "pumps that sound different", "--mode", "bm25")
    as_json = search(terminal, data, "pumps that sound different", "--mode", "bm25", "--json")

    assert "Anomaly Detection" in plain.out
    assert all(c.isprintable() or c == "\n" for c in plain.out)
    assert "\x1b[31m" in as_json.json["hits"][0]["title"]
    assert all(c.isprintable() or c in "\n\x9b\u202e\u202c" for c in as_json.out)
