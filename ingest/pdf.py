"""Reading a PDF: printed lines with their boxes and fonts, in the order the file draws them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from ingest.columns import in_order
from ingest.numbering import line_numbers
from ingest.text import normalise
from library.types import Box

PARSER = "posterhall-pdf-3"
"""Changes whenever the same file would give other pages or passages; then documents are read again."""

MAX_PAGES = 1000
"""A longer file is a book or an attack; the largest paper with appendices at hand has under 100."""

MAX_BYTES = 200_000_000
"""The largest paper at hand has 4 MB; posters and theses full of photographs stay under this."""

MAX_PAGE_CHARACTERS = 200_000
"""More than a page can show; the fullest page at hand has 6,077."""

MAX_LOST_PAGES = 3
"""A file that loses more pages than this is given up: each may cost the whole time that a page is given."""

NO_MEMORY = "too much memory"
"""The reason of what asks for more than its process is given."""

LETTER = (612.0, 792.0)
"""Width and height of a lost page, whose own may be what kills: nothing stands on it that would need them."""

_BOLD_FLAG = 16
_BOLD_NAMES = ("bold", "medi", "demi", "cmbx", "black", "heavy", "-bd")
_NUMBER = re.compile(r"([A-Z]?\d{1,2}|[A-Z])?(\.\d{1,2})*\.?")
_OF_MEMORY = re.compile(r"\b[mc]alloc|realloc|bad_alloc|out of memory", re.IGNORECASE)
_LEVEL = 0.5
"""Two fragments stand on one printed line when they share this part of the lower one's height."""

_BREAK = 1.0
"""A block goes on with a printed line when it starts less than so many of its heights behind it. Columns stand 1.7
apart or more; the words around a fraction under 0.5."""

_Row: TypeAlias = list[dict[str, Any]]
"""MuPDF's lines that stand side by side: one printed line."""


class UnreadablePdf(Exception):
    """A file that gives no text; ``reason`` is one of a few words, the message says what to do."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep the reason beside the message."""
        super().__init__(detail)
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[UnreadablePdf], tuple[str, str]]:
        return UnreadablePdf, (self.reason, self.detail)


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line as printed.

    Attributes:
        text: After :func:`ingest.text.normalise`; never empty.
        box: PDF points, origin top left.
        size: Font size in points, weighted by characters.
        bold: Share of its characters in a bold face.
        cells: Fragments that stand apart by more than a letter's height, a leading number not counted:
            over 1 in a table's row and in stretched prose.
    """

    text: str
    box: Box
    size: float
    bold: float
    cells: int = 1


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """A page as blocks (paragraph-like groups) of printed lines, in the file's own order."""

    number: int
    width: float
    height: float
    blocks: tuple[tuple[PrintedLine, ...], ...]


@dataclass(frozen=True, slots=True)
class LostPage:
    """A page that could not be read, of a file that could; ``reason`` and ``detail`` as in :class:`UnreadablePdf`."""

    number: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A whole file; ``title`` is its metadata's, often empty. Lost pages are among the pages, without blocks."""

    sha256: str
    title: str
    pages: tuple[PrintedPage, ...]
    lost: tuple[LostPage, ...] = ()


