"""Reading lists as records: BibTeX, RIS, and tables (CSV, or with semicolons or tabs)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.addresses import is_paper, web
from ingest.lists.draft import Draft, Item, NotAList, Problem, check_room, joined
from ingest.lists.fields import SEPARATOR_OF_DEEP, apply_field
from ingest.sources.bibtex import bibtex_rows
from library.editing import cleaned, section_path
from library.lists import Entry, Named, Why
from library.lists import Path as Section
from library.text import fold, one_line

COLUMNS = {
    "title": ("title", "paper", "paper title", "name"),
    "authors": ("authors", "author", "author s"),
    "venue": ("venue", "conference", "booktitle", "journal", "publication title", "source title"),
    "year": ("year", "publication year", "date", "published"),
    "link": (
        *("link", "links", "url", "urls", "forum", "forum url", "openreview", "openreview url", "paper url", "address"),
        *("proceedings url", "pdf", "pdf url", "arxiv", "arxiv url", "arxiv id", "forum id", "site url", "doi"),
    ),
    "note": ("note", "notes", "remark", "remarks", "comment", "comments"),
    "section": ("section", "category", "folder", "group", "collection"),
    "tags": ("tags", "tag", "labels", "manual tags"),
    "state": ("state", "status", "reading state"),
    "priority": ("priority",),
    "why": ("why",),
}
"""Names that a table's columns may have, folded; several columns may hold links."""

_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(r"(?:arxiv:\s*)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+/\d{7})", re.IGNORECASE)
_FORUM = re.compile(r"[A-Za-z0-9_-]{8,12}")
_FORMULA = re.compile(r"^'(?='*[=+\-@\t\r＝＋－＠])")
"""What keeps a spreadsheet from taking a text for a formula."""


def bibtex(path: Path) -> Draft:
    """Read BibTeX; ``annote`` and ``note`` are the paper's note."""
    items: list[Item] = []
    problems: list[Problem] = []
    try:
        for place, row in bibtex_rows(path, abstracts=False):
            if isinstance(row, str):
                problems.append(Problem(_number(place), "", row))
                continue
            keys = ("forum_url", "proceedings_url", "site_url", "pdf_url", "doi", "arxiv_id", "forum_id")
            links = links_of([str(row[key]) for key in keys if row.get(key)])
            authors = tuple(one_line(name) for name in row["authors"])
            named = named_by(row["title"], authors, row["venue"], row["year"], links)
            entry = Entry(named, note=(row["remark"] or "").strip())
            items.append(Item(row["line"], entry, links, keywords=cleaned(row["keywords"])))
            check_room(len(items), row["line"])
    except RecursionError:
        raise NotAList(1, "braces inside braces without end: this is no BibTeX that can be read") from None
    return Draft(tuple(sorted(items, key=lambda item: item.line)), problems=tuple(problems))


def ris(text: str) -> Draft:
    """Read RIS; each ``N1`` is a line of the paper's note."""
    import rispy

    items: list[Item] = []
    problems: list[Problem] = []
    for line, record in _ris_records(text):
        found = rispy.loads(record)
        if not found:
            problems.append(Problem(line, record[:200], "not a RIS record: it begins with TY and ends with ER"))
            continue
        fields: Mapping[str, Any] = found[0]
        doi = fields.get("doi")
        links = links_of([*fields.get("urls", ()), *([doi] if doi else [])])
        where = next((fields[key] for key in _RIS_VENUES if fields.get(key)), None)
        when = fields.get("year") or fields.get("publication_year") or fields.get("date")
        authors = tuple(_given_first(name) for name in fields.get("authors") or fields.get("first_authors") or ())
        named = named_by(fields.get("title") or fields.get("primary_title"), authors, where, when, links)
        entry = Entry(named, note=joined("\n".join(fields.get("notes", ()))))
        items.append(Item(line, entry, links, keywords=cleaned(fields.get("keywords", ()))))
        check_room(len(items), line)
    return Draft(tuple(items), problems=tuple(problems))


_RIS_VENUES = ("secondary_title", "journal_name", "alternate_title3", "alternate_title2", "tertiary_title")


