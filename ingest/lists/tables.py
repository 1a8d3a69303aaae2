"""Reading lists as records: BibTeX, RIS, and tables (CSV, or with semicolons or tabs)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.addresses import completed, is_paper, web
from ingest.lists.draft import Draft, Item, NotAList, Problem, check_room, joined, remarks
from ingest.lists.fields import SEPARATOR_OF_DEEP, apply_field, apply_told
from ingest.sources.bibtex import bibtex_rows
from library.editing import cleaned, section_path
from library.lists import Entry, Named, Why
from library.lists import Path as Section
from library.text import fold, one_line

COLUMNS = {
    "title": ("title", "paper", "paper title", "name"),
    "authors": ("authors", "author", "author s"),
    "venue": (
        *("venue", "conference", "booktitle", "journal", "publication title", "source title", "publication"),
        *("conference name", "proceedings title", "event", "source"),
    ),
    "year": ("year", "publication year", "date", "published"),
    "link": (
        *("link", "links", "url", "urls", "forum", "forum url", "openreview", "openreview url", "paper url", "address"),
        *("proceedings url", "pdf", "pdf url", "arxiv", "arxiv url", "arxiv id", "forum id", "site url", "doi"),
    ),
    "note": ("note", "notes", "remark", "remarks", "comment", "comments", "extra", "annotation", "review"),
    "section": ("section", "category", "folder", "group", "collection"),
    "tags": ("tags", "tag", "labels", "manual tags", "groups"),
    "state": ("state", "status", "reading state", "readstatus", "read status"),
    "priority": ("priority",),
    "why": ("why",),
}
"""Names that a table's columns may have, folded; several columns may hold links."""

_ARXIV = re.compile(r"(?:arxiv:\s*)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+/\d{7})", re.IGNORECASE)
_FORUM = re.compile(r"[A-Za-z0-9_-]{8,12}")
_FORMULA = re.compile(r"^'(?='*[=+\-@\t\r＝＋－＠])")
"""What keeps a spreadsheet from taking a text for a formula."""


def bibtex(path: Path, text: str) -> Draft:
    """Read BibTeX: ``note``, ``annote`` and the like are the paper's note, groups its tags."""
    items: list[Item] = []
    problems: list[Problem] = []
    try:
        for place, row in bibtex_rows(path, text=text, abstracts=False):
            if isinstance(row, str):
                problems.append(Problem(_number(place), "", row))
                continue
            keys = ("forum_url", "proceedings_url", "site_url", "pdf_url", "doi", "arxiv_id", "forum_id")
            links = links_of([str(row[key]) for key in keys if row.get(key)])
            authors = tuple(one_line(name) for name in row["authors"])
            named = named_by(row["title"], authors, row["venue"], row["year"], links)
            told = (*row["remarks"], *_unlinked([row.get("site_url") or ""]))
            entry = Entry(named, note=remarks(told), tags=cleaned(row["tags"]))
            for label, value in (("state", row["readstatus"]), ("priority", row["priority"])):
                entry = apply_told(entry, label, value) if value else entry
            if row["ranking"]:
                entry = replace(entry, note=joined(entry.note, f"ranking: {row['ranking']}"))
            items.append(Item(row["line"], entry, links, keywords=cleaned(row["keywords"])))
            check_room(len(items), row["line"])
    except RecursionError:
        raise NotAList(1, "braces inside braces without end: this is no BibTeX that can be read") from None
    return Draft(tuple(sorted(items, key=lambda item: item.line)), problems=tuple(problems))


def ris(text: str) -> Draft:
    """Read RIS; each ``N1`` is a line of the paper's note, and so is each ``RN``."""
    import rispy
    from rispy.config import LIST_TYPE_TAGS, TAG_KEY_MAPPING

    # dblp's name of a book, and where many hold links.
    names = {**TAG_KEY_MAPPING, "BT": "book_title", "LK": "links"}
    many = [*LIST_TYPE_TAGS, "RN", "L1", "L2", "LK", "AN", "DO"]

    items: list[Item] = []
    problems: list[Problem] = []
    for line, record in _ris_records(text):
        found = rispy.loads(record, mapping=names, list_tags=many)
        if not found:
            said = record.removesuffix(_RIS_END).strip()[:200]
            problems.append(Problem(line, said, "not a RIS record: it begins with TY and ends with ER"))
            continue
        fields: Mapping[str, Any] = found[0]
        where = next((fields[key] for key in _RIS_VENUES if fields.get(key)), None)
        links = links_of([*(text for name in _RIS_LINKS for text in fields.get(name, ())), preprint(where)])
        when = fields.get("year") or fields.get("publication_year") or fields.get("date")
        authors = tuple(_given_first(name) for name in fields.get("authors") or fields.get("first_authors") or ())
        named = named_by(fields.get("title") or fields.get("primary_title"), authors, where, when, links)
        notes = (*fields.get("notes", ()), "", *fields.get("research_notes", ()))
        entry = Entry(named, note=remarks(["\n".join(notes), *_unlinked(fields.get("urls", ()))]))
        items.append(Item(line, entry, links, keywords=cleaned(fields.get("keywords", ()))))
        check_room(len(items), line)
    return Draft(tuple(items), problems=tuple(problems))


_RIS_VENUES = (
    *("secondary_title", "book_title", "journal_name", "alternate_title3", "alternate_title2", "custom3"),
    "tertiary_title",
)
_RIS_LINKS = ("urls", "doi", "links", "file_attachments1", "file_attachments2", "accession_number")
_RIS_END = "\nER  - "
_RIS_HEAD = re.compile(r"(?:Provider|Database|Content):")
"""What stands before the first record of files of the Web's databases, dblp's among them."""


