"""What the Python interface gives back, beside the library's own types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from library.lists import Entry, ReadingList
from library.types import ACCEPTED, Failure, Paper, Passage

Progress = Callable[[str, int, int], None]

MODES = ("hybrid", "bm25", "dense")

MAP_COLOURS = ("cluster", "topic", "venue", "tier")
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
class Placed:
    """A question on the map.

    Attributes:
        place: Where it stands; None where no paper comes close to it.
        hits: The papers that a search finds first, the best first; where there is no place, those that come closest.
    """

    place: tuple[float, float] | None
    hits: tuple[Hit, ...]


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


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a reading list and its paper as the library has it now.

    Attributes:
        paper: None where the library does not hold it (any more): ``entry.named`` tells what it is.
    """

    entry: Entry
    paper: Paper | None

    @property
    def title(self) -> str:
        """The paper's, or the one that the list remembers."""
        return self.paper.title if self.paper else self.entry.named.title

    @property
    def missing(self) -> str:
        """Why no search shows the paper: ``withdrawn`` or another status, or ``not in the library``; "" mostly."""
        if self.paper is None:
            return "not in the library"
        return "" if self.paper.status == ACCEPTED else self.paper.status


@dataclass(frozen=True, slots=True)
class Held:
    """A paper that a list holds already.

    Attributes:
        version: The entry is of another version of the work; it shows the main version from now on.
    """

    paper: Paper
    entry_id: int
    version: bool


@dataclass(frozen=True, slots=True)
class Added:
    """What became of papers that were added to a list."""

    made: ReadingList
    added: tuple[Paper, ...]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A line of an imported file, or an entry of a list, that leads to no paper of the library, or to none of its own.

    Attributes:
        line: From 1; None where the file's reader cannot tell, and for an entry of a list.
        text: The title, or what stands there.
        reason: Why it leads to none, and what to do; or which line's paper it is.
    """

    line: int | None
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file that was read as a list, or of a list whose papers were looked for again.

    Attributes:
        made: The list as it is kept.
        resolved: Entries that were tied to a paper.
        unresolved: Entries that stay on the list by their title alone.
        unread: Lines that could not be understood: nothing of them is on the list.
        repeated: Lines that name a paper of a line before them: what they say besides is on its entry.
    """

    made: ReadingList
    resolved: int
    unresolved: tuple[Unresolved, ...]
    unread: tuple[Unresolved, ...] = ()
    repeated: tuple[Unresolved, ...] = ()


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