def table(text: str) -> Draft:
    """Read a table whose first row names its columns, in any order; see :data:`COLUMNS`.

    Raises:
        NotAList: There is no column of titles or links, or a field is larger than any text of a list.
    """
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda sign: sum(map(bool, map(_column, next(csv.reader([head], delimiter=sign), [])))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    items: list[Item] = []
    sections: dict[Section, None] = {}
    try:
        columns = [_column(name) for name in next(reader, [])]
        if not {"title", "link"} & set(columns):
            raise NotAList(1, "no column is called title or link: name the columns in the first row")
        line = reader.line_num + 1
        for cells in reader:
            values: dict[str, list[str]] = {}
            for column, cell in zip(columns, cells, strict=False):
                if column and cell.strip():
                    values.setdefault(column, []).append(_FORMULA.sub("", cell.strip(), count=1))
            if values:
                item = _row(line, values)
                items.append(item)
                check_room(len(items), line)
                sections.setdefault(item.entry.section)
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotAList(reader.line_num, f"not a table that can be read ({error})") from None
    return Draft(tuple(items), sections=tuple(path for path in sections if path))


def _row(line: int, values: Mapping[str, list[str]]) -> Item:
    first = {name: cells[0] for name, cells in values.items()}
    links = links_of([part for cell in values.get("link", ()) for part in cell.split()])
    named = named_by(
        first.get("title"), _people(first.get("authors", "")), first.get("venue"), first.get("year"), links
    )
    entry = Entry(named, section=_section(first.get("section", "")), note=joined(*values.get("note", ())))
    if "why" in first:
        entry = apply_field(entry, "why", first["why"]) or replace(entry, why=Why(one_line(first["why"]), "", None))
    tags = first.get("tags", "")
    # Posterhall writes a semicolon that is part of a tag behind a backslash.
    parts = re.split(r"(?<!\\);", tags) if ";" in tags else tags.split(",")
    entry = replace(entry, tags=cleaned(part.replace("\\;", ";") for part in parts))
    for label in ("state", "priority"):
        if label in first:
            other = replace(entry, note=joined(entry.note, f"{label}: {first[label]}"))
            entry = apply_field(entry, label, first[label]) or other
    return Item(line, entry, links)


def _section(text: str) -> Section:
    """``Attention › Linear`` or ``Attention / Linear``."""
    parts = text.split(SEPARATOR_OF_DEEP)
    return tuple(one_line(part) for part in parts if part.strip()) if len(parts) > 1 else section_path(text)


def _column(name: str) -> str:
    return next((column for column, names in COLUMNS.items() if fold(name.lstrip("\ufeff")) in names), "")


def links_of(texts: list[str]) -> tuple[str, ...]:
    """Addresses, with DOIs and ids written as such."""
    found = []
    for text in (each.strip() for each in texts):
        if web(text):
            found.append(text)
        elif match := _DOI.fullmatch(text):
            found.append(f"https://doi.org/{match[1]}")
        elif match := _ARXIV.fullmatch(text):
            found.append(f"https://arxiv.org/abs/{match[1]}")
        elif _FORUM.fullmatch(text):
            found.append(f"https://openreview.net/forum?id={text}")
    return tuple(sorted(dict.fromkeys(found), key=lambda url: not is_paper(url)))


def named_by(
    title: str | None, authors: tuple[str, ...], venue: str | None, year: Any, links: tuple[str, ...]
) -> Named:
    """What a record says of a paper, each part on one line."""
    found = re.search(r"\b\d{4}\b", str(year or ""))
    return Named(
        one_line(title or ""),
        authors,
        one_line(venue or "") or None,
        int(found[0]) if found else None,
        next(iter(links), None),
    )


def _people(text: str) -> tuple[str, ...]:
    """Authors of a cell: ``Brook, Ada; Castle, Ben``, ``Ada Brook, Ben Castle`` or ``Ada Brook and Ben Castle``."""
    if ";" in text:
        return tuple(_given_first(name) for name in text.split(";") if name.strip())
    parts = [one_line(name) for name in re.split(r",\s*and\s|\sand\s|,", text) if name.strip()]
    if len(parts) == 2 and " " not in parts[0] and "," in text:
        return (_given_first(text),)
    return tuple(parts)


def _given_first(name: str) -> str:
    family, _, given = name.partition(",")
    return one_line(f"{given} {family}")


def _ris_records(text: str) -> Iterator[tuple[int, str]]:
    """Each record with its first line's number; one that is not ended ends where the next begins."""
    start, lines = 0, list[str]()
    for number, line in enumerate([*text.split("\n"), "TY  - "], 1):
        if line.startswith("TY  -"):
            if any(each.strip() for each in lines):
                yield start or number - len(lines), "\n".join([*lines, "ER  - "])
            start, lines = number, []
        lines.append(line)


def _number(place: str) -> int | None:
    number = place.rpartition(":")[2]
    return int(number) if number.isdecimal() else None
