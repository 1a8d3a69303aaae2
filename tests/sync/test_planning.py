"""From a conference's programme to a calendar: a venue is added, a list of its papers planned."""

from datetime import UTC, datetime
from pathlib import Path

from icalendar import Calendar

from posterhall import Posterhall
from tests.services.server import Services, make_event


def test_a_programme_told_by_californias_clocks_is_planned_by_viennas(
    services: Services, hall: Posterhall, tmp_path: Path
) -> None:
    services.openreview.require_login = True
    rows = [
        make_event(
            *(901, "Tidepool Caches"),
            authors=("Ada Brook",),
            kind="Oral",
            related=[1],
            session="Oral 1A",
            room_name="Hall A1",
            starttime="2024-07-23T01:30:00-07:00",
            endtime="2024-07-23T01:45:00-07:00",
        ),
        make_event(1, "Tidepool Caches", authors=("Ada Brook",), related=[901], poster_position="#2100"),
        make_event(
            *(902, "Patient Bandits"),
            authors=("Finn Grove",),
            kind="Oral",
            session="Oral 1B",
            room_name="Hall B",
            starttime="2024-07-23T01:40:00-07:00",
            endtime="2024-07-23T01:55:00-07:00",
        ),
    ]
    services.site("icml.cc").set_orals_posters(2024, rows)
    hall.add("icml-2024", pdfs=False)
    path = tmp_path / "list.txt"
    path.write_text("Tidepool Caches\nhttps://icml.cc/virtual/2024/oral/902\nSomething else\n", encoding="utf-8")
    report = hall.import_list(path)
    assert (report.resolved, [one.line for one in report.unresolved]) == (2, [3])

    [day] = hall.itinerary("list").days
    tidepool, bandits, poster = hall.itinerary("list").visits
    assert f"{day.date:%d.%m.%Y}" == "23.07.2024"
    # Half past one in the night in California (UTC-7) is 08:30 UTC, half past ten in Vienna (UTC+2).
    assert (f"{tidepool.start:%H:%M}", tidepool.room, tidepool.clashes) == (
        *("10:30", "Hall A1"),
        (bandits.paper.paper_id,),
    )
    assert (poster.kind, poster.board, f"{poster.start:%H:%M}", poster.clashes) == ("poster", "#2100", "11:30", ())

    calendar = Calendar.from_ical(hall.itinerary_ics("list"))
    assert isinstance(calendar, Calendar)
    assert [zone.tz_name for zone in calendar.timezones] == ["Europe/Vienna"]
    assert [event.start.astimezone(UTC) for event in calendar.events] == [
        datetime(2024, 7, 23, 8, 30, tzinfo=UTC),
        datetime(2024, 7, 23, 8, 40, tzinfo=UTC),
        datetime(2024, 7, 23, 9, 30, tzinfo=UTC),
    ]
