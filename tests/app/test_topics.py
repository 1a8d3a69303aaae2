"""Topics in the app: which there are, why a paper is on one, and the reader's word about it."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

import posterhall
from tests.app.pages import Visit, links, shown
from tests.hall_fixture import link_or_copy
from tests.watched import Watch

pytest_plugins = ("tests.watched",)

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
    assert "Rejected by you" in shown(app)
    hall = posterhall.open(folder)
    assert [m.paper.paper_id for m in hall.topic(LEAN).rejected] == ["id-lantern"]
    app.button(key="None-id-lantern").click().run()
    assert "Rejected by you" not in shown(app)
    assert hall.topic(LEAN).rejected == ()
    hall.close()


def test_a_topic_that_there_is_not_is_said_to_be_none(visit: Visit) -> None:
    app = visit("topics", id="lean-trainings")
    assert not app.exception
    assert LEAN in app.warning[0].value.replace("\\", "")
    assert "<h1>Topics</h1>" in shown(app)
    assert "All topics" in links(app)


def test_papers_on_no_topic_can_be_turned_through(visit: Visit) -> None:
    app = visit("topics", id="_none", page="2")
    assert not app.exception
    assert "<h1>On no topic</h1>" in shown(app)
    app.button(key="Previous").click().run()
    assert app.query_params["page"] in ("1", ["1"])


def test_a_paper_names_its_topics_with_their_reasons(visit: Visit) -> None:
    app = visit("paper", id="id-lantern")
    assert not app.exception
    assert f"id={LEAN}" in links(app).values()


def test_a_topic_leads_to_its_papers_in_browse_and_to_asking_within_them(visit: Visit) -> None:
    app = visit("topics", id=LEAN)
    assert links(app)["Browse these"] == f"topic={LEAN}"
    assert links(app)["Ask within these"] == f"topic={LEAN}"


def test_a_topic_is_shown_over_years_and_venues_where_there_are_several(visit: Visit, folder: Path) -> None:
    assert [box.label for box in visit("topics", id=LEAN).expander] == []  # all of 2031, at one venue
    hall = posterhall.open(folder)
    hall.add_topic("Rest", "Rests.", seeds=["id-lantern", "id-noted"])
    hall.close()
    assert [box.label for box in visit("topics", id="rest").expander] == ["Over years and venues"]


def test_a_group_on_offer_fills_in_the_form_of_a_topic_that_can_be_changed_and_kept(visit: Visit, folder: Path) -> None:
    hall = posterhall.open(folder)
    offer = next(each.offer for each in hall.topic_offers() if "patient sorting" in each.offer.terms)
    app = visit("topics", new=offer.name)
    assert not app.exception
    name, description, phrases = (f"new-{field}-{offer.name}" for field in ("name", "description", "phrases"))
    assert app.text_input(key=name).value == offer.name.capitalize()
    assert app.text_area(key=phrases).value.splitlines() == list(offer.synonyms)
    app.text_input(key=name).input("Sorting <i>pebbles</i>")
    app.text_area(key=description).input("Sorts pebbles by weight.")
    app.button[0].click().run()
    assert not app.exception
    assert app.query_params["id"] in ("sorting-i-pebbles-i", ["sorting-i-pebbles-i"])
    assert "<h1>Sorting &lt;i&gt;pebbles&lt;/i&gt;</h1>" in shown(app)
    kept = hall.topic("sorting-i-pebbles-i")
    assert kept.topic.description == "Sorts pebbles by weight."
    assert set(offer.seeds) <= {member.paper.paper_id for member in kept.members}
    hall.close()


def test_a_topic_of_ones_own_is_made_from_nothing_and_removed_on_its_page(visit: Visit, folder: Path) -> None:
    app = visit("topics", new="new")
    for field, text in (("name", "Herons"), ("description", "Studies herons.")):
        next(e for e in (*app.text_input, *app.text_area) if e.key == f"new-{field}-new").input(text)
    app.button[0].click().run()
    assert "<h1>Herons</h1>" in shown(app)
    app.button(key="remove-topic").click().run()
    assert not app.exception
    assert "<h1>Topics</h1>" in shown(app)
    hall = posterhall.open(folder)
    assert "Herons" not in {row.topic.name for row in hall.topics()}
    hall.close()


def test_what_keeps_a_topic_from_being_kept_is_said_in_its_form(visit: Visit) -> None:
    app = visit("topics", new="new")
    app.button[0].click().run()
    assert app.error[0].value == "Give the topic a name and a description."
    app.text_input(key="new-name-new").input("Grokking")
    app.text_area(key="new-description-new").input("Anything.")
    app.button[0].click().run()
    assert "there is a topic grokking" in app.error[0].value.replace("\\", "")
    assert app.text_input(key="new-name-new").value == "Grokking"


def test_a_group_that_is_offered_no_more_is_said_to_be_gone(visit: Visit) -> None:
    app = visit("topics", new="**kites**, string")
    assert not app.exception
    assert "No group called" in app.warning[0].value
    assert "\\*\\*kites" in app.warning[0].value


def test_a_topic_that_ships_or_stands_in_a_file_cannot_be_removed(visit: Visit, folder: Path) -> None:
    file = folder / "topics.toml"
    file.write_text('[[topic]]\nid = "boats"\nname = "Boats"\ndescription = "Sails."\n', encoding="utf-8")
    for name, told in (("grokking", False), ("boats", True)):
        app = visit("topics", id=name)
        assert not app.exception
        assert "remove-topic" not in [button.key for button in app.button]
        assert (f"This topic stands in {file}" in shown(app)) == told


def test_a_topic_of_ones_own_called_unsorted_is_a_topic_like_any_other(visit: Visit, folder: Path) -> None:
    hall = posterhall.open(folder)
    hall.add_topic("Unsorted", "Leaves things as they lie.", seeds=["id-noted"])
    app = visit("topics")
    assert not app.exception
    assert links(app)["Unsorted (1)"] == "id=unsorted"
    app = visit("topics", id="unsorted")
    assert "<h1>Unsorted</h1>" in shown(app)
    app.button(key="remove-topic").click().run()
    assert "Unsorted" not in {row.topic.name for row in hall.topics()}
    hall.close()


def test_before_a_topic_is_removed_it_says_what_becomes_of_the_verdicts(visit: Visit, folder: Path) -> None:
    hall = posterhall.open(folder)
    for paper in ("id-noted", "id-heron", "id-lantern"):
        hall.verdict(LEAN, paper, "reject")
    assert "Your 3 verdicts on it go with it." in shown(visit("topics", id=LEAN))
    hall.add_topic("My <i>grokking</i>", "Learns late.", topic_id="grokking", replace=True)
    hall.verdict("grokking", "id-noted", "accept")
    told = shown(visit("topics", id="grokking"))
    assert "The topic Grokking, whose place it has, is back then and keeps your 1 verdict." in told
    hall.close()


def test_an_accepted_paper_can_be_taken_back_on_the_topics_page(visit: Visit, folder: Path) -> None:
    hall = posterhall.open(folder)
    hall.verdict(LEAN, "id-noted", "accept")
    app = visit("topics", id=LEAN)
    assert "accepted by you" in shown(app)
    app.button(key="None-id-noted").click().run()
    assert not app.exception
    assert "accepted by you" not in shown(app)
    assert "id-noted" not in [m.paper.paper_id for m in hall.topic(LEAN).members]
    hall.close()


def test_a_paper_on_no_topic_is_put_on_one_from_its_page_and_taken_back(visit: Visit, folder: Path) -> None:
    hall = posterhall.open(folder)
    assert hall.topics_of("id-study-07") == []
    app = visit("paper", id="id-study-07")
    assert "<h2>Topics</h2>" in shown(app)
    box = app.selectbox(key="put-on-id-study-07")
    assert "Lean <b>training</b>" in box.options
    box.select(LEAN).run()
    assert not app.exception
    assert [(t.topic_id, m.verdict) for t, m in hall.topics_of("id-study-07")] == [(LEAN, "accept")]
    assert shown(app).count("accepted by you") == 1
    assert app.selectbox(key="put-on-id-study-07").value is None
    assert "Lean <b>training</b>" not in app.selectbox(key="put-on-id-study-07").options
    app.button(key=f"take-back-{LEAN}").click().run()
    assert "accepted by you" not in shown(app)
    assert hall.topics_of("id-study-07") == []
    hall.close()


def test_a_word_that_cannot_be_kept_is_told_and_a_click_moves_on(visit: Visit, folder: Path) -> None:
    app = visit("paper", id="id-noted")
    box = app.selectbox(key="put-on-id-noted")
    hall = posterhall.open(folder)
    hall.remove_topic(LEAN)
    hall.close()
    box.select(LEAN).run()
    assert not app.exception
    assert "there is no topic called lean-training" in app.error[0].value.replace("\\", "")
    app.run()
    assert not app.error


def test_topics_that_cannot_be_told_leave_the_page_its_heading_and_a_way_on(visit: Visit, folder: Path) -> None:
    (folder / "topics.toml").write_text("not toml [", encoding="utf-8")
    for params in ({}, {"id": LEAN}, {"new": "new"}):
        app = visit("topics", **params)
        assert not app.exception
        assert "<h1>Topics</h1>" in shown(app)
        assert "cannot read the topics in" in app.warning[0].value.replace("\\", "")
        assert "Browse the papers" in links(app)


def test_a_paper_is_put_on_a_topic_from_its_page_in_a_browser_and_taken_back(watch: Watch, address: str) -> None:
    with watch(address, address.replace("http", "ws")) as page:
        page.get_by_role("link", name="Browse").click()
        page.get_by_role("link", name="Heron Attention").click()
        box = page.get_by_role("combobox", name="Put it on a topic")
        # The first look places the papers.
        expect(page.get_by_text("Where each field came from")).to_be_visible(timeout=60_000)
        box.click()
        box.press_sequentially("grokk")
        page.get_by_role("option", name="Grokking").click()
        put = page.locator(".st-key-topic-grokking")
        expect(put).to_contain_text("accepted by you")
        expect(box).to_have_value("")
        put.get_by_role("link", name="Grokking").click()
        expect(page.get_by_role("heading", name="Grokking")).to_be_visible()
        expect(page.locator(".st-key-entry-id-heron")).to_contain_text("accepted by you")
        page.get_by_role("link", name="Heron Attention").click()
        put.get_by_role("button", name="Take that back").click()
        expect(put).to_have_count(0)
        expect(box).to_be_visible()
