"""``import`` and ``plan``, as commands of a list."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

import posterhall
from ingest.sources.record import record_from_row
from library import Library
from library.events import Event

TALK = Event(
    "Oral 1A", "Hall A", None, "2031-07-23T10:30:00+02:00", "2031-07-23T10:45:00+02:00", "talk", "Europe/Vienna"
)
POSTER = Event("Posters 1", "Hall C", "#7", "2031-07-23T11:30:00+02:00", None, "poster", "Europe/Vienna")


@pytest.fixture
def told(tmp_path: Path, terminal: Any) -> Callable[..., Any]:
    """Runs a command on a library of three papers with a programme."""
    with Library.open(tmp_path / "data", create=True) as library:
        for n, title in enumerate(("Tidepool Caches", "Patient Bandits", "Lattice \x1b[31mNetworks"), 1):
            row = {"forum_id": f"paper0000{n}", "title": title, "authors": ["Ada Brook"], "venue": "Harbour 2031"}
            library.papers.merge(record_from_row(row, source="test"))
        library.events.replace("paper00001", [POSTER, TALK])
        library.events.replace("paper00002", [Event("Oral 1B", "Hall B", *TALK_TIMES)])
    return lambda *arguments: terminal("--data", tmp_path / "data", *arguments)


TALK_TIMES = (None, TALK.start, TALK.end, "talk", "Europe/Vienna")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list of the three papers, and of one that nobody holds."""
    path = tmp_path / "mine.md"
    links = [f"- https://openreview.net/forum?id=paper0000{n}" for n in (1, 2, 3)]
    path.write_text(
        "\n".join(("# Mine", "", *links, "- [Unknown](https://arxiv.org/abs/3001.00001)")), encoding="utf-8"
    )
    return path


def test_a_list_is_imported_with_its_counts_and_the_lines_that_lead_nowhere(told: Any, listed: Path) -> None:
    ran = told("list", "import", listed)
    assert ran.code == 0
    assert ran.out == "Mine (mine): 4 papers in 0 sections, 3 of them in the library\n"
    first, second = ran.err.splitlines()
    assert first == f"{listed}:6: Unknown: no paper of the library has this address or title"
    assert second.startswith("1 paper is on the list by its title alone: add its venue")


def test_the_report_as_json_names_the_list_and_every_unresolved_line(told: Any, listed: Path) -> None:
    ran = told("list", "import", listed, "--name", "Another", "--json")
    assert ran.json == {
        **{"list": "another", "name": "Another", "papers": 4, "sections": 0, "resolved": 3},
        "unresolved": [{"line": 6, "text": "Unknown", "reason": "no paper of the library has this address or title"}],
        **{"unread": [], "repeated": []},
    }
    assert told("list", "import", listed, "--json").json["list"] == "mine"
    assert told("list", "import", listed, "--json").json["list"] == "mine-2"


def test_a_paper_that_a_file_names_several_times_is_one_entry_and_each_line_is_told(told: Any, tmp_path: Path) -> None:
    path = tmp_path / "links.txt"
    path.write_text(
        "# First\nhttps://openreview.net/forum?id=paper00001 good figures\nPatient Bandits\n# Second\n"
        "https://openreview.net/pdf?id=paper00001 good figures\npaper00001\nTidepool Caches\n",
        encoding="utf-8",
    )
    ran = told("list", "import", path)
    assert (ran.code, ran.out) == (0, "links (links): 2 papers in 2 sections, 2 of them in the library\n")
    assert ran.err.splitlines() == [f"{path}:{n}: Tidepool Caches: the same paper as line 2" for n in (5, 6, 7)]
    entries = told("list", "show", "links", "--json").json["entries"]
    assert [(entry["paper_id"], entry["section"], entry["note"]) for entry in entries] == [
        ("paper00001", ["First"], "good figures"),
        ("paper00002", ["First"], ""),
    ]
    again = told("list", "import", path, "--json").json
    assert again["repeated"][0] == {"line": 5, "text": "Tidepool Caches", "reason": "the same paper as line 2"}
    assert (again["unread"], again["unresolved"], again["resolved"]) == ([], [], 2)


def test_a_line_that_could_not_be_understood_makes_the_command_fail_and_the_rest_is_kept(
    told: Any, tmp_path: Path
) -> None:
    path = tmp_path / "mine.bib"
    path.write_text("@misc{a, title = {Tidepool Caches}}\n@misc{b, title = {No end\n", encoding="utf-8")
    ran = told("list", "import", path)
    assert ran.code == 1
    assert "1 paper in 0 sections, it is in the library" in ran.out
    assert f"{path}:2: not a BibTeX entry that can be read" in ran.err


