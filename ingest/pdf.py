"""Reading a PDF: printed lines with their boxes and fonts, in the order the file draws them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
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

_BOLD_FLAG = 16
_BOLD_NAMES = ("bold", "medi", "demi", "cmbx", "black", "heavy", "-bd")
_NUMBER = re.compile(r"([A-Z]?\d{1,2}|[A-Z])?(\.\d{1,2})*\.?")
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
class PrintedDocument:
    """A whole file; ``title`` is its metadata's, often empty."""

    sha256: str
    title: str
    pages: tuple[PrintedPage, ...]


def read_pdf(path: Path) -> PrintedDocument:
    """Read every page of a PDF.

    Raises:
        UnreadablePdf: It cannot be opened, is no PDF or only a part of one, is encrypted, too long, or holds no text.
    """
    try:
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
    # Imported here: it costs half a second, and the process that hands out the files does without.
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    flags = pymupdf.TEXTFLAGS_DICT & ~pymupdf.TEXT_PRESERVE_IMAGES & ~pymupdf.TEXT_PRESERVE_LIGATURES
    try:
        with pymupdf.open(stream=data, filetype="pdf") as document:
            if document.needs_pass:
                raise UnreadablePdf("encrypted pdf", "it needs a password. Save an unprotected copy and ingest that")
            if document.is_repaired and _is_cut_short(data):
                raise UnreadablePdf("truncated pdf", "the end of the file is missing. Fetch it again")
            if not 0 < document.page_count <= MAX_PAGES:
                raise UnreadablePdf("page count", f"{document.page_count} pages; 1 to {MAX_PAGES} are read")
            pages = tuple(_page(document[i], flags) for i in range(document.page_count))
            title = normalise((document.metadata or {}).get("title") or "")
    except UnreadablePdf:
        raise
    except Exception as error:
        # A damaged file surprises MuPDF's wrapper in many ways: an IndexError for a page that it counted is one.
        raise UnreadablePdf(
            "broken pdf", f"MuPDF cannot read it ({normalise(str(error))[:200]}). Fetch it again"
        ) from error
    if not any(page.blocks for page in pages):
        raise UnreadablePdf(
            "no text", "no page holds text: a scan? Run an OCR tool (ocrmypdf) on it, then ingest the result"
        )
    return PrintedDocument(hashlib.sha256(data).hexdigest(), title, pages)


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
    text = normalise(" ".join("".join(span["text"] for span in line["spans"]) for line in row))
    if not text:
        return None
    spans = [(span, len(span["text"].strip())) for line in row for span in line["spans"]]
    count = sum(n for _, n in spans) or 1
    boxes = [line["bbox"] for line in row]
    return PrintedLine(
        text,
        (
            round(min(b[0] for b in boxes), 1),
            round(min(b[1] for b in boxes), 1),
            round(max(b[2] for b in boxes), 1),
            round(max(b[3] for b in boxes), 1),
        ),
        sum(span["size"] * n for span, n in spans) / count,
        sum(n for span, n in spans if _is_bold(span["font"], span["flags"])) / count,
        _cells(row),
    )


def _cells(row: _Row) -> int:
    height = row[0]["bbox"][3] - row[0]["bbox"][1]
    cells = 1 + sum(after["bbox"][0] - before["bbox"][2] > height for before, after in pairwise(row))
    number = "".join(span["text"] for span in row[0]["spans"])
    return int(cells - 1 if cells > 1 and _NUMBER.fullmatch(number.strip()) else cells)


@cache
def _is_bold(font: str, flags: int) -> bool:
    return bool(flags & _BOLD_FLAG) or any(name in font.casefold() for name in _BOLD_NAMES)
