"""Reading lists: what they are, and where they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

from sqlite_utils import Database

TO_READ = "to read"
READING = "reading"
READ = "read"

STATES = (TO_READ, READING, READ)

PRIORITIES = (0, 1, 2, 3)
"""0 is none; 1 comes first."""

UNDO_STEPS = 30
"""Changes of a list that can be undone: each holds the whole list as it was, a megabyte for one of 2,600 papers."""

Path: TypeAlias = tuple[str, ...]
"""A section's headings from the outermost inwards; () is before the first heading."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a list itself knows of a paper: it stands there when the library does not hold the paper (any more).

    Attributes:
        link: An http(s) URL.
    """

    title: str
    authors: tuple[str, ...] = ()
    venue: str | None = None
    year: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """The sentence that put a paper on a list, as it stood in the paper when it was added; ``page`` as of a quote."""

    text: str
    section: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper of a list.

    Attributes:
        entry_id: Never used twice in a list; 0 before it is kept.
        paper_id: None for a paper that the library never held.
        note: The user's own words, Markdown.
        state: One of :data:`STATES`.
        priority: One of :data:`PRIORITIES`.
    """

    named: Named
    paper_id: str | None = None
    section: Path = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    state: str = TO_READ
    priority: int = 0
    why: Why | None = None
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A list of papers in the user's order, in sections.

    Attributes:
        list_id: Lower-case letters, digits and dashes; it stays when the list is renamed.
        sections: Every section, parents before their children; some may hold no paper.
        entries: In the order of their sections.
        next_entry: The id that the next entry gets.
    """

    list_id: str
    name: str
    description: str = ""
    sections: tuple[Path, ...] = ()
    entries: tuple[Entry, ...] = ()
    next_entry: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A change that can be undone.

    Attributes:
        what: What was done, for people ("3 papers added").
        before: The list as it was; None when the change made it.
    """

    change_no: int
    list_id: str
    what: str
    before: ReadingList | None
    at: str


def arranged(made: ReadingList) -> ReadingList:
    """The list with every section that is used or a parent named, entries in their sections' order, and all numbered.

    Sections keep the order in which they are first named, children directly below their parents.
    """
    tree: dict[str, Any] = {}
    for path in (*made.sections, *(entry.section for entry in made.entries)):
        branch = tree
        for heading in path:
            branch = branch.setdefault(heading, {})
    sections = tuple(_below(tree, ()))
    places = {path: n for n, path in enumerate(((), *sections))}
    entries, next_entry = [], max([made.next_entry, *(entry.entry_id + 1 for entry in made.entries)])
    for entry in sorted(made.entries, key=lambda entry: places[entry.section]):
        if not entry.entry_id:
            entry, next_entry = replace(entry, entry_id=next_entry), next_entry + 1
        entries.append(entry)
    return replace(made, sections=sections, entries=tuple(entries), next_entry=next_entry)


def _below(tree: dict[str, Any], path: Path) -> Iterator[Path]:
    for heading, branch in tree.items():
        yield (*path, heading)
        yield from _below(branch, (*path, heading))


