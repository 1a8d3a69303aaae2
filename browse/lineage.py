"""Lineage: which papers are versions of one work.

A work is a preprint, then a workshop's paper, then a conference's; each is a paper of its own here, with its own
venue, tier and forum. Two papers are linked when one of these holds, the strongest first:

1. the user joined them;
2. their titles are the same, and so are their authors (the first, or most of the shorter list), or the authors of one
   are unknown and the title is too long to be anybody else's;
3. their authors are the same, and what stands before the colon of both titles is;
4. their authors are the same, and most words of their titles are;
5. their authors are the same, and their abstracts share runs of words, or mean the same by their vectors.

3 to 5 never hold where the titles' numbers differ (parts, years and versions make other works), and 2 to 5 never
between papers of one venue and year, which accepts a work once. Links carry on: the versions of a version are
versions. A pair that the user split is never in one work, by no chain of links; where that leaves a choice, the
stronger link is kept.

Measured on 3,469 papers: ICML 2024, COLM 2024 and 2025, and five workshops. 5,009 pairs have the same authors; no two
papers of one venue are linked, even where the rule about venues is left out. See ``bench/README.md``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from library.kinds import order
from library.lineage import JOIN, SPLIT, Decision
from library.text import author_key, fold, title_key
from library.types import ACCEPTED, Paper

TITLE_ALONE = 4
"""Words that a title needs to be believed when the authors of one paper are unknown. No two works among 3,469 have
the same title; 29 titles are shorter than this, and short ones ("Gentle Hands") are what two groups hit upon."""

NEAR_TITLE = 0.6
"""Share of the words of two titles that both have, for the same authors. Other works of the same authors reach 0.44
(of 5,009 pairs); "Many-Shot In-Context Learning" and a paper that goes on from it reach 0.62, by other authors."""

SAME_WORDS = 0.25
"""Share of the runs of :data:`RUN` words in the shorter abstract that the longer one has too. Other works of the same
authors reach 0.14, and papers that share one author 0.17."""

RUN = 3

SAME_MEANING = 0.9
"""Cosine of the abstracts' vectors (MiniLM, under their titles), for the same authors. Other works of the same authors
reach 0.843, and the next pairs 0.819 and 0.798."""

MOST_ALIKE = 50
"""More papers of one title than this are no versions: "Editorial", or files that nobody named."""

MOST_OF_A_NAME = 500
"""A name that more papers carry is left out when pairs are looked for: it says nothing, and the pairs are many."""

JOINED, TITLE, NAME, NEAR, WORDS, MEANING = (
    "joined by hand",
    "same title",
    "same name and authors",
    "similar title, same authors",
    "similar abstract, same authors",
    "abstract of the same meaning, same authors",
)
STRENGTH = (JOINED, TITLE, NAME, NEAR, WORDS, MEANING)
"""Why two papers are linked, the strongest first."""

Vectors = Callable[[Collection[str]], Mapping[str, NDArray[np.float32]]]
"""Gives the unit vectors of papers' abstracts, of those that have any."""

_NUMBER = re.compile(r"\d+|[ivx]+")
_NAME = re.compile(r"(?:position(?: paper)?: *)?(?!position(?: paper)?:)(.+?)(?::| [-–—] )", re.IGNORECASE)
_NAME_WORDS = 2  # a coined one has no more; "Reinforcement Learning: …" twice is no version of anything


@dataclass(frozen=True, slots=True)
class Link:
    """Two papers that are one work, and why: one of :data:`STRENGTH`. ``first`` comes before ``second`` as text."""

    first: str
    second: str
    why: str
    score: float = 1.0


