"""Reading lists as CSL-JSON, as Zotero and Pandoc write it, and Posterhall with what its lists know besides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ingest.lists.draft import Draft, Item, NotAList, Problem, check_room, remarks
from ingest.lists.fields import apply_field
from ingest.lists.tables import links_of, named_by, preprint
from library.editing import cleaned
from library.lists import Entry, Path, Why
from library.text import one_line

_VENUES = ("container-title", "event-title", "event")
_NOT_CSL = "not CSL-JSON: a list of objects with type and title, as Zotero and Pandoc write it"


def parse(text: str) -> Draft:
    """Read a list; what is no paper in it is told.

    Raises:
        NotAList: It is no JSON, or other JSON.
    """
    items: list[Item] = []
    problems: list[Problem] = []
    sections: dict[Path, None] = {}
    for line, row in _rows(text):
        if not isinstance(row, dict) or not _text(row, "type") or not (_text(row, "title") or _text(row, "URL")):
            problems.append(Problem(line, json.dumps(row, ensure_ascii=False)[:200], _NOT_CSL))
            continue
        items.append(_item(line, row))
        sections.setdefault(items[-1].entry.section)
        check_room(len(items), line)
    return Draft(tuple(items), sections=tuple(path for path in sections if path), problems=tuple(problems))


def _rows(text: str) -> Iterator[tuple[int, Any]]:
    """Each member of the list with the line that it begins on."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotAList(error.lineno, f"not JSON that can be read ({error.msg})") from None
    except (ValueError, RecursionError):
        raise NotAList(1, "not JSON that can be read: a number without end, or nested without end") from None
    if not isinstance(found, list):
        raise NotAList(1, _NOT_CSL)
    decoder, at, line = json.JSONDecoder(), text.index("[") + 1, 1 + text.count("\n", 0, text.index("["))
    for _ in found:
        start = at
        while text[start] in ", \t\n":
            start += 1
        line += text.count("\n", at, start)
        row, at = decoder.raw_decode(text, start)
        yield line, row
        line += text.count("\n", start, at)


def _item(line: int, row: Mapping[str, Any]) -> Item:
    custom = row.get("custom")
    own: Mapping[str, Any] = custom if isinstance(custom, dict) else {}
    where = next((text for key in _VENUES if (text := _text(row, key))), None)
    links = links_of([_text(row, "URL"), _text(row, "DOI"), _text(own, "arxiv"), _text(own, "pdf"), preprint(where)])
    named = named_by(_text(row, "title"), _authors(row), where, _year(row), links)
    note = remarks((_text(row, "note"), _text(row, "annote")))
    entry = Entry(named, section=tuple(map(one_line, _texts(own, "section"))), note=note)
    entry = replace(entry, tags=cleaned(_texts(own, "tags")))
    for label in ("state", "priority"):
        entry = apply_field(entry, label, str(own.get(label, ""))) or entry
    why = own.get("why")
    if isinstance(why, dict) and _text(why, "text"):
        page = why.get("page")
        entry = replace(
            entry, why=Why(_text(why, "text"), _text(why, "section"), page if isinstance(page, int) else None)
        )
    # Tags of Posterhall's own are among the keywords, too.
    keywords = () if entry.tags else cleaned(_text(row, "keyword").split(","))
    return Item(line, entry, links, keywords=keywords)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(row: Mapping[str, Any], key: str) -> list[str]:
    value = row.get(key)
    return [each for each in value if isinstance(each, str) and each.strip()] if isinstance(value, list) else []


def _authors(row: Mapping[str, Any]) -> tuple[str, ...]:
    people = row.get("author")
    parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix", "literal")
    rows = [one for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    return tuple(name for one in rows if (name := one_line(" ".join(_text(one, part) for part in parts))))


def _year(row: Mapping[str, Any]) -> str:
    """What holds the year: ``{"date-parts": [[2024, 7]]}``, or a date as text."""
    return json.dumps(row.get("issued"))
