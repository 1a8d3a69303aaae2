"""The paper's page on what only services tell: a withdrawal, a programme, and sources that disagree."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from posterhall import Posterhall
from tests.services.notes import make_note_v2
from tests.services.server import Services, make_entry, make_event

ICML = "ICML.cc/2024/Conference"


def test_a_paper_tells_of_its_withdrawal_its_slot_and_its_sources(
    services: Services, hall: Posterhall, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.openreview.add_venue(ICML)
    who = ("Ada Author",)
    forum = services.openreview.add_note(ICML, make_note_v2(ICML, "Slow Attention", authors=who, abstract="Ours."))
    services.openreview.add_note(ICML, make_note_v2(ICML, "Another one", authors=("Ben Writer",)))
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "Slow Attention", authors=who)])
    entry = make_entry(235, "author24a", "Slow Attention", authors=who, abstract="Theirs.", openreview=forum)
    services.pmlr.add_volume(235, [entry])
    hall.add("icml-2024", pdfs=False)
    services.openreview.update_note(forum, venueid="/Withdrawn_Submission")
    assert hall.sync().venues[0].withdrawn == 1

    monkeypatch.setenv("POSTERHALL_DATA", str(hall.data))
    app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("views/paper.py")
    app.query_params["id"] = forum
    app.run()
    assert not app.exception
    assert "withdrawn" in app.warning[0].value
    shown = "\n".join(element.proto.body for element in app.main.get("html"))
    # Half past two in California is half past eleven in Vienna.
    assert "Poster Session 1 · Tue 23 Jul 2024, 11:30-13:00 · Hall C 4-9 · poster #100" in shown
    assert "Sources disagree on 1 field" in shown
    assert "<td>openreview</td><td>Ours.</td>" in shown
