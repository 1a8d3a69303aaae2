"""The conferences' own sites (icml.cc, iclr.cc, neurips.cc): what is shown, where and when. No login.

A site has one row for every slot in the programme: an oral has a row for its talk and one for its poster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit
from zoneinfo import ZoneInfo

from ingest.answers import localised
from ingest.errors import Garbled, NotFound, NothingAccepted
from ingest.http import Http
from ingest.sources.base import Endpoints, Observation, PdfRef, Standing, Venue
from ingest.sources.record import TIERS, BadRow, record_from_row
from library.events import POSTER, TALK, Event
from library.text import fold, one_line

Row = Mapping[str, Any]

_RANK = ("oral", "spotlight", "poster")
_OUT = ((Standing.WITHDRAWN, {"withdrawn"}), (Standing.REJECTED, {"reject", "rejected"}))


class Site:
    """The programme of one conference's site."""

    def __init__(self, http: Http, endpoints: Endpoints, host: str) -> None:
        """Keep what is needed.

        Args:
            http: Fetches.
            endpoints: Where the host is served.
            host: ``icml.cc``, ``iclr.cc`` or ``neurips.cc``; also the source's name.
        """
        self.name = host
        self._http, self._endpoints, self._base = http, endpoints, endpoints.sites[host]

    def serves(self, venue: Venue) -> bool:
        """Whether the venue is a year of this conference."""
        return venue.site is not None and venue.site[0] == self.name

    def accepted_count(self, venue: Venue) -> None:
        """Not known before the whole programme is."""

    def observe(self, venue: Venue, since: datetime | None = None) -> Iterator[Observation]:
        """Every paper of the programme, an oral and its poster as one; ``since`` is not known here.

        Raises:
            NotFound: There is no programme for the year.
            NothingAccepted: The programme is empty.
            SourceError: Any other reason why it did not come.
        """
        if venue.site is None:
            return
        year = venue.site[1]
        url = f"{self._base}/static/virtual/data/{self.name.partition('.')[0]}-{year}-"
        rows = self._rows(f"{url}orals-posters.json", year)
        if not rows:
            raise NothingAccepted(
                f"{self.name} has a programme for {year} without a single paper",
                url=f"{url}orals-posters.json",
                remedy="run `posterhall sync` again nearer to the conference",
            )
        abstracts = {} if all(_text(row, "abstract") for row in rows) else self._abstracts(f"{url}abstracts.json")
        for group in _papers(rows):
            told = self._observation(group, venue, year, abstracts)
            if told is not None:
                yield told

    def _rows(self, url: str, year: int) -> list[Row]:
        try:
            data = self._http.json(url)
        except NotFound as error:
            raise NotFound(
                f"{self.name} has no programme for {year} yet",
                url=error.url,
                status=error.status,
                remedy="run `posterhall sync` again nearer to the conference",
            ) from None
        rows = data.get("results") if isinstance(data, dict) else None
        if not isinstance(rows, list):
            raise Garbled(f"{self.name} answered in a form that is not understood (no list of results)", url=url)
        count = data.get("count")
        if isinstance(count, int) and len(rows) < count:
            raise Garbled(f"{self.name} counts {count:,} events and gave {len(rows):,}", url=url)
        return [row for row in rows if isinstance(row, dict) and _kind(row)]

    def _abstracts(self, url: str) -> dict[str, str]:
        """By event id; some years have the file, some have not."""
        try:
            data = self._http.json(url)
        except NotFound:
            return {}
        if isinstance(data, dict) and isinstance(data.get("results"), list):
            data = data["results"]
        if isinstance(data, list):
            data = {str(row.get("id")): row.get("abstract") for row in data if isinstance(row, dict)}
        return {str(k): v for k, v in data.items() if isinstance(v, str)} if isinstance(data, dict) else {}

    def _observation(
        self, rows: Sequence[Row], venue: Venue, year: int, abstracts: Mapping[str, str]
    ) -> Observation | None:
        """One paper of one or several rows, its poster first."""
        forum = next((found for row in rows if (found := _forum(row))), None)
        pdf = next((found for row in rows if (found := _text(row, "paper_pdf_url"))), "")
        page = next((found for row in rows if (found := _text(row, "virtualsite_url"))), "")
        topics = [part.strip() for part in _first(rows, "topic").split("->") if part.strip()]
        keywords = next((k for row in rows if (k := row.get("keywords")) and isinstance(k, (list, str))), None)
        ids = [str(row["id"]) for row in rows if isinstance(row.get("id"), (int, str))]
        fields: dict[str, Any] = {
            "title": _first(rows, "name"),
            "authors": next((names for row in rows if (names := _authors(row))), []),
            "abstract": _first(rows, "abstract") or next((abstracts[i] for i in ids if abstracts.get(i)), None),
            "keywords": [k for k in keywords if isinstance(k, str)]
            if isinstance(keywords, list)
            else keywords or topics,
            "tier": _tier(rows),
            "venueid": next((found for row in rows if (found := _track(row))), None) or venue.venue_id,
            "year": year,
            "forum_id": forum,
            "forum_url": f"https://openreview.net/forum?id={forum}" if forum else None,
            "site_url": urljoin(f"https://{self.name}/", page) if page else None,
            "pdf_url": pdf or None,
        }
        try:
            record = record_from_row(fields, source=self.name, venue=venue.title)
        except BadRow:
            return None
        # The poster's id comes last: where one id is wanted the last is taken, and every paper has a poster.
        own = tuple(("id", f"{self.name}/{year}/{one}") for one in reversed(ids))
        record = replace(record, identifiers=record.identifiers[:-1] + own + record.identifiers[-1:])
        refs: tuple[PdfRef, ...] = ()
        if "mlr.press/" in pdf or "githubusercontent.com/mlresearch/" in pdf:
            refs = (PdfRef(localised(pdf, self._endpoints)),)
        return Observation(record, _standing(rows), refs, tuple(_event(row, venue.timezone) for row in rows))


