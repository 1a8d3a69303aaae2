"""Generations: an index is a folder that is built aside, then made current by replacing one small file.

index/
├── CURRENT                    the name of the current generation
├── gen-00002-r345/            2nd generation, made at library revision 345
│   ├── manifest.json
│   ├── dense.faiss
│   └── tantivy/
├── gen-00001-r120/            the one before, for readers that have it open
└── encoders/<model>-<hash>/   the compiled model
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from index.encoder import RECORD
from index.model import MODEL_KEY, sha256_of
from library.errors import IndexUnavailable

FORMAT = 1
"""Of a generation. Grows when an index of this version means something else, the analyzer's words included."""

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
DENSE = "dense.faiss"
LEXICAL = "tantivy"
ENCODERS = "encoders"
BUILDING = ".building"

KEPT = 2
"""Generations that stay: the current one, and the one that a reader may have open."""

_NAME = re.compile(r"gen-(\d{5,})-r\d+")
_REMEDY = "run `posterhall index --full`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from and holds.

    Attributes:
        model: The key of the model that made the vectors.
        encoder: Name of the compiled model's folder.
        encoder_sha256: Of its record, which in turn has the hash of each of its files.
        chunker: Name of the code that cut the passages.
        revision: The library's when the build began.
        created: ISO time, UTC.
        files: Path within the generation to sha256, of every file but the manifest.
    """

    format: int
    model: str
    encoder: str
    encoder_sha256: str
    chunker: str
    passages: int
    revision: int
    created: str
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation whose manifest fits this version and whose files are the ones it names."""

    path: Path
    manifest: Manifest

    @property
    def encoder(self) -> Path:
        """The compiled model's folder."""
        return self.path.parent / ENCODERS / self.manifest.encoder


def current_name(folder: Path) -> str:
    """Name of the current generation of an index folder: cheap, and nothing is checked.

    Raises:
        IndexUnavailable: There is none.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexUnavailable(f"there is no index in {folder}: run `posterhall index`") from None
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"cannot read {folder / CURRENT}: {error}: {_REMEDY}") from error
    if not _NAME.fullmatch(name):
        raise IndexUnavailable(f"{folder / CURRENT} names no generation: {_REMEDY}")
    return name


def current(folder: Path) -> Generation:
    """The current generation of an index folder, checked file by file.

    Raises:
        IndexUnavailable: There is none, it is of another version or model, or a file is missing or altered.
    """
    path = folder / current_name(folder)
    generation = Generation(path, read_manifest(path))
    _check(generation)
    return generation


def publish(folder: Path, work: Path, manifest: Manifest) -> Generation:
    """Complete the folder ``work`` with a manifest of its files and make it the current generation.

    Whoever reads meanwhile sees the earlier generation or this one, also after a power cut.
    """
    number = max((int(m[1]) for m in _names(folder)), default=0) + 1
    target = folder / f"gen-{number:05}-r{manifest.revision}"
    for path in _files(work):
        _sync(path)
    write_manifest(work, manifest)
    _sync(work)
    work.rename(target)
    _replace(folder / CURRENT, target.name)
    return Generation(target, manifest)


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace a generation's manifest in one step."""
    _replace(path / MANIFEST, json.dumps(asdict(manifest), indent=1))


def hashes(path: Path) -> dict[str, str]:
    """sha256 of each file of a generation that its manifest vouches for."""
    return {f.relative_to(path).as_posix(): sha256_of(f) for f in _files(path)}


def clean(folder: Path) -> None:
    """Remove what interrupted builds left behind."""
    for path in [*folder.glob(f"{BUILDING}*"), *(folder / ENCODERS).glob(".compiling-*")]:
        shutil.rmtree(path, ignore_errors=True)


def prune(folder: Path) -> None:
    """Remove generations that nobody needs any more, and compiled models that none of the others names."""
    names = sorted(_names(folder), key=lambda m: int(m[1]))
    for old in names[:-KEPT]:
        shutil.rmtree(folder / old[0], ignore_errors=True)
    used = set()
    for kept in names[-KEPT:]:
        try:
            used.add(read_manifest(folder / kept[0]).encoder)
        except IndexUnavailable:
            continue
    for path in (folder / ENCODERS).iterdir():
        if path.name not in used:
            shutil.rmtree(path, ignore_errors=True)


def read_manifest(generation: Path) -> Manifest:
    """A generation's manifest.

    Raises:
        IndexUnavailable: It cannot be read, or is of another version.
    """
    path = generation / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"cannot read the index's {path}: {error}: {_REMEDY}") from error
    # The format first: another one may have other fields.
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        has = found.get("format") if isinstance(found, dict) else None
        raise IndexUnavailable(f"the index {path.parent} has format {has}, this version reads {FORMAT}: {_REMEDY}")
    wanted = {f.name: f.type for f in fields(Manifest)}
    if found.keys() != wanted.keys() or any(type(found[n]).__name__ != t.split("[")[0] for n, t in wanted.items()):
        raise IndexUnavailable(f"the index's {path} has missing or unknown entries: {_REMEDY}")
    return Manifest(**found)


def _check(generation: Generation) -> None:
    path, manifest = generation.path, generation.manifest
    if manifest.model != MODEL_KEY:
        raise IndexUnavailable(f"the index {path} is for the model {manifest.model}, not {MODEL_KEY}: {_REMEDY}")
    found = hashes(path)
    if found != manifest.files or DENSE not in found:
        odd = sorted(n for n in {*found, *manifest.files, DENSE} if found.get(n, "") != manifest.files.get(n))
        raise IndexUnavailable(f"the index {path} is damaged ({', '.join(odd[:3])} missing or altered): {_REMEDY}")
    record = generation.encoder / RECORD
    if not record.is_file() or sha256_of(record) != manifest.encoder_sha256:
        raise IndexUnavailable(f"the compiled model's {record} is missing or altered: {_REMEDY}")


def _files(path: Path) -> Iterator[Path]:
    # tantivy makes lock files (.tantivy-*.lock) whenever it opens an index.
    return (f for f in sorted(path.rglob("*")) if f.is_file() and f.name != MANIFEST and not f.name.endswith(".lock"))


def _names(folder: Path) -> Iterator[re.Match[str]]:
    return (m for p in folder.iterdir() if p.is_dir() and (m := _NAME.fullmatch(p.name)))


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Wait until a file or a folder's entries are on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
