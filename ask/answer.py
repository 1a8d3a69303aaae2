"""What an answer is: sentences that are quotes, and the citations that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from library.types import Span

ABSTENTION = (
    "Nothing in this library comes close enough to answer that. "
    "Try other words, drop a filter, or add papers on the subject."
)


@dataclass(frozen=True, slots=True)
class Citation:
    """One verified quote.

    Attributes:
        n: Counts from 1 in the order of the answer.
        pdf_stem: The ingested PDF's file name without ``.pdf``; None for a quote from the paper's record.
        page: Counts from 1; None for a quote from the paper's record, whose ``section`` then says which
            field it is from (Abstract, Note).
        span: Where the quote stands in the page's text, or in the record's field.
        verified: The quote was found, character for character, where the citation points. Always true
            for a citation that is shown.
    """

    n: int
    paper_id: str
    title: str
    pdf_stem: str | None
    page: int | None
    section: str
    quote: str
    passage_id: int
    span: Span
    verified: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer and the numbers of the citations that support it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a question. ``text`` holds markers like ``[1]``; an abstention has no citations."""

    question: str
    answered: bool
    text: str
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``posterhall ask --json``."""
        shown = ("n", "paper_id", "title", "pdf_stem", "page", "section", "quote", "verified")
        return {
            "question": self.question,
            "answered": self.answered,
            "answer": self.text,
            "sentences": [{"text": s.text, "citations": list(s.citations)} for s in self.sentences],
            "citations": [{name: getattr(c, name) for name in shown} for c in self.citations],
        }


def abstain(question: str) -> Answer:
    """The answer when nothing is close enough."""
    return Answer(question, False, ABSTENTION)


def compose(question: str, citations: Sequence[Citation]) -> Answer:
    """An answer of quotes alone: each is a sentence with its own citation, in the citations' order."""
    sentences = tuple(Sentence(c.quote, (c.n,)) for c in citations)
    text = " ".join(f"“{s.text}” [{s.citations[0]}]" for s in sentences)
    return Answer(question, True, text, sentences, tuple(citations))
