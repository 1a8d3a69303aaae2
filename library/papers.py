"""Papers: merging what sources say, reading them back, filtering and counting."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlite_utils import Database

from library.facets import NONE, Author, FacetCounts, Facets, Kind, Trends, Works
from library.filters import SHOWN_TIER, paper_clause
from library.kinds import SHOWN_TIERS
from library.text import digest, fold
from library.types import ACCEPTED, Filter, Paper, PaperRecord

FIELDS = ("title", "authors", "abstract", "note", "venue", "venue_id", "tier", "year", "keywords", "links", "licence")
_JSON = {"authors", "keywords", "links"}
_EMPTY: dict[str, Any] = {"authors": (), "keywords": (), "links": {}}
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

PRECEDENCE = ("forum", "pmlr", "arxiv", "id", "file", "work")
"""Which identifier is believed first when a record's identifiers name different papers."""

SORTS = {
    "title": "folded_title, paper_no",
    "newest": "year DESC, folded_title, paper_no",
    "tier": f"""CASE {SHOWN_TIER} {" ".join(f"WHEN '{tier}' THEN {n}" for n, tier in enumerate(SHOWN_TIERS))}
                ELSE {len(SHOWN_TIERS)} END, folded_title, paper_no""",
}


@dataclass(frozen=True, slots=True)
class Merge:
    """What one record did: ``change`` is ``added``, ``changed`` or ``unchanged``."""

    paper_id: str
    change: str