def read_pdf(
    path: Path, lost: Sequence[LostPage] = (), on_page: Callable[[int], None] = lambda number: None
) -> PrintedDocument:
    """Read every page of a PDF.

    A page that gives an error, or more text than a page can hold, is lost and the others are read. Two kinds of files
    are refused as a whole instead: those that lose more than :data:`MAX_LOST_PAGES`, and those in which MuPDF met
    damage that it had to repair, where a page in error is a sign that more of the file is missing than that page.

    Args:
        path: The file.
        lost: Pages that are not to be touched, because they killed the process that read them before.
        on_page: Told the number of each page before it is read, and 0 before and after them all.

    Raises:
        UnreadablePdf: It cannot be opened, is no PDF or only a part of one, is encrypted, too large, too long, or holds
            no text.
    """
    on_page(0)
    data = _bytes_of(path)
    # Imported here: it costs half a second, and the process that hands out the files does without.
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        with pymupdf.open(stream=data, filetype="pdf") as document:
            if document.needs_pass:
                raise UnreadablePdf("encrypted pdf", "it needs a password. Save an unprotected copy and ingest that")
            if document.is_repaired and _is_cut_short(data):
                raise UnreadablePdf("truncated pdf", "the end of the file is missing. Fetch it again")
            if not 0 < document.page_count <= MAX_PAGES:
                raise UnreadablePdf("page count", f"{document.page_count} pages; 1 to {MAX_PAGES} are read")
            pages, lost = _pages(document, lost, on_page)
            title = normalise((document.metadata or {}).get("title") or "")
    except UnreadablePdf:
        raise
    except Exception as error:
        # A damaged file surprises MuPDF's wrapper in many ways: an IndexError for a page that it counted is one.
        raise UnreadablePdf(*reason_of(error, "broken pdf", "MuPDF cannot read it. Fetch it again")) from error
    on_page(0)
    if not any(page.blocks for page in pages):
        if lost:
            raise _given_up(lost[0], "")
        raise UnreadablePdf(
            "no text", "no page holds text: a scan? Run an OCR tool (ocrmypdf) on it, then ingest the result"
        )
    return PrintedDocument(hashlib.sha256(data).hexdigest(), title, pages, lost)


def reason_of(error: Exception, reason: str, remedy: str) -> tuple[str, str]:
    """A reason and a detail for an error; one for want of memory, Python's or MuPDF's, has its own."""
    message = normalise(f"{type(error).__name__}: {error}")[:200]
    if isinstance(error, MemoryError) or _OF_MEMORY.search(message):
        return NO_MEMORY, f"it asks for more memory than a paper needs ({message}). Print it to a new PDF"
    return reason, f"{message}. {remedy}"


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadablePdf("too large", f"over {MAX_BYTES // 10**6} MB. Save a copy with smaller pictures")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadablePdf("unreadable file", f"cannot read it: {error.strerror}. Check its permissions") from error
    if not data:
        raise UnreadablePdf("empty file", "the file has no bytes. Fetch it again")
    # Producers put junk before the header; readers look for it in the first kilobyte.
    if b"%PDF-" not in data[:1024]:
        raise UnreadablePdf(
            "not a pdf", "the file does not start with %PDF-. Fetch it again; a login page is a common cause"
        )
    return data


def _pages(
    document: Any, known: Sequence[LostPage], on_page: Callable[[int], None]
) -> tuple[tuple[PrintedPage, ...], tuple[LostPage, ...]]:
    import pymupdf

    flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES & ~pymupdf.TEXT_PRESERVE_LIGATURES
    lost = {page.number: page for page in known}
    pages: list[PrintedPage] = []
    for number in range(1, document.page_count + 1):
        printed = None
        if number not in lost:
            on_page(number)
            try:
                page = document[number - 1]
                printed = _page(page, flags)
                if not printed.blocks and document.xref_object(page.xref) == "null":
                    raise ValueError("there is no such page in the file")
            except Exception as error:
                reason, detail = reason_of(error, "broken page", "Fetch the file again")
                if document.is_repaired or reason == NO_MEMORY:
                    raise
                lost[number] = LostPage(number, reason, detail)
            else:
                if sum(len(line.text) for block in printed.blocks for line in block) > MAX_PAGE_CHARACTERS:
                    lost[number] = LostPage(
                        number, "too large", f"over {MAX_PAGE_CHARACTERS} characters. Look whether it is a paper"
                    )
            if len(lost) > MAX_LOST_PAGES:
                raise _given_up(lost[number], f"more than {MAX_LOST_PAGES} pages are lost; ")
        pages.append(printed if printed and number not in lost else PrintedPage(number, *LETTER, ()))
    return tuple(pages), tuple(lost[number] for number in sorted(lost))


def _given_up(page: LostPage, why: str) -> UnreadablePdf:
    reason = "broken pdf" if page.reason == "broken page" else page.reason
    return UnreadablePdf(reason, f"{why}page {page.number}: {page.detail}")


