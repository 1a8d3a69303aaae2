"""References: the entries of a document's reference list. They are data about other papers and never indexed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from library.types import Span


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry as printed.

    Attributes:
        label: What the text cites it by (``12``, ``VSP+17``); empty in lists without labels.
        text: The pieces that ``spans`` point at, joined by single spaces; with its label.
        spans: Where it stands; more than one piece where a column or a page breaks it.
    """

    label: str
    text: str
    spans: tuple[Span, ...]

    @property
    def page(self) -> int | None:
        """The page that it starts on."""
        return self.spans[0].page


class ReferenceStore:
    """The table of references; a document's go with it."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def replace(self, document_id: int, references: Iterable[Reference]) -> None:
        """Make these the references of a document, in this order."""
        rows = [
            (document_id, number, r.label, r.text, json.dumps([[s.page, s.start, s.end] for s in r.spans]))
            for number, r in enumerate(references, 1)
        ]
        with self._db.atomic():
            self._db.execute("DELETE FROM document_references WHERE document_id = ?", [document_id])
            self._db.conn.executemany("INSERT INTO document_references VALUES (?, ?, ?, ?, ?)", rows)

    def of_document(self, document_id: int) -> list[Reference]:
        """A document's references, in the list's order."""
        sql = "SELECT label, text, spans FROM document_references WHERE document_id = ? ORDER BY number"
        return [
            Reference(label, text, tuple(Span(*span) for span in json.loads(spans)))
            for label, text, spans in self._db.execute(sql, [document_id])
        ]

    def count(self) -> int:
        """How many there are."""
        return int(self._db.execute("SELECT count(*) FROM document_references").fetchone()[0])
