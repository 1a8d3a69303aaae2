"""Choosing evidence: which sentences of which papers stand closest to a question.

A paper is found by the index; within it the place (a page, or the record's own text) is chosen by BM25 among
that paper's places, where words that the whole paper shares weigh nothing; and the sentence by BM25 among all
candidate sentences. The passage's vector joins in at each step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rank_bm25 import BM25Okapi

from index.search import Once, PaperHit, Searcher
from library import Library
from library.quotes import whole
from library.types import ABSTRACT, BODY, NOTE, Filter, Passage, Span

PAPERS = 5
"""Papers that evidence is taken from. The judged questions need up to three; with 2, 3 or 5 the gold page is
found alike, and questions over abstracts alone want breadth."""

RELEVANT = 0.8
"""Share of the best paper's score that a paper needs to be quoted: what lies under it is about something else."""

PLACES = 6
"""Pages (or records) that are quoted."""

PLACES_PER_PAPER = 5
"""So that a second paper always has a word when it has any."""

SECOND_SENTENCES = 2
"""The best places give a second sentence: of the gold quotes on a cited page 14 of 36 are met by one sentence a
page, 20 by two."""

MIN_TERMS = 4
"""A sentence with fewer words that count is a heading or a fragment."""

PAPER_WEIGHT = 2.0
PASSAGE_WEIGHT = 1.0
PLACE_WEIGHT = 1.0
SENTENCE_WEIGHT = 0.5
"""Weights of the four scores, each about 0 to 1. Of 6,000 combinations tried on 40 judged questions the best
find the gold page among the first 1, 3 and 5 pages in .46, .80 and .88; these simple ones in .45, .76 and .84,
which is one question less."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may be quoted.

    Attributes:
        span: Where it stands, as one piece.
        score: Higher is closer; comparable within one question.
    """

    passage: Passage
    start: int
    end: int
    span: Span
    score: float

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.passage.text[self.start : self.end]

    @property
    def place(self) -> tuple[str, str, int | None]:
        """Paper, and page or field."""
        return self.passage.paper_id, self.passage.kind, self.span.page


@dataclass(frozen=True, slots=True)
class Found:
    """The best papers for a question and their candidate sentences, best first."""

    papers: tuple[PaperHit, ...]
    sentences: tuple[Evidence, ...]


def gather(library: Library, searcher: Searcher, question: str, where: Filter, once: Once = list) -> Found:
    """Score every sentence of the best papers.

    A paper with a PDF speaks through its pages, one without through its abstract, and only one that has neither
    through Posterhall's note on it.
    """
    hits = searcher.papers(question, limit=PAPERS, where=where, once=once)
    hits = [hit for hit in hits if hit.score >= RELEVANT * hits[0].score]
    terms = searcher.terms(question)
    vector = searcher.encoder.encode([question])[0]
    found: list[tuple[Evidence, list[str]]] = []
    for hit in hits:
        passages = _speaking(
            [p for p in library.passages.of_paper(hit.paper_id) if p.passage_id in searcher.passage_ids]
        )
        if not passages:
            continue
        cosines = searcher.vectors([p.passage_id for p in passages]) @ vector
        candidates = [
            (passage, float(cosine), start, end, span, searcher.terms(passage.text[start:end]))
            for passage, cosine in zip(passages, cosines, strict=True)
            for start, end, span in whole(passage)
        ]
        places = _best_of(terms, [(c[4].page, c[5]) for c in candidates])
        for passage, cosine, start, end, span, words in candidates:
            if len(words) >= MIN_TERMS:
                score = PAPER_WEIGHT * hit.score + PASSAGE_WEIGHT * cosine + PLACE_WEIGHT * places[span.page]
                found.append((Evidence(passage, start, end, span, score), words))
    shares = _shares(terms, [words for _, words in found])
    scored = [
        Evidence(e.passage, e.start, e.end, e.span, e.score + SENTENCE_WEIGHT * share)
        for (e, _), share in zip(found, shares, strict=True)
    ]
    order = sorted(scored, key=lambda e: (-e.score, e.passage.passage_id, e.start))
    return Found(tuple(hits), tuple(order))


def choose(sentences: Sequence[Evidence], is_true: Callable[[Evidence], bool]) -> list[Evidence]:
    """The evidence to show: the best sentence of each of the best places, a second one where it counts most.

    Args:
        sentences: Candidates, best first.
        is_true: Verification; a sentence that fails it is passed over.

    Returns:
        Grouped by paper, the best paper first; in a paper by place, the best first; in a place in reading order.
    """
    chosen: dict[tuple[str, str, int | None], list[Evidence]] = {}
    said: set[str] = set()
    for evidence in sentences:
        held = chosen.get(evidence.place)
        if held is None:
            of_paper = sum(place[0] == evidence.passage.paper_id for place in chosen)
            room = len(chosen) < PLACES and of_paper < PLACES_PER_PAPER
        else:
            room = len(held) < (2 if list(chosen).index(evidence.place) < SECOND_SENTENCES else 1)
        # Passages and papers repeat themselves; once is enough.
        if room and evidence.text not in said and is_true(evidence):
            held = chosen.setdefault(evidence.place, [])
            # A place may be found by a sentence that asks the very question; what is shown is one that tells.
            if not evidence.text.endswith("?"):
                held.append(evidence)
                said.add(evidence.text)
    papers = list(dict.fromkeys(place[0] for place in chosen))
    return [
        evidence
        for paper in papers
        for place, group in chosen.items()
        if place[0] == paper
        for evidence in sorted(group, key=lambda e: e.span.start)
    ]


def _speaking(passages: list[Passage]) -> list[Passage]:
    for kind in (BODY, ABSTRACT, NOTE):
        own = [p for p in passages if p.kind == kind]
        if own:
            return own
    return []


def _best_of(terms: list[str], candidates: Iterable[tuple[int | None, list[str]]]) -> dict[int | None, float]:
    """Each place's BM25 as a share of the best place's; a paper that is one place has it whole."""
    places: dict[int | None, list[str]] = {}
    for page, words in candidates:
        places.setdefault(page, []).extend(words)
    if len(places) == 1:
        return dict.fromkeys(places, 1.0)
    return dict(zip(places, _shares(terms, list(places.values())), strict=True))


def _shares(terms: list[str], texts: list[list[str]]) -> list[float]:
    """BM25 of each text as a share of the best one's; 0 for all when no word of the question occurs."""
    if not any(texts):
        return [0.0] * len(texts)
    scores = np.maximum(BM25Okapi([words or [""] for words in texts]).get_scores(terms), 0.0)
    best = float(scores.max())
    return [float(score) / best if best > 0 else 0.0 for score in scores]
