"""A library's works, worked out again only when its papers or the user's decisions changed."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from browse.lineage import Lineage, trace
from index.model import MODEL_KEY
from library import Library
from library.errors import UsageError
from library.lineage import JOIN, SPLIT, Decision, decision
from library.types import ACCEPTED, Paper

MOST_SAID = 200
"""Characters of what was typed that an error repeats: as many as a long title has."""


class Works:
    """The lineage of an open library."""

    def __init__(self, library: Library) -> None:
        """Use a library; nothing is read before it is needed."""
        self._library = library
        self._mark: tuple[int, ...] | None = None
        self._lineage = Lineage((), ())

    def lineage(self) -> Lineage:
        """The works as the library has them now."""
        mark = self._library.lineage.mark()
        if mark != self._mark:
            self._lineage = self._trace(self._library.lineage.all())
            self._mark = mark
        return self._lineage

    def join(self, first: str, second: str) -> None:
        """From now on two papers are one work.

        Raises:
            UsageError: There is no such paper, or another decision keeps their works apart.
            LibraryBusy: Another process is writing.
        """
        made = self._checked(first, second, JOIN)
        others = [d for d in self._library.lineage.all() if d.pair != made.pair]
        joined = self._trace([*others, made])
        if second not in joined.versions(first):
            apart = next(
                d.pair
                for d in others
                if d.decision == SPLIT
                and len({*d.pair} & {*joined.versions(first)}) == len({*d.pair} & {*joined.versions(second)}) == 1
            )
            raise UsageError(
                f"{first} and {second} cannot be one work: {apart[0]} and {apart[1]}, which are versions of them, "
                "were split. Join those two first"
            )
        self._put(made)

    def split(self, first: str, second: str) -> None:
        """From now on two papers are never one work, whatever links them.

        Raises:
            UsageError: There is no such paper.
            LibraryBusy: Another process is writing.
        """
        self._put(self._checked(first, second, SPLIT))

    def apart(self, paper_id: str) -> list[str]:
        """The papers that the user split from a paper, in the order of the decisions."""
        splits = (d.pair for d in self._library.lineage.all() if d.decision == SPLIT)
        return [b if a == paper_id else a for a, b in splits if paper_id in (a, b)]

    def find(self, text: str) -> Paper:
        """The paper of an id or a title.

        Raises:
            UsageError: There is none, or several have the title.
        """
        papers = self._library.papers
        named = papers.get(text)
        if named is None and (known := papers.find("forum", text)):
            named = papers.get(known)
        if named is not None:
            return named
        titled = papers.find_title(text) if text.strip() else []
        if len(titled) > 1:
            raise UsageError(f"{len(titled)} papers have that title: give an id, one of {', '.join(titled)}")
        found = papers.get(titled[0]) if titled else None
        if found is None:
            said = text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}…"
            raise UsageError(f"no paper {said!r}: give an id as `posterhall search --json` prints it, or a whole title")
        return found

    def _checked(self, first: str, second: str, what: str) -> Decision:
        if first == second:
            raise UsageError(f"{first} is one paper: name two")
        held = self._library.papers.get_many([first, second])
        for paper_id in (first, second):
            if paper_id not in held:
                raise UsageError(f"no paper {paper_id!r} in the library")
            if held[paper_id].status != ACCEPTED:
                raise UsageError(f"{paper_id} is {held[paper_id].status}: it is no version of anything")
        return decision(first, second, what)

    def _put(self, made: Decision) -> None:
        with self._library.writing():
            self._library.lineage.put(made)

    def _trace(self, decisions: list[Decision]) -> Lineage:
        return trace(self._library.papers.of_year(None), decisions, self._vectors)

    def _vectors(self, paper_ids: Collection[str]) -> dict[str, NDArray[np.float32]]:
        """The mean of each abstract's vectors, as long as 1. They are the library's rows: no index is opened."""
        found: dict[str, NDArray[np.float32]] = {}
        for paper_id, rows in self._library.lineage.abstract_vectors(MODEL_KEY, paper_ids).items():
            mean = np.mean([np.frombuffer(row, "<f2").astype(np.float32) for row in rows], axis=0)
            length = float(np.linalg.norm(mean))
            if length > 0:
                found[paper_id] = mean / length
        return found
