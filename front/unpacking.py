"""Opening bundles: checked, vetted and with this machine's compiled model, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from front.values import Progress
from library import Library
from library.bundle import check_seal
from library.db import READ_ONLY
from library.errors import InputError
from library.schema import migrations
from library.unpack import unpack
from library.vetting import vet

if TYPE_CHECKING:
    from library.bundle import Manifest

KEPT = 4
"""Bundles that stay unpacked, the last used ones. One of 2,610 abstracts takes 40 MB, and the model 45 MB once."""

_ENCODERS = "encoders"


def cache_folder() -> Path:
    """Where bundles are unpacked: POSTERHALL_CACHE, else posterhall in XDG_CACHE_HOME or in ``~/.cache``."""
    if named := os.environ.get("POSTERHALL_CACHE"):
        return Path(named).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "posterhall"


def opened(bundle: Path, on_progress: Progress | None = None) -> Path:
    """A data folder with a bundle's library and index, for reading; unpacked unless it was before.

    Every byte of the bundle is checked each time.

    Raises:
        InputError: It is damaged, is no bundle, or cannot be unpacked.
        LibraryError: A newer Posterhall wrote it.
    """
    from index.generation import FORMAT
    from index.model import MODEL_KEY

    seal, cache = check_seal(bundle, on_progress), cache_folder()
    # Of another version's tables or index nothing can be read, and nothing is changed in a bundle's folder.
    target = cache / "bundles" / f"{seal[:32]}-{len(migrations._migrations)}-{FORMAT}-{MODEL_KEY}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            if not target.exists():
                with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as work:
                    folder = Path(work) / "data"
                    unpack_into(bundle, folder, on_progress)
                    (folder / READ_ONLY).write_text(str(bundle.absolute()), encoding="utf-8")
                    folder.rename(target)
            (target / READ_ONLY).write_text(str(bundle.absolute()), encoding="utf-8")
            _prune(target.parent)
    except OSError as error:
        raise InputError(
            f"cannot unpack {bundle} into {target.parent}: {error.strerror or error}; name another folder in "
            "POSTERHALL_CACHE"
        ) from error
    return target


def unpack_into(bundle: Path, folder: Path, on_progress: Progress | None = None) -> Manifest:
    """Make a data folder of a bundle whose seal was checked, ready to be asked.

    Raises:
        InputError: It is no sound bundle.
        LibraryError: A newer Posterhall wrote it.
    """
    from index.build import build
    from index.carry import adopt
    from index.compile import ready_encoder
    from ingest.chunk import CHUNKER

    manifest = vetted(bundle, folder, on_progress)
    shared = cache_folder() / _ENCODERS
    with FileLock(_made(shared) / ".lock"):
        encoder = ready_encoder(shared, None)
        shutil.copytree(encoder, folder / "index" / _ENCODERS / encoder.name, copy_function=_link_or_copy)
    with Library.open(folder) as library:
        adopt(library, folder / "index", encoder)
        build(library, folder / "index", chunker=CHUNKER, on_progress=on_progress)
        library.settle()
    return manifest


def vetted(bundle: Path, folder: Path, on_progress: Progress | None = None) -> Manifest:
    """Unpack a bundle whose seal was checked, and look through its library.

    Raises:
        InputError: It is no sound bundle.
        LibraryError: A newer Posterhall wrote it.
    """
    from browse.topics import parse
    from index.model import DIMENSION, MODEL_KEY

    folder.mkdir(parents=True, exist_ok=True)
    manifest = unpack(bundle, folder, on_progress)
    vet(folder, str(bundle), model=MODEL_KEY, dimension=DIMENSION, check_topic=parse)
    return manifest


def _prune(folder: Path) -> None:
    """Remove the bundles that were not used for longest."""
    held = sorted(folder.glob(f"[!.]*/{READ_ONLY}"), key=lambda mark: mark.stat().st_mtime_ns)
    for mark in held[:-KEPT]:
        shutil.rmtree(mark.parent, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _link_or_copy(source: str, target: str) -> str:
    """Share the model's weights between bundles, where the file system can."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target