def table(text: str) -> Draft:
    """Read a table whose first row names its columns, in any order; see :data:`COLUMNS`.

    Raises:
        NotAList: There is no column of titles or links, or a field is larger than any text of a list.
    """
    # Excel's own way to say what separates the cells.
    told = re.match(r'"?sep=([,;\t|])"?\n', text)
    text = text[told.end() :] if told else text
    above = 1 if told else 0
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda sign: sum(map(bool, map(_column, next(csv.reader([head], delimiter=sign), [])))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=told[1] if told else delimiter)
    items: list[Item] = []
    sections: dict[Section, None] = {}
    try:
        columns = [_column(name) for name in next(reader, [])]
        if not {"title", "link"} & set(columns):
            raise NotAList(above + 1, "no column is called title or link: name the columns in the first row")
        line = above + reader.line_num + 1
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
            line = above + reader.line_num + 1
    except csv.Error as error:
        raise NotAList(above + reader.line_num, f"not a table that can be read ({error})") from None
    return Draft(tuple(items), sections=tuple(path for path in sections if path))


def is_table(head: str) -> bool:
    """Whether a line names columns, as in the text that Excel saves: with tabs between them."""
    return "\t" in head and bool({"title", "link"} & set(map(_column, head.split("\t"))))


def _row(line: int, values: Mapping[str, list[str]]) -> Item:
    first = {name: cells[0] for name, cells in values.items()}
    told = (part for cell in values.get("link", ()) for part in cell.split())
    links = links_of([*told, preprint(first.get("venue"))])
    named = named_by(
        first.get("title"), _people(first.get("authors", "")), first.get("venue"), first.get("year"), links
    )
    note = remarks((*values.get("note", ()), *_unlinked(values.get("link", ()))))
    entry = Entry(named, section=_section(first.get("section", "")), note=note)
    if "why" in first:
        entry = apply_field(entry, "why", first["why"]) or replace(entry, why=Why(one_line(first["why"]), "", None))
    # Posterhall writes a semicolon that is part of a tag behind a backslash.
    cells = values.get("tags", ())
    parts = (part for tags in cells for part in (re.split(r"(?<!\\);", tags) if ";" in tags else tags.split(",")))
    entry = replace(entry, tags=cleaned(part.replace("\\;", ";") for part in parts))
    for label in ("state", "priority"):
        if label in first:
            entry = apply_told(entry, label, first[label])
    return Item(line, entry, links)


def _section(text: str) -> Section:
    """``Attention › Linear`` or ``Attention / Linear``."""
    parts = text.split(SEPARATOR_OF_DEEP)
    return tuple(one_line(part) for part in parts if part.strip()) if len(parts) > 1 else section_path(text)


def _column(name: str) -> str:
    return next((column for column, names in COLUMNS.items() if fold(name.lstrip("\ufeff")) in names), "")


def preprint(venue: str | None) -> str:
    """The address of a preprint that is named as its own venue, as Google Scholar does: ``arXiv preprint arXiv:…``."""
    found = re.search(r"\barxiv:\s?(\d{4}\.\d{4,5})", venue or "", re.IGNORECASE)
    return f"https://arxiv.org/abs/{found[1]}" if found else ""


def links_of(texts: list[str]) -> tuple[str, ...]:
    """Addresses, with DOIs and ids written as such."""
    found = []
    for text in (completed(each.strip()) for each in texts):
        if web(text):
            found.append(text)
        elif match := _ARXIV.fullmatch(text):
            found.append(f"https://arxiv.org/abs/{match[1]}")
        elif _FORUM.fullmatch(text):
            found.append(f"https://openreview.net/forum?id={text}")
    return tuple(sorted(dict.fromkeys(found), key=lambda url: not is_paper(url)))


def _unlinked(texts: Iterable[str]) -> Iterator[str]:
    """As remarks, what should have been an address and is none that can be shown."""
    return (f"link: {one_line(text)}" for text in texts if text.strip() and not links_of(text.split()))


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
    """``Last, First``, ``Last, First, Suffix`` (RIS) or ``Last, Suffix, First`` (BibTeX) as its owner writes it."""
    family, *rest = name.split(",")
    if len(rest) == 2 and _SUFFIX.fullmatch(rest[0].strip()):
        rest = rest[::-1]
    return one_line(" ".join((*rest[:1], family, *rest[1:])))


_SUFFIX = re.compile(r"(?:jr|sr)\.?|[IV]+", re.IGNORECASE)


def _ris_records(text: str) -> Iterator[tuple[int, str]]:
    """Each record with its first line's number, and what stands between them; one without an end has it at the next."""
    if "TY  -" not in text:  # some write one space only
        text = re.sub(r"^([A-Z][A-Z0-9]) ?-(?: |$)", r"\1  - ", text, flags=re.MULTILINE)
    start, lines = 1, list[str]()
    for number, line in enumerate([*text.split("\n"), "TY  - "], 1):
        if line.startswith("TY  -") or (lines and lines[-1].startswith("ER  -")):
            if any(each.strip() and not _RIS_HEAD.match(each) for each in lines):
                yield start, "\n".join(lines) + _RIS_END
            start, lines = number, []
        if lines or line.strip():
            start = start if lines else number
            lines.append(line)


def _number(place: str) -> int | None:
    number = place.rpartition(":")[2]
    return int(number) if number.isdecimal() else None
