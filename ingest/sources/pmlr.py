"""PMLR, the proceedings of ICML and of some workshops: abstracts, and PDFs that cost no budget. No login."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.answers import localised
from ingest.errors import Garbled, NotFound, NothingAccepted
from ingest.http import Http
from ingest.sources.base import Endpoints, Observation, PdfRef, Standing, Venue
from ingest.sources.openreview_notes import year_of
from ingest.sources.record import BadRow, record_from_row
from library.text import fold

# What YAML allows and what it does not: one volume was published with a control character in an abstract.
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FRONT = {"preface", "front matter", "frontmatter", "foreword"}
_FORUM = re.compile(r"[\w-]{5,40}")
_NAME = ("given", "dropping-particle", "non-dropping-particle", "prefix", "family", "suffix")


class Pmlr:
    """The volumes of a venue's proceedings."""

    name = "pmlr"

    def __init__(self, http: Http, endpoints: Endpoints) -> None:
        """Keep what is needed."""
        self._http, self._endpoints = http, endpoints

    def serves(self, venue: Venue) -> bool:
        """Whether the venue has proceedings there."""
        return bool(venue.pmlr)

    def accepted_count(self, venue: Venue) -> None:
        """Not known before the whole volume is."""

    def observe(self, venue: Venue, since: datetime | None = None) -> Iterator[Observation]:
        """Every paper of the venue's volumes; ``since`` is not known here.

        Raises:
            NotFound: A volume is not published.
            NothingAccepted: A volume has no papers.
            SourceError: Any other reason why it did not come.
        """
        for volume in venue.pmlr:
            url = f"{self._endpoints.pmlr}/v{volume}/assets/bib/citeproc.yaml"
            found = 0
            for entry in self._entries(url, volume):
                told = self._observation(entry, volume, venue)
                if told is not None:
                    found += 1
                    yield told
            if not found:
                raise NothingAccepted(
                    f"volume {volume} of PMLR lists no papers", url=url, remedy="check the volume in data/venues.toml"
                )

    def _entries(self, url: str, volume: int) -> list[Mapping[str, Any]]:
        try:
            text = self._http.text(url)
        except NotFound as error:
            raise NotFound(
                f"PMLR has no volume {volume}, or not yet",
                url=error.url,
                status=error.status,
                remedy="run `posterhall sync` again when the proceedings are out",
            ) from None
        entries = _loaded(_NOT_YAML.sub(" ", text), url)
        if not isinstance(entries, list):
            raise Garbled(f"volume {volume} of PMLR is not a list of papers", url=url)
        return [entry for entry in entries if isinstance(entry, dict)]

    def _observation(self, entry: Mapping[str, Any], volume: int, venue: Venue) -> Observation | None:
        title, key = _text(entry, "title"), _text(entry, "id")
        if fold(title) in _FRONT or not key:
            return None
        pdf = re.sub(r"^http://", "https://", _text(entry, "PDF"))
        row: dict[str, Any] = {
            "title": title,
            "authors": [name for person in _people(entry, "author") if (name := _name(person))],
            "abstract": _text(entry, "abstract"),
            "venueid": venue.venue_id,
            "year": year_of(venue.venue_id or "") or year_of(venue.title) or _issued(entry),
            "forum_id": _forum(_text(entry, "openreview")),
            # The identifier is read from this link, so it is always given.
            "proceedings_url": f"https://proceedings.mlr.press/v{volume}/{key}.html",
            "pdf_url": pdf or None,
            "booktitle": _text(entry, "container-title"),
            "series": _text(entry, "series") or _text(entry, "collection-title"),
            "volume": _text(entry, "volume"),
            "publisher": _text(entry, "publisher"),
            "pages": _text(entry, "page"),
            "people": [parts for person in _people(entry, "author") if (parts := _parts(person))],
            "editors": [parts for person in _people(entry, "editor") if (parts := _parts(person))],
        }
        try:
            record = record_from_row(row, source=self.name, venue=venue.title)
        except BadRow:
            return None
        refs = (PdfRef(localised(pdf, self._endpoints)),) if pdf else ()
        return Observation(record, Standing.ACCEPTED, refs)


def _loaded(text: str, url: str) -> Any:
    """Read YAML whose plain words stay words: a paper called "No" and an id of digits are text.

    Raises:
        Garbled: It is not YAML, or ends early.
    """
    import yaml  # type: ignore[import-untyped]

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads ICML 2024 in a second, not in a minute
    plain = type("_Plain", (loader,), {"yaml_implicit_resolvers": {}})(text)
    try:
        return plain.get_single_data()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problem = getattr(error, "problem", None) or type(error).__name__
        line = getattr(getattr(error, "problem_mark", None), "line", None)
    finally:
        plain.dispose()
    where = "" if line is None else f", line {line + 1}"
    raise Garbled(f"PMLR's list of papers cannot be read ({problem}{where})", url=url)


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _people(entry: Mapping[str, Any], role: str) -> list[Mapping[str, Any]]:
    people = entry.get(role)
    return [person for person in people if isinstance(person, dict)] if isinstance(people, list) else []


def _name(person: Mapping[str, Any]) -> str:
    """A name as people write it: ``Laurens van der Maaten``, ``Martin Luther King Jr.``."""
    parts = _parts(person)
    return " ".join(text for part in _NAME if (text := parts.get(part))) or _text(person, "literal")


def _parts(person: Mapping[str, Any]) -> dict[str, str]:
    """The parts of a name that are given, each on one line."""
    return {part: " ".join(text.split()) for part in _NAME if (text := _text(person, part))}


def _issued(entry: Mapping[str, Any]) -> int | None:
    issued = entry.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return int(parts) if isinstance(parts, str) and parts.isdecimal() else None


def _forum(text: str) -> str | None:
    """A forum id, also out of the forum's address."""
    if "openreview.net/" in text:
        text = next(iter(parse_qs(urlsplit(text).query).get("id", [])), "")
    return text if _FORUM.fullmatch(text) else None
