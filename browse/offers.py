"""Topics that could be: clusters of papers that the topics there are miss."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from library.types import Paper

if TYPE_CHECKING:
    from browse.clusters import Cluster

MISSED = 0.25
"""A cluster is offered when less than this share of its papers is on any topic: 12 of the 26 clusters of 2,610 papers.
A topic made of any of them brings its cluster above it, so that it is offered no more."""

LEAST = 5
"""Papers of a cluster that is offered; fewer are no subject yet."""

PHRASES = 4
SEEDS = 10
"""Of a topic made of a cluster: its first terms, and its most central papers. With these, of the quarter of a cluster
that is nearest to its middle 85 % are on its topic (12 clusters of 2,610 papers), and 68 % of the members are of the
cluster; with all eight terms as phrases 89 and 63 %, for the last ones ("actions", "bound") are said of anything;
without phrases 43 %, and hardly a paper beside the seeds."""

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A cluster as a topic that could be.

    Attributes:
        name: The cluster's.
        terms: What sets its papers apart, the strongest first.
        papers: How many are in it.
        unplaced: How many of these are on no topic.
        seeds: Ids of its most central papers.
    """

    name: str
    terms: tuple[str, ...]
    papers: int
    unplaced: int
    seeds: tuple[str, ...]

    @property
    def description(self) -> str:
        """What a paper on it does, as far as its terms tell."""
        return f"Work on {', '.join(self.terms)}." if self.terms else f"Work on {self.name}."

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Phrases that name it."""
        return self.terms[:PHRASES]


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer and its most central papers."""

    offer: Offer
    examples: tuple[Paper, ...]

    def as_dict(self) -> dict[str, Any]:
        """A row of ``posterhall topics suggest --json``."""
        return {
            "name": self.offer.name,
            "terms": list(self.offer.terms),
            "papers": self.offer.papers,
            "on_no_topic": self.offer.unplaced,
            "examples": [{"paper_id": p.paper_id, "title": p.title} for p in self.examples],
        }


def offers(clusters: Iterable[Cluster], shown: Collection[str], placed: Collection[str]) -> list[Offer]:
    """The clusters that the topics miss, the one with the most papers on no topic first.

    Args:
        clusters: All there are.
        shown: The papers that count.
        placed: Those on any topic.
    """
    found = []
    for cluster in clusters:
        papers = [p for p in cluster.paper_ids if p in shown]
        unplaced = sum(p not in placed for p in papers)
        if len(papers) >= LEAST and len(papers) - unplaced < MISSED * len(papers):
            found.append(Offer(cluster.name, cluster.terms, len(papers), unplaced, tuple(papers[:SEEDS])))
    return sorted(found, key=lambda offer: (-offer.unplaced, offer.name))
