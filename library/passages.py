"""Passages: what the index is built from and what search returns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from library.filters import SHOWN, paper_clause
from library.papers import bump
from library.text import embedding_text
from library.types import Filter, Passage, Span


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A passage with what its paper adds, as an index takes it in.

    Attributes:
        embed_text: What the encoder sees.
    """

    passage_id: int
    paper_id: str
    kind: str
    title: str
    section: str
    text: str
    embed_hash: str

    @property
    def embed_text(self) -> str:
        """The text under its context; its sha256 is ``embed_hash``."""
        return embedding_text(self.kind, self.title, self.section, self.text)


class PassageStore:
    """The passages table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def replace(self, paper_id: str, document_id: int | None, passages: Sequence[Passage]) -> bool:
        """Make these the passages of a document, or of the paper's own record when it is None.

        Returns:
            False when the same ones were there already; then nothing is written and ids stay.
        """
        with self._db.atomic():
            # "+" keeps SQLite from looking through every paper's own passages: they all have no document.
            clause, values = "paper_id = ? AND +document_id IS ?", [paper_id, document_id]
            held = [_content(p) for p in self._select(f"{clause} ORDER BY ordinal, passage_id", values)]
            if held == [_content(p) for p in passages]:
                return False
            self._db.execute(f"DELETE FROM passages WHERE {clause}", values)
            self._db.conn.executemany(
                """INSERT INTO passages
                   (paper_id, document_id, kind, ordinal, section, text, spans, sentences, embed_hash)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [(paper_id, document_id, *_content(p)) for p in passages],
            )
            self._db.execute("UPDATE papers SET revision = ? WHERE paper_id = ?", [bump(self._db), paper_id])
        return True

    def get_many(self, passage_ids: Iterable[int]) -> dict[int, Passage]:
        """The passages that exist among ``passage_ids``."""
        wanted = json.dumps([int(i) for i in passage_ids])
        found = self._select("passage_id IN (SELECT value FROM json_each(?))", [wanted])
        return {p.passage_id: p for p in found}

    def of_paper(self, paper_id: str) -> list[Passage]:
        """A paper's passages in reading order: title, abstract, note, then the document's."""
        return list(self._select("paper_id = ? ORDER BY document_id IS NOT NULL, ordinal, passage_id", [paper_id]))

    def ids(self, where: Filter | None = None) -> list[int]:
        """Ids of the passages whose papers pass a filter, ascending."""
        clause, values = paper_clause(self._db, where or Filter())
        sql = f"""SELECT passage_id FROM passages WHERE paper_id IN (SELECT paper_id FROM papers WHERE {clause})
                  ORDER BY passage_id"""
        return [row[0] for row in self._db.execute(sql, values)]

    def ids_of_papers(self, paper_ids: Iterable[str]) -> list[int]:
        """Ids of all passages of some papers, ascending."""
        sql = "SELECT passage_id FROM passages WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY passage_id"
        return [row[0] for row in self._db.execute(sql, [json.dumps(list(paper_ids))])]

    def paper_ids(self, passage_ids: Iterable[int]) -> dict[int, str]:
        """The paper of each passage that exists and whose paper is shown."""
        sql = f"""SELECT passage_id, paper_id FROM passages JOIN papers USING (paper_id)
                  WHERE passage_id IN (SELECT value FROM json_each(?)) AND {SHOWN}"""
        return dict(self._db.execute(sql, [json.dumps([int(i) for i in passage_ids])]).fetchall())

    def index_rows(self, passage_ids: Iterable[int] | None = None) -> Iterator[IndexRow]:
        """Rows for an index, ascending by id: of all passages or of some, of papers that are shown."""
        clause, values = SHOWN, list[Any]()
        if passage_ids is not None:
            clause += " AND passage_id IN (SELECT value FROM json_each(?))"
            values = [json.dumps([int(i) for i in passage_ids])]
        sql = f"""SELECT passage_id, paper_id, kind, title, section, text, embed_hash
                  FROM passages JOIN papers USING (paper_id) WHERE {clause} ORDER BY passage_id"""
        for row in self._db.execute(sql, values):
            yield IndexRow(*row)

    def count(self) -> int:
        """How many passages there are of papers that are shown."""
        sql = f"SELECT count(*) FROM passages JOIN papers USING (paper_id) WHERE {SHOWN}"
        return int(self._db.execute(sql).fetchone()[0])

    def _select(self, clause: str, values: Sequence[Any]) -> Iterator[Passage]:
        for row in self._db.query(f"SELECT * FROM passages WHERE {clause}", values):
            spans = tuple(Span(*span) for span in json.loads(row.pop("spans")))
            sentences = tuple((start, end) for start, end in json.loads(row.pop("sentences")))
            yield Passage(**row, spans=spans, sentences=sentences)


def _content(p: Passage) -> tuple[str, int, str, str, str, str, str]:
    spans = json.dumps([[s.page, s.start, s.end] for s in p.spans])
    return p.kind, p.ordinal, p.section, p.text, spans, json.dumps([list(s) for s in p.sentences]), p.embed_hash
