"""Papers from files: JSON Lines, BibTeX, or a bare folder of PDFs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.sources.bibtex import bibtex_rows
from ingest.sources.record import BadRow, record_from_row
from library.errors import InputError
from library.types import PaperRecord

MAX_LINE = 2_000_000
"""Characters in a metadata row; abstracts have a few thousand."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of a metadata file.

    Attributes:
        place: ``papers.jsonl:17``, for messages and the failure table.
        record: None when the row cannot be used; then ``problem`` says why and what to do.
        pdf_names: File names (never paths) that its PDF may have, the likeliest first.
        pdf_named: The row itself names its PDF, so that a missing file is worth a word.
    """

    place: str
    record: PaperRecord | None
    problem: str = ""
    pdf_names: tuple[str, ...] = ()
    pdf_named: bool = False


def read_rows(path: Path, *, venue: str | None = None) -> Iterator[SourceRow]:
    """Read a metadata file row by row; a bad row does not end it.

    Args:
        path: ``.bib`` is read as BibTeX, anything else as JSON Lines.
        venue: Replaces the venue's name in every row.

    Raises:
        InputError: The file cannot be read, or holds no row at all.
    """
    if not path.is_file():
        raise InputError(f"no metadata file at {path}: check the path given to --metadata")
    rows = bibtex_rows(path) if path.suffix.lower() == ".bib" else _json_rows(path)
    count = 0
    for place, row in rows:
        count += 1
        if isinstance(row, str):
            yield SourceRow(place, None, row)
            continue
        try:
            record = record_from_row(row, source=f"file:{path.name}", venue=venue)
        except BadRow as error:
            yield SourceRow(place, None, str(error))
            continue
        named = row.get("pdf_file")
        names = [named] if isinstance(named, str) and named else []
        names += [f"{row[key]}.pdf" for key in ("forum_id", "pmlr_id", "id") if isinstance(row.get(key), str | int)]
        # Only a name: a row must not reach outside the folder it was given.
        safe = tuple(Path(name.replace("\\", "/")).name for name in names)
        yield SourceRow(place, record, pdf_names=safe, pdf_named=bool(isinstance(named, str) and named))
    if not count:
        raise InputError(f"{path} holds no papers: expected one JSON object a line (or BibTeX entries in a .bib file)")


def _json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any] | str]]:
    try:
        # Whole, so that the place of a wrong byte is the file's.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{path.name}:{number}", _json_row(line)


def _json_row(line: str) -> dict[str, Any] | str:
    if len(line) > MAX_LINE:
        return f"the line has {len(line):,} characters, more than {MAX_LINE:,}: not a paper"
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "a text in it holds half a character (a lone surrogate): mend it"
    except (ValueError, RecursionError) as error:
        return f"not JSON ({error}): one JSON object a line is expected"
    return row if isinstance(row, dict) else "not a JSON object: expected {…} with at least a title"
