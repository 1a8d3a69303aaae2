"""Browsing by topic: which papers are on which, with reasons, as the index and the user's verdicts have it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from browse import cache
from browse.lineage import Lineage
from browse.membership import Membership, Placed, place
from browse.parts import Parts, Progress, Vectors, measure
from browse.reasons import Reason, Reasons
from browse.topics import Registry, Topic
from browse.works import Works
from index.search import Searcher
from library import Library
from library.types import Filter


class Shelves:
    """The topics of a library.

    Parts are measured once for each state of the index and topic and kept in a file; verdicts are applied on top
    whenever somebody looks, so they count at once. A verdict holds for every version of its paper's work.
    """

    def __init__(self, library: Library, searcher: Searcher, folder: Path, works: Works) -> None:
        """Use an open library and index.

        Args:
            library: The library.
            searcher: A reader of its current index.
            folder: The index folder, where the file is.
            works: Which papers are versions of one work.
        """
        self._library = library
        self._searcher = searcher
        self._folder = folder
        self._works = works
        self._state = ""
        self._parts: dict[str, Parts] = {}
        self._vectors: Vectors | None = None
        self._revision = -1
        self._shown: frozenset[str] = frozenset()
        self._made: dict[str, tuple[tuple[object, ...], Membership]] = {}

    @property
    def generation(self) -> str:
        """The index generation that is used."""
        return self._searcher.generation

    def all(self, registry: Registry, on_progress: Progress | None = None) -> dict[str, Membership]:
        """Who is on each topic, by topic id; ``on_progress`` is told of topics that have to be measured."""
        self._measured(registry.topics, on_progress)
        return self._placed(registry, registry.topics)

    def one(self, registry: Registry, topic: Topic) -> Membership:
        """Who is on one topic of the registry."""
        return self._placed(registry, [topic])[topic.topic_id]

    def surest(self, registry: Registry) -> dict[str, Topic]:
        """The topic with the best score of each paper that is on any; of equal ones the first by id."""
        best: dict[str, tuple[float, str]] = {}
        for topic_id, found in self.all(registry).items():
            for member in found.members:
                rank = (-member.score, topic_id)
                best[member.paper_id] = min(rank, best.get(member.paper_id, rank))
        topics = {t.topic_id: t for t in registry.topics}
        return {paper: topics[topic_id] for paper, (_, topic_id) in best.items()}

    def unsorted(self, registry: Registry) -> list[str]:
        """Ids of the works none of whose versions is on a topic, by title."""
        placed = {member.paper_id for found in self.all(registry).values() for member in found.members}
        lineage = self._works.lineage()
        placed |= {version for paper in placed & lineage.work_of.keys() for version in lineage.versions(paper)}
        return lineage.collapse([paper for paper in self._library.papers.ids() if paper not in placed])

    def reasons(self, topic: Topic, placed: Sequence[Placed]) -> list[Reason | None]:
        """Why each of some papers is on a topic."""
        finder = Reasons(self._library, self._searcher, topic)
        return [finder.find(each.paper_id) for each in placed]

    def _placed(self, registry: Registry, topics: Sequence[Topic]) -> dict[str, Membership]:
        parts = self._measured(registry.topics)
        verdicts = self._library.topics.verdicts()
        if self._revision != self._library.revision:
            self._revision, self._made = self._library.revision, {}
            self._shown = frozenset(self._library.papers.ids())
        lineage = self._works.lineage()
        return {t.topic_id: self._one(t, parts[t.key], verdicts.get(t.topic_id, {}), lineage) for t in topics}

    def _one(self, topic: Topic, parts: Parts, verdicts: Mapping[str, str], lineage: Lineage) -> Membership:
        """Who is on a topic, worked out once for its parts and verdicts: placing all topics takes some 40 ms."""
        # Of versions that were judged before they were known to be one work, the last word counts.
        of_works = {version: verdict for paper, verdict in verdicts.items() for version in lineage.versions(paper)}
        asked = (topic.key, verdicts, of_works)
        made = self._made.get(topic.topic_id)
        if made is None or made[0] != asked:
            vectors = self._alike() if verdicts else None
            made = self._made[topic.topic_id] = asked, place(parts, verdicts, self._shown, of_works, vectors)
        return made[1]

    def _alike(self) -> Vectors:
        if self._vectors is None:
            self._vectors = Vectors(*self._searcher.paper_vectors())
        return self._vectors

    def _measured(self, topics: Sequence[Topic], on_progress: Progress | None = None) -> dict[str, Parts]:
        """Parts by topic key; those that nobody measured yet are measured for this state of the index."""
        state = f"{self._searcher.generation} {self._searcher.revision}"
        if state != self._state:
            self._state, self._parts, self._made = state, cache.read(self._folder, state), {}
            self._vectors = None
        missing = [t for t in topics if t.key not in self._parts]
        if missing:
            papers = self._library.papers.select(Filter())
            found = measure(self._library, self._searcher, papers, missing, on_progress)
            wanted = {t.key for t in topics}
            self._parts = {k: p for k, p in self._parts.items() if k in wanted}
            self._parts |= {t.key: found[t.topic_id] for t in missing}
            cache.write(self._folder, state, self._parts)
        return self._parts
