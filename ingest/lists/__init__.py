"""Reading lists from files: what a file says (:func:`parse`), and which papers that is (:mod:`.resolve`)."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.lists.draft import Draft, NotAList
from library.errors import InputError

MAX_BYTES = 20_000_000
"""A list of all 2,610 papers of a conference with their abstracts has five million."""

_MARKDOWN = re.compile(r"\A---\s*\n|^ {0,3}(?:>|[-*+][ \t]|\d+[.)][ \t])|\]\(\s*<?https?:", re.MULTILINE)
_STRUCTURE = re.compile(r"\A---\s*\n|^ {0,3}>|^#{1,6}[ \t]|^[ \t]+\S|\]\(\s*<?https?:|\*\*", re.MULTILINE)
"""What bullets alone are not: with any of it a text is Markdown."""
_PROSE = re.compile(r"^(?![-*+][ \t]|\d+[.)][ \t])(?!.*https?://).*[.:]\s*$", re.MULTILINE)


def parse(path: Path) -> Draft:
    """Read a list: Markdown, BibTeX, RIS, CSL-JSON, a table (CSV or TSV), or lines of plain text.

    The file's ending says which it is; of another ending, what stands in it.

    Raises:
        InputError: It cannot be read, is no text, is too large, or holds no paper; the message says where.
    """
    text = _text(path)
    try:
        draft = _read(path, text)
    except NotAList as error:
        raise InputError(f"{path}:{error.line}: {error.reason}") from None
    if not draft.items:
        first = next(iter(draft.problems), None)
        why = f"line {first.line}: {first.reason}" if first else "give one paper a line, or a list that links to papers"
        raise InputError(f"{path} holds no paper that can be read: {why}")
    return draft


def _read(path: Path, text: str) -> Draft:
    # Imported here: who reads a text waits for no parser of another format.
    ending, start = path.suffix.lower(), text.lstrip()
    if ending == ".bib" or (ending not in ENDINGS and re.match(r"@\w+\s*\{", start)):
        from ingest.lists import tables

        return tables.bibtex(path, text)
    if ending == ".ris" or (ending not in ENDINGS and start.startswith("TY  -")):
        from ingest.lists import tables

        return tables.ris(text)
    if ending in (".csv", ".tsv"):
        from ingest.lists import tables

        return tables.table(text)
    if ending not in ENDINGS and "\t" in (head := text.split("\n", 1)[0]):
        from ingest.lists import tables

        if tables.is_table(head):
            return tables.table(text)
    if ending == ".json" or (ending not in ENDINGS and _JSON.match(start)):
        from ingest.lists import csl

        return csl.parse(text)
    if ending in (".md", ".markdown") or (_MARKDOWN.search(text) and not _is_lines(text)):
        from ingest.lists import markdown

        return markdown.parse(text)
    from ingest.lists import lines

    return lines.parse(text)


def _is_lines(text: str) -> bool:
    """Whether a text with bullets is one of lines for all that: some are bullets, and nothing else is Markdown."""
    return not _STRUCTURE.search(text.strip("\n")) and not _PROSE.search(text)


ENDINGS = (".bib", ".ris", ".csv", ".tsv", ".md", ".markdown", ".json")
"""What files of one format each are called."""
_JSON = re.compile(r"\[\s*\{\s*[\"}]|\{\s*\"")


def _text(path: Path) -> str:
    if path.is_dir():
        raise InputError(f"{path} is a folder: give one file of it")
    if not path.is_file():
        raise InputError(f"no file at {path}: check the path")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise InputError(f"{path} has more than {MAX_BYTES // 1_000_000} MB: this is no list of papers, or split it")
    # Excel's "Unicode text" is UTF-16 with its mark.
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        named = "UTF-16" if is_wide else "UTF-8"
        raise InputError(f"{path}:{line}: not {named} text (byte {error.start}): save it as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{path}:{line}: not a text file: give Markdown, BibTeX, RIS, CSV or plain text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
