"""A list by day: sessions, boards, clashes, and what nobody gave a time."""

from datetime import date

from export.itinerary import Itinerary, itinerary
from library.events import Event
from library.lists import Entry, Named, ReadingList
from library.types import Paper

VIENNA = "Europe/Vienna"
TUESDAY = "2024-07-23T"


def talk(start: str, end: str | None, room: str | None, session: str | None = "Oral 1") -> Event:
    return Event(session, room, None, TUESDAY + start, TUESDAY + end if end else None, "talk", VIENNA)


def poster(board: str | None, start: str = "11:30:00+02:00", session: str = "Poster Session 1") -> Event:
    return Event(session, "Hall C 4-9", board, TUESDAY + start, None, "poster", VIENNA)


def planned(*shown: tuple[str, list[Event]]) -> Itinerary:
    entries = tuple(Entry(Named(p), p) for p, _ in shown)
    papers = {p: Paper(p, f"Paper {p}") for p, _ in shown}
    return itinerary(ReadingList("a", "A", entries=entries), papers, dict(shown))


def clashes(made: Itinerary) -> dict[str, tuple[str, ...]]:
    return {visit.paper.paper_id: visit.clashes for visit in made.visits}


def test_days_and_sessions_stand_by_time_and_posters_of_a_session_by_board() -> None:
    made = planned(
        ("a", [poster("#1000")]),
        ("b", [poster("#90"), talk("10:30:00+02:00", "10:45:00+02:00", "Hall A")]),
        ("c", [Event("Poster Session 3", "Hall C", "#7", "2024-07-24T11:30:00+02:00", None, "poster", VIENNA)]),
    )
    assert [day.date for day in made.days] == [date(2024, 7, 23), date(2024, 7, 24)]
    first, second = made.days[0].sessions
    assert (first.kind, first.name, first.room) == ("talk", "Oral 1", "Hall A")
    assert (second.kind, second.name, second.room) == ("poster", "Poster Session 1", "Hall C 4-9")
    assert [visit.board for visit in second.visits] == ["#90", "#1000"]
    assert made.unscheduled == ()


def test_the_day_is_the_one_of_the_conference_and_not_of_the_source() -> None:
    # 23:30 on Monday in California (UTC-7) is 06:30 UTC on Tuesday, 08:30 in Vienna.
    early = Event("Oral 1", "Hall A", None, "2024-07-22T23:30:00-07:00", None, "talk", VIENNA)
    [day] = planned(("a", [early])).days
    assert (day.date, f"{day.sessions[0].start:%H:%M}") == (date(2024, 7, 23), "08:30")


def test_talks_that_overlap_in_different_rooms_clash_and_others_do_not() -> None:
    made = planned(
        ("a", [talk("10:30:00+02:00", "10:45:00+02:00", "Hall A")]),
        ("b", [talk("10:40:00+02:00", "10:55:00+02:00", "Hall B")]),
        ("c", [talk("10:45:00+02:00", "11:00:00+02:00", "Hall A")]),
        ("d", [talk("08:50:00+00:00", "09:00:00+00:00", "Hall D")]),
    )
    # b runs into a's last five minutes and c's first ten; d is at 10:50 in Vienna, when b and c run.
    assert clashes(made) == {"a": ("b",), "b": ("a", "c", "d"), "c": ("b", "d"), "d": ("b", "c")}


def test_talks_of_one_session_with_only_the_sessions_hours_do_not_clash() -> None:
    hours = ("10:30:00+02:00", "11:30:00+02:00")
    assert clashes(planned(("a", [talk(*hours, "Hall A")]), ("b", [talk(*hours, "Hall A")]))) == {"a": (), "b": ()}
    assert clashes(planned(("a", [talk(*hours, None)]), ("b", [talk(*hours, None)]))) == {"a": (), "b": ()}
    nowhere = talk(*hours, None, None)
    assert clashes(planned(("a", [nowhere]), ("b", [nowhere]))) == {"a": ("b",), "b": ("a",)}


def test_posters_never_clash_nor_does_a_talk_of_unknown_length_with_a_later_one() -> None:
    made = planned(
        ("a", [poster("#1")]),
        ("b", [poster("#2")]),
        ("c", [talk("11:30:00+02:00", None, "Hall A")]),
        ("d", [talk("11:40:00+02:00", None, "Hall B")]),
    )
    assert clashes(made) == {"a": (), "b": (), "c": (), "d": ()}


def test_what_has_no_time_that_can_be_told_comes_last_in_the_order_of_the_list() -> None:
    made = planned(
        ("z", []),
        ("y", [Event(start="in the morning", zone=VIENNA)]),
        ("x", [Event(start="2024-07-23T11:30:00")]),
        ("w", [Event(start="2024-07-23T11:30:00", zone=VIENNA)]),
        ("v", [Event(start="0001-01-01T00:00:00+14:00", zone="Asia/Tokyo")]),
        ("u", [Event(start="2024-07-23T11:30:00+09:00", zone="Nowhere/At_All")]),
    )
    assert [entry.paper_id for entry in made.unscheduled] == ["z", "y", "x", "v"]
    assert [(visit.paper.paper_id, visit.zone) for visit in made.visits] == [("u", None), ("w", VIENNA)]
    assert made.visits[1].start.isoformat() == "2024-07-23T11:30:00+02:00"


def test_a_paper_that_is_not_held_is_unscheduled_and_one_listed_twice_is_visited_once() -> None:
    twice = Entry(Named("P"), "p")
    made = ReadingList("a", "A", entries=(twice, Entry(Named("Q"), "q"), Entry(Named("R")), twice))
    shown = itinerary(made, {"p": Paper("p", "P")}, {"p": [poster("#1")], "q": [poster("#2")]})
    assert [visit.paper.paper_id for visit in shown.visits] == ["p"]
    assert [entry.named.title for entry in shown.unscheduled] == ["Q", "R"]


def test_a_slot_of_unknown_kind_is_a_poster_where_it_has_a_board() -> None:
    slots = [Event(poster="#1", start=TUESDAY + "11:30:00Z"), Event(start=TUESDAY + "10:30:00Z")]
    assert [(v.kind, v.number) for v in planned(("a", slots)).visits] == [("talk", 1), ("poster", 1)]


def test_a_paper_with_two_posters_has_them_numbered() -> None:
    made = planned(("a", [poster("#1"), poster("#1", "17:00:00+02:00", "Poster Session 2")]))
    assert [(v.kind, v.number, v.session) for v in made.visits] == [
        ("poster", 1, "Poster Session 1"),
        ("poster", 2, "Poster Session 2"),
    ]
