"""The candidates of one question, and what they become: passages and papers in order."""

from __future__ import annotations

from dataclasses import dataclass

from index.fuse import blend, ranked


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage that was found.

    Attributes:
        score: What the list is ordered by; comparable within one answer only.
        bm25: Its rank by words, from 1; None when it is not in that list.
        dense: Its rank by meaning, from 1; None when it is not in that list.
    """

    passage_id: int
    paper_id: str
    score: float
    bm25: int | None
    dense: int | None


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A paper that was found, with the passages that it was found by, best first."""

    rank: int
    paper_id: str
    score: float
    passages: tuple[PassageHit, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one question, with both scores of each where both count."""

    papers: dict[int, str]
    bm25: dict[int, float]
    cosine: dict[int, float]
    bm25_ranks: dict[int, int]
    dense_ranks: dict[int, int]
    best: float
    mode: str

    def scores(self) -> dict[int, float]:
        """By passage."""
        if self.mode == "bm25":
            return self.bm25
        return self.cosine if self.mode == "dense" else blend(self.bm25, self.cosine, self.best)

    def paper_scores(self) -> dict[str, float]:
        """By paper: its best passage by words and its best by meaning need not be the same one."""
        bm25, cosine = self._highest(self.bm25), self._highest(self.cosine)
        if self.mode == "bm25":
            return bm25
        return cosine if self.mode == "dense" else blend(bm25, cosine, self.best)

    def _highest(self, scores: dict[int, float]) -> dict[str, float]:
        found: dict[str, float] = {}
        for i, score in scores.items():
            paper = self.papers[i]
            found[paper] = max(score, found.get(paper, score))
        return found

    def hits(self) -> list[PassageHit]:
        """Every candidate, best first."""
        scores = self.scores()
        return [
            PassageHit(i, self.papers[i], scores[i], self.bm25_ranks.get(i), self.dense_ranks.get(i))
            for i in ranked(scores)
        ]
