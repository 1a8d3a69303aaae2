"""Unpacking bundles: a stranger may have sealed one, so no name, number or size in it is believed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from library.bundle import (
    CHUNK,
    FORMAT,
    LIBRARY,
    MANIFEST,
    SEAL_BYTES,
    Manifest,
    Member,
    Progress,
    Told,
    megabytes,
    odd,
)
from library.errors import InputError

_END = struct.Struct("<4s4H2LH")  # a zip file's last record, before its comment

_MEMBER = re.compile(
    r"library\.db|index/(?:CURRENT|gen-\d{5,9}-r\d{1,18}/(?:manifest\.json|tantivy/\.?\w[\w-]*(?:\.\w+)*))",
    re.ASCII,
)

MAX_MEMBERS = 2_000
"""An index has some ten files, and a tantivy index that was brought up to date for years some hundred."""

MAX_DIRECTORY = 1 << 20
"""Bytes of the zip file's own list of members."""

MAX_MANIFEST = 1 << 20

MAX_RATIO = 100
"""How many times the file's size its members may have together. Libraries reach 3; zlib's limit is 1,032."""


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
                    raise odd(path, "its list of members is not one that Posterhall writes")
                manifest = _manifest(path, _read(archive, infos.pop(MANIFEST), path))
                _check_members(path, manifest, infos, size)
                total = sum(member.size for member in manifest.members.values())
                free = shutil.disk_usage(folder).free
                if total > free:
                    room = f"{megabytes(total)} MB in {folder} and {megabytes(free)} MB are free"
                    raise InputError(f"{path} needs {room}: make room")
                told = Told("unpack", total, on_progress)
                for name, member in manifest.members.items():
                    _extract(archive, infos[name], member, folder / name, path, told)
    # Whatever zipfile may say of a file that was sealed and is no sound zip file all the same.
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise odd(path, str(error)) from error
    except OSError as error:
        raise InputError(f"cannot unpack {path} into {folder}: {error.strerror or error}") from error
    return manifest


def _checked_end(file: IO[bytes], path: Path) -> int:
    """The file's size; its zip directory is small enough to be read into memory, and is where it should be."""
    size = file.seek(0, os.SEEK_END)
    at = size - SEAL_BYTES - _END.size
    if at < 0:
        raise odd(path, "it is too short")
    file.seek(at)
    sign, _, _, here, total, directory, start, comment = _END.unpack(file.read(_END.size))
    if (sign, comment) != (b"PK\x05\x06", SEAL_BYTES) or here != total or start + directory != at:
        raise odd(path, "its end is not one that Posterhall writes")
    if total > MAX_MEMBERS + 1 or directory > MAX_DIRECTORY:
        raise odd(path, f"it has {total:,} members, more than any library needs")
    return size


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise odd(path, f"its {MANIFEST} is not JSON") from error
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
        raise odd(path, f"its {MANIFEST} has missing or unknown entries")
    return manifest


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 62


def _check_members(path: Path, manifest: Manifest, infos: Mapping[str, zipfile.ZipInfo], size: int) -> None:
    if infos.keys() != manifest.members.keys() or LIBRARY not in infos:
        raise odd(path, f"its members are not the ones of its {MANIFEST}")
    for name, info in infos.items():
        if not _MEMBER.fullmatch(name):
            raise odd(path, f"a bundle has no member {name[:100]!r}")
        # Other ways of compressing may take memory without end.
        if info.file_size != manifest.members[name].size or info.compress_type != zipfile.ZIP_DEFLATED:
            raise odd(path, f"{name} is not as its {MANIFEST} says")
    if sum(info.file_size for info in infos.values()) > MAX_RATIO * size:
        raise odd(path, f"it would unpack to more than {MAX_RATIO} times its size")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > MAX_MANIFEST or info.compress_type != zipfile.ZIP_DEFLATED:
        raise odd(path, f"its {MANIFEST} has {info.file_size:,} bytes")
    with archive.open(info) as source:
        return source.read(MAX_MANIFEST)


def _extract(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, target: Path, path: Path, told: Told
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
        raise odd(path, f"{info.filename} does not have the sha256 that its {MANIFEST} names")