def _papers(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of one paper together, posters before talks, in the order of the programme.

    A talk and its poster name each other in ``related_events_ids``; where that is missing, the same title and first
    author tell.
    """
    posters = [row for row in rows if _kind(row) != "oral"]
    groups = [[row] for row in posters]
    by_id = {str(row.get("id")): group for row, group in zip(posters, groups, strict=True)}
    by_related = {str(one): group for group in groups for one in _related(group[0])}
    by_title = {_same(row): group for row, group in reversed(list(zip(posters, groups, strict=True)))}
    for row in rows:
        if _kind(row) != "oral":
            continue
        named = (by_id.get(one) for one in _related(row))
        group = next((found for found in named if found), None) or by_related.get(str(row.get("id")))
        group = group or by_title.get(_same(row))
        if group is None:
            group = by_title[_same(row)] = []
            groups.append(group)
        group.append(row)
    return groups


def _same(row: Row) -> tuple[str, str]:
    return fold(_text(row, "name")), fold(next(iter(_authors(row)), ""))


def _related(row: Row) -> list[str]:
    related = row.get("related_events_ids")
    return [str(one) for one in related] if isinstance(related, list) else []


def _kind(row: Row) -> str | None:
    """``oral`` or ``poster`` for a paper's slot; None for what is no paper (a tutorial)."""
    return next((TIERS[word] for word in fold(_text(row, "eventtype")).split() if word in TIERS), None)


def _tier(rows: Sequence[Row]) -> str:
    """A talk makes an oral; the decision tells a spotlight."""
    words = {_kind(row) for row in rows}
    words |= {TIERS.get(word) for row in rows for word in fold(_text(row, "decision")).split()}
    return next((tier for tier in _RANK if tier in words), "poster")


def _standing(rows: Sequence[Row]) -> Standing:
    """What stands in the programme is accepted, unless its decision has been changed."""
    words = {word for row in rows for word in fold(_text(row, "decision")).split()}
    return next((standing for standing, marks in _OUT if words & marks), Standing.ACCEPTED)


def _event(row: Row, zone: str | None) -> Event:
    """A slot of the programme, in the time of the conference's place where that is known."""
    session, room, poster = (_text(row, key) or None for key in ("session", "room_name", "poster_position"))
    start, end = (_local(_text(row, key), zone) for key in ("starttime", "endtime"))
    return Event(session, room, poster, start, end, TALK if _kind(row) == "oral" else POSTER, zone)


def _local(time: str, zone: str | None) -> str | None:
    """A time as its place's clocks show it: the sites tell times by the clocks of California."""
    try:
        told = datetime.fromisoformat(time)
    except ValueError:
        return time or None
    return told.astimezone(ZoneInfo(zone)).isoformat() if zone and told.tzinfo else time


def _forum(row: Row) -> str | None:
    for key in ("paper_url", "paper_pdf_url"):
        url = _text(row, key)
        if re.match(r"https?://(www\.)?openreview\.net/", url):
            return next(iter(parse_qs(urlsplit(url).query).get("id", [])), None)
    return None


def _track(row: Row) -> str | None:
    """The group that the row was taken from: a conference's tracks have one each."""
    url = _text(row, "sourceurl")
    if not re.match(r"https?://(www\.)?openreview\.net/group", url):
        return None
    return next(iter(parse_qs(urlsplit(url).query).get("id", [])), None)


def _authors(row: Row) -> list[str]:
    people = row.get("authors")
    named = [p.get("fullname") for p in people if isinstance(p, dict)] if isinstance(people, list) else []
    return [one_line(name) for name in named if isinstance(name, str) and name.strip()]


def _first(rows: Sequence[Row], key: str) -> str:
    return next((text for row in rows if (text := _text(row, key))), "")


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""
