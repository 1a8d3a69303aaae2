"""Why a paper is on a topic: the sentence of it that says so, verified where it stands."""

from __future__ import annotations

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

        One that names the topic comes before all that do not; then the abstract's, the note's, the document's and
        the title in this order; then the one that shares most with the topic's description.
        """
        found = sorted(self._sentences(paper_id), key=lambda each: each[0])
        for _, passage, start, end, span in found:
            text = passage.text[start:end]
            if verify(self._library, passage, span, text):
                section = SECTION_OF_KIND.get(passage.kind, passage.section)
                return Reason(text, span.page, section, passage.passage_id, span)
        return None

    def _sentences(self, paper_id: str) -> Iterator[tuple[tuple[bool, int, float, int, int], Passage, int, int, Span]]:
        for passage in self._library.passages.of_paper(paper_id):
            for start, end, span in whole(passage):
                text = passage.text[start:end]
                terms = set(self._searcher.terms(text))
                if len(terms) < MIN_TERMS and passage.kind != TITLE:
                    continue
                names = len({m.phrase for m in self._phrases.mentions(text) if m.kind != EXCLUDED})
                closeness = MENTION * names + sum(self._rarity[t] for t in sorted(terms & self._rarity.keys()))
                rank = (not names, ORDER[passage.kind], -closeness, passage.passage_id, start)
                yield rank, passage, start, end, span
