"""Writing exports whole: one file, or a folder of notes.

A folder has ``.posterhall.json``: which notes were written, and the sha256 of what they may hold. A note that holds
anything else is the user's by now, and is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from library.errors import InputError

MANIFEST = ".posterhall.json"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, or leave what was there; a symlink stays, and the file that it points at is replaced.

    Raises:
        InputError: It cannot be written, or is a device, a pipe or a socket, which a file must not replace.
    """
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            raise InputError(f"{path} is no ordinary file: leave --out away to write to standard output")
        _replace(path, data)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def write_folder(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write notes into a new folder, an empty one, or one that was written by an earlier export.

    A new folder appears whole. In an old one every note is replaced by itself, notes of papers that are gone are
    removed, and nothing that the user wrote or changed is touched.

    Returns:
        The notes that were left because the user has changed them.

    Raises:
        InputError: The folder holds something else, or cannot be written.
    """
    made = {name: text.encode("utf-8", "replace") for name, text in files.items()}
    try:
        if folder.is_dir() and any(folder.iterdir()):
            return _update(folder, made)
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is a file: give a folder's name, or one that ends in .zip")
        _create(folder, made)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error.strerror or error}") from error
    return []


def _create(folder: Path, made: Mapping[str, bytes]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        aside.chmod(0o755)
        for name, data in made.items():
            _place(aside, name).write_bytes(data)
        (aside / MANIFEST).write_bytes(_manifest({name: [_hash(data)] for name, data in made.items()}))
        if folder.exists():
            folder.rmdir()
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _update(folder: Path, made: Mapping[str, bytes]) -> list[str]:
    ours = _ours(folder)
    new = {name: _hash(data) for name, data in made.items()}
    # First what the notes may hold from now on: a run that stops half way leaves no note that looks changed.
    both = {name: sorted({*ours.get(name, ()), *filter(None, [new.get(name)])}) for name in {*ours, *new}}
    _replace(folder / MANIFEST, _manifest(both))
    left = []
    for name in sorted({*ours, *new}):
        path = folder / PurePosixPath(name)
        held = _hash(path.read_bytes()) if path.is_file() else None
        if held is not None and held not in both[name]:
            left.append(name)
        elif name not in made:
            path.unlink(missing_ok=True)
        elif held != new[name]:
            _replace(_place(folder, name), made[name])
    kept = {name: [new[name]] for name in new} | {name: ours[name] for name in left if name not in new and name in ours}
    _replace(folder / MANIFEST, _manifest(kept))
    return left


def _ours(folder: Path) -> dict[str, list[str]]:
    path = folder / MANIFEST
    problem = f"{folder} holds other files, and an export would mix with them: give a new or an empty folder"
    if not path.is_file():
        raise InputError(problem)
    try:
        held = json.loads(path.read_text(encoding="utf-8"))["notes"]
        found = {str(name): [str(one) for one in hashes] for name, hashes in held.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{path} cannot be read, so it is not known which notes are yours: {problem}") from None
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name for name in found):
        raise InputError(f"{path} names files outside its folder: {problem}")
    return found


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


def _manifest(notes: Mapping[str, list[str]]) -> bytes:
    return json.dumps({"notes": dict(sorted(notes.items()))}, ensure_ascii=False, indent=1).encode()
