"""Bundles: one file that holds a library and its index, sealed so that a changed byte anywhere is seen.

NAME.posterhall is a zip file::

    library.db                what of the library travels (library.snapshot)
    index/CURRENT             the current generation of the index, as it was built
    index/gen-00002-r345/…
    manifest.json             versions, counts, and the size and sha256 of every other member
    (comment)                 the seal: sha256 of every byte of the file before it

The seal tells damage, not who made the file: whoever writes a bundle can seal it. So nothing in one is believed
because its sums are right. Its members have the names that they may have, sizes that fit the file's, and are read as a
stranger's (``library.vetting``).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from library.errors import InputError

SUFFIX = ".posterhall"

FORMAT = 1
"""Grows when a bundle of this version means something that an older Posterhall would misread."""

LIBRARY = "library.db"
MANIFEST = "manifest.json"

_SEAL = b"posterhall-bundle sha256="
_SEAL_BYTES = len(_SEAL) + 64
_END = struct.Struct("<4s4H2LH")  # a zip file's last record, before its comment

_MEMBER = re.compile(
    r"library\.db|index/(?:CURRENT|gen-\d{5,9}-r\d{1,18}/(?:manifest\.json|dense\.faiss|tantivy/\.?\w[\w-]*(?:\.\w+)*))",
    re.ASCII,
)

MAX_MEMBERS = 2_000
"""An index has some ten files, and a tantivy index that was brought up to date for years some hundred."""

MAX_DIRECTORY = 1 << 20
"""Bytes of the zip file's own list of members."""

MAX_MANIFEST = 1 << 20

MAX_RATIO = 100
"""How many times the file's size its members may have together. Libraries reach 3; zlib's limit is 1,032."""

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
    told = _Told("pack", sum(file.stat().st_size for file in files.values()), on_progress)
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
            file.seek(max(0, size - _SEAL_BYTES))
            seal = file.read(_SEAL_BYTES)
            if not re.fullmatch(re.escape(_SEAL) + rb"[0-9a-f]{64}", seal):
                raise InputError(f"{path} is not a Posterhall bundle, or its end is missing or altered: get it again")
            digest = _digest_before_seal(file, on_progress)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if digest.encode() != seal[-64:]:
        raise InputError(f"{path} is damaged: its bytes are not the ones it was sealed with: get it again")
    return digest


def unpack(path: Path, folder: Path, on_progress: Progress | None = None) -> Manifest:
    """Unpack a bundle into an empty folder, each member checked as it is written. The seal is checked before.

    Raises:
        InputError: It is damaged, or is not what a bundle may be. What the folder holds then is to be thrown away.
    """
    try:
        with path.open("rb") as file:
            size = _checked_end(file, path)
            with zipfile.ZipFile(file) as archive:
                infos = {info.filename: info for info in archive.infolist()}
                if len(infos) != len(archive.infolist()) or MANIFEST not in infos:
                    raise _odd(path, "its list of members is not one that Posterhall writes")
                manifest = _manifest(path, _read(archive, infos.pop(MANIFEST), path))
                _check_members(path, manifest, infos, size)
                total = sum(member.size for member in manifest.members.values())
                free = shutil.disk_usage(folder).free
                if total > free:
                    raise InputError(f"{path} needs {_mb(total)} MB in {folder} and {_mb(free)} MB are free: make room")
                told = _Told("unpack", total, on_progress)
                for name, member in manifest.members.items():
                    _extract(archive, infos[name], member, folder / name, path, told)
    # Whatever zipfile may say of a file that was sealed and is no sound zip file all the same.
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise _odd(path, str(error)) from error
    except OSError as error:
        raise InputError(f"cannot unpack {path} into {folder}: {error.strerror or error}") from error
    return manifest


def _add(archive: zipfile.ZipFile, name: str, file: Path, told: _Told) -> Member:
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
    told = _Told("check", left, on_progress)
    digest = hashlib.sha256()
    file.seek(0)
    while left and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
        told.more(len(chunk))
    return digest.hexdigest()


