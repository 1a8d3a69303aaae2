"""CSV, for spreadsheets: UTF-8 with the mark that Excel looks for, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from export.citations import Collection, Item
from export.tex import emphasised

COLUMNS = (
    *("key", "title", "authors", "year", "venue", "tier", "container", "series", "volume", "pages", "publisher"),
    *("section", "state", "priority", "tags", "note", "why", "url", "pdf", "arxiv", "keywords", "licence", "abstract"),
)

BYTE_ORDER_MARK = "\ufeff"

_RUNS = re.compile("^'*[=+\\-@\t\r＝＋－＠]")


def table(collection: Collection) -> str:
    r"""A row a paper under a row of names; values in a cell are separated by ``; ``, and theirs is ``\;``."""
    made = io.StringIO(newline="")
    made.write(BYTE_ORDER_MARK)
    rows = csv.writer(made, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([guarded(cell) for cell in _row(item, collection.listed)] for item in collection.items)
    return made.getvalue()


def guarded(cell: str) -> str:
    """A cell that stays text: what a spreadsheet would take for a formula has an apostrophe before it.

    So has one with apostrophes before it already: the first can always be taken off again.
    """
    return f"'{cell}" if _RUNS.match(cell) else cell


def _row(item: Item, listed: bool) -> tuple[str, ...]:
    one, entry = item.citation, item.entry
    cells = (
        *(one.key, emphasised(one.title), _joined(name.full for name in one.authors), one.year, one.venue, one.tier),
        *(one.container, one.series, one.volume, one.pages, one.publisher),
        *(item.section, entry.state if listed else None, entry.priority or None, _joined(entry.tags), entry.note),
        *(entry.why and entry.why.text, one.url, one.pdf, one.arxiv, _joined(one.keywords), one.licence, one.abstract),
    )
    return tuple("" if cell is None else str(cell) for cell in cells)


def _joined(values: Iterable[str]) -> str:
    return "; ".join(value.replace(";", "\\;") for value in values)
