"""Passages: whole sentences of one section, about 200 of the model's tokens each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ingest.sections import Paragraph, Section, Table
from ingest.sentences import sentence_spans
from library.text import digest, embedding_text, one_line
from library.types import ABSTRACT, BODY, NOTE, SECTION_OF_KIND, TITLE, Paper, Passage, Span, locate

TARGET_TOKENS = 200
"""A passage is closed before the sentence that would pass this. Of 120, 160, 200 and 240 it finds the gold pages best:
bench/README.md, "Passage shapes"."""

MODEL_TOKENS = 254
"""What the encoder reads of a passage and its context, its two marker tokens apart."""

OVERLAP = 0
"""Sentences that a passage repeats from the one before it. One costs 0.04 to 0.06 of the gold pages at 3 and 5."""

MIN_TOKENS = 40
"""A shorter remainder joins the passage before it when both fit the model."""

MIN_ASIDE_WORDS = 8
"""A caption or footnote of fewer words says nothing that can be searched for."""

MAX_LEAD = 60
"""A table's caption of so many tokens is repeated over each part of a table that is cut."""

CHUNKER = "posterhall-chunk-3"
"""Changes whenever the same pages would give other passages; an index remembers the one it was built from."""


class Tokenizer(Protocol):
    """Counts the embedding model's own tokens."""

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the model's marker tokens."""
        ...


def record_passages(paper: Paper, tokenizer: Tokenizer) -> list[Passage]:
    """The passages of a paper's own record: title, abstract, note.

    A span's offsets are in the field itself, its white space as single spaces.
    """
    found: list[Passage] = []
    for kind, text in ((TITLE, paper.title), (ABSTRACT, paper.abstract), (NOTE, paper.note)):
        line = one_line(text or "")
        if line:
            maker = _Maker(paper, kind, SECTION_OF_KIND[kind], tokenizer, first=len(found))
            found.extend(maker.passages([Paragraph(line, (Span(None, 0, len(line)),))]))
    return found


def document_passages(paper: Paper, sections: Iterable[Section], tokenizer: Tokenizer) -> list[Passage]:
    """The passages of a paper's document, section by section."""
    found: list[Passage] = []
    for section in sections:
        maker = _Maker(paper, BODY, section.title, tokenizer, first=len(found))
        found.extend(maker.passages(section.paragraphs))
        for aside in section.asides:
            if len(aside.text.split()) >= MIN_ASIDE_WORDS:
                maker = _Maker(paper, BODY, section.title, tokenizer, first=len(found))
                found.extend(maker.passages([aside]))
        for table in section.tables:
            maker = _Maker(paper, BODY, section.title, tokenizer, first=len(found))
            found.extend(maker.table(table))
    return found


def under_title(passage: Passage, title: str) -> Passage:
    """The same passage of a paper that has another title."""
    context = embedding_text(passage.kind, title, passage.section, passage.text)
    return replace(passage, embed_hash=digest(context))


def _pieces(paragraph: Paragraph) -> Iterator[tuple[int, int, bool]]:
    """The paragraph's sentences, and whether they can be quoted; a displayed formula is a piece that cannot.

    What stands before and after a formula in its sentence can: mostly it says what the formula means.
    """
    text = paragraph.text
    for a, b in paragraph.formulas:
        # Nothing inside a formula ends a sentence.
        text = f"{text[:a]}{'X' * (b - a)}{text[b:]}"
    for start, end in sentence_spans(text):
        for a, b in paragraph.formulas:
            if start <= a < end:
                if paragraph.text[start:a].strip():
                    yield start, start + len(paragraph.text[start:a].rstrip()), True
                yield a, b, False
                start = b + (paragraph.text[b : b + 1] == " ")
        if start < end:
            yield start, end, True


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    spans: tuple[Span, ...]
    tokens: int
    quotable: bool = True


