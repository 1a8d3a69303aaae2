"""An itinerary as an iCalendar file (RFC 5545)."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone

from export.itinerary import Itinerary, Visit
from export.tex import plain
from library.editing import named
from library.events import POSTER

PRODUCT = "-//Posterhall//Reading list//EN"
_HIDDEN = {"Cc", "Cs", "Co", "Zl", "Zp"}


def ics(made: Itinerary, stamp: datetime) -> bytes:
    """One calendar event for each visit, in the conference's own time zone; UTC where that is not known.

    The same itinerary and stamp give the same bytes. An event keeps its UID when its time, its room or the list
    changes, so that a calendar that takes the file in again moves the event instead of doubling it.

    Args:
        made: What to visit.
        stamp: When what is known of it last changed, aware.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _plain(made.name))
    visits = made.visits
    for zone in sorted({visit.zone for visit in visits if visit.zone}):
        inside = [visit.start for visit in visits if visit.zone == zone]
        # A year before and after, so that both of the zone's offsets are told.
        first, last = min(inside).date() - timedelta(days=366), max(inside).date() + timedelta(days=366)
        calendar.add_component(Timezone.from_tzid(zone, first_date=first, last_date=last))
    for visit in visits:
        calendar.add_component(_event(visit, stamp))
    return bytes(calendar.to_ical())


def _event(visit: Visit, stamp: datetime) -> Event:
    paper, entry = visit.paper, visit.entry
    event = Event()
    event.add("uid", f"{paper.paper_id}-{visit.kind}-{visit.number}@posterhall")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", visit.start if visit.zone else visit.start.astimezone(UTC))
    if visit.end:
        event.add("dtend", visit.end if visit.zone else visit.end.astimezone(UTC))
    event.add("summary", f"{'Poster' if visit.kind == POSTER else 'Talk'}: {_plain(plain(paper.title))}")
    board = f"poster {visit.board}" if visit.board and visit.kind == POSTER else None
    if place := ", ".join(_plain(part) for part in (visit.room, board) if part):
        event.add("location", place)
    link = named(paper).link
    told = (visit.session, ", ".join(paper.authors), entry.note, link)
    if description := "\n\n".join(_plain(part, "\n\t") for part in told if part):
        event.add("description", description)
    if link and link.isascii() and link.isprintable():
        event.add("url", link)
    return event


def _plain(text: str, kept: str = "") -> str:
    """Without the control characters that the format forbids; on one line unless line ends are kept."""
    lines = text if kept else " ".join(text.split())
    return "".join(c for c in lines if c in kept or unicodedata.category(c) not in _HIDDEN)
