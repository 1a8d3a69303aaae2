"""Opening the library: one SQLite file, many readers, one writer."""

from __future__ import annotations

import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlite_utils import Database

from library.copies import CopyStore
from library.documents import DocumentStore
from library.errors import LibraryBusy, LibraryError, LibraryReadOnly
from library.events import EventStore
from library.failures import FailureStore
from library.filters import has_term
from library.following import FollowStore
from library.kinds import shown_tier
from library.lineage import LineageStore
from library.lists import ListStore
from library.observations import ObservationStore
from library.papers import PaperStore
from library.passages import PassageStore
from library.points import PointStore
from library.quota import QuotaStore
from library.references import ReferenceStore
from library.schema import migrations
from library.topics import TopicStore
from library.vectors import VectorStore

FILE_NAME = "library.db"

READ_ONLY = "read-only"
"""A data folder with a file of this name is only read; the file names the bundle that the folder was unpacked from."""

BUSY_SECONDS = 30.0
"""How long a statement waits for another connection's transaction; ours last well under a second."""


class Library:
    """Everything that Posterhall holds, in one SQLite file.

    Open it with :meth:`open`. A library may be used from several threads, one at a time.
    """

    def __init__(self, db: Database, path: Path, bundle: str | None = None) -> None:
        """Wrap an open, migrated database; callers use :meth:`open`."""
        self.db = db
        self.path = path
        self.bundle = bundle
        """The bundle that the library is read from, where it is only read."""
        self.papers = PaperStore(db)
        self.documents = DocumentStore(db)
        self.references = ReferenceStore(db)
        self.passages = PassageStore(db)
        self.vectors = VectorStore(db)
        self.failures = FailureStore(db)
        self.observations = ObservationStore(db)
        self.following = FollowStore(db)
        self.quota = QuotaStore(db)
        self.events = EventStore(db)
        self.copies = CopyStore(db)
        self.lineage = LineageStore(db)
        self.topics = TopicStore(db)
        self.lists = ListStore(db)
        self.points = PointStore(db)

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Library:
        """Open the library in ``folder``, bringing its tables up to date; for reading alone where it is a bundle's.

        Raises:
            LibraryError: There is none and ``create`` is false, the file is not a library, or it
                was written by a newer Posterhall.
        """
        path = folder / FILE_NAME
        if (folder / READ_ONLY).exists():
            return cls._open_bundle(path, (folder / READ_ONLY).read_text(encoding="utf-8"))
        if not path.exists() and not create:
            raise LibraryError(
                f"no library at {path}: run `posterhall add` or `posterhall ingest files …` first, or name "
                "another folder with --data"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(f"cannot make the data folder {folder}: {error.strerror}") from error
        try:
            if not path.exists():
                _make(path)
            db = _connect(path)
            try:
                _prepare(db, path)
            except BaseException:
                db.close()
                raise
        except sqlite3.DatabaseError as error:
            raise LibraryError(
                f"cannot use {path}: {error}. Name another folder with --data, or restore the file from a copy"
            ) from error
        return cls(db, path)

    @classmethod
    def _open_bundle(cls, path: Path, bundle: str) -> Library:
        try:
            # Nobody writes to it, so nobody need lock it: its folder may be one that cannot be written.
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1",
                uri=True,
                check_same_thread=False,
                factory=_reading(bundle),
            )
            return cls(_wrapped(connection), path, bundle)
        except sqlite3.DatabaseError as error:
            raise LibraryError(f"cannot use {path}: {error}: remove its folder and open {bundle} again") from error

    def close(self) -> None:
        """Close the file; the library is not used after."""
        self.db.close()

    def settle(self) -> None:
        """Leave nothing beside the file, so that it can be read where nothing can be written."""
        self.db.disable_wal()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def revision(self) -> int:
        """Grows with every change that a reader could see; an index remembers the one it was built at."""
        return int(self.db.execute("SELECT value FROM state WHERE key = 'revision'").fetchone()[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer for a while (across processes).

        Raises:
            LibraryBusy: Another process is; the message names it.
            LibraryReadOnly: It is a bundle's.
        """
        if self.bundle is not None:
            raise _refusal(self.bundle)
        lock_path = self.path.with_suffix(".lock")
        owner = self.path.with_suffix(".writer")
        lock = FileLock(lock_path, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            who = owner.read_text(encoding="utf-8") if owner.exists() else "another process"
            raise LibraryBusy(
                f"{self.path} is being written by {who}: wait until it is done, then run again"
            ) from error
        try:
            owner.write_text(f"process {os.getpid()} ({Path(sys.argv[0]).name or 'python'})", encoding="utf-8")
            yield
        finally:
            owner.unlink(missing_ok=True)
            lock.release()


def _connect(path: Path) -> Database:
    """Open the file without looking into it."""
    return _wrapped(sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False))


def _wrapped(connection: sqlite3.Connection) -> Database:
    db = Database(connection, execute_plugins=False)
    for function in (has_term, shown_tier):
        db.register_function(function, deterministic=True)
    return db


def _reading(bundle: str) -> type[sqlite3.Connection]:
    """A kind of connection that says, when something is to be written, why it cannot be and what can be done."""

    class Reading(sqlite3.Connection):
        def execute(self, *args: Any) -> sqlite3.Cursor:
            with _refusing(bundle):
                return super().execute(*args)

        def executemany(self, *args: Any) -> sqlite3.Cursor:
            with _refusing(bundle):
                return super().executemany(*args)

    return Reading


@contextmanager
def _refusing(bundle: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        raise _refusal(bundle) from error


def _refusal(bundle: str) -> LibraryReadOnly:
    return LibraryReadOnly(
        f"{bundle} is a bundle and only read: take it into a library of your own with "
        f"`posterhall --data FOLDER open {shlex.quote(bundle)} --merge`, and change things there"
    )


def _make(path: Path) -> None:
    """Make a library elsewhere and move it into place, so that nobody ever opens half a one."""
    with _opening(path):
        if path.exists():
            return
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with closing(_connect(part)) as db:
            db.enable_wal()
            migrations.apply(db)
        part.rename(path)


def _prepare(db: Database, path: Path) -> None:
    """Set the connection up and bring the tables up to date."""
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    if _is_current(db, path):
        return
    with _opening(path):
        if _is_current(db, path):
            return
        if db.table_names() and not _is_library(db):
            raise LibraryError(
                f"{path} is an SQLite file but not a Posterhall library: name another folder with --data"
            )
        if db.journal_mode != "wal":
            db.enable_wal()
        migrations.apply(db)


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """Be the one that makes or changes tables: whoever opens the file at the same moment waits."""
    try:
        with FileLock(path.with_suffix(".opening"), timeout=BUSY_SECONDS):
            yield
    except Timeout as error:
        raise LibraryBusy(f"{path} is being brought up to date by another process: wait, then run again") from error


def _is_library(db: Database) -> bool:
    return "_sqlite_migrations" in db.table_names()


def _is_current(db: Database, path: Path) -> bool:
    """Whether there is nothing to do before the library can be used."""
    if not _is_library(db):
        return False
    with closing(Database(memory=True)) as empty:
        known = {m.name for m in migrations.pending(empty)}
    rows = db.query("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [migrations.name])
    newer = {str(row["name"]) for row in rows} - known
    if newer:
        raise LibraryError(
            f"{path} was written by a newer Posterhall (it has {', '.join(sorted(newer))}): update this one"
        )
    return db.journal_mode == "wal" and not migrations.pending(db)
