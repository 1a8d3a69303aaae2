import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import posterhall
from posterhall import Posterhall

pytest_plugins = ("tests.hall_fixture",)

NO_LIBRARY = "run `posterhall add` or `posterhall ingest files …` first, or name another folder with --data"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["--frobnicate"],
        ["search", "radar", "--frobnicate"],
        ["search", "radar", "--mode", "magic"],
        ["search", "radar", "--limit", "0"],
        ["search", "radar", "--limit", "many"],
        ["search", "radar", "--year", "soon"],
        ["search", "two", "queries"],
        ["search"],
        ["search", ""],
        ["search", " \t", "--json"],
        ["search", "radar", "--batch", "-"],
        ["search", "--batch", "nowhere.jsonl"],
        ["ask"],
        ["ask", "", "--json"],
        ["ask", "why", "--batch", "-"],
        ["ask", "why", "--limit", "3"],
        ["index", "now"],
        ["status", "--frobnicate"],
        ["ingest"],
        ["ingest", "everything"],
        ["app", "--port", "99999"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_exit_code_2_told_on_stderr(terminal: Any, data: Path, arguments: list[str]) -> None:
    ran = terminal("--data", data, *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert "rror: " in ran.err or "Usage: " in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("command", ["search", "ask"])
def test_an_unknown_venue_is_exit_code_2_and_the_nearest_is_named(terminal: Any, data: Path, command: str) -> None:
    ran = terminal("--data", data, command, "radar", "--venue", "Harbor 2031", "--json")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "error: no paper of venue 'Harbor 2031': did you mean 'Harbour 2031', 'Meadow 2030'?\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "radar", "--json"],
        ["search", "--batch", "-", "--json"],
        ["ask", "why", "--json"],
        ["index", "--json"],
        ["status", "--json"],
        ["status"],
    ],
    ids=" ".join,
)
def test_without_a_library_every_command_fails_with_the_remedy_and_makes_none(
    terminal: Any, tmp_path: Path, arguments: list[str]
) -> None:
    ran = terminal("--data", tmp_path / "none", *arguments, stdin=b'{"qid": 1, "text": "radar"}')

    assert (ran.code, ran.out) == (1, "")
    assert f"error: no library at {tmp_path / 'none' / 'library.db'}: {NO_LIBRARY}\n" in ran.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("arguments", [["search", "radar"], ["ask", "why"], ["search", "--batch", "-"]], ids=" ".join)
def test_without_an_index_a_question_fails_with_the_remedy(terminal: Any, copied: Path, arguments: list[str]) -> None:
    (copied / "index" / "CURRENT").unlink()

    ran = terminal("--data", copied, *arguments, "--json", stdin=b'{"qid": 1, "text": "radar"}')

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"error: there is no index in {copied / 'index'}: run `posterhall index`\n"


def test_a_damaged_index_fails_with_the_remedy_and_the_remedy_works(terminal: Any, copied: Path) -> None:
    [vectors] = (copied / "index").glob("gen-*/dense.faiss")
    vectors.write_bytes(b"?")

    ran = terminal("--data", copied, "search", "radar", "--mode", "bm25", "--json")
    mended = terminal("--data", copied, "index", "--full", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("run `posterhall index --full`\n")
    assert (mended.code, mended.json["embedded"]) == (0, 0)
    assert terminal("--data", copied, "search", "radar", "--mode", "bm25", "--json").code == 0


def test_a_file_that_is_no_library_of_ours_fails_and_is_left_alone(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "library.db").write_text("Dear diary, this is long enough for a header. " * 20)
    (tmp_path / "other").mkdir()
    with sqlite3.connect(tmp_path / "other" / "library.db") as other:
        other.execute("CREATE TABLE diary (entry TEXT)")
    other.close()
    before = [(tmp_path / name / "library.db").read_bytes() for name in ("text", "other")]

    for name in ("text", "other"):
        ran = terminal("--data", tmp_path / name, "status", "--json")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("error: ")
        assert "name another folder with --data" in ran.err.lower()

    assert [(tmp_path / name / "library.db").read_bytes() for name in ("text", "other")] == before


def test_while_another_one_writes_ingest_and_index_fail_and_searching_goes_on(
    terminal: Any, copied: Path, sources: Path, opened: Callable[[Path], Posterhall]
) -> None:
    with opened(copied).library.writing():
        ingest = terminal("--data", copied, "ingest", "files", "--metadata", sources / "papers.jsonl", "--json")
        index = terminal("--data", copied, "index", "--json")
        search = terminal("--data", copied, "search", "radar", "--mode", "bm25", "--json")

    for ran in (ingest, index):
        assert (ran.code, ran.out) == (1, "")
        assert "is being written by process" in ran.err
        assert "wait until it is done, then run again" in ran.err
    assert search.code == 0
    assert terminal("--data", copied, "index", "--json").code == 0


def test_the_data_folder_is_named_by_the_environment_unless_an_option_names_another(
    terminal: Any, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTERHALL_DATA", str(data))

    assert terminal("status", "--json").json["data"] == str(data)
    assert terminal("--data", tmp_path / "none", "status").code == 1


def test_the_data_folder_is_data_where_nothing_names_it(terminal: Any) -> None:
    assert "no library at data/library.db" in terminal("status").err.replace("\\", "/")


def test_a_data_folder_that_is_a_file_and_no_bundle_is_an_error(terminal: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ran = terminal("--data", tmp_path / "file", "status")

    assert (ran.code, ran.out) == (1, "")
    assert "file is not a Posterhall bundle" in ran.err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["search", "--help"], ["ingest", "files", "-h"]], ids=" ".join
)
def test_help_is_printed_on_stdout_without_a_library(terminal: Any, arguments: list[str]) -> None:
    ran = terminal(*arguments)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: ")


def test_the_version_is_the_package_s(terminal: Any) -> None:
    ran = terminal("--version")

    assert (ran.code, ran.out) == (0, f"posterhall, version {posterhall.__version__}\n")
