"""What speaks for a paper being on a topic, in numbers: one row for each paper that comes into question."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from browse.phrases import EXCLUDED, Mention, Phrases
from browse.topics import Topic
from index.search import Searcher
from library import Library
from library.types import BODY, Paper

CANDIDATES = 300
CANDIDATE_SHARE = 8
"""Papers that the search for a topic gives: at least so many, or one in so many of a large library. Of 112 papers
that the judgments put on 14 topics, the first 300 of 2,610 and those that name the topic hold every one."""

FRONT = 6
"""Passages of a document that stand for the abstract that its record lacks: about two pages."""

SATURATION = 1.0
"""A phrase that is mentioned n times counts ``2n / (n + 1)``, as BM25 has it: 1, 1.33, 1.5."""

TITLE_MENTIONS = 3
"""A phrase in a title counts so often where the title is all there is: nobody names a subject twice in one line."""

USUAL_COSINE = 0.6
"""Of a paper at the edge of a topic to its seeds. Where a library lacks them every paper counts as having this."""

USUAL_SHARE = 10 / 2610
"""Of a library's papers, those whose headings name a topic of usual size: of a conference's 2,610 papers the titles of
9 name one, in the median of 59 topics."""

PRIOR_COUNT = 10
"""Papers that a topic is taken to have besides those that are counted, so that three titles in a small library do not
make it a large one."""

MOST_COMMON = 1.0
"""The most that a topic's being common counts. Without a limit the topics that are offered, whose phrases are words as
common as "optimization", would take in all that have them: .45 of their members in their cluster, .58 with it."""

DIGITS = 4

Numbers = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


class Part(NamedTuple):
    """The parts of a score, each about 0 to 1.

    Attributes:
        meaning: The hybrid search's score for the topic's name and description.
        words: How much of its text (abstract, note) the topic's phrases make up, each mention counting less.
        heading: Its title or a keyword names the topic.
        seeds: Cosine to the topic's other seeds, over the usual one.
        excluded: A sense is mentioned that the topic excludes.
        bare: A title is all that is known of it, so that everything above is lower than it would be.
        common: It names a topic that is larger than usual: by how much, as a logarithm of the odds.
    """

    meaning: float
    words: float
    heading: float
    seeds: float
    excluded: float
    bare: float = 0.0
    common: float = 0.0


@dataclass(frozen=True, slots=True)
class Parts:
    """A topic's candidates.

    Attributes:
        papers: Ids, ascending.
        values: ``[papers, 7]``, the columns of :class:`Part`.
        seeds: The topic's seeds that the library has.
    """

    papers: tuple[str, ...]
    values: Numbers
    seeds: tuple[str, ...]

    @property
    def least(self) -> Part:
        """What a paper has at most that is no candidate."""
        lowest = float(self.values[:, 0].min()) if len(self.papers) else 0.0
        return Part(lowest, 0.0, 0.0, 0.0, 0.0)

    def of(self, paper_ids: Sequence[str]) -> Numbers:
        """Rows of some papers, candidates or not."""
        row = {paper: n for n, paper in enumerate(self.papers)}
        least = np.array(self.least, dtype=float)
        rows = [self.values[row[p]] if p in row else least for p in paper_ids]
        return np.array(rows, dtype=float).reshape(len(rows), len(Part._fields))


def measure(
    library: Library,
    searcher: Searcher,
    papers: Sequence[Paper],
    topics: Sequence[Topic],
    on_progress: Progress | None = None,
) -> dict[str, Parts]:
    """The parts of every candidate of some topics, by topic id.

    Args:
        library: Where documents' text is.
        searcher: The index, from which meanings and vectors come.
        papers: The papers that count.
        topics: The topics wanted.
        on_progress: Told of every topic.
    """
    phrases = Phrases.of(topics)
    mentions: dict[str, dict[str, _Mentioned]] = {t.topic_id: {} for t in topics}
    bare = set()
    for paper in papers:
        texts = _texts(library, paper)
        if not texts:
            bare.add(paper.paper_id)
        for topic_id, found in _mentioned(phrases, paper, texts).items():
            mentions[topic_id][paper.paper_id] = found
    vectors = Vectors(*searcher.paper_vectors())
    known = {p.paper_id for p in papers}
    forums = {p.forum_id: p.paper_id for p in papers if p.forum_id}
    limit = max(CANDIDATES, len(papers) // CANDIDATE_SHARE)
    measured = {}
    for n, topic in enumerate(topics, start=1):
        hits = searcher.papers(topic.query, limit=limit, passages=1)
        meaning = {h.paper_id: h.score for h in hits if h.paper_id in known}
        named = [s if s in known else forums.get(s) for s in topic.seeds]
        seeds = tuple(dict.fromkeys(s for s in named if s))
        measured[topic.topic_id] = _rows(meaning, mentions[topic.topic_id], seeds, bare, vectors, len(papers))
        if on_progress:
            on_progress("topics", n, len(topics))
    return measured


@dataclass(slots=True)
class _Mentioned:
    """What a paper says of one topic."""

    words: float = 0.0
    heading: bool = False
    excluded: bool = False


class Vectors:
    """The papers' unit vectors."""

    def __init__(self, papers: list[str], vectors: NDArray[np.float32]) -> None:
        self._row = {paper: n for n, paper in enumerate(papers)}
        self._vectors = vectors.astype(np.float64)

    def alike(self, some: Sequence[str], others: Sequence[str]) -> Numbers:
        """The cosines of some papers to others, ``[some, others]``; 1 to itself, minus infinity where there is none."""
        rows, columns = ([self._row.get(paper, -1) for paper in papers] for papers in (some, others))
        found = np.array([[1.0 if a == b else -np.inf for b in others] for a in some]).reshape(len(some), len(others))
        here, there = np.flatnonzero(np.array(rows) >= 0), np.flatnonzero(np.array(columns) >= 0)
        if len(here) and len(there):
            cosines = self._vectors[[rows[n] for n in here]] @ self._vectors[[columns[n] for n in there]].T
            found[np.ix_(here, there)] = cosines
        return found

    def likeness(self, papers: Sequence[str], seeds: Iterable[str]) -> Numbers:
        """Each paper's cosine to the mean of the seeds, itself left out, over the usual one; 0 where there is none."""
        held = [self._row[s] for s in seeds if s in self._row]
        total = self._vectors[held].sum(axis=0)
        found = np.zeros(len(papers))
        for n, paper in enumerate(papers):
            row = self._row.get(paper)
            others = len(held) - (row in held)
            if row is not None and others:
                center = total - self._vectors[row] * (row in held)
                length = max(float(np.linalg.norm(center)), 1e-9)
                found[n] = float(center @ self._vectors[row]) / length - USUAL_COSINE
        return found


