from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import posterhall
from library.points import Point

pytest_plugins = ("tests.hall_fixture",)


def test_a_map_is_one_file_with_every_title(terminal: Callable[..., Any], copied: Path, tmp_path: Path) -> None:
    ran = terminal("--data", copied, "map", "--out", tmp_path / "map.html", "--colour", "tier")
    assert ran.code == 0, ran.err
    assert "15 papers on the map" in ran.err
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Sharpening Rainfall Forecasts" in text
    assert '"colour":"tier"' in text
    assert not [word for word in ("http-equiv='refresh", 'src="http', "@import") if word in text]


def test_the_same_library_gives_the_same_file(terminal: Callable[..., Any], copied: Path, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        assert terminal("--data", copied, "map", "--out", tmp_path / name).code == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_anew_moves_the_papers(terminal: Callable[..., Any], copied: Path, tmp_path: Path) -> None:
    terminal("--data", copied, "map", "--out", tmp_path / "a.html")
    hall = posterhall.open(copied)
    space = hall.searcher.manifest.model
    kept = hall.library.points.of_space(space)
    far = [Point(p.paper_id, p.x + 50, p.y, True) for p in kept.values()]
    hall.library.points.replace(space, far)
    hall.close()
    terminal("--data", copied, "map", "--out", tmp_path / "b.html")
    terminal("--data", copied, "map", "--out", tmp_path / "c.html", "--anew")
    a, b, c = ((tmp_path / name).read_bytes() for name in ("a.html", "b.html", "c.html"))
    assert len({a, b, c}) == 3


def test_a_file_that_cannot_be_written_leaves_what_was_there(
    terminal: Callable[..., Any], copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "map.html"
    out.write_text("yesterday's", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    ran = terminal("--data", copied, "map", "--out", out)
    assert ran.code == 1
    assert "No space left" in ran.err
    assert out.read_text(encoding="utf-8") == "yesterday's"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_not_there_and_a_missing_index_are_said_plainly(
    terminal: Callable[..., Any], copied: Path, tmp_path: Path
) -> None:
    ran = terminal("--data", copied, "map", "--out", tmp_path / "nowhere" / "map.html")
    assert ran.code == 1
    assert "no folder" in ran.err
    ran = terminal("--data", tmp_path / "none", "map")
    assert ran.code == 1
    assert not (tmp_path / "map.html").exists()
