"""A vault for Obsidian, and writing files whole."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.obsidian import file_name, vault
from front.writing import MANIFEST, Written, write_folder, write_whole
from library.errors import InputError
from library.lists import READING, Entry, Named, ReadingList, Why, arranged
from tests.export.hostile import collected

LIST = arranged(
    ReadingList(
        "seas",
        "Seas: 2031",
        sections=(("Deep",),),
        entries=(
            Entry(
                Named("Waves: [A] Study?", ("Ada Lovelace",), "Harbour 2031", 2031, "https://a.org/1"),
                section=("Deep",),
                note="Mine.",
                tags=("state spaces", "2031"),
                state=READING,
                why=Why("It ebbs.", "Results", 3),
            ),
            Entry(Named("Waves A Study", ("Grace Hopper",))),
        ),
    )
)

NOTE = """---
title: 'Waves: [A] Study?'
aliases:
- lovelace2031waves
authors:
- Ada Lovelace
year: 2031
venue: Harbour 2031
container: Harbour 2031
citekey: lovelace2031waves
url: https://a.org/1
list:
- '[[Seas 2031]]'
section: Deep
state: reading
tags:
- state-spaces
- _2031
---

# Waves: \\[A\\] Study?

Ada Lovelace

## Why

> It ebbs.
> (Results, p. 3)

## Note

Mine.
"""


def test_a_paper_is_a_note_and_the_list_links_it() -> None:
    files = vault(collected(LIST))
    assert files["papers/Waves A Study lovelace2031waves.md"] == NOTE
    assert files["Seas 2031.md"] == (
        "# Seas: 2031\n\n- [[papers/Waves A Study|Waves A Study]]\n\n## Deep\n\n"
        "- [[papers/Waves A Study lovelace2031waves|Waves: A Study?]]\n"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a/b\\c:d", "a b c d"),
        ("..", ""),
        ("CON", "CON_"),
        ("com1.txt", "com1.txt_"),
        ("x. ", "x"),
        ("é" * 99, "é" * 60),
    ],
)
def test_a_files_name_is_one_that_every_file_system_takes(text: str, name: str) -> None:
    assert file_name(text) == name


@given(st.text())
def test_no_title_leads_out_of_its_folder(text: str) -> None:
    name = file_name(text)
    assert not set(name) & set('/\\:*?"<>|#^[]\x00')
    assert not name.startswith(".")
    assert len(name.encode()) <= 121


def written(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


@pytest.fixture
def files() -> Mapping[str, str]:
    return vault(collected(LIST))


def test_a_vault_is_written_into_a_new_or_an_empty_folder(tmp_path: Path, files: Mapping[str, str]) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty"):
        assert write_folder(tmp_path / name, files) == Written()
        assert written(tmp_path / name) == dict(files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "new"]


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path, files: Mapping[str, str]) -> None:
    (tmp_path / "mine.md").write_text("mine")
    with pytest.raises(InputError, match="holds other files"):
        write_folder(tmp_path, files)
    assert written(tmp_path) == {"mine.md": "mine"}


def test_written_again_a_vault_keeps_what_the_user_wrote_and_changed(tmp_path: Path, files: Mapping[str, str]) -> None:
    folder = tmp_path / "vault"
    write_folder(folder, files)
    changed, gone = "papers/Waves A Study.md", "papers/Waves A Study lovelace2031waves.md"
    (folder / changed).write_text("my own words")
    (folder / "mine.md").write_text("mine")
    after = {name: text for name, text in files.items() if name != gone} | {"Seas 2031.md": "# New\n"}
    assert write_folder(folder, after) == Written(left=(changed,), removed=(gone,))
    assert written(folder) == {changed: "my own words", "mine.md": "mine", "Seas 2031.md": "# New\n"}
    assert write_folder(folder, after) == Written(left=(changed,))


def test_a_note_of_the_users_where_a_new_one_would_be_is_left(tmp_path: Path, files: Mapping[str, str]) -> None:
    folder = tmp_path / "vault"
    write_folder(folder, {"Seas 2031.md": "# Seas\n"})
    (folder / "papers").mkdir()
    (folder / "papers" / "Waves A Study.md").write_text("mine")
    assert write_folder(folder, files).left == ("papers/Waves A Study.md",)
    assert (folder / "papers" / "Waves A Study.md").read_text() == "mine"


def test_a_run_that_stopped_half_way_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "vault"
    write_folder(folder, {"a.md": "1", "b.md": "1"})
    replaced, real = [], os.replace

    def stop(source: object, target: object) -> None:
        if len(replaced) == 2:
            raise OSError("the disk is full")
        replaced.append(target)
        real(str(source), str(target))

    monkeypatch.setattr(Path, "replace", lambda self, target: stop(self, target))
    with pytest.raises(InputError, match="cannot write"):
        write_folder(folder, {"a.md": "2", "b.md": "2"})
    monkeypatch.undo()
    assert written(folder) == {"a.md": "2", "b.md": "1"}
    assert write_folder(folder, {"a.md": "3", "b.md": "3"}) == Written()
    assert written(folder) == {"a.md": "3", "b.md": "3"}


@pytest.mark.parametrize(
    "held",
    [
        *("not json", "{}", '{"notes": {"../x": []}}', '{"notes": {"/x": []}}'),
        *('{"notes": {}, "exports": 1}', '{"notes": {}, "exports": {"list a": {"../x": null}}}'),
    ],
)
def test_a_manifest_that_is_not_ours_is_not_believed(tmp_path: Path, held: str) -> None:
    (tmp_path / MANIFEST).write_text(held)
    with pytest.raises(InputError, match="holds other files"):
        write_folder(tmp_path, {"a.md": "1"})


def test_the_manifest_names_each_note_and_what_it_may_hold(tmp_path: Path) -> None:
    write_folder(tmp_path / "v", {"a.md": ""}, "list a", {"a.md": {"key": "k"}})
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert json.loads((tmp_path / "v" / MANIFEST).read_text()) == {
        "notes": {"a.md": [empty]},
        "exports": {"list a": {"a.md": {"key": "k"}}},
    }


def test_a_file_is_written_whole_or_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.bib"
    write_whole(path, b"one")
    path.chmod(0o600)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(InputError, match=r"cannot write .*list\.bib: No space left"):
        write_whole(path, b"two")
    monkeypatch.undo()
    assert path.read_bytes() == b"one"
    assert [p.name for p in tmp_path.iterdir()] == ["list.bib"]
    write_whole(path, b"three")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"three", 0o600)


def test_two_titles_that_are_one_file_have_their_own_notes() -> None:
    twice = replace(LIST, entries=tuple(replace(e, named=Named("Same")) for e in LIST.entries))
    assert len(vault(collected(twice))) == 3


def test_what_another_export_holds_stays_until_that_lets_go_of_it(tmp_path: Path) -> None:
    write_folder(tmp_path / "v", {"A.md": "", "papers/1.md": "a", "papers/2.md": "a"}, "list a")
    files = {"B.md": "", "papers/2.md": "b", "papers/3.md": "b"}
    assert write_folder(tmp_path / "v", files, "list b") == Written()
    assert written(tmp_path / "v") == {"A.md": "", "papers/1.md": "a", **files}
    assert write_folder(tmp_path / "v", {"A.md": ""}, "list a").removed == ("papers/1.md",)
    assert write_folder(tmp_path / "v", {"B.md": ""}, "list b").removed == ("papers/2.md", "papers/3.md")
    assert written(tmp_path / "v") == {"A.md": "", "B.md": ""}
