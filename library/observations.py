"""Observations: what each source says of each paper, kept whole, so that their disagreements can be shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from library.papers import FIELDS
from library.text import fold
from library.types import ACCEPTED, PaperRecord

_COLUMNS = "paper_id, source, key, venue, standing, fields, modified, seen_at"
_LISTS = ("authors", "keywords")

PRINTED = "printed"
"""The field for citations: see :class:`library.types.PaperRecord`."""

_COMPARED: Mapping[str, Callable[[Any], Any]] = {
    "title": fold,
    "authors": lambda names: [fold(name) for name in names],
    "abstract": fold,
    "tier": fold,
    "year": lambda year: year,
    "keywords": lambda words: sorted({fold(word) for word in words}),
    "licence": fold,
}
"""The fields that sources can disagree in, and what of a value is compared: not case, accents or punctuation.
Links differ by design, and a venue is called what its follower calls it."""

Conflict = tuple[str, dict[str, Any]]
"""A field and what each source says there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One source's word on one paper.

    Attributes:
        key: The source's own name of the paper, ``scheme:value``.
        venue: The followed venue it was seen in; "" for a file's row.
        standing: ``accepted``, ``withdrawn``… as the source has it.
        fields: Those of a paper record that it knows, with what only citations need under :data:`PRINTED`.
        modified: The source's own time of the last change (ISO), if it has one.
        seen_at: When it first said exactly this (ISO).
    """

    paper_id: str
    source: str
    key: str
    venue: str
    standing: str
    fields: Mapping[str, Any]
    modified: str | None = None
    seen_at: str = ""

    @property
    def content(self) -> tuple[Any, ...]:
        """Everything but the time it was seen."""
        return self.key, self.venue, self.standing, dict(self.fields), self.modified


class ObservationStore:
    """The observations table: one row for each source and paper."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def put(self, seen: Seen) -> None:
        """Keep what a source says now in place of what it said."""
        self._db.execute(
            f"INSERT OR REPLACE INTO observations ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(seen.paper_id, seen.source, seen.key, seen.venue, seen.standing),
                *(json.dumps(dict(seen.fields), ensure_ascii=False), seen.modified, seen.seen_at),
            ],
        )

    def of_paper(self, paper_id: str) -> list[Seen]:
        """Everything said of a paper, in the order in which it was seen."""
        return self._select("paper_id = ? ORDER BY seen_at, source", [paper_id])

    def of_papers(self, paper_ids: Iterable[str]) -> dict[str, list[Seen]]:
        """Everything said of each of these papers, in the order in which it was seen."""
        clause = "paper_id IN (SELECT value FROM json_each(?)) ORDER BY seen_at, source"
        found: dict[str, list[Seen]] = {}
        for seen in self._select(clause, [json.dumps(list(paper_ids))]):
            found.setdefault(seen.paper_id, []).append(seen)
        return found

    def of_venue(self, venue: str, source: str) -> dict[str, Seen]:
        """What a source said of a followed venue's papers, by paper."""
        return {s.paper_id: s for s in self._select("venue = ? AND source = ?", [venue, source])}

    def accepted(self, venue: str) -> dict[str, str | None]:
        """The followed venue's papers that are shown, each with its tier."""
        sql = """SELECT DISTINCT paper_id, tier FROM observations JOIN papers USING (paper_id)
                 WHERE observations.venue = ? AND papers.status = ? ORDER BY paper_id"""
        return dict(self._db.execute(sql, [venue, ACCEPTED]).fetchall())

    def conflicts(self, paper_id: str) -> list[Conflict]:
        """The fields in which a paper's sources disagree, with what each of them says."""
        return _conflicts(self.of_paper(paper_id))

    def conflicting(self, venue: str) -> int:
        """How many of a followed venue's papers have sources that disagree."""
        papers: dict[str, list[Seen]] = {}
        clause = "paper_id IN (SELECT paper_id FROM observations WHERE venue = ?) ORDER BY seen_at, source"
        for seen in self._select(clause, [venue]):
            papers.setdefault(seen.paper_id, []).append(seen)
        return sum(bool(_conflicts(found)) for found in papers.values())

    def _select(self, clause: str, values: list[Any]) -> list[Seen]:
        rows = self._db.query(f"SELECT {_COLUMNS} FROM observations WHERE {clause}", values)
        return [Seen(**{**row, "fields": _loaded(row["fields"])}) for row in rows]


def known_fields(record: PaperRecord) -> dict[str, Any]:
    """The fields that a record knows, as an observation keeps them."""
    found = {name: getattr(record, name) for name in (*FIELDS, PRINTED) if getattr(record, name)}
    return {name: dict(value) if name in ("links", PRINTED) else value for name, value in found.items()}


def _conflicts(seen: Iterable[Seen]) -> list[Conflict]:
    found: list[Conflict] = []
    seen = list(seen)
    for name, compared in _COMPARED.items():
        said = {s.source: s.fields[name] for s in seen if name in s.fields}
        if len(said) < 2 or len({json.dumps(value) for value in said.values()}) == 1:
            continue
        values = list(map(compared, said.values()))
        if any(value != values[0] for value in values[1:]):
            found.append((name, said))
    return found


def _loaded(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(text)
    return {name: tuple(value) if name in _LISTS else value for name, value in fields.items()}