def _checked_end(file: IO[bytes], path: Path) -> int:
    """The file's size; its zip directory is small enough to be read into memory, and is where it should be."""
    size = file.seek(0, os.SEEK_END)
    at = size - _SEAL_BYTES - _END.size
    if at < 0:
        raise _odd(path, "it is too short")
    file.seek(at)
    sign, _, _, here, total, directory, start, comment = _END.unpack(file.read(_END.size))
    if (sign, comment) != (b"PK\x05\x06", _SEAL_BYTES) or here != total or start + directory != at:
        raise _odd(path, "its end is not one that Posterhall writes")
    if total > MAX_MEMBERS + 1 or directory > MAX_DIRECTORY:
        raise _odd(path, f"it has {total:,} members, more than any library needs")
    return size


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _odd(path, f"its {MANIFEST} is not JSON") from error
    version = found.get("format") if isinstance(found, dict) else None
    if type(version) is int and version > FORMAT:
        raise InputError(
            f"{path} was written by a newer Posterhall (format {version}, this one reads {FORMAT}): update"
        )
    try:
        members = {name: Member(**fields) for name, fields in found.pop("members").items()}
        manifest = Manifest(**found, members=members)
        sound = (
            version == FORMAT
            and all(_count(n) for n in (manifest.format, manifest.revision, *manifest.counts.values()))
            and type(manifest.posterhall) is str
            and all(_count(m.size) and bool(re.fullmatch("[0-9a-f]{64}", m.sha256)) for m in members.values())
        )
    except (TypeError, AttributeError, KeyError):
        sound = False
    if not sound:
        raise _odd(path, f"its {MANIFEST} has missing or unknown entries")
    return manifest


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 62


def _check_members(path: Path, manifest: Manifest, infos: Mapping[str, zipfile.ZipInfo], size: int) -> None:
    if infos.keys() != manifest.members.keys() or LIBRARY not in infos:
        raise _odd(path, f"its members are not the ones of its {MANIFEST}")
    for name, info in infos.items():
        if not _MEMBER.fullmatch(name):
            raise _odd(path, f"a bundle has no member {name[:100]!r}")
        # Other ways of compressing may take memory without end.
        if info.file_size != manifest.members[name].size or info.compress_type != zipfile.ZIP_DEFLATED:
            raise _odd(path, f"{name} is not as its {MANIFEST} says")
    if sum(info.file_size for info in infos.values()) > MAX_RATIO * size:
        raise _odd(path, f"it would unpack to more than {MAX_RATIO} times its size")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > MAX_MANIFEST or info.compress_type != zipfile.ZIP_DEFLATED:
        raise _odd(path, f"its {MANIFEST} has {info.file_size:,} bytes")
    with archive.open(info) as source:
        return source.read(MAX_MANIFEST)


def _extract(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, target: Path, path: Path, told: _Told
) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), member.size
    # Always a plain file of our making, whatever kind the zip file says that its member is.
    with archive.open(info) as source, target.open("xb") as file:
        while chunk := source.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            file.write(chunk)
            told.more(len(chunk))
    if left or digest.hexdigest() != member.sha256:
        raise _odd(path, f"{info.filename} does not have the sha256 that its {MANIFEST} names")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its place at the end, or goes."""
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


class _Told:
    """Progress in megabytes."""

    def __init__(self, what: str, total: int, on_progress: Progress | None) -> None:
        self._what, self._total, self._done = what, total, 0
        self._tell = on_progress or (lambda what, done, total: None)

    def more(self, size: int) -> None:
        self._done += size
        self._tell(self._what, _mb(self._done), _mb(self._total))


def _mb(size: int) -> int:
    return -(-size // 1_000_000)


def _odd(path: Path, why: str) -> InputError:
    return InputError(f"{path} is not a sound bundle: {why}: ask whoever made it for another")