def test_a_file_that_cannot_be_read_fails_and_makes_no_list(told: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_bytes(b"- \xff")
    for name, error in (("mine.md", "mine.md:1: not UTF-8 text"), ("none.md", "check the path")):
        ran = told("list", "import", tmp_path / name)
        assert (ran.code, ran.out) == (1, "")
        assert error in ran.err
    hall = posterhall.open(tmp_path / "data")
    assert hall.reading_lists() == []
    hall.close()


def test_an_entry_is_tied_to_its_paper_once_the_library_has_it(told: Any, listed: Path, tmp_path: Path) -> None:
    told("list", "import", listed)
    hall = posterhall.open(tmp_path / "data")
    before = hall.resolve_list("mine")
    assert (before.resolved, [one.text for one in before.unresolved]) == (0, ["Unknown"])
    hall.library.papers.merge(record_from_row({"title": "Unknown", "arxiv_id": "3001.00001"}, source="test"))
    after = hall.resolve_list("mine")
    assert (after.resolved, after.unresolved) == (1, ())
    assert after.made.entries[3].paper_id == hall.library.papers.find("arxiv", "3001.00001")
    assert hall.undo_list("mine").what == "1 paper found in the library"
    hall.close()


def test_papers_that_are_taken_in_are_tied_to_the_lists_that_lacked_them(
    told: Any, listed: Path, tmp_path: Path
) -> None:
    told("list", "import", listed)
    told("list", "import", listed, "--name", "Whole")
    told("list", "remove", "whole", "4")
    (tmp_path / "rows.jsonl").write_text('{"title": "Unknown", "arxiv_id": "3001.00001"}')
    ran = told("ingest", "files", "--metadata", tmp_path / "rows.jsonl")
    assert [line for line in ran.err.splitlines() if "list" in line] == [
        "the library has 1 more paper of the list mine"
    ]
    assert "the list" not in told("ingest", "files", "--metadata", tmp_path / "rows.jsonl").err
    assert told("list", "show", "mine", "--json").json["entries"][3]["paper_id"] is not None


def test_a_list_is_planned_by_day_with_clashes_and_what_has_no_time_last(told: Any, listed: Path) -> None:
    told("list", "import", listed)
    ran = told("list", "plan", "mine")
    assert ran.code == 0
    assert ran.out == (
        "Wednesday 23 July 2031\n"
        "  10:30-10:45, Oral 1A, Hall A\n"
        "    10:30  Tidepool Caches\n"
        "           clashes with Patient Bandits\n"
        "  10:30-10:45, Oral 1B, Hall B\n"
        "    10:30  Patient Bandits\n"
        "           clashes with Tidepool Caches\n"
        "  11:30, Posters 1, Hall C\n"
        "    #7     Tidepool Caches\n"
        "No time known\n"
        "    Lattice  [31mNetworks\n"
        "    Unknown\n"
    )


def test_a_plan_as_json_tells_times_with_their_offset_and_zone(told: Any, listed: Path) -> None:
    told("list", "import", listed)
    made = told("list", "plan", "mine", "--json").json
    assert made["events"][0] == {
        **{"paper_id": "paper00001", "title": "Tidepool Caches", "kind": "talk", "session": "Oral 1A"},
        **{"room": "Hall A", "poster": None, "start": TALK.start, "end": TALK.end, "timezone": "Europe/Vienna"},
        "clashes": ["paper00002"],
    }
    assert made["unscheduled"][1] == {"paper_id": None, "title": "Unknown"}


def test_a_calendar_file_is_the_same_until_something_changes(told: Any, listed: Path, tmp_path: Path) -> None:
    told("list", "import", listed)
    ran = told("list", "plan", "mine", "--ics", tmp_path / "a.ics")
    assert (ran.code, ran.out) == (0, "")
    assert f"3 events written to {tmp_path / 'a.ics'}; papers without a known time: 2" in ran.err
    told("list", "plan", "mine", "--ics", tmp_path / "b.ics")
    content = (tmp_path / "a.ics").read_bytes()
    assert content == (tmp_path / "b.ics").read_bytes()
    calendar = Calendar.from_ical(content)
    assert len(calendar.events) == 3  # type: ignore[union-attr]


def test_a_plan_of_no_list_or_into_no_folder_says_what_to_do(told: Any, listed: Path, tmp_path: Path) -> None:
    told("list", "import", listed)
    wrong = told("list", "plan", "mien")
    assert (wrong.code, "did you mean mine?" in wrong.err) == (2, True)
    nowhere = told("list", "plan", "mine", "--ics", tmp_path / "none" / "a.ics")
    assert (nowhere.code, "cannot write" in nowhere.err) == (1, True)
    assert json.loads(told("list", "plan", "mine", "--json").out)["list"] == "mine"
