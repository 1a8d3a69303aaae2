"""A reading list by day, as a section of a page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from views.shared import title_link
from views.text import count, html

if TYPE_CHECKING:
    from posterhall import Itinerary


def itinerary(made: Itinerary, calendar: bytes) -> None:
    """Show when and where a list's papers are shown: by day and session, talks that clash marked, the rest last.

    Args:
        made: What to show; nothing is shown of a list of which no time is known.
        calendar: The same as an iCalendar file, to download.
    """
    if not made.days:
        st.caption("No time is known of any paper here. Conferences’ programmes are read when their venue is synced.")
        return
    titles = {visit.paper.paper_id: visit.paper.title for visit in made.visits}
    for day in made.days:
        st.html(f"<h2>{day.date:%A}, {day.date.day} {day.date:%B %Y}</h2>")
        for n, session in enumerate(day.sessions):
            told = (_hours(session.start, session.end), session.name, session.room)
            line = " · ".join(html(part) for part in told if part)
            st.html(f'<div class="ph-where"><b>{line}</b></div>')
            for visit in session.visits:
                title_link(
                    visit.paper.paper_id,
                    visit.paper.title,
                    key=f"plan-{day.date}-{n}-{visit.paper.paper_id}-{visit.number}",
                )
                place = visit.board and f"poster {visit.board}" if visit.kind == "poster" else f"{visit.start:%H:%M}"
                clashes = [f"clashes with {titles[paper_id]}" for paper_id in visit.clashes]
                st.html(f'<div class="ph-where">{" · ".join(html(part) for part in (place, *clashes) if part)}</div>')
    if made.unscheduled:
        names = "".join(f"<li>{html(entry.named.title)}</li>" for entry in made.unscheduled)
        label = f"{count(len(made.unscheduled), 'paper')} without a known time"
        st.html(f"<details><summary>{label}</summary><ul>{names}</ul></details>")
    name = f"{made.list_id or 'list'}.ics"
    st.download_button("Calendar file", calendar, name, "text/calendar", icon=":material/event:", key="plan-ics")


def _hours(start: datetime, end: datetime | None) -> str:
    return f"{start:%H:%M}–{end:%H:%M}" if end else f"{start:%H:%M}"
