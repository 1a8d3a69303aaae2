"""Vectors, keyed by the model and the text that was encoded: nothing is encoded twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database


class VectorStore:
    """The vectors table. A vector is the bytes of a little-endian float16 array."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def get_many(self, model: str, text_hashes: Iterable[str]) -> dict[str, bytes]:
        """The vectors that exist, by text hash."""
        sql = "SELECT text_hash, vector FROM vectors WHERE model = ? AND text_hash IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(sql, [model, json.dumps(list(text_hashes))]).fetchall())

    def put_many(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep vectors; a text that has one already keeps it."""
        with self._db.atomic():
            self._db.conn.executemany(
                "INSERT OR IGNORE INTO vectors (model, text_hash, vector) VALUES (?, ?, ?)",
                [(model, text_hash, vector) for text_hash, vector in vectors.items()],
            )

    def count(self, model: str | None = None) -> int:
        """How many vectors there are, of one model or of all."""
        sql = "SELECT count(*) FROM vectors WHERE ? IS NULL OR model = ?"
        return int(self._db.execute(sql, [model, model]).fetchone()[0])

    def missing(self, model: str) -> list[str]:
        """The texts of passages that have no vector, by their hashes, ascending."""
        sql = """SELECT DISTINCT embed_hash FROM passages WHERE NOT EXISTS
                 (SELECT 1 FROM vectors WHERE model = ? AND text_hash = embed_hash) ORDER BY embed_hash"""
        return [row[0] for row in self._db.execute(sql, [model])]
