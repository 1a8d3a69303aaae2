import json
from pathlib import Path
from typing import Any

import pytest

import posterhall
from library.lists import Entry, Named, ReadingList

pytest_plugins = ("tests.hall_fixture",)

TITLE = "Slow Tides in \x1b[31mShallow\x07 Networks"
SHOWN = "Slow Tides in  [31mShallow  Networks"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two versions of a work and two other works, and no index."""
    common = {"title": TITLE, "authors": ["Ada Brook"], "year": 2031}
    rows = [
        {**common, "id": "conf", "venue": "Harbour 2031", "tier": "poster"},
        {**common, "id": "shop", "venueid": "harbour.org/2031/Workshop/Reefs", "tier": "oral"},
        {"id": "buses", "title": "Late Buses", "authors": ["Eve Field"], "venue": "Meadow 2030"},
        {"id": "boats", "title": "Small Boats", "forum_id": "b0aTs"},
    ]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall = posterhall.open(tmp_path / "library")
    hall.ingest_files(tmp_path / "papers.jsonl")
    hall.close()
    return tmp_path / "library"


@pytest.fixture
def told(terminal: Any, library: Path) -> Any:
    """Runs ``posterhall list`` on the library."""
    return lambda *arguments: terminal("--data", library, "list", *arguments)


@pytest.fixture
def tides(told: Any) -> Any:
    """The same, with a list of three papers, one of them in a section."""
    assert told("new", "Slow tides", "--description", "For June").code == 0
    assert told("add", "slow-tides", "id-conf", "late buses").code == 0
    assert told("add", "slow-tides", "b0aTs", "--section", "At sea / Boats", "--note", "small", "--tag", "x").code == 0
    return told


def order(told: Any) -> list[tuple[int, str]]:
    rows = told("show", "slow-tides", "--json").json["entries"]
    return [(row["entry"], "/".join(row["section"])) for row in rows]


def test_without_lists_it_says_how_to_make_one(told: Any) -> None:
    ran = told()
    assert (ran.code, ran.out) == (0, "")
    assert "`posterhall list new NAME`" in ran.err
    assert told("--json").json == []


def test_a_list_is_shown_with_sections_notes_states_and_numbers(tides: Any) -> None:
    tides("edit", "slow-tides", "2", "--state", "read", "--priority", "1")
    ran = tides("show", "Slow Tides")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Slow tides  (slow-tides)  (2 to read, 1 read)",
        "  For June",
        f"   #1 {SHOWN}  [Harbour 2031, poster]",
        "   #2 Late Buses  [Meadow 2030]",
        "      read · priority 1",
        "",
        "At sea",
        "",
        "At sea / Boats",
        "   #3 Small Boats  [no venue]",
        "      x",
        "      small",
    ]
    assert tides().out == "     3  slow-tides  Slow tides  (2 to read, 1 read)\n"


def test_a_list_as_json_holds_everything_and_the_text_as_it_is(tides: Any) -> None:
    ran = tides("show", "slow-tides", "--json")
    assert ran.err == ""
    assert ran.json.keys() == {"id", "name", "description", "sections", "entries"}
    assert ran.json["sections"] == [["At sea"], ["At sea", "Boats"]]
    assert ran.json["entries"][0]["title"] == TITLE
    assert ran.json["entries"][2] == {
        "entry": 3,
        "paper_id": "b0aTs",
        "forum_id": "b0aTs",
        "title": "Small Boats",
        "authors": [],
        "venue": None,
        "year": None,
        "link": None,
        "missing": None,
        "section": ["At sea", "Boats"],
        "state": "to read",
        "priority": 0,
        "tags": ["x"],
        "note": "small",
        "why": None,
    }
    states = {"to read": 3, "reading": 0, "read": 0}
    row = {"id": "slow-tides", "name": "Slow tides", "description": "For June", "papers": 3, "states": states}
    assert tides("--json").json == [row]


def test_a_paper_that_is_on_the_list_and_another_version_are_told_and_not_added(tides: Any) -> None:
    ran = tides("add", "slow-tides", "id-buses", "id-shop")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.splitlines() == [
        "on the list already (#2): Late Buses",
        f"on the list as another version; its entry shows the main one (#1): {SHOWN}",
    ]
    assert [n for n, _ in order(tides)] == [1, 2, 3]


def test_several_entries_are_edited_in_the_same_way(tides: Any) -> None:
    changes = ("--state", "reading", "--priority", "2", "--tag", "y", "--untag", "x", "--section", "Later")
    ran = tides("edit", "slow-tides", "#3", "id-buses", *changes, "--note", "")
    assert ran.out == "2 entries edited\n"
    rows = tides("show", "slow-tides", "--json").json["entries"]
    fields = [(r["entry"], r["state"], r["priority"], r["tags"], r["note"], r["section"]) for r in rows]
    assert fields == [
        (1, "to read", 0, [], "", []),
        (2, "reading", 2, ["y"], "", ["Later"]),
        (3, "reading", 2, ["y"], "", ["Later"]),
    ]


def test_entries_move_by_hand_and_tell_where_they_are(tides: Any) -> None:
    assert tides("move", "slow-tides", "3", "--before", "1").out == "#3 is now at 1 of 3\n"
    assert tides("move", "slow-tides", "3", "--after", "id-buses").out == "#3 is now at 3 of 3\n"
    assert tides("move", "slow-tides", "2", "--up").out == "#2 is now at 1 of 3\n"
    assert tides("move", "slow-tides", "3", "--down").out == "#3 is now at 3 of 3, in At sea\n"
    assert order(tides) == [(2, ""), (1, ""), (3, "At sea")]


def test_sections_are_made_renamed_moved_and_removed_and_their_papers_stay(tides: Any) -> None:
    assert tides("section", "add", "slow-tides", "On land").out == "section added: On land\n"
    assert tides("section", "rename", "slow-tides", "At sea / Boats", "On land / Boats").code == 0
    assert order(tides)[2] == (3, "On land/Boats")
    assert tides("section", "move", "slow-tides", "On land", "--up").out == "On land; On land / Boats; At sea\n"
    assert tides("section", "remove", "slow-tides", "On land / Boats").code == 0
    assert order(tides)[2] == (3, "On land")


def test_a_section_under_the_name_of_another_is_said_to_join_it(tides: Any) -> None:
    tides("section", "add", "slow-tides", "On land")
    joined = tides("section", "rename", "slow-tides", "At sea", "On land")
    assert joined.out == "section joined with another: On land\n"
    assert tides("undo").out == "slow-tides: undone: section joined with another\n"


def test_a_list_is_renamed_described_removed_and_brought_back(tides: Any) -> None:
    assert tides("rename", "slow-tides", "Waves").out == "slow-tides is called Waves\n"
    assert tides("describe", "waves", "For July").code == 0
    assert tides("remove", "waves", "1", "2").out == "2 entries removed\n"
    assert tides("delete", "waves").code == 0
    assert tides("--json").json == []
    assert tides("undo", "waves").out == "slow-tides: undone: list removed\n"
    assert tides("undo").out == "slow-tides: undone: 2 entries removed\n"
    shown = tides("show", "waves", "--json").json
    assert (shown["description"], len(shown["entries"])) == ("For July", 3)


def test_versions_on_a_list_are_merged(told: Any, library: Path) -> None:
    hall = posterhall.open(library)
    entries = (Entry(Named(TITLE), "id-shop"), Entry(Named(TITLE), "id-conf"))
    hall.put_list(ReadingList("", "Twice", entries=entries), "list imported")
    hall.close()
    assert told("merge", "twice").out == "twice: 1 merged into others, 1 left\n"
    assert told("show", "twice", "--json").json["entries"][0]["paper_id"] == "id-conf"


def test_a_paper_that_the_library_has_no_more_is_marked(told: Any, library: Path) -> None:
    hall = posterhall.open(library)
    hall.put_list(ReadingList("", "Far", entries=(Entry(Named("\x1b[2JAfar", venue="V"), "gone"),)), "list imported")
    hall.close()
    assert "#1  [2JAfar  [V]  (not in the library)" in told("show", "far").out
    assert told("show", "far", "--json").json["entries"][0]["missing"] == "not in the library"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("show", "slow-tiles"), "did you mean slow-tides"),
        (("new", "slow Tides"), "choose another name"),
        (("add", "slow-tides"), "name the papers to add"),
        (("add", "slow-tides", "nobody"), "no paper 'nobody'"),
        (("edit", "slow-tides", "1"), "say what to change"),
        (("edit", "slow-tides", "7", "--state", "read"), "no entry '7'"),
        (("edit", "slow-tides", "1", "--state", "seen"), "Invalid value for '--state'"),
        (("move", "slow-tides", "1"), "say where to"),
        (("move", "slow-tides", "1", "--up", "--before", "2"), "say where to"),
        (("section", "move", "slow-tides", "At sea"), "say where to"),
        (("section", "remove", "slow-tides", "Nowhere"), "it has At sea; At sea / Boats"),
        (("undo", "nothing"), "there is no list called nothing"),
    ],
)
def test_what_is_not_there_is_wrong_usage(tides: Any, arguments: tuple[str, ...], error: str) -> None:
    ran = tides(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err


def test_adding_from_a_search_needs_an_index_and_says_so(tides: Any) -> None:
    ran = tides("add", "slow-tides", "--from-search", "tides")
    assert (ran.code, ran.out) == (1, "")
    assert "run `posterhall index`" in ran.err


def test_papers_come_from_a_search_an_answer_and_likeness(terminal: Any, copied: Path) -> None:
    def told(*arguments: str) -> Any:
        return terminal("--data", copied, "list", *arguments)

    told("new", "Weather")
    rain = told("add", "weather", "--from-search", "weather radar forecasts", "--limit", "1")
    assert rain.out.startswith("added: ")
    answer = told("add", "weather", "--from-answer", "memory of the tidepool cache on the Longshore benchmark")
    assert (answer.code, answer.out != "") == (0, True)
    near = told("add", "weather", "--similar", "id-rain", "--limit", "2", "--section", "Near")
    assert near.code == 0
    rows = told("show", "weather", "--json").json["entries"]
    assert rows[0]["paper_id"] == "id-rain"
    assert rows[0]["why"] is None
    assert rows[1]["why"]["text"]
    assert {row["section"][0] for row in rows if row["section"]} == {"Near"}


def test_the_papers_of_an_answer_are_as_many_as_the_limit_says(terminal: Any, copied: Path) -> None:
    question = "learning from few demonstrations and without training"
    answer = terminal("--data", copied, "ask", question, "--json").json
    assert len({one["paper_id"] for one in answer["citations"]}) > 1
    terminal("--data", copied, "list", "new", "Few")
    ran = terminal("--data", copied, "list", "add", "few", "--from-answer", question, "--limit", "1")
    assert ran.out.count("added: ") == 1


def test_papers_of_a_topic_come_with_the_sentence_that_put_them_there(terminal: Any, copied: Path) -> None:
    (copied / "topics.toml").write_text(
        '[[topic]]\nid = "pumps"\nname = "Pumps"\ndescription = "Detects anomalies in the sound of pumps."\n'
        'synonyms = ["pumps", "anomaly detection"]\n',
        encoding="utf-8",
    )
    terminal("--data", copied, "list", "new", "Pumps")
    assert terminal("--data", copied, "list", "add", "pumps", "--from-topic", "pumps").code == 0
    [row] = terminal("--data", copied, "list", "show", "pumps", "--json").json["entries"]
    assert row["why"] == {"text": "Pumps that are about to fail sound different.", "section": "Abstract", "page": None}


def test_a_list_is_suggested_and_kept_only_if_told_to(terminal: Any, copied: Path) -> None:
    def told(*arguments: str) -> Any:
        return terminal("--data", copied, "list", *arguments)

    ran = told("suggest", "weather radar forecasts", "--size", "6", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["id"] == ""
    assert ran.json["sections"][0] == ["To begin with"]
    assert ran.json["entries"][0]["paper_id"] == "id-rain"
    assert len(ran.json["entries"]) == 6
    assert told("--json").json == []

    kept = told("suggest", "weather radar forecasts", "--size", "6", "--save", "Rain")
    assert kept.err == "kept as rain\n"
    assert kept.out.splitlines()[0] == "Rain  (rain)  (6 to read)"
    assert "“" in kept.out
    assert [r["title"] for r in told("show", "rain", "--json").json["entries"]] == [
        r["title"] for r in ran.json["entries"]
    ]


@pytest.mark.parametrize("arguments", [("best pizza in Naples",), ("weather radar forecasts", "--year", "1999")])
def test_where_nothing_comes_close_no_list_is_suggested_or_kept(
    terminal: Any, copied: Path, arguments: tuple[str, ...]
) -> None:
    def told(*more: str) -> Any:
        return terminal("--data", copied, "list", "suggest", *arguments, *more)

    said = f"nothing in the library comes close to “{arguments[0]}”: try other words, or drop a filter\n"
    plain = told("--save", "Supper")
    assert (plain.code, plain.out, plain.err) == (0, "", said)
    rows = told("--json")
    assert (rows.code, rows.err, rows.json["sections"], rows.json["entries"]) == (0, said, [], [])
    assert terminal("--data", copied, "list", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [((" ",), "the question is empty"), (("rain", "--size", "0"), "'--size'"), (("rain", "--venue", "X"), "venue")],
)
def test_a_suggestion_that_cannot_be_made_says_why(
    terminal: Any, data: Path, arguments: tuple[str, ...], error: str
) -> None:
    ran = terminal("--data", data, "list", "suggest", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err
