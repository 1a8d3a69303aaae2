"""Itineraries as calendar files, read back with a calendar library."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from export.ical import ics
from export.itinerary import Itinerary, itinerary
from library.events import Event
from library.lists import Entry, Named, ReadingList
from library.types import Paper

VIENNA = "Europe/Vienna"
STAMP = datetime(2024, 7, 1, 12, tzinfo=UTC)

POSTER = Event(
    "Poster Session 1",
    "Hall C 4-9",
    "#2100",
    "2024-07-23T11:30:00+02:00",
    "2024-07-23T13:00:00+02:00",
    "poster",
    VIENNA,
)


def planned(title: str = "P", events: tuple[Event, ...] = (POSTER,), note: str = "", name: str = "A") -> Itinerary:
    paper = Paper("p", title, ("Ada Brook", "Ben Castle"), links={"forum": "https://openreview.net/forum?id=p"})
    made = ReadingList("a", name, entries=(Entry(Named(title), "p", note=note),))
    return itinerary(made, {"p": paper}, {"p": list(events)})


def read(content: bytes) -> Calendar:
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return calendar


def test_a_poster_of_icml_2024_is_at_half_past_nine_utc_in_viennas_summer() -> None:
    content = ics(planned(note="Ask about; commas, and\nlines"), STAMP)
    [event] = read(content).events
    assert b"DTSTART;TZID=Europe/Vienna:20240723T113000\r\n" in content
    # Vienna keeps UTC+2 in July.
    assert event.start.astimezone(UTC) == datetime(2024, 7, 23, 9, 30, tzinfo=UTC)
    assert event.end.astimezone(UTC) == datetime(2024, 7, 23, 11, 0, tzinfo=UTC)
    assert str(event["summary"]) == "Poster: P"
    assert str(event["location"]) == "Hall C 4-9, poster #2100"
    assert str(event["description"]) == (
        "Poster Session 1\n\nAda Brook, Ben Castle\n\nAsk about; commas, and\nlines\n\nhttps://openreview.net/forum?id=p"
    )
    assert str(event["url"]) == "https://openreview.net/forum?id=p"
    assert (str(event["uid"]), event.DTSTAMP) == ("p-poster-1@posterhall", STAMP)


def test_the_file_carries_the_rules_of_its_zone() -> None:
    [zone] = read(ics(planned(), STAMP)).timezones
    assert zone.tz_name == VIENNA
    # Without knowing the name, by the file's own rules: CEST in July, CET in January.
    rules = zone.to_tz(lookup_tzid=False)
    assert datetime(2024, 7, 23, 11, 30, tzinfo=rules).astimezone(UTC).hour == 9
    assert datetime(2025, 1, 7, 11, 30, tzinfo=rules).astimezone(UTC).hour == 10


def test_an_event_whose_zone_is_not_known_is_told_in_utc() -> None:
    content = ics(planned(events=(Event(start="2024-07-23T02:30:00-07:00", kind="talk"),)), STAMP)
    assert b"DTSTART:20240723T093000Z\r\n" in content
    calendar = read(content)
    assert calendar.timezones == []
    assert str(calendar.events[0]["summary"]) == "Talk: P"
    assert "DTEND" not in calendar.events[0]


def test_the_same_itinerary_is_the_same_bytes_and_a_moved_event_keeps_its_uid() -> None:
    assert ics(planned(), STAMP) == ics(planned(), STAMP)
    moved = planned(events=(Event("Poster Session 2", "Hall B", "#1", "2024-07-24T11:30:00+02:00", None, "poster"),))
    assert read(ics(moved, STAMP)).events[0]["uid"] == read(ics(planned(), STAMP)).events[0]["uid"]


def test_every_talk_and_poster_of_a_paper_is_an_event_of_its_own() -> None:
    talk = Event("Oral 1A", "Hall A", None, "2024-07-23T10:30:00+02:00", "2024-07-23T10:45:00+02:00", "talk", VIENNA)
    calendar = read(ics(planned(events=(POSTER, talk)), STAMP))
    assert [str(e["uid"]) for e in calendar.events] == ["p-talk-1@posterhall", "p-poster-1@posterhall"]


HOSTILE = "A\r\nBEGIN:VEVENT\r\nSUMMARY:taken; \\, \x07\x00\u2028\u202e" + "ü" * 100 + "\udc80 END:VCALENDAR"


def test_a_hostile_title_stays_a_title() -> None:
    content = ics(planned(HOSTILE, note=HOSTILE, name=HOSTILE), STAMP)
    [event] = read(content).events
    assert str(event["summary"]) == "Poster: A BEGIN:VEVENT SUMMARY:taken; \\,  \u202e" + "ü" * 100 + " END:VCALENDAR"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content.count(b"\r\nBEGIN:VEVENT\r\n") == 1


@given(title=st.text(), note=st.text(), room=st.text(), name=st.text())
def test_whatever_the_texts_are_the_file_has_its_one_event_at_its_time(
    title: str, note: str, room: str, name: str
) -> None:
    event = Event(room, room, room, "2024-07-23T11:30:00+02:00", None, "poster", VIENNA)
    [back] = read(ics(planned(title, (event,), note, name), STAMP)).events
    assert back.start == datetime(2024, 7, 23, 11, 30, tzinfo=ZoneInfo(VIENNA))
