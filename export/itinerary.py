"""A reading list as a way through a conference: its papers by day, with rooms and boards, and the talks that clash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from library.events import POSTER, TALK, Event
from library.lists import Entry, ReadingList
from library.types import Paper


@dataclass(frozen=True, slots=True)
class Visit:
    """One paper at one of its events.

    Attributes:
        number: Which of the paper's talks, or of its posters, from 1.
        kind: ``talk`` or ``poster``.
        start: By the conference's clocks where its zone is known, else with the source's own offset.
        end: None where nobody told it.
        zone: The zone's name, where it is known.
        clashes: Ids of the papers on the list whose talks run at the same time in another room.
    """

    entry: Entry
    paper: Paper
    number: int
    kind: str
    session: str | None
    room: str | None
    board: str | None
    start: datetime
    end: datetime | None
    zone: str | None
    clashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """What is shown together: the posters of a poster session by board, or the talks of an oral session by time."""

    kind: str
    name: str | None
    room: str | None
    start: datetime
    end: datetime | None
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day by the conference's clocks, and its sessions by their start."""

    date: date
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A list's papers by day.

    Attributes:
        unscheduled: Entries of which no time is known, in the order of the list.
    """

    list_id: str
    name: str
    days: tuple[Day, ...]
    unscheduled: tuple[Entry, ...]

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Every visit, by day and session."""
        return tuple(visit for day in self.days for session in day.sessions for visit in session.visits)


def itinerary(made: ReadingList, papers: Mapping[str, Paper], events: Mapping[str, Sequence[Event]]) -> Itinerary:
    """Order a list's papers by where and when they are shown. A paper that is on the list twice is visited once.

    Talks clash that overlap in different rooms. Posters never do: they hang through their session, and what is shown
    together stands together.

    Args:
        made: The list.
        papers: By id; those that the library holds.
        events: By paper id.
    """
    first: dict[str, Entry] = {}
    unscheduled = []
    for entry in made.entries:
        paper = papers.get(entry.paper_id or "")
        if paper is None or not any(_time(e, e.start) for e in events.get(paper.paper_id, ())):
            unscheduled.append(entry)
        else:
            first.setdefault(paper.paper_id, entry)
    visits = [v for paper_id, entry in first.items() for v in _visits(entry, papers[paper_id], events[paper_id])]
    talks = [visit for visit in visits if visit.kind == TALK]
    visits = [_with_clashes(visit, talks) for visit in visits]
    by_day = groupby(sorted(visits, key=lambda v: (v.start.date(), _session(v))), key=lambda v: v.start.date())
    return Itinerary(
        made.list_id, made.name, tuple(Day(day, _sessions(of_day)) for day, of_day in by_day), tuple(unscheduled)
    )


def _visits(entry: Entry, paper: Paper, events: Iterable[Event]) -> list[Visit]:
    found: list[Visit] = []
    for event in events:
        start = _time(event, event.start)
        if start is None:
            continue
        # A slot of unknown kind with a board is a poster's.
        kind = event.kind if event.kind in (TALK, POSTER) else POSTER if event.poster else TALK
        number = 1 + sum(visit.kind == kind for visit in found)
        end = _time(event, event.end)
        if end is not None and end <= start:
            end = None
        place = (event.session, event.room, event.poster)
        zone = event.zone if _zone(event.zone) else None
        found.append(Visit(entry, paper, number, kind, *place, start, end, zone))
    return found


def _with_clashes(visit: Visit, talks: Iterable[Visit]) -> Visit:
    if visit.kind != TALK:
        return visit
    others = (t for t in talks if t.paper.paper_id != visit.paper.paper_id and _overlap(visit, t))
    clashes = dict.fromkeys(t.paper.paper_id for t in others if _place(t) is None or _place(t) != _place(visit))
    return replace(visit, clashes=tuple(clashes))


def _overlap(one: Visit, other: Visit) -> bool:
    """A talk of unknown length is taken for its first moment."""
    if one.start == other.start:
        return True
    early, late = (one, other) if one.start < other.start else (other, one)
    return early.end is not None and late.start < early.end


def _place(visit: Visit) -> str | None:
    return visit.room or visit.session


def _session(visit: Visit) -> tuple[str, str, str]:
    return visit.kind, visit.session or "", visit.room or ""


def _sessions(visits: Iterable[Visit]) -> tuple[Session, ...]:
    made = []
    for _, group in groupby(visits, key=_session):
        of_session = sorted(group, key=_order)
        one, ends = of_session[0], [visit.end for visit in of_session if visit.end]
        start = min(visit.start for visit in of_session)
        made.append(Session(one.kind, one.session, one.room, start, max(ends) if ends else None, tuple(of_session)))
    return tuple(sorted(made, key=lambda s: (s.start, s.kind == POSTER, s.name or "", s.room or "")))


def _order(visit: Visit) -> tuple[datetime, int, str, str]:
    """By time, then by board as a number is read: #90 before #100."""
    digits = "".join(c for c in visit.board or "" if c in "0123456789")[:9]
    return visit.start, int(digits or 0), visit.board or "", visit.paper.paper_id


def _time(event: Event, told: str | None) -> datetime | None:
    """A time of an event with its zone; None where it cannot be told for sure."""
    try:
        time = datetime.fromisoformat(told or "")
    except ValueError:
        return None
    zone = _zone(event.zone)
    if time.tzinfo is None:
        return time.replace(tzinfo=zone) if zone else None
    try:
        time.astimezone(UTC)
        return time.astimezone(zone) if zone else time
    except OverflowError:  # the first or the last day of the calendar
        return None


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