class ListStore:
    """The lists and list_changes tables.

    Lists name papers by id and hang on nothing else: they outlive withdrawals and every re-reading. The index does not
    depend on them, so the library's revision stays.
    """

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def all(self) -> list[ReadingList]:
        """Every list, in the order they were made."""
        return [read_list(row[0]) for row in self._db.execute("SELECT content FROM lists ORDER BY list_no")]

    def get(self, list_id: str) -> ReadingList | None:
        """A list, or None when there is none of that id."""
        row = self._db.execute("SELECT content FROM lists WHERE list_id = ?", [list_id]).fetchone()
        return read_list(row[0]) if row else None

    def holding(self, paper_ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of the lists that hold each of these papers, in the order they were made; papers on none left out."""
        sql = """SELECT DISTINCT entry.value ->> 'paper_id', list_id, list_no
                 FROM lists, json_each(content, '$.entries') AS entry
                 WHERE entry.value ->> 'paper_id' IN (SELECT value FROM json_each(?)) ORDER BY list_no"""
        found: dict[str, list[str]] = {}
        for paper_id, list_id, _ in self._db.execute(sql, [json.dumps(sorted(set(paper_ids)))]):
            found.setdefault(paper_id, []).append(list_id)
        return found

    def change(
        self, list_id: str, edit: Callable[[ReadingList | None], ReadingList | None], what: str, now: str
    ) -> ReadingList | None:
        """Change, make (from None) or remove (to None) a list, as one step that can be undone.

        Nobody else changes a list between the reading and the writing. An edit that changes nothing is no step.

        Args:
            list_id: The list's.
            edit: Gives the list as it should be from the list as it is; what it raises leaves all as it was.
            what: What is done, for people.
            now: When, ISO.

        Returns:
            The list as it is kept: :func:`arranged`.
        """
        with self._writing():
            before = self.get(list_id)
            after = edit(before)
            if after is not None:
                after = arranged(after)
            if after != before:
                self._put(list_id, after)
                self._db.execute(
                    "INSERT INTO list_changes (list_id, what, before, at) VALUES (?, ?, ?, ?)",
                    [list_id, what, before and _written(before), now],
                )
                self._db.execute(
                    """DELETE FROM list_changes WHERE list_id = ? AND change_no NOT IN
                       (SELECT change_no FROM list_changes WHERE list_id = ? ORDER BY change_no DESC LIMIT ?)""",
                    [list_id, list_id, UNDO_STEPS],
                )
        return after

    def changes(self, list_id: str | None = None, *, limit: int = -1) -> list[Change]:
        """What can be undone, of one list or of all, the latest first."""
        rows = self._db.execute(
            """SELECT change_no, list_id, what, before, at FROM list_changes
               WHERE ? IS NULL OR list_id = ? ORDER BY change_no DESC LIMIT ?""",
            [list_id, list_id, limit],
        )
        return [Change(no, name, what, before and read_list(before), at) for no, name, what, before, at in rows]

    def undo(self, list_id: str | None = None, change_no: int | None = None) -> Change | None:
        """Take back the latest change, of one list or of all; None when there is none, or another one is the latest."""
        with self._writing():
            latest = next(iter(self.changes(list_id, limit=1)), None)
            if latest is not None and change_no in (None, latest.change_no):
                self._put(latest.list_id, latest.before)
                self._db.execute("DELETE FROM list_changes WHERE change_no = ?", [latest.change_no])
                return latest
        return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction that is alone from its start: what it reads is what it changes."""
        with self._db.atomic():
            # Writing first takes the place in the queue; a transaction that begins by reading may find it taken.
            self._db.execute("UPDATE state SET value = value + 1 WHERE key = 'lists'")
            yield

    def _put(self, list_id: str, made: ReadingList | None) -> None:
        if made is None:
            self._db.execute("DELETE FROM lists WHERE list_id = ?", [list_id])
        else:
            self._db.execute(
                """INSERT INTO lists (list_id, content) VALUES (?, ?)
                   ON CONFLICT (list_id) DO UPDATE SET content = excluded.content""",
                [list_id, _written(made)],
            )


def _written(made: ReadingList) -> str:
    return json.dumps(asdict(made), ensure_ascii=False)


def read_list(content: str) -> ReadingList:
    """A list from the text that it is kept as."""
    fields = json.loads(content)
    fields["sections"] = tuple(tuple(path) for path in fields["sections"])
    fields["entries"] = tuple(_entry(entry) for entry in fields["entries"])
    return ReadingList(**fields)


def _entry(fields: dict[str, Any]) -> Entry:
    named, why = fields.pop("named"), fields.pop("why")
    named["authors"] = tuple(named["authors"])
    fields["section"], fields["tags"] = tuple(fields["section"]), tuple(fields["tags"])
    return Entry(Named(**named), why=Why(**why) if why else None, **fields)
