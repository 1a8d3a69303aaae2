"""From a row of names and values, as files and services give them, to a paper record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.addresses import web
from library.text import digest, fold, one_line
from library.types import PaperRecord

TIERS = {
    "oral": "oral",
    "oralposter": "oral",
    "spotlight": "spotlight",
    "spotlightposter": "spotlight",
    "poster": "poster",
    "regular": "poster",
}
"""Whole tokens that venues use for a tier, and the tier they mean."""

_LINKS = {"forum": "forum_url", "proceedings": "proceedings_url", "site": "site_url"}
_PDF_LINKS = ("pdf_url", "openreview_pdf_url")
_PMLR = re.compile(r"/(v\d+)/([\w-]+)\.html")
_TIER_TAIL = re.compile(r"[\s,-]+(oral|spotlight|poster|oralposter|spotlightposter|regular)$", re.IGNORECASE)
_PRINTED = ("booktitle", "series", "volume", "publisher", "pages")
_YEARS = range(1900, 2200)


class BadRow(Exception):
    """A row that names no paper; the message says what is missing."""


def record_from_row(row: Mapping[str, Any], *, source: str, venue: str | None = None) -> PaperRecord:
    """Read the fields of the shared sets' JSON Lines (see ``docs/design.md``); unknown ones are left alone.

    Raises:
        BadRow: There is no title, or a field has a type that it cannot have.
    """
    title = _text(row, "title")
    if not title:
        raise BadRow("no title: every row needs one")
    authors = _names(row, "authors")
    named = _text(row, "venue")
    year = _year(row.get("year"))
    shown = venue or (_TIER_TAIL.sub("", named) if named else None)
    links = {name: url for name, key in _LINKS.items() if (url := _url(row.get(key)))}
    pdf = next((url for key in _PDF_LINKS if (url := _url(row.get(key)))), None)
    return PaperRecord(
        source=source,
        title=title,
        identifiers=_identifiers(row, title, authors, shown, year, links),
        authors=authors,
        abstract=_text(row, "abstract"),
        note=_text(row, "note"),
        venue=shown,
        venue_id=_text(row, "venueid") or _text(row, "venue_id") or _text(row, "venueid_assumed"),
        tier=_tier(_text(row, "tier") or _text(row, "status") or "", named or ""),
        year=year,
        keywords=_names(row, "keywords"),
        links=links | ({"pdf": pdf} if pdf else {}),
        licence=_text(row, "licence") or _text(row, "license"),
        printed=_printed(row),
    )


def work_identifier(title: str, first_author: str, venue: str, year: int | None) -> str:
    """The identity of a paper that has no id: what a reader would call the same work at the same venue."""
    return digest("|".join((fold(title), fold(first_author), fold(venue), str(year or ""))))[:16]


def _identifiers(
    row: Mapping[str, Any],
    title: str,
    authors: tuple[str, ...],
    venue: str | None,
    year: int | None,
    links: Mapping[str, str],
) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    forum = _text(row, "forum_id") or next(iter(parse_qs(urlsplit(links.get("forum", "")).query).get("id", [])), None)
    if forum:
        found["forum"] = forum
    if match := _PMLR.search(urlsplit(links.get("proceedings", "")).path):
        found["pmlr"] = f"{match[1]}/{match[2]}"
    elif pmlr := _text(row, "pmlr_id"):
        # The short name alone is shared by volumes: two papers of one year are both wu24a.
        found["pmlr"] = f"{fold(venue or '').replace(' ', '-') or 'unknown'}/{pmlr}"
    for scheme, key in (("arxiv", "arxiv_id"), ("id", "id")):
        if value := _text(row, key):
            found[scheme] = value
    found["work"] = work_identifier(title, authors[0] if authors else "", venue or "", year)
    return tuple(found.items())


def _printed(row: Mapping[str, Any]) -> dict[str, Any]:
    """What only a citation needs; a part that is not of its type is left out rather than the paper."""
    texts = {name: one_line(value) for name in _PRINTED if isinstance(value := row.get(name), str)}
    found: dict[str, Any] = {name: text for name, text in texts.items() if text}
    found |= {name: value for name in ("people", "editors") if isinstance(value := row.get(name), list) and value}
    if isinstance(bibtex := row.get("bibtex"), str) and bibtex.strip():
        found["bibtex"] = bibtex.strip()
    return found


def _text(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadRow(f"{key} is a {type(value).__name__}, not text")
    return one_line(value.replace("\x00", "")) or None


def _names(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        value = re.split(r"\s+and\s+|;", value) if key == "authors" else re.split(r"[,;]", value)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRow(f"{key} is not a list of names")
    return tuple(name for item in value if (name := one_line(item.replace("\x00", ""))))


def _year(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        year = int(value)
    except (TypeError, ValueError, OverflowError):
        year = -1
    if year not in _YEARS:
        raise BadRow(f"year is {value!r}, not a year")
    return year


def _url(value: Any) -> str | None:
    """Only web addresses: the app shows these as links."""
    if not isinstance(value, str):
        return None
    url = value.strip()
    return url if web(url) else None


def _tier(status: str, venue: str) -> str | None:
    for text in (status, venue):
        for token in reversed(fold(text).split()):
            if token in TIERS:
                return TIERS[token]
    return None