class Lineage:
    """The works of a library that have more than one version."""

    def __init__(self, works: Iterable[tuple[str, ...]], links: Sequence[Link]) -> None:
        """Take works, each with its versions in order (see :func:`trace`), and their links, the strongest first."""
        self.works = tuple(works)
        self.links = {(link.first, link.second): link for link in reversed(links)}
        self._work_of = {paper_id: work for work in self.works for paper_id in work}

    def versions(self, paper_id: str) -> tuple[str, ...]:
        """All versions of a paper's work, itself among them: preprint, workshop, conference, each by year."""
        return self._work_of.get(paper_id, (paper_id,))

    def why(self, first: str, second: str) -> str:
        """Why two versions of a work are linked; "" where another version links them."""
        low, high = sorted((first, second))
        link = self.links.get((low, high))
        return link.why if link else ""

    @property
    def work_of(self) -> Mapping[str, tuple[str, ...]]:
        """The papers that have other versions, each with its work."""
        return self._work_of

    def hidden(self, listed: Collection[str]) -> set[str]:
        """The papers of a list that stand behind another version of their work in it: all but its main one there."""
        if not self.works:
            return set()
        held = set(listed)
        works = {self._work_of[p] for p in held if p in self._work_of}
        return {p for work in works for p in [p for p in work if p in held][:-1]}

    def collapse(self, paper_ids: Sequence[str]) -> list[str]:
        """A list with each work once: its main version among those listed, at that version's place."""
        hidden = self.hidden(paper_ids)
        return [p for p in paper_ids if p not in hidden]

    def first(self, ranking: Iterable[str]) -> list[str]:
        """A ranking with each work once: the version of it that comes first there."""
        if not self.works:
            return list(ranking)
        best: dict[tuple[str, ...], str] = {}
        return [p for p in ranking if best.setdefault(self.versions(p), p) == p]

    def count(self, listed: Collection[str]) -> int:
        """How many works the papers of a list are, none of them twice in it."""
        return len(listed) - len(self.hidden(listed))


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What of a paper is compared."""

    paper_id: str
    title: str
    words: frozenset[str]
    numbers: tuple[str, ...]
    name: str
    first: tuple[str, str] | None
    authors: frozenset[tuple[str, str]]
    place: tuple[str, int | None] | None
    order: tuple[int, int, str]
    abstract: str | None


def trace(papers: Iterable[Paper], decisions: Sequence[Decision] = (), vectors: Vectors | None = None) -> Lineage:
    """Find the works of a library: the same papers and decisions give the same works in any order.

    Args:
        papers: Those that are accepted no more are in no work.
        decisions: The user's, in the order they were made.
        vectors: Of the abstracts; without them meaning is not compared.
    """
    sketches = sorted((_sketch(p) for p in papers if p.status == ACCEPTED), key=lambda s: s.paper_id)
    held = {s.paper_id: s for s in sketches}
    joins = [Link(d.first, d.second, JOINED) for d in decisions if d.decision == JOIN and {*d.pair} <= held.keys()]
    links = sorted(
        chain(_same_titles(sketches), _same_authors(sketches, vectors)),
        key=lambda link: (STRENGTH.index(link.why), -link.score, link.first, link.second),
    )
    groups = _Groups(held, [d.pair for d in decisions if d.decision == SPLIT])
    # Joins come in the order they were made: of two that a split forbids together, the older stays.
    kept = [link for link in (*joins, *links) if groups.unite(link)]
    works = [tuple(sorted(g, key=lambda p: held[p].order)) for g in groups.found()]
    return Lineage(sorted(works), kept)


def _sketch(paper: Paper) -> _Sketch:
    title = title_key(paper.title)
    words = title.split()
    keys = [author_key(name) for name in paper.authors]
    found = _NAME.match(paper.title)
    name = title_key(found[1]) if found else ""
    venue = fold(paper.venue or paper.venue_id or "")
    return _Sketch(
        paper.paper_id,
        title,
        frozenset(words),
        tuple(sorted(w for w in words if _NUMBER.fullmatch(w))),
        name if len(name.split()) <= _NAME_WORDS else "",
        keys[0] if keys else None,
        frozenset(keys),
        (venue, paper.year) if venue else None,
        order(paper),
        paper.abstract,
    )


def _same_titles(sketches: Sequence[_Sketch]) -> Iterator[Link]:
    titled: dict[str, list[_Sketch]] = {}
    for sketch in sketches:
        titled.setdefault(sketch.title, []).append(sketch)
    for title, same in titled.items():
        if not title or not 1 < len(same) <= MOST_ALIKE:
            continue
        for a, b in combinations(same, 2):
            unknown = not a.authors or not b.authors
            if not _same_place(a, b) and (len(title.split()) >= TITLE_ALONE if unknown else _agree(a, b)):
                yield Link(a.paper_id, b.paper_id, TITLE)


def _same_authors(sketches: Sequence[_Sketch], vectors: Vectors | None) -> Iterator[Link]:
    """Links by what is no proof alone, between papers of other titles whose authors agree."""
    runs: dict[str, frozenset[tuple[str, ...]]] = {}
    left: list[tuple[_Sketch, _Sketch]] = []
    for a, b in _pairs(sketches):
        if a.title == b.title or a.numbers != b.numbers or _same_place(a, b) or not _agree(a, b):
            continue
        near = len(a.words & b.words) / len(a.words | b.words) if a.words or b.words else 0.0
        if a.name and a.name == b.name:
            yield Link(a.paper_id, b.paper_id, NAME, near)
        elif near >= NEAR_TITLE:
            yield Link(a.paper_id, b.paper_id, NEAR, near)
        elif a.abstract and b.abstract:
            for sketch in (a, b):
                if sketch.paper_id not in runs:
                    runs[sketch.paper_id] = _runs(sketch.abstract or "")
            shared = _shared(runs[a.paper_id], runs[b.paper_id])
            if shared >= SAME_WORDS:
                yield Link(a.paper_id, b.paper_id, WORDS, shared)
            else:
                left.append((a, b))
    if vectors and left:
        found = vectors({s.paper_id for pair in left for s in pair})
        for a, b in left:
            if a.paper_id in found and b.paper_id in found:
                cosine = float(found[a.paper_id] @ found[b.paper_id])
                if cosine >= SAME_MEANING:
                    yield Link(a.paper_id, b.paper_id, MEANING, cosine)


def _pairs(sketches: Sequence[_Sketch]) -> Iterator[tuple[_Sketch, _Sketch]]:
    """Papers that share an author, each pair once."""
    papers_of: dict[tuple[str, str], list[int]] = {}
    for n, sketch in enumerate(sketches):
        for author in sketch.authors:
            papers_of.setdefault(author, []).append(n)
    for n, sketch in enumerate(sketches):
        lists = [papers_of[author] for author in sketch.authors if len(papers_of[author]) <= MOST_OF_A_NAME]
        shared = Counter(chain.from_iterable(lists))
        for m, count in shared.items():
            # Two lists of several names that have one in common agree only by their first.
            if m > n and (
                sketch.first == sketches[m].first or 2 * count > min(len(sketch.authors), len(sketches[m].authors))
            ):
                yield sketch, sketches[m]


def _agree(a: _Sketch, b: _Sketch) -> bool:
    """Whether the authors of both are known, and are the same: the first, or more than half of the shorter list."""
    if not a.authors or not b.authors:
        return False
    return a.first == b.first or 2 * len(a.authors & b.authors) > min(len(a.authors), len(b.authors))


def _same_place(a: _Sketch, b: _Sketch) -> bool:
    return a.place is not None and a.place == b.place


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = fold(text).split()
    return frozenset(zip(*(words[n:] for n in range(RUN)), strict=False))


def _shared(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


class _Groups:
    """Papers in groups that grow by links, never over a split and, but by hand, never to two of one venue."""

    def __init__(self, held: Mapping[str, _Sketch], splits: Iterable[tuple[str, str]]) -> None:
        self._held = held
        self._group: dict[str, list[str]] = {}
        self._apart: dict[str, set[str]] = {}
        for a, b in splits:
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def unite(self, link: Link) -> bool:
        """Make two papers' groups one, if that may be; whether both are in one now."""
        first, second = (self._group.get(p, [p]) for p in (link.first, link.second))
        if first is second:
            return True
        if any(not self._apart.get(p, set()).isdisjoint(second) for p in first):
            return False
        if link.why != JOINED:
            places = Counter(self._held[p].place for p in chain(first, second) if self._held[p].place)
            if max(places.values(), default=0) > 1:
                return False
        both = first + second
        self._group.update(dict.fromkeys(both, both))
        return True

    def found(self) -> list[list[str]]:
        """The groups."""
        return list({id(group): group for group in self._group.values()}.values())
