"""A list by day, as a section of a page."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.app.pages import shown

PAGE = """
import streamlit as st
from export.itinerary import itinerary as plan
from library.events import Event
from library.lists import Entry, Named, ReadingList
from library.types import Paper
from views.plan import itinerary

HOSTILE = "<img src=x onerror=alert(1)> **bold**"

def page():
    VIENNA = "Europe/Vienna"
    times = ("2024-07-23T10:30:00+02:00", "2024-07-23T10:45:00+02:00", "talk", VIENNA)
    events = {
        "a": [
            Event("Oral <1A>", "Hall A", None, *times),
            Event("Posters", "Hall C", "#7", "2024-07-24T11:30:00+02:00", None, "poster", VIENNA),
        ],
        "b": [Event("Oral 1B", "Hall B", None, *times)],
    }
    papers = {p: Paper(p, title) for p, title in (("a", HOSTILE), ("b", "Patient Bandits"), ("c", "Unseen"))}
    entries = tuple(Entry(Named(papers[p].title), p) for p in st.session_state["wanted"])
    itinerary(plan(ReadingList("mine", "Mine", entries=entries), papers, events), b"BEGIN:VCALENDAR")

st.navigation([st.Page(page, default=True), st.Page("views/paper.py")]).run()
"""


def opened(tmp_path: Path, wanted: str) -> AppTest:
    script = tmp_path / "page.py"
    script.write_text(PAGE, encoding="utf-8")
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "paper.py").write_text("", encoding="utf-8")
    app = AppTest.from_file(str(script), default_timeout=60)
    app.session_state["wanted"] = wanted
    return app.run()


def test_days_sessions_boards_and_clashes_are_shown_and_harmless(tmp_path: Path) -> None:
    app = opened(tmp_path, "abc")
    assert not app.exception
    text = shown(app)
    assert "<h2>Tuesday, 23 July 2024</h2>" in text
    assert "<h2>Wednesday, 24 July 2024</h2>" in text
    assert "<b>10:30–10:45 · Oral &lt;1A&gt; · Hall A</b>" in text
    assert "10:30 · clashes with &lt;img src=x onerror=alert(1)&gt; **bold**" in text
    assert "poster #7" in text
    assert "<summary>1 paper without a known time</summary><ul><li>Unseen</li></ul>" in text
    assert "<img" not in text


def test_a_list_without_a_known_time_says_why(tmp_path: Path) -> None:
    app = opened(tmp_path, "c")
    assert not app.exception
    assert [caption.value for caption in app.caption] == [
        "No time is known of any paper here. Conferences’ programmes are read when their venue is synced."
    ]
