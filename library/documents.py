"""Documents: the PDFs that were read, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from library.filters import SHOWN
from library.papers import bump
from library.types import Document, Line, Page


class DocumentStore:
    """The documents and pages tables."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def replace(
        self,
        paper_id: str,
        *,
        stem: str,
        sha256: str,
        parser: str,
        pages: Iterable[Page],
        warning: str | None = None,
    ) -> int:
        """Make this the paper's document; the earlier one goes, with its pages and passages.

        Returns:
            The new document's id.
        """
        with self._db.atomic():
            self._db.execute("DELETE FROM documents WHERE paper_id = ?", [paper_id])
            rows = [
                (p.number, p.width, p.height, p.text, json.dumps([[n.start, n.end, *n.box] for n in p.lines]))
                for p in pages
            ]
            cursor = self._db.execute(
                "INSERT INTO documents (paper_id, stem, sha256, pages, parser, warning) VALUES (?, ?, ?, ?, ?, ?)",
                [paper_id, stem, sha256, len(rows), parser, warning],
            )
            document_id = int(cursor.lastrowid or 0)
            self._db.conn.executemany(
                "INSERT INTO pages (document_id, number, width, height, text, lines) VALUES (?, ?, ?, ?, ?, ?)",
                [(document_id, *row) for row in rows],
            )
            self._db.execute("UPDATE papers SET revision = ? WHERE paper_id = ?", [bump(self._db), paper_id])
        return document_id

    def rename(self, document_id: int, stem: str) -> None:
        """The same file arrived under another name."""
        self._db.execute("UPDATE documents SET stem = ? WHERE document_id = ?", [stem, document_id])

    def warn(self, document_id: int, warning: str | None) -> None:
        """Say that the document may not be its paper's, or that it looks right after all."""
        self._db.execute("UPDATE documents SET warning = ? WHERE document_id = ?", [warning, document_id])

    def doubtful(self) -> list[Document]:
        """The documents that may not be their papers'."""
        return self._select("warning IS NOT NULL", [])

    def read_anew(self, paper_ids: Iterable[str]) -> None:
        """Let these papers' documents be read again by the next run."""
        clause = "paper_id IN (SELECT value FROM json_each(?))"
        self._db.execute(f"UPDATE documents SET parser = '' WHERE {clause}", [json.dumps(list(paper_ids))])

    def of_paper(self, paper_id: str) -> Document | None:
        """The paper's document, or None."""
        return next(iter(self._select("paper_id = ?", [paper_id])), None)

    def of_papers(self, paper_ids: Iterable[str]) -> dict[str, Document]:
        """The documents that exist among these papers'."""
        found = self._select("paper_id IN (SELECT value FROM json_each(?))", [json.dumps(list(paper_ids))])
        return {d.paper_id: d for d in found}

    def with_hash(self, sha256: str) -> list[Document]:
        """Every document read from a file with this content."""
        return self._select("sha256 = ?", [sha256])

    def read_otherwise(self, parser: str) -> list[Document]:
        """Every document that was read with something else, or under another title than its paper has now."""
        return self._select("parser != ?", [parser])

    def page(self, document_id: int, number: int) -> Page | None:
        """One page, or None."""
        rows = self._db.query("SELECT * FROM pages WHERE document_id = ? AND number = ?", [document_id, number])
        return next((_page(row) for row in rows), None)

    def pages(self, document_id: int) -> list[Page]:
        """All pages, in order."""
        rows = self._db.query("SELECT * FROM pages WHERE document_id = ? ORDER BY number", [document_id])
        return [_page(row) for row in rows]

    def counts(self) -> tuple[int, int]:
        """How many documents and pages there are of papers that are shown."""
        sql = f"SELECT count(*), coalesce(sum(pages), 0) FROM documents JOIN papers USING (paper_id) WHERE {SHOWN}"
        row = self._db.execute(sql).fetchone()
        return int(row[0]), int(row[1])

    def _select(self, clause: str, values: list[Any]) -> list[Document]:
        rows = self._db.query(f"SELECT * FROM documents WHERE {clause} ORDER BY document_id", values)
        return [Document(**row) for row in rows]


def _page(row: dict[str, Any]) -> Page:
    lines = tuple(Line(start, end, (x0, y0, x1, y1)) for start, end, x0, y0, x1, y1 in json.loads(row["lines"]))
    return Page(row["number"], row["width"], row["height"], row["text"], lines)
