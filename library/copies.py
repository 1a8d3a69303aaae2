"""Copies: where a paper's PDF can be had, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from library.types import ACCEPTED

NEW = "new"
FETCHED = "fetched"
FAILED = "failed"
REFUSED = "refused"
UNREADABLE = "unreadable"

_COLUMNS = "paper_id, url, source, version, metered, sha256, state"


@dataclass(frozen=True, slots=True)
class Copy:
    """A place that has a paper's PDF.

    Attributes:
        version: Changes when the file does; "" when the source does not say.
        metered: Fetching it spends a scarce budget.
        sha256: Of the file that was fetched last.
        state: ``new``, ``fetched``, ``failed`` (the service's trouble: tried again by the next run),
            ``refused`` (it is not there: tried again after a while) or ``unreadable`` (fetched, and no PDF that can
            be read: not tried again until there is another version).
    """

    paper_id: str
    url: str
    source: str
    version: str
    metered: bool
    sha256: str | None = None
    state: str = NEW


class CopyStore:
    """The pdf_sources table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def replace(self, paper_id: str, source: str, copies: Sequence[Copy]) -> None:
        """Make these the copies that a source has; one that is there in the same version keeps what became of it."""
        held = {c.url: c for c in self.of_paper(paper_id)}
        own = {url for url, c in held.items() if c.source == source}
        with self._db.atomic():
            gone = sorted(own - {c.url for c in copies})
            for url in gone:
                self._db.execute("DELETE FROM pdf_sources WHERE paper_id = ? AND url = ?", [paper_id, url])
            # A new version may come under a new address: what the paper had from there is still its older version.
            older = next((held[url].sha256 for url in gone if held[url].sha256), None)
            for copy in copies:
                before = held.get(copy.url)
                if before is None or before.version != copy.version:
                    self._put(replace(copy, sha256=older))

    def learn(self, copy: Copy) -> None:
        """Keep a copy that is not known yet."""
        if all(known.url != copy.url for known in self.of_paper(copy.paper_id)):
            self._put(copy)

    def fetched(self, copy: Copy, sha256: str) -> None:
        """The copy is in the store of PDFs under this hash."""
        self._mark(copy, FETCHED, sha256)

    def failed(self, copy: Copy, *, refused: bool) -> None:
        """The copy could not be had; the failure table, under its URL, says why."""
        self._mark(copy, REFUSED if refused else FAILED, copy.sha256)

    def again(self, urls: Iterable[str]) -> list[str]:
        """Let the copies at these addresses be tried again whatever became of them; returns the papers' ids."""
        clause = "url IN (SELECT value FROM json_each(?)) AND state IN (?, ?, ?)"
        copies = self._select(clause, [json.dumps(list(urls)), FAILED, REFUSED, UNREADABLE])
        for copy in copies:
            self._mark(copy, NEW, copy.sha256)
        return sorted({copy.paper_id for copy in copies})

    def lost(self, copy: Copy) -> None:
        """The file that was fetched is not in the store any more."""
        self._mark(copy, NEW, None)

    def of_paper(self, paper_id: str) -> list[Copy]:
        """A paper's copies, those that cost nothing first."""
        return self._select("paper_id = ? ORDER BY metered, source, url", [paper_id])

    def wanted(self, paper_ids: Iterable[str], *, refused_before: str) -> dict[str, list[Copy]]:
        """The copies to try for those among these papers that are shown and have no PDF of their own yet.

        A paper has one when a copy was fetched and no newer version of that copy is known, or when
        its document came from elsewhere (a folder) and no copy of it was ever fetched.

        Args:
            paper_ids: Which papers.
            refused_before: A copy that was refused since then (ISO) is left alone.

        Returns:
            By paper, those first that never failed; of a paper, the copies first that cost nothing.
        """
        clause = """paper_id IN (SELECT value FROM json_each(?))
            AND (state IN (?, ?) OR state = ? AND NOT EXISTS (
                SELECT 1 FROM failures WHERE item = pdf_sources.url AND last_seen >= ?))
            AND NOT EXISTS (SELECT 1 FROM pdf_sources f WHERE f.paper_id = pdf_sources.paper_id AND f.state = ?)
            AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.paper_id = pdf_sources.paper_id
                            AND NOT EXISTS (SELECT 1 FROM pdf_sources o WHERE o.paper_id = d.paper_id
                                            AND o.sha256 IS NOT NULL))
            AND EXISTS (SELECT 1 FROM papers p WHERE p.paper_id = pdf_sources.paper_id AND p.status = ?)
            ORDER BY state != ?, paper_id, metered, source, url"""
        values = [json.dumps(list(paper_ids)), NEW, FAILED, REFUSED, refused_before, FETCHED, ACCEPTED, NEW]
        found: dict[str, list[Copy]] = {}
        for copy in self._select(clause, values):
            found.setdefault(copy.paper_id, []).append(copy)
        return found

    def unread(self) -> list[Copy]:
        """The fetched copies that are not their paper's document, as after a run that was ended in the middle."""
        clause = """state = ? AND sha256 IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.paper_id = pdf_sources.paper_id
                            AND d.sha256 = pdf_sources.sha256)
            ORDER BY paper_id, metered, source, url"""
        return self._select(clause, [FETCHED])

    def unreadable(self, copy: Copy) -> None:
        """The file came and cannot be read as a PDF."""
        self._mark(copy, UNREADABLE, copy.sha256)

    def _put(self, copy: Copy) -> None:
        # The hash of the version before stays until the new one is here: its paper has had a PDF from this place.
        self._db.execute(
            f"""INSERT INTO pdf_sources ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (paper_id, url) DO UPDATE SET source = excluded.source, version = excluded.version,
                metered = excluded.metered, state = excluded.state""",
            [
                *(copy.paper_id, copy.url, copy.source, copy.version),
                *(int(copy.metered), copy.sha256, copy.state),
            ],
        )

    def _mark(self, copy: Copy, state: str, sha256: str | None) -> None:
        self._db.execute(
            "UPDATE pdf_sources SET state = ?, sha256 = ? WHERE paper_id = ? AND url = ?",
            [state, sha256, copy.paper_id, copy.url],
        )

    def _select(self, clause: str, values: list[Any]) -> list[Copy]:
        rows = self._db.query(f"SELECT {_COLUMNS} FROM pdf_sources WHERE {clause}", values)
        return [Copy(**{**row, "metered": bool(row["metered"])}) for row in rows]
