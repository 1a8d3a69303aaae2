"""Topics in the app: which there are, why a paper is on one, and the reader's word about it."""

import shutil
from pathlib import Path

import pytest

import posterhall
from tests.app.pages import Visit, links, shown
from tests.hall_fixture import link_or_copy

LEAN = "lean-training"


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """The app's library with a topic of our own."""

    shutil.copytree(data, tmp_path / "data", copy_function=link_or_copy)
    hall = posterhall.open(tmp_path / "data")
    hall.add_topic(
        "Lean <b>training</b>",
        "Trains large networks with less memory for the optimizer.",
        topic_id=LEAN,
        synonyms=["optimizer memory", "optimizer state"],
        seeds=["id-lantern"],
    )
    hall.close()
    return tmp_path / "data"


def test_topics_with_papers_are_listed_with_their_number_and_those_without_are_named(visit: Visit) -> None:
    app = visit("topics")
    assert not app.exception
    assert f"id={LEAN}" in links(app).values()
    assert any(label.startswith("On no topic (") for label in links(app))
    assert "Without papers here:" in shown(app)


def test_a_topic_shows_its_papers_each_with_the_sentence_that_put_it_there(visit: Visit) -> None:
    app = visit("topics", id=LEAN)
    assert not app.exception
    assert "<h1>Lean &lt;b&gt;training&lt;/b&gt;</h1>" in shown(app)
    assert links(app)["Lantern Scheduling for Lean Training"] == "id=id-lantern"
    assert "<q>" in shown(app)
    assert "optimizer memory" in shown(app)


def test_a_paper_that_does_not_belong_goes_and_can_be_taken_back(visit: Visit, folder: Path) -> None:
    app = visit("topics", id=LEAN)
    app.button(key="reject-id-lantern").click().run()
    assert not app.exception
    assert "Not on it, by your word" in shown(app)
    hall = posterhall.open(folder)
    assert [m.paper.paper_id for m in hall.topic(LEAN).rejected] == ["id-lantern"]
    app.button(key="None-id-lantern").click().run()
    assert "Not on it, by your word" not in shown(app)
    assert hall.topic(LEAN).rejected == ()
    hall.close()


def test_a_topic_that_there_is_not_is_said_to_be_none(visit: Visit) -> None:
    app = visit("topics", id="lean-trainings")
    assert not app.exception
    assert LEAN in app.warning[0].value.replace("\\", "")


def test_papers_on_no_topic_can_be_turned_through(visit: Visit) -> None:
    app = visit("topics", id="unsorted", page="2")
    assert not app.exception
    assert "<h1>On no topic</h1>" in shown(app)
    app.button(key="Previous").click().run()
    assert app.query_params["page"] in ("1", ["1"])


def test_a_paper_names_its_topics_with_their_reasons(visit: Visit) -> None:
    app = visit("paper", id="id-lantern")
    assert not app.exception
    assert f"id={LEAN}" in links(app).values()
