"""Papers by topic and on the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from browse.shown import Member, TopicMembers, TopicRow
from front.base import Base, one_at_a_time
from front.values import (
    MAP_COLOURS,
)
from library.errors import InputError, UsageError
from library.topics import ACCEPT, REJECT
from library.types import ACCEPTED, Paper

if TYPE_CHECKING:
    from browse.atlas import Atlas, MapPoint
    from browse.clusters import Cluster
    from browse.membership import Placed
    from browse.shelves import Shelves
    from browse.topics import Registry, Topic


class Placing(Base):
    """Topics, and the map."""

    @one_at_a_time
    def topics(self) -> list[TopicRow]:
        """The topics, those that ship and the user's, with the number of papers on each.

        The first call after the index changed measures every paper (about six seconds for a conference of 2,610); what
        it finds is kept beside the index.

        Raises:
            InputError: The user's topics.toml cannot be used; the message says where and why.
            IndexUnavailable: There is no usable index.
        """
        registry = self._registry()
        found = self._shelves().all(registry)
        return [TopicRow(t, len(found[t.topic_id].members)) for t in registry.topics]

    @one_at_a_time
    def topic(self, name: str, *, limit: int | None = None, offset: int = 0) -> TopicMembers:
        """The papers on a topic, each with the sentence that put it there.

        Args:
            name: A topic's id or name.
            limit: The most members wanted; None is all.
            offset: Members to pass over first.

        Raises:
            UsageError: There is no such topic; the message suggests the nearest.
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        registry = self._registry()
        topic, shelves = registry.find(name), self._shelves()
        found = shelves.one(registry, topic)
        members = found.members[offset : None if limit is None else offset + limit]
        return TopicMembers(topic, self._members(topic, members), self._members(topic, found.rejected))

    @one_at_a_time
    def topics_of(self, paper_id: str) -> list[tuple[Topic, Member]]:
        """The topics that a paper is on, the surest first; empty for one that is on none or not shown.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        registry = self._registry()
        found = self._shelves().all(registry)
        placed = [(t, m) for t in registry.topics for m in found[t.topic_id].members if m.paper_id == paper_id]
        placed.sort(key=lambda each: (-each[1].score, each[0].topic_id))
        return [(topic, member) for topic, each in placed for member in self._members(topic, [each])]

    @one_at_a_time
    def unsorted(self, *, limit: int | None = None, offset: int = 0) -> list[Paper]:
        """The papers that are on no topic, by title; as many as :meth:`count_unsorted` says.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        wanted = self._shelves().unsorted(self._registry())[offset : None if limit is None else offset + limit]
        papers = self.library.papers.get_many(wanted)
        return [papers[p] for p in wanted if p in papers]

    @one_at_a_time
    def count_unsorted(self) -> int:
        """How many papers are on no topic."""
        return len(self._shelves().unsorted(self._registry()))

    @one_at_a_time
    def verdict(self, topic: str, paper: str, verdict: str | None) -> Paper:
        """Say that a paper is on a topic, or not; the topic's other papers are placed anew at once.

        Args:
            topic: The topic's id or name.
            paper: A paper's id or its forum's.
            verdict: ``accept``, ``reject``, or None to take back what was said.

        Raises:
            UsageError: There is no such topic or paper, or the verdict is none of these.
        """
        known = self._registry().find(topic)
        if verdict not in (ACCEPT, REJECT, None):
            raise UsageError(f"there is no verdict {verdict!r}: say {ACCEPT} or {REJECT}")
        found = self.library.papers.get(self.library.papers.find("forum", paper) or paper)
        if found is None or found.status != ACCEPTED:
            raise UsageError(
                f"there is no paper {paper[:80]!r} among those shown: `posterhall topics show {known.topic_id} --json` "
                "and `posterhall search --json` tell papers' ids"
            )
        self.library.topics.judge(known.topic_id, found.paper_id, verdict, _now())
        return found

    @one_at_a_time
    def add_topic(
        self,
        name: str,
        description: str,
        *,
        topic_id: str | None = None,
        synonyms: Iterable[str] = (),
        acronyms: Iterable[str] = (),
        excluded: Iterable[str] = (),
        seeds: Iterable[str] = (),
        replace: bool = False,
    ) -> Topic:
        """Keep a topic of the user's in the library; papers are placed on it at the next look.

        Args:
            name: As it is shown.
            description: What a paper on it does; it is asked as it stands.
            topic_id: Lower-case letters, digits and dashes; made of the name when None.
            synonyms: Words and phrases that name it, in any case.
            acronyms: Short forms, in exactly this case.
            excluded: Senses that share words with it and are something else.
            seeds: Ids of papers that are on it.
            replace: Take the place of a topic of the same id, shipped or not.

        Raises:
            UsageError: A field cannot be used, or the id or name is taken.
        """
        from browse.topics import parse, slug

        row = {"id": topic_id or slug(name), "name": name, "description": description}
        lists = {"synonyms": synonyms, "acronyms": acronyms, "excluded": excluded, "seeds": seeds}
        try:
            topic = parse({**row, **{field: list(values) for field, values in lists.items()}})
        except InputError as error:
            raise UsageError(str(error)) from None
        for taken in self._registry().clashes(topic):
            if not (replace and taken.topic_id == topic.topic_id):
                raise UsageError(
                    f"there is a topic {taken.topic_id} ({taken.name}) already: choose another id and name"
                )
        self.library.topics.put(topic.topic_id, topic.as_row(), _now())
        return topic

    @one_at_a_time
    def remove_topic(self, name: str) -> Topic:
        """Forget a topic that :meth:`add_topic` kept; one that ships and was replaced by it is back.

        Raises:
            UsageError: There is no such topic, or it ships, or it stands in a file.
        """
        topic = self._registry().find(name)
        if not self.library.topics.remove(topic.topic_id):
            where = f"remove it from {self.data / 'topics.toml'}" if topic.own else "it ships with Posterhall"
            raise UsageError(f"topic {topic.topic_id} is not kept in the library: {where}")
        return topic

    def _registry(self) -> Registry:
        from browse.topics import registry

        return registry(self.data, self.library.topics.own())

    def _shelves(self) -> Shelves:
        from browse.shelves import Shelves

        searcher = self.searcher
        if self._shelves_open is None or self._shelves_open.generation != searcher.generation:
            self._shelves_open = Shelves(self.library, searcher, self.data / "index")
        return self._shelves_open

    def _members(self, topic: Topic, placed: Iterable[Placed]) -> tuple[Member, ...]:
        placed = list(placed)
        papers = self.library.papers.get_many(p.paper_id for p in placed)
        reasons = self._shelves().reasons(topic, placed)
        return tuple(
            Member(papers[p.paper_id], p.score, reason, p.verdict)
            for p, reason in zip(placed, reasons, strict=True)
            if p.paper_id in papers
        )

    def map(self, *, anew: bool = False) -> list[MapPoint]:
        """Every paper in the index with its place on the map and its cluster.

        Papers keep their places: new ones are placed among them, and only a library that has grown by half is laid out
        again.

        Args:
            anew: Lay it out again all the same, starting from the places there are.

        Raises:
            IndexUnavailable: There is no usable index.
            LibraryBusy: Another process is writing (``anew`` only; else new places are found but not kept).
        """
        return self._maps().points(self.library, self.searcher, anew=anew)

    def clusters(self) -> tuple[Cluster, ...]:
        """Groups of papers near each other in meaning, named by the words that set them apart, the largest first.

        Every paper is in one, as it was when the index was last brought up to date.

        Raises:
            IndexUnavailable: There is no usable index.
        """
        return self._maps().clusters(self.library, self.searcher)

    def place(self, question: str) -> tuple[float, float]:
        """Where a question would stand on the map.

        Raises:
            UsageError: It is empty.
            IndexUnavailable: There is no usable index.
        """
        if not question.strip():
            raise UsageError("the question is empty: say what you look for")
        with self._lock:
            searcher = self.searcher
            vector = searcher.encoder.encode([question])[0]
        return self._maps().place(self.library, searcher, vector)

    def map_page(self, colour: str = MAP_COLOURS[0]) -> str:
        """The map as one HTML file that works by itself.

        Args:
            colour: One of :data:`MAP_COLOURS`, what it shows at first.

        Raises:
            UsageError: It cannot be coloured by that.
            IndexUnavailable: There is no usable index.
        """
        from browse.picture import page

        if colour not in MAP_COLOURS:
            raise UsageError(f"a map cannot be coloured by {colour!r}: choose one of {', '.join(MAP_COLOURS)}")
        return page(self.map(), colour)

    def _maps(self) -> Atlas:
        from browse.atlas import Atlas

        with self._lock:
            self._atlas = self._atlas or Atlas(self.data, self._lock)
            return self._atlas


def map_payload(points: Sequence[MapPoint]) -> dict[str, Any]:
    """A map's points as the columns that :func:`map_parts`'s script draws."""
    from browse.picture import payload

    return payload(points)


def map_parts() -> tuple[str, str]:
    """The script that draws a map (it defines ``drawMap(root, data, options)``), and its style."""
    from browse.picture import parts

    return parts()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
