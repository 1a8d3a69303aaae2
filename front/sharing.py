"""Bundles: a library, its index and its lists as one file, and such a file of others taken in."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from front.base import Base
from front.values import Progress
from library import Library
from library.bundle import LIBRARY, pack
from library.errors import IndexUnavailable, InputError, LibraryError
from library.rows import BadRow
from library.snapshot import counts, snapshot
from library.version import VERSION
from library.vetting import check_rows

if TYPE_CHECKING:
    from library.bundle import Manifest
    from library.merging import MergeReport


class Sharing(Base):
    """A bundle out, a bundle in."""

    def bundle(self, path: str | Path, *, on_progress: Progress | None = None) -> Manifest:
        """Write the library, its index and its lists to one file, whole or not at all.

        PDFs stay, and so does what is nobody else's business: failures, followed venues, budgets, the undoing of
        lists, and addresses with a token in them (``library.snapshot`` has the whole list). Own topics, verdicts and
        what was said of versions go with it. The same library and index give the same bytes.

        Raises:
            IndexUnavailable: There is no index, or the library has changed since.
            LibraryError: A row is not as it should be.
            InputError: The file cannot be written.
        """
        from browse.topics import parse, registry
        from index.carry import carried
        from index.model import DIMENSION, MODEL_KEY

        target = Path(path)
        if not target.parent.is_dir():
            raise InputError(
                f"there is no folder {target.parent} to write {target.name} into: make it, or name another"
            )
        topics = [(t.topic_id, t.as_row()) for t in registry(self.data, self.library.topics.own()).topics if t.own]
        files, indexed = carried(self.data / "index")
        # Who opens a bundle cannot keep a map, and would have it worked out each time.
        if on_progress:
            on_progress("map", 0, 1)
        self._maps().layout(self.library, self.searcher)
        with tempfile.TemporaryDirectory(prefix="posterhall-") as work:
            copy = Path(work) / LIBRARY
            snapshot(self.library.path, copy, model=MODEL_KEY, topics=topics, on_progress=on_progress)
            try:
                check_rows(copy, model=MODEL_KEY, dimension=DIMENSION, check_topic=parse)
            except BadRow as error:
                raise LibraryError(
                    f"the library cannot be bundled, for nobody could open it: {error}. Take what it is of in again"
                ) from None
            revision, held = counts(copy)
            if revision != indexed:
                raise IndexUnavailable(
                    "the library has changed since it was indexed: run `posterhall index`, then bundle it"
                )
            members = {LIBRARY: copy, **{f"index/{name}": file for name, file in files.items()}}
            return pack(target, members, posterhall=VERSION, revision=revision, counts=held, on_progress=on_progress)

    def merge_bundle(self, path: str | Path, *, on_progress: Progress | None = None) -> MergeReport:
        """Take a bundle into the library, in one transaction; `index` is to be run after, and encodes nothing twice.

        Raises:
            InputError: It is damaged, or no bundle.
            LibraryError: A newer Posterhall wrote it.
            LibraryBusy: Another process is writing.
            LibraryReadOnly: This library is a bundle's itself.
        """
        from browse.topics import registry
        from front.unpacking import vetted
        from index.model import MODEL_KEY
        from library.bundle import check_seal
        from library.merging import merge

        bundle = Path(path)
        check_seal(bundle, on_progress)
        with tempfile.TemporaryDirectory(prefix="posterhall-") as work:
            vetted(bundle, Path(work), on_progress)
            with (
                Library.open(self.data, create=True) as ours,
                ours.writing(),
                Library.open(Path(work)) as theirs,
            ):
                known = {t.topic_id: t.as_row() for t in registry(self.data, ours.topics.own()).topics}
                now = datetime.now(UTC).isoformat(timespec="seconds")
                return merge(
                    *(ours, theirs),
                    name=bundle.name,
                    now=now,
                    model=MODEL_KEY,
                    topics=known,
                    on_progress=on_progress,
                )


def unpacked(path: str | Path, folder: str | Path, *, on_progress: Progress | None = None) -> Manifest:
    """Make a new data folder of a bundle, to be used and changed like any other.

    Raises:
        InputError: The bundle is damaged or no bundle, or the folder is there and holds something.
        LibraryError: A newer Posterhall wrote it.
    """
    from front.unpacking import unpack_into
    from library.bundle import check_seal

    bundle, target = Path(path), Path(folder)
    check_seal(bundle, on_progress)
    try:
        if target.exists() and any(target.iterdir()):
            raise InputError(f"{target} holds something: name a new folder, or add --merge to take the bundle into it")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as work:
            made = unpack_into(bundle, Path(work) / "data", on_progress)
            if target.exists():
                target.rmdir()
            (Path(work) / "data").rename(target)
    except OSError as error:
        raise InputError(f"cannot unpack {bundle} into {target}: {error.strerror or error}: name another") from error
    return made