class _Maker:
    def __init__(self, paper: Paper, kind: str, section: str, tokenizer: Tokenizer, *, first: int) -> None:
        self._paper, self._kind, self._section, self._tokenizer, self._first = paper, kind, section, tokenizer, first
        context = embedding_text(kind, paper.title, section, "")
        # A title of hundreds of words must leave room for the text itself.
        self._budget = max(MODEL_TOKENS - tokenizer.count_many([context])[0], MODEL_TOKENS // 2)

    def passages(self, paragraphs: Iterable[Paragraph]) -> Iterator[Passage]:
        for number, group in enumerate(self._groups(list(self._sentences(paragraphs)))):
            yield self._passage(group, self._first + number)

    def table(self, table: Table) -> Iterator[Passage]:
        """Rows under their caption, which is repeated where a table is long and the caption is not.

        A row is found but not quoted: without its header it says little, and the caption leads to the same place.
        """
        caption = list(self._sentences([table.caption]))
        rows = [s for row in table.rows for s in self._units([(row.text, row.spans, False)])]
        lead = sum(s.tokens for s in caption)
        group, tokens, number = caption, lead, self._first
        for row in rows:
            if tokens + row.tokens > self._budget and group:
                yield self._passage(group, number)
                number += 1
                repeated = caption if lead <= MAX_LEAD else []
                group, tokens = list(repeated), lead if repeated else 0
            group = [*group, row]
            tokens += row.tokens
        yield self._passage(group, number)

    def _sentences(self, paragraphs: Iterable[Paragraph]) -> Iterator[_Sentence]:
        parts: list[tuple[str, tuple[Span, ...], bool]] = []
        for paragraph in paragraphs:
            for a, b, quotable in _pieces(paragraph):
                parts.append((paragraph.text[a:b], locate(paragraph.spans, a, b), quotable))
        return self._units(parts)

    def _units(self, parts: list[tuple[str, tuple[Span, ...], bool]]) -> Iterator[_Sentence]:
        counts = self._tokenizer.count_many([text for text, _, _ in parts])
        for (text, spans, quotable), tokens in zip(parts, counts, strict=True):
            if tokens <= self._budget:
                yield _Sentence(text, spans, tokens, quotable)
            else:
                yield from self._split(text, spans, quotable)

    def _split(self, text: str, spans: tuple[Span, ...], quotable: bool) -> Iterator[_Sentence]:
        """A run without a sentence's end (a table in disguise, an endless list), cut at words."""
        words = text.split(" ")
        counts = self._tokenizer.count_many(words)
        start, end, tokens = 0, 0, 0
        for word, count in zip(words, counts, strict=True):
            # One endless word is cut by the encoder itself.
            count = min(count, self._budget)
            if tokens and tokens + count > self._budget:
                yield _Sentence(text[start : end - 1], locate(spans, start, end - 1), tokens, quotable)
                start, tokens = end, 0
            end += len(word) + 1
            tokens += count
        if start < len(text):
            yield _Sentence(text[start:], locate(spans, start, len(text)), tokens, quotable)

    def _groups(self, sentences: list[_Sentence]) -> list[list[_Sentence]]:
        target = min(TARGET_TOKENS, self._budget)
        groups: list[list[_Sentence]] = []
        tokens = 0
        for sentence in sentences:
            if groups and tokens + sentence.tokens <= target:
                groups[-1].append(sentence)
                tokens += sentence.tokens
                continue
            again = groups[-1][-OVERLAP:] if groups and OVERLAP else []
            if sum(s.tokens for s in again) + sentence.tokens > target:
                again = []
            groups.append([*again, sentence])
            tokens = sum(s.tokens for s in groups[-1])
        if len(groups) > 1 and tokens < MIN_TOKENS:
            before = sum(s.tokens for s in groups[-2])
            if before + tokens <= self._budget:
                groups[-2:] = [groups[-2] + groups[-1]]
        return groups

    def _passage(self, group: list[_Sentence], ordinal: int) -> Passage:
        spans: list[Span] = []
        offsets: list[tuple[int, int]] = []
        position = 0
        for sentence in group:
            if sentence.quotable:
                offsets.append((position, position + len(sentence.text)))
            position += len(sentence.text) + 1
            for span in sentence.spans:
                if spans and spans[-1].page == span.page and spans[-1].end + 1 == span.start:
                    spans[-1] = Span(span.page, spans[-1].start, span.end)
                else:
                    spans.append(span)
        text = " ".join(s.text for s in group)
        embed_hash = digest(embedding_text(self._kind, self._paper.title, self._section, text))
        return Passage(
            0,
            self._paper.paper_id,
            None,
            self._kind,
            ordinal,
            self._section,
            text,
            tuple(spans),
            tuple(offsets),
            embed_hash,
        )