def _is_cut_short(data: bytes) -> bool:
    """Whether there are objects after the last mark of a file's end."""
    return b" obj" in data[max(data.rfind(b"%%EOF"), 0) :]


def _page(page: Any, flags: int) -> PrintedPage:
    if page.rotation:
        # As the reader sees it: a landscape page's text stands upright only after the turn.
        page.remove_rotation()
    raw = page.get_text("dict", flags=flags)
    # Turned text is a margin's stamp or an axis' label, never part of a sentence.
    blocks = [[line for line in b["lines"] if line["dir"][0] >= 0.99] for b in raw["blocks"] if b["type"] == 0]
    if numbers := line_numbers([(_drawn(line), line["bbox"]) for block in blocks for line in block]):
        blocks = [[n for n in block if (_drawn(n), n["bbox"]) not in numbers] for block in blocks]
    printed = (tuple(p for row in rows if (p := _printed(row))) for rows in _rows(in_order(blocks, raw["width"])))
    return PrintedPage(page.number + 1, raw["width"], raw["height"], tuple(b for b in printed if b))


def _rows(blocks: Iterable[list[dict[str, Any]]]) -> list[list[_Row]]:
    """The blocks as printed lines, each of the fragments that stand side by side (a heading's number, justified words).

    A fraction or a sum sign in the middle of a line makes MuPDF start a new block there; such blocks are one.
    """
    found: list[list[_Row]] = []
    for block in blocks:
        if not block:
            continue
        if not (found and _continues(found[-1][-1], block[0]["bbox"])):
            found.append([])
        rows = found[-1]
        for line in block:
            if rows and _same_row(rows[-1][-1]["bbox"], line["bbox"]):
                rows[-1].append(line)
            else:
                rows.append([line])
    return found


def _continues(row: _Row, box: Box) -> bool:
    """Whether a block that starts with ``box`` goes on with the printed line that the one before it ends with."""
    left, end = min(n["bbox"][0] for n in row), max(n["bbox"][2] for n in row)
    top, bottom = row[-1]["bbox"][1], row[-1]["bbox"][3]
    shared = min(bottom, box[3]) - max(top, box[1])
    height = min(bottom - top, box[3] - box[1])
    return bool(left < box[0] < end + _BREAK * height and shared > _LEVEL * height)


def _same_row(left: Box, right: Box) -> bool:
    shared = min(left[3], right[3]) - max(left[1], right[1])
    return right[0] >= left[2] - 1 and shared > _LEVEL * min(left[3] - left[1], right[3] - right[1])


def _drawn(line: dict[str, Any]) -> str:
    return "".join(span["text"] for span in line["spans"]).strip()


def _printed(row: _Row) -> PrintedLine | None:
    # Every line of every file passes here, most of them one fragment: hence one loop and few calls.
    text = normalise(" ".join(["".join([span["text"] for span in line["spans"]]) for line in row]))
    if not text:
        return None
    count = bold = 0
    size = 0.0
    for line in row:
        for span in line["spans"]:
            letters = len(span["text"].strip())
            count += letters
            size += span["size"] * letters
            bold += letters if _is_bold(span["font"], span["flags"]) else 0
    box = row[0]["bbox"]
    for line in row[1:]:
        other = line["bbox"]
        box = (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))
    x0, y0, x1, y1 = box
    return PrintedLine(
        text,
        (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)),
        size / (count or 1),
        bold / (count or 1),
        _cells(row) if len(row) > 1 else 1,
    )


def _cells(row: _Row) -> int:
    height = row[0]["bbox"][3] - row[0]["bbox"][1]
    cells = 1 + sum(after["bbox"][0] - before["bbox"][2] > height for before, after in pairwise(row))
    number = "".join(span["text"] for span in row[0]["spans"])
    return int(cells - 1 if cells > 1 and _NUMBER.fullmatch(number.strip()) else cells)


@cache
def _is_bold(font: str, flags: int) -> bool:
    return bool(flags & _BOLD_FLAG) or any(name in font.casefold() for name in _BOLD_NAMES)
