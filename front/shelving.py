"""Papers by topic."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from browse.shown import Judged, Member, Removed, TopicMembers, TopicRow
from front.base import Base, one_at_a_time
from front.values import Progress
from library.errors import IndexUnavailable, InputError, UsageError
from library.text import digest
from library.topics import ACCEPT, REJECT
from library.types import ACCEPTED, Filter, Paper

if TYPE_CHECKING:
    from browse.membership import Placed
    from browse.offers import Offered
    from browse.topics import Registry, Topic


class Shelving(Base):
    """Topics: who is on which, the user's word about it, and topics of the user's own."""

    @one_at_a_time
    def topics(self) -> list[TopicRow]:
        """The topics, those that ship and the user's, with the number of papers on each.

        The first call after the index changed measures every paper (about six seconds for a conference of 2,610); what
        it finds is kept beside the index.

        Raises:
            InputError: The user's topics.toml cannot be used; the message says where and why.
            IndexUnavailable: There is no usable index.
        """
        registry, lineage = self._registry(), self._lineage.lineage()
        found = self._shelves().all(registry)
        return [TopicRow(t, lineage.count([m.paper_id for m in found[t.topic_id].members])) for t in registry.topics]

    @one_at_a_time
    def place_papers(self, on_progress: Progress | None = None) -> None:
        """Place the papers on topics now; else the first look after the index changed does, and waits for it.

        Args:
            on_progress: Told of every topic.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        self._shelves().all(self._registry(), on_progress)

    @one_at_a_time
    def topic(
        self, name: str, *, where: Filter | None = None, limit: int | None = None, offset: int = 0
    ) -> TopicMembers:
        """The papers on a topic, each with the sentence that put it there; of a work the version with the best score.

        Args:
            name: A topic's id or name, or a word that only this topic is called by.
            where: Which papers count as members, whatever topic it names.
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
        members: Sequence[Placed] = found.members
        if where:
            inside = self.library.papers.among([m.paper_id for m in members], dataclasses.replace(where, topic=None))
            members = [m for m in members if m.paper_id in inside]
        members = self._once(members)[offset : None if limit is None else offset + limit]
        return TopicMembers(topic, self._members(topic, members), self._members(topic, self._once(found.rejected)))

    @one_at_a_time
    def topic_facet(self, where: Filter | None = None) -> list[TopicRow]:
        """The topics, with how many of the papers that pass the rest of a filter are on each, the most first.

        They are as many as :meth:`works` lists under that filter and the topic. A topic in the filter does not
        restrict the others. A paper may be on several, and topics without any are left out, but for the filter's own.

        Raises:
            UsageError: No paper is of the wanted venue, or there is no such topic.
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        where = where or Filter()
        registry = self._registry()
        found = self._shelves().all(registry)
        chosen = registry.find(where.topic).topic_id if where.topic else None
        on = {t.topic_id: [m.paper_id for m in found[t.topic_id].members] for t in registry.topics}
        inside = self.library.papers.among(set().union(*on.values()), dataclasses.replace(where, topic=None))
        lineage = self._lineage.lineage()
        rows = [TopicRow(t, lineage.count([p for p in on[t.topic_id] if p in inside])) for t in registry.topics]
        rows.sort(key=lambda row: (-row.count, row.topic.name.casefold(), row.topic.topic_id))
        return [row for row in rows if row.count or row.topic.topic_id == chosen]

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
        """The papers that are on no topic in any version, by title; as many as :meth:`count_unsorted` says.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        wanted = self._shelves().unsorted(self._registry())[offset : None if limit is None else offset + limit]
        papers = self.library.papers.get_many(wanted)
        return [papers[p] for p in wanted if p in papers]

    @one_at_a_time
    def count_unsorted(self) -> int:
        """How many papers are on no topic, the versions of a work as one."""
        return len(self._shelves().unsorted(self._registry()))

    @one_at_a_time
    def verdict(self, topic: str, paper: str, verdict: str | None) -> Judged:
        """Say that a paper is on a topic, or not; the topic's other papers are placed anew at once.

        It holds for all versions of the work, in place of what was said of any of them.

        Args:
            topic: The topic's id or name, or a word that only this topic is called by.
            paper: A paper's id or its forum's.
            verdict: ``accept``, ``reject``, or None to take back what was said.

        Raises:
            UsageError: There is no such topic or paper, or the verdict is none of these.
        """
        registry = self._registry()
        known = registry.find(topic)
        if verdict not in (ACCEPT, REJECT, None):
            raise UsageError(f"there is no verdict {verdict!r}: say {ACCEPT} or {REJECT}")
        found = self.library.papers.get(self.library.papers.find("forum", paper) or paper)
        if found is None or found.status != ACCEPTED:
            raise UsageError(
                f"there is no paper {paper[:80]!r} among those shown: `posterhall topics show {known.topic_id} --json` "
                "and `posterhall search --json` tell papers' ids"
            )
        versions = self._lineage.lineage().versions(found.paper_id)
        before = self._others(registry, known, versions)
        for version in versions:
            said = verdict if version == found.paper_id else None
            self.library.topics.judge(known.topic_id, version, said, _now())
        after = self._others(registry, known, versions)
        return Judged(found, known, left=len(before - after), came=len(after - before))

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
            seeds: Ids of papers of the library that are on it, or their forums'.
            replace: Take the place of a topic of the same id, shipped or not.

        Raises:
            UsageError: A field cannot be used, the id or name is taken, or the library has no such paper.
        """
        from browse.topics import parse, slug

        # A name without a Latin letter gives no id that anybody could type.
        row = {"id": topic_id or slug(name) or f"topic-{digest(name)[:8]}", "name": name, "description": description}
        lists = {"synonyms": synonyms, "acronyms": acronyms, "excluded": excluded, "seeds": seeds}
        try:
            topic = parse({**row, **{field: list(values) for field, values in lists.items()}})
        except InputError as error:
            raise UsageError(str(error)) from None
        self._check_free(
            topic, "another id and name" if topic_id else "another name", topic.topic_id if replace else None
        )
        # A topic that comes in a file may name papers that are not here; of one typed here that is a slip.
        topic = dataclasses.replace(topic, seeds=self._held(topic.seeds), kept=True)
        self.library.topics.put(topic.topic_id, topic.as_row(), _now())
        return topic

    @one_at_a_time
    def check_topic(self, name: str) -> None:
        """Check that a name is free, before anything is done for a topic of that name.

        Raises:
            UsageError: There is a topic of this name or id already.
        """
        from browse.topics import Topic, slug

        self._check_free(Topic(slug(name), name, ""), "another name")

    def topic_offers(self) -> list[Offered]:
        """Clusters that the topics miss, as topics that could be, the one with the most papers on no topic first.

        An offer has what :meth:`add_topic` takes: a description, phrases (``synonyms``) and ``seeds``; a topic made of
        it takes in papers like these, whatever their cluster, and the offer is gone.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        from browse.offers import EXAMPLES, Offered, offers

        # Without the lock: finding clusters takes a second.
        clusters = self._maps().clusters(self.library, self.searcher)
        with self._lock:
            placed = self._shelves().surest(self._registry())
            found = offers(clusters, set(self.library.papers.ids()), placed)
            papers = self.library.papers.get_many(p for offer in found for p in offer.seeds[:EXAMPLES])
        return [Offered(o, tuple(papers[p] for p in o.seeds[:EXAMPLES] if p in papers)) for o in found]

    @one_at_a_time
    def remove_topic(self, name: str) -> Removed:
        """Forget a topic that :meth:`add_topic` kept, and what was said of papers on it.

        Where it replaced one that ships or stands in a file, that one is back, and what was said stays with it.

        Raises:
            UsageError: There is no such topic, or it ships, or it stands in a file.
            InputError: Without it the user's topics.toml cannot be used.
        """
        gone = self.topic_removal(name)
        self.library.topics.remove(gone.topic.topic_id, verdicts=gone.back is None)
        return gone

    @one_at_a_time
    def topic_removal(self, name: str) -> Removed:
        """What :meth:`remove_topic` would do; nothing is changed.

        Raises:
            UsageError: As in :meth:`remove_topic`.
            InputError: Likewise.
        """
        from browse.topics import registry

        topic = self._registry().find(name)
        if not topic.kept:
            where = f"remove it from {self.data / 'topics.toml'}" if topic.own else "it ships with Posterhall"
            raise UsageError(f"topic {topic.topic_id} is not kept in the library: {where}")
        rest = registry(self.data, [row for row in self.library.topics.own() if row["id"] != topic.topic_id])
        back = next((t for t in rest.topics if t.topic_id == topic.topic_id), None)
        return Removed(topic, len(self.library.topics.verdicts().get(topic.topic_id, {})), back)

    def _others(self, registry: Registry, topic: Topic, work: tuple[str, ...]) -> set[tuple[str, ...]]:
        """The works on a topic but for one, each as its versions; without an index nobody knows any."""
        try:
            found = self._shelves().one(registry, topic)
        except IndexUnavailable:
            return set()
        lineage = self._lineage.lineage()
        return {lineage.versions(member.paper_id) for member in found.members} - {work}

    def _check_free(self, topic: Topic, another: str, replaced: str | None = None) -> None:
        for taken in self._registry().clashes(topic):
            if taken.topic_id != replaced:
                raise UsageError(f"there is a topic {taken.topic_id} ({taken.name}) already: choose {another}")

    def _held(self, named: Iterable[str]) -> tuple[str, ...]:
        """The ids of papers that are named by their ids or their forums'."""
        store = self.library.papers
        ids = {name: store.find("forum", name) or name for name in named}
        held = store.get_many(ids.values())
        missing = [name for name, paper_id in ids.items() if paper_id not in held]
        if missing:
            raise UsageError(
                f"the library has no paper {', '.join(repr(name[:80]) for name in missing)}: "
                "`posterhall search --json` tells papers' ids"
            )
        return tuple(dict.fromkeys(ids.values()))

    def _once(self, placed: Sequence[Placed]) -> Sequence[Placed]:
        """Each work once, by its version with the best score."""
        shown = set(self._lineage.lineage().first(p.paper_id for p in placed))
        return [p for p in placed if p.paper_id in shown]

    def _members(self, topic: Topic, placed: Iterable[Placed]) -> tuple[Member, ...]:
        placed = list(placed)
        papers = self.library.papers.get_many(p.paper_id for p in placed)
        reasons = self._shelves().reasons(topic, placed)
        return tuple(
            Member(papers[p.paper_id], p.score, reason, p.verdict, p.seed)
            for p, reason in zip(placed, reasons, strict=True)
            if p.paper_id in papers
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
