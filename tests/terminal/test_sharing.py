"""``bundle`` and ``open`` as they are typed."""

import os
from pathlib import Path
from typing import Any

import posterhall
from library.lists import Entry, Named, ReadingList
from tests.hall_fixture import MEMORY, PAPERS

pytest_plugins = ("tests.hall_fixture",)


def test_a_bundle_is_written_opened_and_asked(terminal: Any, data: Path, tmp_path: Path, cache: Path) -> None:
    out = tmp_path / "small.posterhall"
    ran = terminal("--data", data, "bundle", out)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{out}: 15 papers, 4 documents, ")
    assert terminal("--data", data, "bundle", out, "--json").json["counts"]["papers"] == len(PAPERS)

    ran = terminal("open", out)
    assert ran.code == 0, ran.err
    assert "15 papers" in ran.out
    assert f"posterhall --data {out} ask" in ran.err
    assert terminal("open", out, "--json").json["papers"] == len(PAPERS)

    ran = terminal("--data", out, "ask", "How much memory does the tidepool cache need?")
    assert (ran.code, ran.err) == (0, "")
    assert MEMORY in ran.out
    assert terminal("--data", out, "status", "--json").json["data"] == str(out)


def test_a_change_of_a_bundle_is_an_error_with_the_way_out(
    terminal: Any, data: Path, tmp_path: Path, cache: Path
) -> None:
    out = tmp_path / "small.posterhall"
    terminal("--data", data, "bundle", out)
    for words in (
        ["topics", "accept", "kv-cache", "id-tidepool"],
        ["index"],
        ["versions", "join", "id-rain", "id-hail"],
    ):
        ran = terminal("--data", out, *words)
        assert (ran.code, ran.out) == (1, ""), words
        assert f"`posterhall --data FOLDER open {out} --merge`" in ran.err


def test_a_bundle_is_taken_into_a_library_or_made_one(
    terminal: Any, copied: Path, tmp_path: Path, cache: Path, empty: Path
) -> None:
    out = tmp_path / "small.posterhall"
    hall = posterhall.open(copied)
    made = ReadingList("boats", "Boats", entries=(Entry(Named("Rain"), "id-rain"),))
    hall.library.lists.change("boats", lambda _: made, "made", "")
    hall.close()
    terminal("--data", copied, "bundle", out)

    ran = terminal("--data", empty, "open", out, "--merge")
    assert ran.code == 0, ran.err
    assert "papers: 15 added, 0 completed, 0 known" in ran.out
    assert "1 lists, " in ran.out
    assert "run `posterhall index`" in ran.err
    assert ", 0 embedded, " in terminal("--data", empty, "index").out
    ran = terminal("--data", empty, "open", out, "--merge", "--json")
    assert (ran.json["papers_known"], ran.json["lists"], ran.err) == (15, [], "")

    ran = terminal("open", out, "--into", tmp_path / "mine")
    assert ran.code == 0, ran.err
    assert terminal("--data", tmp_path / "mine", "status", "--json").json["papers"] == 15
    ran = terminal("open", out, "--into", tmp_path / "mine")
    assert (ran.code, ran.out) == (1, "")
    assert "holds something" in ran.err
    assert terminal("open", out, "--into", tmp_path / "mine", "--merge", "--json").json["papers_known"] == 15


def test_what_is_no_bundle_or_a_damaged_one_is_an_error(terminal: Any, data: Path, tmp_path: Path, cache: Path) -> None:
    out = tmp_path / "small.posterhall"
    terminal("--data", data, "bundle", out)
    whole = out.read_bytes()
    out.write_bytes(whole[:5000] + b"?" + whole[5001:])
    for words in (["open", out], ["open", out, "--merge"], ["open", out, "--into", "x"], ["--data", out, "status"]):
        ran = terminal(*words)
        assert (ran.code, ran.out) == (1, "")
        assert f"error: {out} is damaged: " in ran.err
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "data").exists()
    ran = terminal("open", tmp_path / "none")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no bundle" in ran.err


def test_a_cache_that_cannot_be_written_is_named(terminal: Any, data: Path, tmp_path: Path, monkeypatch: Any) -> None:
    out = tmp_path / "small.posterhall"
    terminal("--data", data, "bundle", out)
    (tmp_path / "file").touch()
    monkeypatch.setenv("POSTERHALL_CACHE", os.fspath(tmp_path / "file"))
    ran = terminal("open", out)
    assert (ran.code, ran.out) == (1, "")
    assert "name another folder in POSTERHALL_CACHE" in ran.err
