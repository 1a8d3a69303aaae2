"""Versions of works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from front.base import Base, one_at_a_time
from front.values import (
    Version,
)
from library.types import ACCEPTED, Filter, Paper

if TYPE_CHECKING:
    from browse.changes import Change


class Linking(Base):
    """Which papers are one work."""

    @one_at_a_time
    def versions(self, paper_id: str) -> list[Version]:
        """The other versions of a paper's work: preprints, then workshops', then conferences', each by year."""
        from library.kinds import kind

        lineage = self._lineage.lineage()
        others = [p for p in lineage.versions(paper_id) if p != paper_id]
        papers = self.library.papers.get_many(others) if others else {}
        return [Version(papers[p], kind(papers[p]), lineage.why(paper_id, p)) for p in others if p in papers]

    @one_at_a_time
    def works(
        self, where: Filter | None = None, *, sort: str = "title", limit: int = -1, offset: int = 0
    ) -> tuple[list[Paper], int]:
        """Papers that pass a filter with each work once, under its main version among them; and how many works.

        The main version is the conference's before a workshop's before a preprint, and the newest of these. Sorts are
        those of :meth:`papers`.
        """
        wanted, store, lineage = self._where(where), self.library.papers, self._lineage.lineage()
        # Few papers have other versions: what stands behind them is left out of a list that SQLite sorts and cuts.
        hidden = lineage.hidden(store.among(lineage.work_of, wanted)) if lineage.works else set[str]()
        total = store.count(wanted) - len(hidden)
        return store.select(wanted, sort=sort, limit=limit, offset=offset, without=sorted(hidden)), total

    @one_at_a_time
    def changes(self, before: str, after: str) -> tuple[Change, ...] | None:
        """What changed between the abstracts of two papers; None where one has none, or they are too long."""
        from browse.changes import word_changes

        papers = self.library.papers.get_many([before, after])
        old, new = (papers[p].abstract if p in papers else None for p in (before, after))
        return word_changes(old, new) if old and new else None

    @one_at_a_time
    def join(self, first: str, second: str) -> None:
        """Say that two papers are versions of one work; this undoes a split of the two.

        Raises:
            UsageError: There is no such paper, or a split of other versions keeps their works apart.
            LibraryBusy: Another process is writing.
        """
        self._lineage.join(first, second)

    @one_at_a_time
    def split(self, first: str, second: str) -> None:
        """Say that two papers are not the same work; this undoes a join of the two, and no link overrules it.

        Raises:
            UsageError: There is no such paper.
            LibraryBusy: Another process is writing.
        """
        self._lineage.split(first, second)

    @one_at_a_time
    def apart(self, paper_id: str) -> list[Paper]:
        """The papers that were split from a paper."""
        ids = self._lineage.apart(paper_id)
        papers = self.library.papers.get_many(ids)
        return [papers[p] for p in ids if p in papers and papers[p].status == ACCEPTED]

    @one_at_a_time
    def find(self, text: str) -> Paper:
        """The paper of an id or a whole title.

        Raises:
            UsageError: There is none, or several have the title.
        """
        return self._lineage.find(text)