class PaperStore:
    """The papers table and the identifiers that lead to it."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db
        self._counts = FacetCounts(db)

    def merge(self, record: PaperRecord) -> Merge:
        """Add the paper, or lay the record over the one that any of its identifiers names.

        A value that the record has replaces the one held; a field that it leaves empty is kept.
        """
        with self._db.atomic():
            held = self._find(record)
            if held is None:
                return self._add(record)
            changes = {
                name: getattr(record, name)
                for name in FIELDS
                if getattr(record, name) and _plain(getattr(record, name)) != _plain(getattr(held, name))
            }
            if "links" in changes:
                changes["links"] = {**held.links, **record.links}
                if changes["links"] == dict(held.links):
                    del changes["links"]
            forum_id = held.forum_id or dict(record.identifiers).get("forum")
            new_names = self._link(record.identifiers, held.paper_id)
            if not changes and forum_id == held.forum_id and not new_names:
                return Merge(held.paper_id, "unchanged")
            provenance = {**held.provenance, **dict.fromkeys(changes, record.source)}
            values = {name: getattr(held, name) for name in FIELDS} | changes
            self._write(held.paper_id, forum_id, values, provenance, held.status)
            return Merge(held.paper_id, "changed")

    def put(
        self,
        paper_id: str | None,
        identifiers: Sequence[tuple[str, str]],
        values: Mapping[str, Any],
        provenance: Mapping[str, str],
        status: str = ACCEPTED,
    ) -> Merge:
        """Give a paper, or a new one, exactly these values: what several sources say was weighed elsewhere.

        Args:
            paper_id: None makes a new paper.
            identifiers: Names that lead to it from now on, beside those that do already.
            values: One for each of :data:`FIELDS`; a missing one is empty.
            provenance: The source of each.
            status: See :class:`library.types.Paper`.
        """
        with self._db.atomic():
            held = self.get(paper_id) if paper_id else None
            paper_id = paper_id or self._new_id(identifiers)
            forum_id = (held and held.forum_id) or dict(identifiers).get("forum")
            full = {name: values.get(name) or _EMPTY.get(name) for name in FIELDS}
            same = held is not None and (
                all(_plain(getattr(held, name)) == _plain(full[name]) for name in FIELDS)
                and (held.forum_id, held.status) == (forum_id, status)
            )
            if not same:
                self._write(paper_id, forum_id, full, dict(provenance), status)
            new_names = self._link(identifiers, paper_id)
            if held is None:
                return Merge(paper_id, "added")
            return Merge(paper_id, "unchanged" if same and not new_names else "changed")

    def get(self, paper_id: str) -> Paper | None:
        """The paper, shown or not, or None."""
        return next(self._read("paper_id = ?", [paper_id]), None)

    def get_many(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The papers that exist among ``paper_ids``."""
        wanted = json.dumps(list(paper_ids))
        return {p.paper_id: p for p in self._read("paper_id IN (SELECT value FROM json_each(?))", [wanted])}

    def find(self, scheme: str, value: str) -> str | None:
        """The id of the paper that an identifier names, or None."""
        row = self._db.execute(
            "SELECT paper_id FROM identifiers WHERE scheme = ? AND value = ?", [scheme, value]
        ).fetchone()
        return row[0] if row else None

    def named(self, record: PaperRecord) -> str | None:
        """The id of the paper that :meth:`merge` would lay a record over, or None."""
        held = self._find(record)
        return held.paper_id if held else None

    def named_by(self, scheme: str, paper_ids: Iterable[str]) -> dict[str, str]:
        """The value of a scheme (``arxiv``) for those of the papers that have one; the first of several."""
        rows = self._db.execute(
            """SELECT paper_id, min(value) FROM identifiers
               WHERE scheme = ? AND paper_id IN (SELECT value FROM json_each(?)) GROUP BY paper_id""",
            [scheme, json.dumps(list(paper_ids))],
        )
        return dict(rows.fetchall())

    def identifiers(self, paper_id: str) -> tuple[tuple[str, str], ...]:
        """The names that lead to a paper, by scheme."""
        rows = self._db.execute(
            "SELECT scheme, value FROM identifiers WHERE paper_id = ? ORDER BY scheme, value", [paper_id]
        )
        return tuple((scheme, value) for scheme, value in rows)

    def find_title(self, title: str) -> list[str]:
        """Ids of the papers with this title, whatever its case, accents and punctuation."""
        rows = self._db.execute("SELECT paper_id FROM papers WHERE folded_title = ? ORDER BY paper_no", [fold(title)])
        return [row[0] for row in rows]

    def of_year(self, year: int | None) -> Iterator[Paper]:
        """The papers of a year, or of a year that nobody told, in the order they came; all when it is None."""
        return self._read("? IS NULL OR year = ? OR year IS NULL", [year, year], "ORDER BY paper_no")

    def unread(self, reader: str) -> list[str]:
        """Ids of the papers whose own passages were not made with this, in the order they came."""
        rows = self._db.execute("SELECT paper_id FROM papers WHERE reader IS NOT ? ORDER BY paper_no", [reader])
        return [row[0] for row in rows]

    def select(
        self, where: Filter, *, sort: str = "title", limit: int = -1, offset: int = 0, without: Iterable[str] = ()
    ) -> list[Paper]:
        """The papers that pass a filter, but for some, in a total order."""
        clause, values = paper_clause(self._db, where)
        if left_out := list(without):
            clause += " AND paper_id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(left_out))
        tail = f"ORDER BY {SORTS[sort]} LIMIT ? OFFSET ?"
        return list(self._read(clause, [*values, limit, offset], tail))

    def among(self, paper_ids: Iterable[str], where: Filter) -> set[str]:
        """Those of the papers that pass a filter."""
        clause, values = paper_clause(self._db, where)
        sql = f"SELECT paper_id FROM papers WHERE paper_id IN (SELECT value FROM json_each(?)) AND {clause}"
        return {row[0] for row in self._db.execute(sql, [json.dumps(list(paper_ids)), *values])}

    def ids(self, where: Filter | None = None) -> list[str]:
        """Ids of the papers that pass a filter, by title."""
        clause, values = paper_clause(self._db, where or Filter())
        rows = self._db.execute(f"SELECT paper_id FROM papers WHERE {clause} ORDER BY {SORTS['title']}", values)
        return [row[0] for row in rows]

    def count(self, where: Filter | None = None) -> int:
        """How many papers pass a filter."""
        clause, values = paper_clause(self._db, where or Filter())
        return int(self._db.execute(f"SELECT count(*) FROM papers WHERE {clause}", values).fetchone()[0])

    def reader(self, paper_id: str) -> str | None:
        """What the paper's own passages were made with, since its record last changed."""
        row = self._db.execute("SELECT reader FROM papers WHERE paper_id = ?", [paper_id]).fetchone()
        return row[0] if row else None

    def set_reader(self, paper_id: str, reader: str) -> None:
        """Note what the paper's own passages were made with."""
        self._db.execute("UPDATE papers SET reader = ? WHERE paper_id = ?", [reader, paper_id])

    def facets(self, where: Filter | None = None, *, most: int | None = None, works: Works = NONE) -> Facets:
        """How many papers carry each value: see :meth:`library.facets.FacetCounts.facets`."""
        return self._counts.facets(where or Filter(), most, works)

    def trends(self, where: Filter | None = None, works: Works = NONE) -> Trends:
        """The papers that pass a filter over years and venues."""
        return self._counts.trends(where or Filter(), works)

    def spelling(self, kind: Kind, text: str) -> str | None:
        """An author's name or a keyword as most papers write it, or None where no paper has it."""
        return self._counts.spelling(kind, text)

    def author(self, name: str, *, most: int | None = None, works: Works = NONE) -> Author | None:
        """What an author's papers share, or None where no paper has that name."""
        return self._counts.author(name, most, works)

    def changed_since(self, revision: int) -> set[str]:
        """Ids of the papers that were added or changed after a library revision."""
        rows = self._db.execute("SELECT paper_id FROM papers WHERE revision > ?", [revision])
        return {row[0] for row in rows}

    def _find(self, record: PaperRecord) -> Paper | None:
        ids = dict(record.identifiers)
        ranked = sorted((pair for pair in record.identifiers if pair[0] in PRECEDENCE), key=_rank)
        for scheme, value in ranked:
            found = self.find(scheme, value)
            paper = self.get(found) if found else None
            if paper is None:
                continue
            # The same work under another forum id is another version of it, not this paper.
            if scheme == "work" and paper.forum_id and ids.get("forum", paper.forum_id) != paper.forum_id:
                continue
            return paper
        return None

    def _add(self, record: PaperRecord) -> Merge:
        paper_id = self._new_id(record.identifiers)
        values = {name: getattr(record, name) for name in FIELDS}
        provenance = {name: record.source for name in FIELDS if getattr(record, name)}
        self._write(paper_id, dict(record.identifiers).get("forum"), values, provenance, ACCEPTED)
        self._link(record.identifiers, paper_id)
        return Merge(paper_id, "added")

    def _new_id(self, identifiers: Iterable[tuple[str, str]]) -> str:
        ids = dict(identifiers)
        scheme = next(s for s in (*PRECEDENCE, *ids) if s in ids)
        name = ids[scheme] if scheme == "forum" else f"{scheme}-{ids[scheme].replace('/', '-')}"
        if not _SAFE_ID.fullmatch(name) or self.get(name):
            name = f"{scheme}-{digest(ids[scheme])[:16]}"
        return name

    def _link(self, identifiers: Iterable[tuple[str, str]], paper_id: str) -> int:
        return sum(
            self._db.execute("INSERT OR IGNORE INTO identifiers VALUES (?, ?, ?)", [scheme, value, paper_id]).rowcount
            for scheme, value in identifiers
        )

    def _write(
        self, paper_id: str, forum_id: str | None, values: dict[str, Any], provenance: dict[str, str], status: str
    ) -> None:
        # What the encoder sees of a document stands under the paper's title: under another one it is read again.
        self._db.execute(
            """UPDATE documents SET parser = '' WHERE paper_id = ?
               AND EXISTS (SELECT 1 FROM papers WHERE paper_id = ? AND title != ?)""",
            [paper_id, paper_id, values["title"]],
        )
        row = {k: _dump(v) if k in _JSON else v for k, v in values.items()}
        text = (
            values["title"],
            values["abstract"] or "",
            *values["authors"],
            *values["keywords"],
            values["note"] or "",
        )
        row |= {
            "paper_id": paper_id,
            "forum_id": forum_id,
            "provenance": _dump(provenance),
            "folded": fold(" ".join(text)),
            "folded_title": fold(values["title"]),
            "reader": None,
            "status": status,
            "revision": bump(self._db),
        }
        names = list(row)
        sql = f"""INSERT INTO papers ({", ".join(names)}) VALUES ({", ".join("?" * len(names))})
                  ON CONFLICT (paper_id) DO UPDATE SET {", ".join(f"{n} = excluded.{n}" for n in names)}"""
        self._db.execute(sql, list(row.values()))

    def _read(self, clause: str, values: Sequence[Any], tail: str = "") -> Iterator[Paper]:
        for row in self._db.query(f"SELECT * FROM papers WHERE {clause} {tail}", values):
            known = {f.name: row[f.name] for f in fields(Paper)}
            for name in ("authors", "keywords"):
                known[name] = tuple(json.loads(row[name]))
            for name in ("links", "provenance"):
                known[name] = json.loads(row[name])
            yield Paper(**known)


def bump(db: Database) -> int:
    """Move the library to its next revision, inside the caller's transaction, and return it."""
    row = db.execute("UPDATE state SET value = value + 1 WHERE key = 'revision' RETURNING value").fetchone()
    return int(row[0])


def _rank(identifier: tuple[str, str]) -> int:
    return PRECEDENCE.index(identifier[0])


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value


def _dump(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)
