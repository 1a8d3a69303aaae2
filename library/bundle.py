"""Bundles: one file that holds a library and its index, sealed so that a changed byte anywhere is seen.

NAME.posterhall is a zip file::

    library.db                what of the library travels (library.snapshot)
    index/CURRENT             the current generation of the index, as it was built
    index/gen-00002-r345/…
    manifest.json             versions, counts, and the size and sha256 of every other member
    (comment)                 the seal: sha256 of every byte of the file before it

The seal tells damage, not who made the file: whoever writes a bundle can seal it. So nothing in one is believed
because its sums are right: see ``library.unpack`` and ``library.vetting``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from library.errors import InputError

FORMAT = 1
"""Grows when a bundle of this version means something that an older Posterhall would misread."""

LIBRARY = "library.db"
MANIFEST = "manifest.json"

_SEAL = b"posterhall-bundle sha256="
SEAL_BYTES = len(_SEAL) + 64
CHUNK = 1 << 20

_WHEN = (1980, 1, 1, 0, 0, 0)  # no time at all in a zip file: the same members give the same bytes

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many megabytes are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a bundle."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself.

    Attributes:
        posterhall: Version that wrote it.
        revision: The library's.
        counts: How much of what it holds (``papers``, ``lists``…).
        members: By name in the file.
    """

    format: int
    posterhall: str
    revision: int
    counts: Mapping[str, int]
    members: Mapping[str, Member]


def pack(
    path: Path,
    files: Mapping[str, Path],
    *,
    posterhall: str,
    revision: int,
    counts: Mapping[str, int],
    on_progress: Progress | None = None,
) -> Manifest:
    """Write a bundle, whole or not at all. The same files give the same bytes.

    Args:
        path: The bundle; one that is there is replaced.
        files: Name in the bundle to file.
        posterhall: The version that writes it.
        revision: The library's.
        counts: How much of what it holds.
        on_progress: Told of every megabyte.

    Raises:
        InputError: It cannot be written, or a file is beyond what a bundle can hold (4 GB).
    """
    told = Told("pack", sum(file.stat().st_size for file in files.values()), on_progress)
    members: dict[str, Member] = {}
    try:
        with _whole(path) as part:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive:
                for name in sorted(files):
                    members[name] = _add(archive, name, files[name], told)
                manifest = Manifest(FORMAT, posterhall, revision, dict(counts), members)
                archive.writestr(_info(MANIFEST), json.dumps(asdict(manifest), indent=1, sort_keys=True))
                archive.comment = _SEAL + b"0" * 64
            with part.open("r+b") as file:
                digest = _digest_before_seal(file, None)
                file.seek(-64, os.SEEK_END)
                file.write(digest.encode())
                file.flush()
                os.fsync(file.fileno())
    except zipfile.LargeZipFile as error:
        raise InputError(
            f"cannot write {path}: a bundle holds files of up to 4 GB, and the library is larger"
        ) from error
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}: name another file") from error
    return manifest


def check_seal(path: Path, on_progress: Progress | None = None) -> str:
    """The sha256 that a bundle is sealed with, after every byte was checked against it.

    Raises:
        InputError: It is no bundle, not all of one, or a byte of it was changed.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - SEAL_BYTES))
            seal = file.read(SEAL_BYTES)
            if not re.fullmatch(re.escape(_SEAL) + rb"[0-9a-f]{64}", seal):
                raise InputError(f"{path} is not a Posterhall bundle, or its end is missing or altered: get it again")
            digest = _digest_before_seal(file, on_progress)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if digest.encode() != seal[-64:]:
        raise InputError(f"{path} is damaged: its bytes are not the ones it was sealed with: get it again")
    return digest


def _add(archive: zipfile.ZipFile, name: str, file: Path, told: Told) -> Member:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as source, archive.open(_info(name), "w") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
            told.more(len(chunk))
    return Member(size, digest.hexdigest())


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # the same on every system
    info.external_attr = 0o644 << 16
    return info


def _digest_before_seal(file: IO[bytes], on_progress: Progress | None) -> str:
    """sha256 of the file but for its last 64 bytes, which say what it is."""
    left = file.seek(0, os.SEEK_END) - 64
    told = Told("check", left, on_progress)
    digest = hashlib.sha256()
    file.seek(0)
    while left and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
        told.more(len(chunk))
    return digest.hexdigest()


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its place at the end, or goes; a symlink stays."""
    if path.exists() and not path.is_file():
        raise InputError(f"cannot write {path}: it is no ordinary file: name another file")
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        # mkstemp's file is its owner's alone; give it what any new file has.
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(0o666 & ~umask)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


class Told:
    """Progress in megabytes."""

    def __init__(self, what: str, total: int, on_progress: Progress | None) -> None:
        """Prepare to tell of so many bytes."""
        self._what, self._total, self._done = what, total, 0
        self._tell = on_progress or (lambda what, done, total: None)

    def more(self, size: int) -> None:
        """So many bytes more are done."""
        self._done += size
        self._tell(self._what, megabytes(self._done), megabytes(self._total))


def megabytes(size: int) -> int:
    """Bytes as megabytes, rounded up."""
    return -(-size // 1_000_000)


def odd(path: Path, why: str) -> InputError:
    """The error of a bundle that Posterhall would not have written."""
    return InputError(f"{path} is not a sound bundle: {why}: ask whoever made it for another")
