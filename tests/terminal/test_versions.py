import json
from pathlib import Path
from typing import Any

import pytest

import posterhall
from tests.hall_fixture import with_model

TITLE = "Slow Tides in \x1b[31mShallow\x07 Networks"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A library of two versions of a work and another work."""
    common = {"title": TITLE, "authors": ["Ada Brook"], "year": 2031}
    rows = [
        {**common, "id": "conf", "venue": "Harbour 2031", "tier": "poster"},
        {**common, "id": "shop", "venueid": "harbour.org/2031/Workshop/Reefs", "tier": "oral"},
        {"id": "buses", "title": "Late Buses", "authors": ["Eve Field"], "venue": "Meadow 2030"},
    ]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall = posterhall.open(tmp_path / "library")
    hall.ingest_files(tmp_path / "papers.jsonl")
    hall.close()
    return tmp_path / "library"


def ids(ran: Any) -> list[str]:
    assert (ran.code, ran.err) == (0, "")
    return [version["paper_id"] for version in ran.json["versions"]]


def test_the_other_versions_of_a_paper_are_printed_with_what_links_them(terminal: Any, data: Path) -> None:
    ran = terminal("--data", data, "versions", "id-conf")
    assert (ran.code, ran.err) == (0, "")
    shown = "Slow Tides in  [31mShallow  Networks"
    assert ran.out.splitlines() == [
        f"id-conf  {shown}  [Harbour 2031, poster]",
        f"  workshop    id-shop  {shown}  [harbour.org/2031/Workshop/Reefs, workshop oral]  (same title)",
    ]


@pytest.mark.parametrize("arguments", [("id-conf", "--json"), ("--json", "id-conf")])
def test_versions_as_json_hold_the_text_as_it_is(terminal: Any, data: Path, arguments: tuple[str, ...]) -> None:
    ran = terminal("--data", data, "versions", *arguments)
    assert ids(ran) == ["id-shop"]
    assert ran.json["title"] == TITLE
    assert ran.json["versions"][0] == {
        "paper_id": "id-shop",
        "forum_id": None,
        "title": TITLE,
        "venue": "harbour.org/2031/Workshop/Reefs",
        "tier": "oral",
        "tier_name": "workshop oral",
        "year": 2031,
        "kind": "workshop",
        "why": "same title",
    }


def test_papers_are_split_and_joined_by_id_or_title(terminal: Any, data: Path) -> None:
    assert terminal("--data", data, "versions", "split", "id-shop", "id-conf").out.startswith("two works: id-shop")
    assert ids(terminal("--data", data, "versions", "id-conf", "--json")) == []
    assert terminal("--data", data, "versions", "join", "late buses", "id-conf").out.startswith("one work: id-buses")
    assert ids(terminal("--data", data, "versions", "Late Buses", "--json")) == ["id-conf"]
    assert terminal("--data", data, "versions", "join", "id-conf", "id-shop").code == 0
    assert ids(terminal("--data", data, "versions", "id-buses", "--json")) == ["id-shop", "id-conf"]


def test_a_paper_without_other_versions_is_said_on_stderr(terminal: Any, data: Path) -> None:
    ran = terminal("--data", data, "versions", "id-buses")
    assert ran.code == 0
    assert "no other version is known" in ran.err


@pytest.mark.parametrize(
    "arguments", [("nobody",), ("join", "id-conf", "nobody"), ("split", "id-conf", "id-conf"), ("join", "id-conf")]
)
def test_what_is_not_two_papers_is_wrong_usage(terminal: Any, data: Path, arguments: tuple[str, ...]) -> None:
    ran = terminal("--data", data, "versions", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_a_stranger_cannot_drive_the_terminal_by_a_paper_that_is_not_there(terminal: Any, data: Path) -> None:
    assert "\x1b" not in terminal("--data", data, "versions", "\x1b[2J").err


def test_search_topics_and_exports_have_a_work_once(terminal: Any, data: Path, compiled: Path) -> None:
    with_model(data, compiled)
    (data / "topics.toml").write_text(
        '[[topic]]\nid = "tides"\nname = "Tides"\ndescription = "Networks of tides."\nseeds = ["id-conf"]\n',
        encoding="utf-8",
    )
    assert terminal("--data", data, "index").code == 0
    ran = terminal("--data", data, "search", "slow tides", "--limit", "2")
    shown, conf, shop = (
        "Slow Tides in  [31mShallow  Networks",
        "Harbour 2031, poster",
        "harbour.org/2031/Workshop/Reefs, workshop oral",
    )
    titles = [line for line in ran.out.splitlines() if line[:3].strip()]
    assert titles[0] in (f"  1. {shown}  [{conf}; also at {shop}]", f"  1. {shown}  [{shop}; also at {conf}]")
    assert titles[1:] == ["  2. Late Buses  [Meadow 2030]"]
    rows = terminal("--data", data, "topics", "--json").json
    assert [row["count"] for row in rows if row["id"] == "tides"] == [1]
    members = terminal("--data", data, "topics", "show", "tides", "--json").json["members"]
    assert [set(member) for member in members] == [
        {"paper_id", "forum_id", "title", "score", "verdict", "seed", "reason"}
    ]
    for choice, papers in (("--all",), 2), (("--topic", "tides"), 1), (("--all", "--tier", "poster"), 1):
        ran = terminal("--data", data, "export", "bibtex", *choice)
        assert (ran.code, ran.out.count("title = ")) == (0, papers)
