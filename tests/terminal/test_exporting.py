"""``posterhall export``: which papers, and where they go."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import posterhall
from library.lists import Entry, Named, ReadingList

pytest_plugins = ("tests.hall_fixture",)


def test_all_papers_of_a_filter_go_to_standard_output(data: Path, terminal: Any) -> None:
    found = terminal("--data", data, "export", "csl", "--all", "--tier", "oral")
    assert found.code == 0
    hall = posterhall.open(data)
    assert len(json.loads(found.out)) == hall.count(posterhall.Filter(tier="oral")) > 0
    hall.close()


def test_a_workshops_oral_is_exported_as_one_and_not_among_the_orals(terminal: Any, tmp_path: Path) -> None:
    rows = [
        {"title": "Late Buses", "venue": "Harbour 2031", "tier": "poster"},
        {"title": "Small Boats", "venue": "Reefs @ Harbour 2031", "tier": "oral"},
    ]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall = posterhall.open(tmp_path / "library")
    hall.ingest_files(tmp_path / "papers.jsonl")
    hall.close()
    command = ("--data", tmp_path / "library", "export", "csl", "--all", "--tier")

    [found] = json.loads(terminal(*command, "workshop oral").out)
    ran = terminal(*command, "oral")

    assert (found["title"], found["custom"]["tier"]) == ("Small Boats", "workshop oral")
    assert (ran.code, ran.out) == (2, "")
    assert "no paper of tier 'oral', but 1 of tier 'workshop oral'" in ran.err


def test_a_search_is_exported_best_first(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "export", "bibtex", "--search", "tidepool caches", "--limit", "1")
    assert ran.out.startswith("@")
    assert "Tidepool Caches" in ran.out
    assert ran.out.count("\n}\n") == 1


def test_a_list_is_found_by_its_name_and_written_whole_to_a_file(copied: Path, tmp_path: Path, terminal: Any) -> None:
    hall = posterhall.open(copied)
    made = ReadingList("to-read", "To read", entries=(Entry(Named("Elsewhere", ("Ada Sea",), year=2031)),))
    hall.library.lists.change("to-read", lambda _: made, "made", "2031-01-01")
    hall.close()
    ran = terminal("--data", copied, "export", "markdown", "--list", "to READ", "--out", tmp_path / "list.md")
    assert (ran.code, ran.out) == (0, "")
    assert "1 paper" in ran.err
    assert (tmp_path / "list.md").read_text() == "# To read\n\n- **Elsewhere**. Ada Sea. 2031.\n"


def test_what_to_export_must_be_said_once(data: Path, terminal: Any) -> None:
    for options in ((), ("--all", "--search", "x"), ("--tier", "oral")):
        ran = terminal("--data", data, "export", "ris", *options)
        assert (ran.code, ran.out) == (2, "")
        assert "one of --list, --search and --all, or --topic" in ran.err


def test_a_topic_is_exported_by_itself_or_bounds_what_a_search_finds(data: Path, terminal: Any) -> None:
    rows = json.loads(terminal("--data", data, "topics", "show", "long-context-evaluation", "--json").out)["members"]
    assert [row["paper_id"] for row in rows] == ["id-tidepool"]
    for options in ((), ("--search", "patients")):
        ran = terminal("--data", data, "export", "csl", "--topic", "long-context-evaluation", *options)
        assert [row["title"] for row in json.loads(ran.out)] == [rows[0]["title"]]


def test_a_page_of_html_tells_how_far_a_list_is_read_and_not_so_of_other_papers(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "export", "html", "--all", "--tier", "oral")
    assert ran.out.startswith("<!doctype html>")
    assert "to read" not in ran.out


def test_a_list_that_there_is_not_and_a_vault_without_a_place_are_wrong_usage(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "export", "ris", "--list", "nothing")
    assert (ran.code, "no list called nothing" in ran.err) == (2, True)
    ran = terminal("--data", data, "export", "obsidian", "--all")
    assert (ran.code, "a vault needs --out" in ran.err) == (2, True)


def test_a_file_that_cannot_be_written_is_an_error(data: Path, tmp_path: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "export", "ris", "--all", "--out", tmp_path / "nowhere" / "x.ris")
    assert (ran.code, ran.out) == (1, "")
    assert "cannot write" in ran.err


def test_what_a_symlink_points_at_is_replaced_and_the_symlink_stays(data: Path, tmp_path: Path, terminal: Any) -> None:
    (tmp_path / "real.ris").write_text("old")
    (tmp_path / "link.ris").symlink_to("real.ris")
    assert terminal("--data", data, "export", "ris", "--all", "--out", tmp_path / "link.ris").code == 0
    assert (tmp_path / "link.ris").is_symlink()
    assert (tmp_path / "real.ris").read_text().startswith("TY  - CPAPER\n")


def test_a_note_that_the_user_changed_is_told_as_one(data: Path, tmp_path: Path, terminal: Any) -> None:
    command = ("--data", data, "export", "obsidian", "--all", "--out", tmp_path / "vault")
    assert terminal(*command).code == 0
    next((tmp_path / "vault" / "papers").iterdir()).write_text("mine")
    assert "1 note was left as you changed it: papers/" in terminal(*command).err


def test_notes_that_are_no_more_of_a_list_are_removed_and_told(copied: Path, tmp_path: Path, terminal: Any) -> None:
    out = tmp_path / "vault"
    terminal("--data", copied, "list", "new", "Rain")
    terminal("--data", copied, "list", "add", "rain", "id-rain", "id-tidepool")
    assert terminal("--data", copied, "export", "obsidian", "--list", "rain", "--out", out).code == 0
    name = next(path.name for path in (out / "papers").iterdir() if "Tidepool" in path.name)
    terminal("--data", copied, "list", "remove", "rain", "2")
    ran = terminal("--data", copied, "export", "obsidian", "--list", "rain", "--out", out)
    assert f"1 note was removed, as this export no longer holds it: papers/{name}\n" in ran.err


def test_a_device_or_a_pipe_is_never_replaced(data: Path, tmp_path: Path, terminal: Any) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = terminal("--data", data, "export", "ris", "--all", "--out", tmp_path / "pipe")
    assert (ran.code, "is no ordinary file: name another file" in ran.err) == (1, True)
    assert (tmp_path / "pipe").is_fifo()


def test_a_dash_is_standard_output_and_an_empty_name_is_wrong_usage(data: Path, tmp_path: Path, terminal: Any) -> None:
    assert terminal("--data", data, "export", "ris", "--all", "--out", "-").out.startswith("TY  - CPAPER")
    assert not (tmp_path / "-").exists()
    ran = terminal("--data", data, "export", "ris", "--all", "--out", "")
    assert (ran.code, "--out is empty" in ran.err) == (2, True)


def test_a_full_disk_behind_standard_output_is_an_error(
    data: Path, process: Callable[..., subprocess.Popen[bytes]]
) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = process("--data", data, "export", "ris", "--all", stdout=full)
        _, told = ran.communicate(timeout=60)
    assert (ran.returncode, told) == (1, b"error: cannot write to standard output: No space left on device\n")


def test_a_limit_without_a_search_is_wrong_usage(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "export", "csv", "--all", "--limit", "1")
    assert (ran.code, ran.out) == (2, "")
    assert "--limit is the most of a search" in ran.err
