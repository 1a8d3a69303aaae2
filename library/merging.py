"""Taking another library into this one: what is missing here is taken, and what the user made is kept on both sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import Any

from library.db import Library
from library.lineage import decision
from library.lists import ReadingList
from library.observations import Seen
from library.papers import FIELDS
from library.text import digest, embedding_text, title_key
from library.types import ABSTRACT, NOTE, TITLE, Paper, PaperRecord, Passage

VECTORS_AT_ONCE = 5_000

_KINDS = (TITLE, ABSTRACT, NOTE)
_BASE = 56  # an id has 64 characters at most, with a number at its end
_LOCAL = "id"

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class MergeReport:
    """What a merge took, and what was there on both sides.

    Attributes:
        papers_added: Papers that were not here.
        papers_filled: Papers that were here and lacked something: a field, a source's word, their text.
        papers_known: The others.
        vectors: Taken; what they are of need not be encoded.
        lists: Ids of the lists that were added.
        lists_renamed: Of these, those whose id was another list's here, by the id that they have now.
        topics_renamed: Topics of the same id and another content, likewise.
        verdicts_kept: What was said otherwise here, and stays.
    """

    papers_added: int = 0
    papers_filled: int = 0
    papers_known: int = 0
    documents: int = 0
    passages: int = 0
    vectors: int = 0
    topics: int = 0
    verdicts: int = 0
    verdicts_kept: int = 0
    decisions: int = 0
    lists: list[str] = field(default_factory=list)
    lists_renamed: dict[str, str] = field(default_factory=dict)
    topics_renamed: dict[str, str] = field(default_factory=dict)


def merge(
    ours: Library,
    theirs: Library,
    *,
    name: str,
    now: str,
    model: str,
    topics: Mapping[str, Mapping[str, Any]],
    on_progress: Progress | None = None,
) -> MergeReport:
    """Take a library into another, in one transaction.

    Papers are the same when one of their identifiers is: a forum, a PMLR page, an arXiv number; an ``id``, which some
    file gave them, only under the same title. What a paper here has stays; what it lacks is taken.

    Args:
        ours: Open, and this process its writer.
        theirs: Vetted (:func:`library.vetting.vet`).
        name: What it is called, for the lists that get another id.
        now: When (ISO).
        model: Vectors of this model are taken.
        topics: The topics that there are here, by id, as rows.
        on_progress: Told of every paper.
    """
    with ours.db.atomic():
        # Writing first takes the place in the queue: lists change without the writer's lock.
        ours.db.execute("UPDATE state SET value = value + 1 WHERE key = 'lists'")
        run = _Merge(ours, theirs, MergeReport())
        run.papers(on_progress or (lambda what, done, total: None))
        run.vectors(model)
        run.points()
        run.topics(topics, now)
        run.decisions()
        run.lists(name, now)
    return run.report


class _Merge:
    def __init__(self, ours: Library, theirs: Library, report: MergeReport) -> None:
        self._ours, self._theirs, self.report = ours, theirs, report
        self._ids: dict[str, str] = {}

    def papers(self, on_progress: Progress) -> None:
        papers = list(self._theirs.papers.of_year(None))
        for done, paper in enumerate(papers, 1):
            held = self._held(paper)
            paper_id = held.paper_id if held else _free(paper.paper_id, self._ours.papers.get)
            self._ids[paper.paper_id] = paper_id
            filled = self._fill(held, paper) if held else self._add(paper, paper_id)
            filled |= self._observations(paper.paper_id, paper_id) | self._events(paper.paper_id, paper_id)
            filled |= self._document(paper.paper_id, paper_id)
            if held is None:
                self.report.papers_added += 1
            elif filled:
                self.report.papers_filled += 1
            else:
                self.report.papers_known += 1
            on_progress("merge", done, len(papers))

    def _held(self, paper: Paper) -> Paper | None:
        known = self._theirs.papers.identifiers(paper.paper_id)
        for identifiers in ([pair for pair in known if pair[0] != _LOCAL], known):
            found = self._ours.papers.named(PaperRecord("", paper.title, tuple(identifiers)))
            held = self._ours.papers.get(found) if found else None
            if held and (identifiers is not known or title_key(held.title) == title_key(paper.title)):
                return held
        return None

    def _add(self, paper: Paper, paper_id: str) -> bool:
        papers, theirs = self._ours.papers, self._theirs
        identifiers = theirs.papers.identifiers(paper.paper_id)
        values = {name: getattr(paper, name) for name in FIELDS}
        papers.put(paper_id, identifiers, values, paper.provenance, paper.status)
        own = [p for p in theirs.passages.of_paper(paper.paper_id) if p.document_id is None]
        self._passages(paper_id, paper.title, None, own)
        if reader := theirs.papers.reader(paper.paper_id):
            papers.set_reader(paper_id, reader)
        return True

    def _fill(self, held: Paper, paper: Paper) -> bool:
        """Give a paper the fields and names that it lacks."""
        taken = {name: getattr(paper, name) for name in FIELDS if getattr(paper, name) and not getattr(held, name)}
        values = {name: getattr(held, name) for name in FIELDS} | taken
        values["links"] = {**paper.links, **held.links}
        provenance = {**{n: paper.provenance[n] for n in taken if n in paper.provenance}, **held.provenance}
        identifiers = self._theirs.papers.identifiers(paper.paper_id)
        reader = self._ours.papers.reader(held.paper_id)
        change = self._ours.papers.put(held.paper_id, identifiers, values, provenance, held.status).change
        if kinds := taken.keys() & {ABSTRACT, NOTE}:
            there = [p for p in self._ours.passages.of_paper(held.paper_id) if p.document_id is None]
            new = [p for p in self._theirs.passages.of_paper(paper.paper_id) if p.kind in kinds]
            both = sorted([*there, *new], key=lambda p: (_KINDS.index(p.kind), p.ordinal))
            numbered = [replace(p, ordinal=n) for n, p in enumerate(both)]
            self._passages(held.paper_id, held.title, None, numbered)
        elif reader:
            self._ours.papers.set_reader(held.paper_id, reader)
        return change != "unchanged"

    def _passages(self, paper_id: str, title: str, document_id: int | None, passages: list[Passage]) -> None:
        """Keep passages as they stand under the title here, which the encoder sees: nobody's hash is believed."""
        texts = (embedding_text(p.kind, title, p.section, p.text) for p in passages)
        made = [replace(p, embed_hash=digest(text)) for p, text in zip(passages, texts, strict=True)]
        if self._ours.passages.replace(paper_id, document_id, made):
            self.report.passages += len(passages)

    def _observations(self, theirs: str, ours: str) -> bool:
        there = {seen.source for seen in self._ours.observations.of_paper(ours)}
        new = [seen for seen in self._theirs.observations.of_paper(theirs) if seen.source not in there]
        for seen in new:
            # Not as of a venue: what vanishes from a venue that is followed here was seen here before.
            self._ours.observations.put(_of(seen, ours))
        return bool(new)

    def _events(self, theirs: str, ours: str) -> bool:
        new = [] if self._ours.events.of_paper(ours) else self._theirs.events.of_paper(theirs)
        return bool(new) and self._ours.events.replace(ours, new)

    def _document(self, theirs: str, ours: str) -> bool:
        for copy in self._theirs.copies.of_paper(theirs):
            self._ours.copies.learn(replace(copy, paper_id=ours))
        document = self._theirs.documents.of_paper(theirs)
        if document is None or self._ours.documents.of_paper(ours):
            return False
        document_id = self._ours.documents.replace(
            ours,
            stem=document.stem,
            sha256=document.sha256,
            parser=document.parser,
            pages=self._theirs.documents.pages(document.document_id),
            warning=document.warning,
        )
        self._ours.references.replace(document_id, self._theirs.references.of_document(document.document_id))
        paper = self._ours.papers.get(ours)
        assert paper is not None, "it was found or added a moment ago"
        body = [p for p in self._theirs.passages.of_paper(theirs) if p.document_id is not None]
        self._passages(ours, paper.title, document_id, body)
        self.report.documents += 1
        return True

    def vectors(self, model: str) -> None:
        """Take the vectors of all passages here that have none."""
        missing = self._ours.vectors.missing(model)
        for start in range(0, len(missing), VECTORS_AT_ONCE):
            found = self._theirs.vectors.get_many(model, missing[start : start + VECTORS_AT_ONCE])
            self._ours.vectors.put_many(model, found)
            self.report.vectors += len(found)

    def points(self) -> None:
        """Take the places on the map where there is none yet: of two maps, one's places mean nothing on the other."""
        for space in self._theirs.points.spaces():
            if not self._ours.points.of_space(space):
                points = self._theirs.points.of_space(space).values()
                self._ours.points.add(space, [replace(p, paper_id=self._id(p.paper_id)) for p in points])

    def topics(self, known: Mapping[str, Mapping[str, Any]], now: str) -> None:
        """Take topics of the user's, and verdicts; a topic of a known id and another content gets an id of its own."""
        there, renamed = dict(known), dict[str, str]()
        for row in self._theirs.topics.own():
            made = {**row, "seeds": [self._id(paper) for paper in row.get("seeds", ())]}
            for topic_id, number in _numbered(row["id"]):
                wanted = made if number == 1 else {**made, "id": topic_id, "name": f"{row['name'][:70]} ({number})"}
                if topic_id not in there:
                    self._ours.topics.put(topic_id, wanted, now)
                    there[topic_id] = wanted
                    self.report.topics += 1
                    break
                if _same_topic(there[topic_id], wanted):
                    break
            if topic_id != row["id"]:
                renamed[row["id"]] = topic_id
        self.report.topics_renamed = renamed
        said = self._ours.topics.verdicts()
        for topic, verdicts in self._theirs.topics.verdicts().items():
            topic_id = renamed.get(topic, topic)
            for paper, verdict in verdicts.items():
                ours = said.get(topic_id, {}).get(self._id(paper))
                if ours is None:
                    self._ours.topics.judge(topic_id, self._id(paper), verdict, now)
                    self.report.verdicts += 1
                self.report.verdicts_kept += ours not in (None, verdict)

    def decisions(self) -> None:
        """Take what was decided about versions, where nothing was decided here."""
        decided = {d.pair for d in self._ours.lineage.all()}
        for theirs in self._theirs.lineage.all():
            made = decision(self._id(theirs.first), self._id(theirs.second), theirs.decision)
            if made.first != made.second and made.pair not in decided:
                self._ours.lineage.put(made)
                self.report.decisions += 1

    def lists(self, name: str, now: str) -> None:
        """Take the lists; one whose id is another list's here gets one of its own, and says where it is from."""
        for made in self._theirs.lists.all():
            entries = tuple(replace(e, paper_id=e.paper_id and self._id(e.paper_id)) for e in made.entries)
            for list_id, number in _numbered(made.list_id):
                called = made.name if number == 1 else f"{made.name} (from {name})"
                wanted = replace(made, list_id=list_id, name=called, entries=entries)
                held = self._ours.lists.get(list_id)
                if held is None:
                    self._ours.lists.change(list_id, _always(wanted), f"taken from {name}", now)
                    self.report.lists.append(list_id)
                    if number > 1:
                        self.report.lists_renamed[list_id] = made.list_id
                if held in (None, wanted):
                    break

    def _id(self, paper_id: str) -> str:
        return self._ids.get(paper_id, paper_id)


def _always(made: ReadingList) -> Callable[[ReadingList | None], ReadingList]:
    return lambda before: made


def _numbered(name: str) -> Iterator[tuple[str, int]]:
    """``name``, ``name-2``, ``name-3`` and so on."""
    return ((name if number == 1 else f"{name}-{number}", number) for number in count(1))


def _free(paper_id: str, taken: Callable[[str], object]) -> str:
    names = chain([paper_id], (f"{paper_id[:_BASE]}-{number}" for number in count(2)))
    return next(name for name in names if not taken(name))


def _of(seen: Seen, paper_id: str) -> Seen:
    return replace(seen, paper_id=paper_id, venue="")


def _same_topic(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    return json.dumps(dict(first), sort_keys=True) == json.dumps(dict(second), sort_keys=True)