def _rows(
    meaning: Mapping[str, float],
    mentioned: Mapping[str, _Mentioned],
    seeds: tuple[str, ...],
    bare: Collection[str],
    vectors: Vectors,
    total: int,
) -> Parts:
    named = {p for p, m in mentioned.items() if m.words or m.heading}
    common = commonness(sum(m.heading for m in mentioned.values()), total)
    papers = sorted({*meaning, *named, *seeds})
    least = min(meaning.values(), default=0.0)
    values = np.zeros((len(papers), len(Part._fields)))
    nothing = _Mentioned()
    for n, paper in enumerate(papers):
        said = mentioned.get(paper, nothing)
        size = common if paper in named else 0.0
        values[n] = Part(meaning.get(paper, least), said.words, said.heading, 0.0, said.excluded, paper in bare, size)
    values[:, Part._fields.index("seeds")] = vectors.likeness(papers, seeds)
    return Parts(tuple(papers), np.round(values, DIGITS), seeds)


def commonness(headings: int, total: int) -> float:
    """The logarithm of how many times as common as usual a topic is, from 0 to :data:`MOST_COMMON`."""
    return min(max(math.log((headings + PRIOR_COUNT) / (USUAL_SHARE * total + PRIOR_COUNT)), 0.0), MOST_COMMON)


def _mentioned(phrases: Phrases, paper: Paper, texts: Sequence[str]) -> dict[str, _Mentioned]:
    found: dict[str, _Mentioned] = {}
    counts: dict[str, dict[str, int]] = {}

    def take(mentions: Iterable[Mention], *, heading: bool) -> None:
        for mention in mentions:
            said = found.setdefault(mention.topic_id, _Mentioned())
            if mention.kind == EXCLUDED:
                said.excluded = True
            elif heading:
                said.heading = True
            else:
                of_topic = counts.setdefault(mention.topic_id, {})
                of_topic[mention.phrase] = of_topic.get(mention.phrase, 0) + 1

    for heading in (paper.title, *paper.keywords):
        take(phrases.mentions(heading), heading=True)
    for text in texts or [paper.title] * TITLE_MENTIONS:
        take(phrases.mentions(text), heading=False)
    for topic_id, of_topic in counts.items():
        total = sum(n * (1 + SATURATION) / (n + SATURATION) for n in of_topic.values())
        found[topic_id].words = total / (1 + total)
    return found


def _texts(library: Library, paper: Paper) -> list[str]:
    """What a paper says it is about; nothing where its title is all that there is."""
    own = [text for text in (paper.abstract, paper.note) if text]
    if own:
        return own
    body = [p.text for p in library.passages.of_paper(paper.paper_id) if p.kind == BODY]
    return body[:FRONT]
