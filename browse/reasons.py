"""Why a paper is on a topic: the sentence of it that says so, verified where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from browse.phrases import EXCLUDED, Phrases
from browse.topics import Topic
from index.search import Searcher
from library import Library
from library.quotes import verify, whole
from library.types import ABSTRACT, BODY, NOTE, SECTION_OF_KIND, TITLE, Passage, Span

ORDER = {ABSTRACT: 0, NOTE: 1, BODY: 2, TITLE: 3}
"""Which of two sentences that both name the topic, or both do not, is shown: the title is read anyway."""

MIN_TERMS = 4
"""A sentence with fewer words that count is a heading or a fragment; a title may be one."""

MENTION = 1.0
"""What naming the topic weighs; a word shared with its description weighs its rarity, 0 to 1."""

OWN = 3.0
"""By how much more a sentence counts in which the authors say what they do: of reasons that were the sentence nearest
to the topic, 17 in 100 told what a field is about and could stand in any of its papers (bench/README.md)."""

_AUTHORS = re.compile(
    r"\b(?:we|our|ours|us)\b|\b(?:this|the present) (?:paper|work|study|article|position|survey|thesis|report)\b",
    re.IGNORECASE,
)
_COINED = re.compile(r"\b\w*\w[A-Z0-9]\w*\b")


@dataclass(frozen=True, slots=True)
class Reason:
    """A verified quote.

    Attributes:
        page: Counts from 1; None for a sentence of the record, whose ``section`` says which field.
        span: Where it stands in the page's text, or in the record's field.
    """

    text: str
    page: int | None
    section: str
    passage_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that may be quoted; ``names``: the topic, ``own``: of the authors' own work."""

    passage: Passage
    text: str
    span: Span
    names: bool
    own: bool
    closeness: float


class Reasons:
    """Finds reasons for one topic."""

    def __init__(self, library: Library, searcher: Searcher, topic: Topic) -> None:
        """Use an open library and index."""
        self._library = library
        self._searcher = searcher
        self._phrases = Phrases.of([topic])
        self._rarity = {term: searcher.rarity(term) for term in sorted(set(searcher.terms(topic.query)))}

    def find(self, paper_id: str) -> Reason | None:
        """The sentence of a paper that best says it is on the topic; None when none can be quoted.

        One in which the authors name the topic as what they do comes before all others; then, where any sentence names
        it, the abstract's, the note's, the document's and the title in this order; then the one that shares most with
        the topic's description, which counts more where they speak of their own work.
        """
        said = list(self._sentences(paper_id))
        naming = {one.passage.kind for one in said if one.names}

        def rank(one: _Said) -> tuple[object, ...]:
            kind = one.passage.kind
            return (
                not (one.names and one.own),
                kind not in naming,
                ORDER[kind],
                -one.closeness,
                one.passage.passage_id,
                one.span.start,
            )

        for one in sorted(said, key=rank):
            if verify(self._library, one.passage, one.span, one.text):
                section = SECTION_OF_KIND.get(one.passage.kind, one.passage.section)
                return Reason(one.text, one.span.page, section, one.passage.passage_id, one.span)
        return None

    def _sentences(self, paper_id: str) -> Iterator[_Said]:
        paper = self._library.papers.get(paper_id)
        coined = _coined(paper.title) if paper else set()
        for passage in self._library.passages.of_paper(paper_id):
            for start, end, span in whole(passage):
                text = passage.text[start:end]
                terms = set(self._searcher.terms(text))
                if len(terms) < MIN_TERMS and passage.kind != TITLE:
                    continue
                names = any(m.kind != EXCLUDED for m in self._phrases.mentions(text))
                own = passage.kind == NOTE or (passage.kind != TITLE and _speaks(text, coined))
                near = MENTION * names + sum(self._rarity[t] for t in sorted(terms & self._rarity.keys()))
                yield _Said(passage, text, span, names, own, near * (1 + OWN * own))


def _coined(title: str) -> set[str]:
    """The names that a title gives to what is new: before a colon, and spelt as no word is."""
    head, colon, _ = title.partition(":")
    return set(_COINED.findall(head)) if colon else set()


def _speaks(text: str, coined: set[str]) -> bool:
    """Whether the authors tell of their own work."""
    return bool(_AUTHORS.search(text)) or any(name in text for name in coined)
