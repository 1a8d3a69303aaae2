"""What the Python interface gives back, beside the library's own types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from library.types import Failure, Paper, Passage

Progress = Callable[[str, int, int], None]

MODES = ("hybrid", "bm25", "dense")

MAP_COLOURS = ("cluster", "venue", "tier")
"""What a map can be coloured by; the first is what it shows when nothing is said."""


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that matched, with its rank in each list (None: not in it)."""

    passage: Passage
    bm25: int | None
    dense: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found and the passages that found it, the best first."""

    rank: int
    paper: Paper
    score: float
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The outcome of a search."""

    query: str
    hits: tuple[Hit, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``posterhall search --json``."""
        return {"query": self.query, "hits": [_hit(hit) for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class Status:
    """What the library and its index hold.

    Attributes:
        data: The data folder, or the bundle.
        index: None when there is none; ``stale`` in it tells that the library has changed since.
    """

    data: str
    revision: int
    papers: int
    documents: int
    pages: int
    passages: int
    vectors: int
    venues: tuple[tuple[str, int], ...]
    tiers: tuple[tuple[str, int], ...]
    failures: tuple[Failure, ...]
    warnings: tuple[Warned, ...]
    index: dict[str, Any] | None
    index_problem: str | None


@dataclass(frozen=True, slots=True)
class RetryReport:
    """What became of what had failed.

    Attributes:
        tried: Items that were tried again; rows of metadata files are not.
        mended: Items that failed before and do not now.
        left: What fails still, or newly.
    """

    tried: int
    mended: int
    left: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """A paper whose PDF may be another's, and why."""

    paper_id: str
    title: str
    warning: str


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A venue that can be added.

    Attributes:
        name: What ``add`` takes; a venue that only OpenReview knows has its id for a name.
    """

    name: str
    title: str
    venue_id: str | None
    followed: bool
    topics: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Version:
    """Another version of a paper's work.

    Attributes:
        kind: ``preprint``, ``workshop`` or ``conference``.
        why: What links it to the paper; "" where a third version does.
    """

    paper: Paper
    kind: str
    why: str


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "paper_id": hit.paper.paper_id,
        "forum_id": hit.paper.forum_id,
        "title": hit.paper.title,
        "score": hit.score,
        "passages": [
            {
                "passage_id": m.passage.passage_id,
                "section": m.passage.section,
                "page": m.passage.page,
                "text": m.passage.text,
                "ranks": {"bm25": m.bm25, "dense": m.dense},
            }
            for m in hit.matches
        ],
    }
