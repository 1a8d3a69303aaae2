"""Writing files whole: one, or a folder of notes.

A folder has ``.posterhall.json``: which notes were written, the sha256 of what they may hold, and by export (a list, a
topic, a search) which notes are its own, with what each says in it. A note that holds anything else is the user's by
now, and is left as it is; a note of another export's stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

from library.errors import InputError

MANIFEST = ".posterhall.json"

Claims: TypeAlias = Mapping[str, Any]
"""The notes of one export, with what it says in each, as JSON holds it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an export.

    Attributes:
        papers: How many it holds, each once but in the formats that are the list itself.
        left: A folder's notes that were left because the user has changed them.
        removed: Its notes that were removed, as the export holds them no more.
    """

    papers: int = 0
    left: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what was there; a symlink stays, and the file that it points at is replaced.

    Raises:
        InputError: It cannot be written, or is a device, a pipe or a socket, which a file must not replace.
    """
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise InputError(f"{path} is no ordinary file: name another file")
        _replace(path, data)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def claimed(folder: Path, export: str, index: str) -> dict[str, Claims]:
    """What the exports that wrote a folder hold, by export; nothing where there is none.

    Args:
        folder: The folder.
        export: The one that is to be written.
        index: The note of its list. A folder from before exports were told apart is its own if it has that note.

    Raises:
        InputError: The folder holds something else, or the notes of who knows which list.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        return {}
    notes, exports = _manifest_of(folder)
    if exports is not None:
        return exports
    if notes and index not in notes:
        old = next((name for name in notes if "/" not in name), MANIFEST)
        raise InputError(
            f"{folder} was written before a vault could hold several lists, and is not this list's but that of {old}: "
            "export that list into it once more and then this one, or give another folder"
        )
    return {export: dict.fromkeys(notes)}


def write_folder(folder: Path, files: Mapping[str, str], export: str = "", claims: Claims | None = None) -> Written:
    """Write notes into a new folder, an empty one, or one that was written by earlier exports.

    A new folder appears whole. In an old one every note is replaced by itself, notes that this export holds no more
    are removed, and nothing that another export holds, or that the user wrote or changed, is touched.

    Args:
        folder: Where to.
        files: The notes.
        export: Which export it is.
        claims: Those that it holds, with what is remembered of each for the other exports; all when it is None.

    Raises:
        InputError: The folder holds something else, or cannot be written.
    """
    claims = dict.fromkeys(files) if claims is None else claims
    made = {name: text.encode("utf-8", "replace") for name, text in files.items()}
    try:
        if folder.is_dir() and any(folder.iterdir()):
            return _update(folder, made, export, claims)
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is a file: give a folder's name, or one that ends in .zip")
        _create(folder, made, {export: claims})
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror or error}") from error
    return Written()


def _create(folder: Path, made: Mapping[str, bytes], exports: Mapping[str, Claims]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        aside.chmod(0o755)
        for name, data in made.items():
            _place(aside, name).write_bytes(data)
        (aside / MANIFEST).write_bytes(_manifest({name: [_hash(data)] for name, data in made.items()}, exports))
        if folder.exists():
            folder.rmdir()
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _update(folder: Path, made: Mapping[str, bytes], export: str, claims: Claims) -> Written:
    ours, exports = _manifest_of(folder)
    if exports is None:
        exports = {export: dict.fromkeys(ours)}
    mine = exports.get(export, {})
    others = {name for other, held in exports.items() if other != export for name in held}
    new = {name: _hash(data) for name, data in made.items()}
    # First what the notes may hold from now on: a run that stops half way leaves no note that looks changed.
    both = {name: sorted({*ours.get(name, ()), *filter(None, [new.get(name)])}) for name in {*ours, *new}}
    _replace(folder / MANIFEST, _manifest(both, exports | {export: {**mine, **claims}}))
    left, removed = [], []
    for name in sorted({*mine, *new} - (others - {*new})):
        path = folder / PurePosixPath(name)
        held = _hash(path.read_bytes()) if path.is_file() else None
        if held is not None and held not in both[name]:
            left.append(name)
        elif name not in made:
            path.unlink(missing_ok=True)
            removed += [name] if held is not None else []
        elif held != new[name]:
            _replace(_place(folder, name), made[name])
    stay = {name: mine[name] for name in left if name not in new and name in mine}
    kept = {name: ours[name] for name in (*others, *stay) if name in ours} | {name: [new[name]] for name in new}
    _replace(folder / MANIFEST, _manifest(kept, exports | {export: stay | dict(claims)}))
    return Written(left=tuple(left), removed=tuple(removed))


def _manifest_of(folder: Path) -> tuple[dict[str, list[str]], dict[str, Claims] | None]:
    """The notes that were written into a folder, and whose they are; None where that was not kept yet."""
    path = folder / MANIFEST
    problem = f"{folder} holds other files, and an export would mix with them: give a new or an empty folder"
    if not path.is_file():
        raise InputError(problem)
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        notes = {str(name): [str(one) for one in hashes] for name, hashes in held["notes"].items()}
        exports: dict[str, Claims] | None = None
        if "exports" in held:
            exports = {str(one): dict(said.items()) for one, said in held["exports"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{path} cannot be read, so it is not known which notes are yours: {problem}") from None
    names = (*notes, *(name for said in (exports or {}).values() for name in said))
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name for name in names):
        raise InputError(f"{path} names files outside its folder: {problem}")
    return notes, exports


def _place(folder: Path, name: str) -> Path:
    path = folder / PurePosixPath(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _replace(path: Path, data: bytes) -> None:
    path = Path(os.path.realpath(path))
    handle, aside = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _manifest(notes: Mapping[str, list[str]], exports: Mapping[str, Claims]) -> bytes:
    held = {"notes": dict(sorted(notes.items())), "exports": dict(sorted(exports.items()))}
    return json.dumps(held, ensure_ascii=False, indent=1).encode("utf-8", "replace")
