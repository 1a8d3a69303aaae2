"""Whether a stranger's library file is one that Posterhall could have written.

SQLite runs what a file's schema says (triggers, views, virtual tables, checks), and the rest of Posterhall trusts what
it once wrote. So a file that came in a bundle is looked through before anything else opens it: its schema is to be that
of our migrations and nothing more, and every row what the stores write (``library.rows``).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from library.db import FILE_NAME, Library
from library.errors import InputError, LibraryError
from library.rows import BadRow, CheckTopic, Rows
from library.schema import migrations
from library.snapshot import STAYS, TRAVELS

MAX_BYTES = 64 << 20
"""Of one value. The longest page of 864 has 0.1 MB."""


def vet(folder: Path, name: str, *, model: str, dimension: int, check_topic: CheckTopic) -> None:
    """Look through the library in ``folder``, and bring it up to this version's tables once its schema is known good.

    Args:
        folder: Nobody else uses it.
        name: What the bundle is called in errors.
        model: The vectors are to be of this model.
        dimension: Their length.
        check_topic: Raises InputError for a row that is no topic: what one is, only those know who use it.

    Raises:
        InputError: It is not what Posterhall writes.
        LibraryError: A newer Posterhall wrote it.
    """
    try:
        _check_schema(folder / FILE_NAME, name)
        Library.open(folder).close()
        check_rows(folder / FILE_NAME, model=model, dimension=dimension, check_topic=check_topic)
    except BadRow as error:
        raise InputError(f"{name} is not a sound bundle: {error}: ask whoever made it for another") from None
    except (sqlite3.Error, UnicodeError) as error:
        raise InputError(
            f"{name} is not a sound bundle: its library cannot be read ({error}): ask whoever made it for another"
        ) from error


def check_rows(file: Path, *, model: str, dimension: int, check_topic: CheckTopic) -> None:
    """Look at every row of a library whose tables are ours; the arguments are those of :func:`vet`.

    Raises:
        BadRow: One holds what never travels.
    """
    rows = Rows(model, dimension, check_topic)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
        db = Database(connection, execute_plugins=False)
        for table in STAYS:
            if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                raise BadRow(f"its library has rows in {table}, which never travel")
        # In the order in which they travel: pages come before what points at them.
        for table in TRAVELS:
            for number, row in enumerate(db.query(f"SELECT * FROM {table}"), 1):
                try:
                    rows.check(table, row)
                # Whatever a value of the wrong kind makes of these checks, it is a value of the wrong kind.
                except (
                    BadRow,
                    InputError,
                    ValueError,
                    TypeError,
                    AttributeError,
                    LookupError,
                    RecursionError,
                ) as error:
                    raise BadRow(f"row {number:,} of its table {table}: {str(error)[:300]}") from None


def _check_schema(file: Path, name: str) -> None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {pragma}")
        found = _schema(connection)
        with closing(Database(memory=True)) as ours:
            names = [m.name for m in migrations.pending(ours)]
            migrations.ensure_migrations_table(ours)
            # Before a row is read: what is called a table may be a view.
            if not _schema(ours.conn) <= found:
                raise BadRow("it holds no library of Posterhall's")
            rows = connection.execute("SELECT migration_set, name FROM _sqlite_migrations ORDER BY id").fetchall()
            applied = [row[1] for row in rows if row[0] == migrations.name]
            if len(applied) > len(names) and applied[: len(names)] == names:
                raise LibraryError(f"{name} was written by a newer Posterhall: update this one")
            if len(applied) != len(rows) or applied != names[: len(applied)]:
                raise BadRow("its library was not made by our steps")
            migrations.apply(ours, stop_before=names[len(applied) :])
            if odd := sorted({f"{kind} {called!r}" for kind, called, *_ in found ^ _schema(ours.conn)}):
                raise BadRow(f"its library has other tables than ours ({', '.join(odd)[:200]})")
        for pragma in ("integrity_check(1)", "foreign_key_check"):
            wrong = connection.execute(f"PRAGMA {pragma}").fetchone()
            if wrong not in (None, ("ok",)):
                raise BadRow(f"its library is damaged ({str(wrong[0])[:200]!r})")


def _schema(connection: sqlite3.Connection) -> set[tuple[str, str, str, str | None]]:
    return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema"))
