"""From blocks to the paper's prose by section, with reference lists and front matter left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.layout import Block, Role
from library.text import fold
from library.types import Span

ABSTRACT_SECTION = "Abstract"

_REFERENCES = re.compile(r"(\d{1,2}|[ivx]+)?\s*(references|bibliography|literature cited|references and notes)")
_ABSTRACT = re.compile(r"abstract")
_NUMBER = re.compile(r"(\d{1,2}|[A-Z])(\.\d{1,2})*[.:]?\s")
_SENTENCE_END = re.compile(r"""[.!?:;]["'”’)\]]*$""")
_MIN_ABSTRACT_WORDS = 40


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and where it stands: its text is the pieces that ``spans`` point at, joined by spaces."""

    text: str
    spans: tuple[Span, ...]

    def then(self, block: Block) -> Paragraph:
        """This paragraph with a block that goes on with it (over a column's, a page's or a float's break)."""
        last = self.spans[-1]
        gap = block.start - last.end
        if last.page == block.page and gap in (0, 1):
            # Contiguous on the page, so still one piece; no gap at all where a broken word was joined.
            return Paragraph(
                f"{self.text}{' ' * gap}{block.text}", (*self.spans[:-1], Span(last.page, last.start, block.end))
            )
        return Paragraph(f"{self.text} {block.text}", (*self.spans, Span(block.page, block.start, block.end)))


@dataclass(slots=True)
class Section:
    """A titled run of paragraphs. ``asides`` are the captions and footnotes that stand among them."""

    title: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    asides: list[Paragraph] = field(default_factory=list)


def split_sections(blocks: Iterable[Block]) -> list[Section]:
    """Group blocks under their headings.

    What stands before the abstract (title, authors, affiliations) and in reference lists is left out: the
    record has the first, and the second is about other papers.
    """
    blocks = list(blocks)
    has_abstract = any(b.role is Role.HEADING and _ABSTRACT.fullmatch(_name(b.text)) for b in blocks)
    sections: list[Section] = []
    current: Section | None = None
    references: Block | None = None
    joins = False
    for block in blocks:
        if block.role is Role.HEADING:
            if references is not None and not _ends_references(block, references):
                continue
            references = block if _REFERENCES.fullmatch(_name(block.text)) else None
            if references is None and (current is not None or has_abstract or _NUMBER.match(block.text)):
                started = _ABSTRACT.fullmatch(_name(block.text)) or current is not None or not has_abstract
                current = Section(_shown(block.text)) if started else None
                if current:
                    sections.append(current)
            joins = False
            continue
        if references is not None or block.role in (Role.MARGIN, Role.OTHER):
            continue
        if current is None:
            # A paper without the word "Abstract": its first long paragraph is one.
            if has_abstract or block.role is not Role.PROSE or len(block.text.split()) < _MIN_ABSTRACT_WORDS:
                continue
            current = Section(ABSTRACT_SECTION)
            sections.append(current)
        paragraph = Paragraph(block.text, (Span(block.page, block.start, block.end),))
        if block.role is not Role.PROSE:
            current.asides.append(paragraph)
            continue
        if joins and current.paragraphs:
            current.paragraphs[-1] = current.paragraphs[-1].then(block)
        else:
            current.paragraphs.append(paragraph)
        joins = not _SENTENCE_END.search(block.text)
    return [s for s in sections if s.paragraphs or s.asides]


def _ends_references(heading: Block, references: Block) -> bool:
    """Inside a reference list only type as large as its own heading's starts something new."""
    return heading.size >= references.size - 0.3


def _name(heading: str) -> str:
    return re.sub(r"^(\d{1,2}|[ivx]+) ", "", fold(heading))


def _shown(heading: str) -> str:
    title = heading.strip(" .:")
    letters = [c for c in title if c.isalpha()]
    # Small capitals come out as capitals.
    return (
        title.capitalize()
        if len(letters) > 3 and all(c.isupper() for c in letters) and not _NUMBER.match(title)
        else title
    )
