"""From blocks to the paper's prose by section, with reference lists and front matter left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.layout import Block
from ingest.parts import Role
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
    """A paragraph and where it stands: its text is the pieces that ``spans`` point at, joined by spaces.

    ``formulas`` are the offsets in the text of its displayed formulas.
    """

    text: str
    spans: tuple[Span, ...]
    formulas: tuple[tuple[int, int], ...] = ()

    def then(self, block: Block) -> Paragraph:
        """This paragraph with a block that goes on with it (over a column's, a page's or a float's break)."""
        last = self.spans[-1]
        gap = block.start - last.end
        if last.page == block.page and gap in (0, 1):
            # Contiguous on the page, so still one piece; no gap at all where a broken word was joined.
            spans = (*self.spans[:-1], Span(last.page, last.start, block.end))
        else:
            gap, spans = 1, (*self.spans, Span(block.page, block.start, block.end))
        start = len(self.text) + gap
        formula = ((start, start + len(block.text)),) if block.role is Role.FORMULA else ()
        return Paragraph(f"{self.text}{' ' * gap}{block.text}", spans, (*self.formulas, *formula))


@dataclass(frozen=True, slots=True)
class Table:
    """A table's caption and its rows, each row's cells in order."""

    caption: Paragraph
    rows: tuple[Paragraph, ...]


@dataclass(slots=True)
class Section:
    """A titled run of paragraphs. ``asides`` are the footnotes, and the captions that no table belongs to."""

    title: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    asides: list[Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


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
    joins = after_formula = in_table = False
    for block in blocks:
        if block.role is Role.HEADING:
            if references is not None and not ends_references(block, references):
                continue
            references = block if starts_references(block) else None
            if references is None and (current is not None or has_abstract or _NUMBER.match(block.text)):
                started = _ABSTRACT.fullmatch(_name(block.text)) or current is not None or not has_abstract
                current = Section(_shown(block.text)) if started else None
                if current:
                    sections.append(current)
            joins = after_formula = in_table = False
            continue
        # A figure or a table may float into the reference list; it still belongs to the text.
        if block.role in (Role.MARGIN, Role.OTHER) or (
            references is not None and block.role not in (Role.CAPTION, Role.TABLE)
        ):
            continue
        if current is None:
            # A paper without the word "Abstract": its first long paragraph is one.
            if has_abstract or block.role is not Role.PROSE or len(block.text.split()) < _MIN_ABSTRACT_WORDS:
                continue
            current = Section(ABSTRACT_SECTION)
            sections.append(current)
        paragraph = Paragraph(block.text, (Span(block.page, block.start, block.end),))
        if block.role is Role.TABLE:
            # The last thing that was kept is the table that its caption started, or that caption.
            if in_table or current.asides:
                table = current.tables.pop() if in_table else Table(current.asides.pop(), ())
                current.tables.append(Table(table.caption, (*table.rows, paragraph)))
                in_table = True
            continue
        in_table = False
        if block.role is Role.FORMULA:
            if current.paragraphs:
                current.paragraphs[-1] = current.paragraphs[-1].then(block)
                after_formula = True
            continue
        if block.role is not Role.PROSE:
            current.asides.append(paragraph)
            continue
        goes_on = joins or (after_formula and block.text[0].islower())
        if goes_on and current.paragraphs:
            current.paragraphs[-1] = current.paragraphs[-1].then(block)
        else:
            current.paragraphs.append(paragraph)
        joins, after_formula = not _SENTENCE_END.search(block.text), False
    return [s for s in sections if s.paragraphs or s.asides or s.tables]


def starts_references(heading: Block) -> bool:
    """Whether a heading is a reference list's."""
    return bool(_REFERENCES.fullmatch(_name(heading.text)))


def ends_references(heading: Block, references: Block) -> bool:
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
