"""Verification: a quote is shown only if it stands, character for character, where its citation points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from library.text import one_line
from library.types import ABSTRACT, NOTE, TITLE, Passage, Span

if TYPE_CHECKING:
    from library.db import Library

UNKNOWN_GLYPH = "\ufffd"


def place(passage: Passage, start: int, end: int) -> Span | None:
    """Where ``passage.text[start:end]`` stands as one piece, or None when a page or a float breaks it."""
    spans = passage.locate(start, end)
    return spans[0] if len(spans) == 1 else None


def whole(passage: Passage) -> Iterator[tuple[int, int, Span]]:
    """The sentences that may be quoted: those that stand as one piece and hold no glyph of unknown meaning."""
    for start, end in passage.sentences:
        span = place(passage, start, end)
        if span is not None and UNKNOWN_GLYPH not in passage.text[start:end]:
            yield start, end, span


def verify(library: Library, passage: Passage, span: Span, quote: str) -> bool:
    """Whether the page (or the record's field) holds the quote exactly at the span.

    Read from the stored page, not from the passage, so that a passage that drifted from its page is caught. A
    quote with a glyph whose meaning the PDF does not give counts as not found: nobody could check it.
    """
    if not quote or UNKNOWN_GLYPH in quote:
        return False
    source = _source(library, passage, span)
    return source is not None and source[span.start : span.end] == quote


def _source(library: Library, passage: Passage, span: Span) -> str | None:
    if passage.document_id is not None and span.page is not None:
        page = library.documents.page(passage.document_id, span.page)
        return page.text if page else None
    paper = library.papers.get(passage.paper_id)
    if paper is None:
        return None
    text = {TITLE: paper.title, ABSTRACT: paper.abstract, NOTE: paper.note}.get(passage.kind)
    return one_line(text) if text else None
