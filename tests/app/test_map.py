"""The map's page: what it holds without a browser, and what a reader can do with it in one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from tests.app.pages import links, shown
from tests.watched import Watch
from views import within
from views.params import MapView, read_map, selection_name, write_map

pytest_plugins = ("tests.watched",)

Visit = Callable[..., AppTest]

CHOSEN = ("id-heron", "id-lantern")
SELECTIONS = {selection_name(CHOSEN): CHOSEN}


@pytest.fixture
def visit(data: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open the map with its address's parameters."""

    def visit(folder: Path = data, **params: str) -> AppTest:
        monkeypatch.setenv("POSTERHALL_DATA", str(folder))
        app = AppTest.from_file(str(root / "app.py"), default_timeout=120)
        app.run()
        app.switch_page("views/map.py")
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return visit


@pytest.mark.parametrize("view", [MapView("cluster"), MapView("venue", "sorting pebbles", "What drains away?", CHOSEN)])
def test_an_address_says_what_the_map_shows(view: MapView) -> None:
    assert read_map(write_map(view), SELECTIONS.get) == view


def test_a_colouring_that_there_is_not_counts_as_not_given() -> None:
    assert read_map({"colour": "smell"}, SELECTIONS.get) == MapView("cluster")


def test_the_page_has_a_map_and_keeps_what_it_shows_in_its_address(visit: Visit) -> None:
    app = visit(colour="tier", find="pebbles")
    assert not app.exception
    assert not app.error
    assert app.session_state["map-colour"] == "tier"
    assert app.query_params["colour"] == "tier"
    assert app.query_params["find"] == "pebbles"
    app.text_input(key="map-q").input("What forgets the beginning of a document?").run()
    assert not app.exception
    assert app.query_params["q"] == "What forgets the beginning of a document?"


def test_a_link_to_chosen_papers_lists_them_beside_all_else_that_the_map_shows(visit: Visit) -> None:
    where = within.choose(CHOSEN)
    app = visit(colour="tier", find="pebbles", chosen=selection_name(CHOSEN))
    assert where.papers == CHOSEN
    assert "<h2>2 papers chosen</h2>" in shown(app)
    assert links(app)["Browse these"] == f"chosen={selection_name(CHOSEN)}"
    assert address(app) == {"colour": "tier", "find": "pebbles", "chosen": selection_name(CHOSEN)}
    app.button(key="map-clear").click().run()
    assert "papers chosen" not in shown(app)
    assert address(app) == {"colour": "tier", "find": "pebbles"}


def test_a_link_to_chosen_papers_that_nobody_remembers_says_so(visit: Visit) -> None:
    app = visit(chosen="37-0123456789ab")
    assert "not known any more" in app.warning[0].value
    assert "chosen" not in app.query_params


def test_the_papers_found_first_for_a_question_are_listed_by_rank(visit: Visit) -> None:
    app = visit(q="What does linear attention forget?")
    assert app.expander[0].label == "10 papers found first, with a ring on the map"
    titles = [element.proto.label for element in app.expander[0].get("page_link")]
    assert (titles[0], len(titles)) == ("Heron Attention", 10)


def test_a_question_that_no_paper_treats_has_no_star_and_is_told(visit: Visit) -> None:
    app = visit(q="Who besieged the castles of Norway?")
    assert "it has no place on the map" in app.info[0].value
    assert not any("star" in label for label in links(app))
    assert "Ask it all the same" in links(app)


def address(app: AppTest) -> dict[str, str]:
    """The query part of the address; a page's own writes are lists there."""
    given = {name: app.query_params[name] for name in app.query_params}
    return {name: value if isinstance(value, str) else value[-1] for name, value in given.items()}


def test_a_missing_index_is_told(visit: Visit, tmp_path: Path) -> None:
    import posterhall

    row = tmp_path / "papers.jsonl"
    row.write_text('{"title": "Unindexed", "id": "u", "abstract": "Nothing yet."}', encoding="utf-8")
    hall = posterhall.open(tmp_path / "data")
    hall.ingest_files(row)
    hall.close()
    app = visit(tmp_path / "data")
    assert not app.exception
    assert "index" in app.error[0].value


@pytest.fixture
def open_map(watch: Watch, address: str) -> Any:
    def open_map() -> Any:
        return watch(address, address.replace("http", "ws"))

    return open_map


def go_to_map(page: Page) -> None:
    page.get_by_role("link", name="Map").click()
    expect(page.get_by_role("heading", name="Map", exact=True)).to_be_visible()
    expect(page.locator(".pm-status")).to_have_text("34 papers", timeout=60_000)


def test_a_lasso_lists_papers_that_lead_to_their_pages(open_map: Any) -> None:
    with open_map() as page:
        go_to_map(page)
        page.locator(".pm-search").fill("heron")
        expect(page.locator(".pm-status")).to_have_text("1 of 34 papers found")
        page.get_by_role("button", name="choose papers: lasso").click()
        box = page.locator(".pm-canvas").bounding_box()
        assert box
        left, top, right, low = box["x"] + 4, box["y"] + 4, box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
        page.mouse.move(left, top)
        page.mouse.down()
        for x, y in ((right, top), (right, low), (left, low)):
            page.mouse.move(x, y, steps=3)
        page.mouse.up()
        expect(page.get_by_role("heading", name="1 paper chosen")).to_be_visible()
        page.wait_for_url("**find=heron*")
        page.locator("[class*=st-key-title-chosen]").get_by_role("link", name="Heron Attention").click()
        expect(page.get_by_role("heading", name="Heron Attention")).to_be_visible()
        page.go_back()
        expect(page.locator(".pm-search")).to_have_value("heron")


def choose_all(page: Page) -> None:
    """Draw a box around everything that is found."""
    page.get_by_role("button", name="choose papers: box").click()
    box = page.locator(".pm-canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4, steps=3)
    page.mouse.up()


def test_a_choice_is_there_again_after_back_and_forward_and_in_another_tab(open_map: Any) -> None:
    with open_map() as page:
        go_to_map(page)
        page.get_by_text("By tier").click()
        page.wait_for_url("**colour=tier*")
        choose_all(page)
        chosen, drawn = page.get_by_role("heading", name="34 papers chosen"), page.locator(".pm-status")
        expect(chosen).to_be_visible()
        page.wait_for_url("**chosen=34-*")
        page.locator("[class*=st-key-title-chosen]").get_by_role("link", name="Heron Attention").click()
        expect(page.get_by_role("heading", name="Heron Attention")).to_be_visible()
        page.go_back()
        expect(chosen).to_be_visible()
        expect(drawn).to_have_text("34 papers, 34 chosen")
        page.get_by_role("link", name="Browse these").click()
        expect(page.get_by_text("Within 34 chosen papers")).to_be_visible()
        page.go_back()
        expect(chosen).to_be_visible()
        # As a reload, which Streamlit would say on the console that it begins with looking for files in vain.
        other = page.context.new_page()
        other.goto(page.url)
        expect(other.get_by_role("heading", name="34 papers chosen")).to_be_visible()
        expect(other.locator(".pm-status")).to_have_text("34 papers, 34 chosen")
        other.close()
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(drawn).to_have_text("34 papers")
        expect(chosen).to_have_count(0)
        page.wait_for_url(re.compile("colour=tier$"))
        choose_all(page)  # the same as before
        expect(chosen).to_be_visible()
        page.wait_for_url("**chosen=34-*")
        page.go_back()
        expect(chosen).to_have_count(0)
        expect(drawn).to_have_text("34 papers")
        page.go_forward()
        expect(chosen).to_be_visible()
        expect(drawn).to_have_text("34 papers, 34 chosen")


def test_papers_that_were_looked_for_are_chosen_with_the_keyboard_alone(open_map: Any) -> None:
    with open_map() as page:
        go_to_map(page)
        choose = page.get_by_role("button", name="Choose these papers")
        expect(choose).to_have_count(0)
        page.locator(".pm-search").focus()
        page.keyboard.type("study 1")
        expect(page.locator(".pm-status")).to_have_text("12 of 34 papers found")  # 01, 10 to 19, and 21
        choose.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="12 papers chosen")).to_be_visible()


def test_a_question_can_be_kept_within_the_chosen_papers(open_map: Any) -> None:
    with open_map() as page:
        go_to_map(page)
        page.get_by_text("By topic").click()
        page.wait_for_url("**colour=topic*")
        page.locator(".pm-search").fill("heron")
        expect(page.locator(".pm-status")).to_have_text("1 of 34 papers found")
        choose_all(page)
        page.get_by_role("link", name="Ask within these").click()
        expect(page.get_by_text("Within 1 chosen paper")).to_be_visible()
        page.get_by_label("Question").fill("What does linear attention forget?")
        page.get_by_label("Question").press("Enter")
        expect(page.get_by_role("heading", name="from 1 paper")).to_be_visible(timeout=30_000)
        page.reload()
        expect(page.get_by_text("Within 1 chosen paper")).to_be_visible()
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_text("Within 1 chosen paper")).to_have_count(0)


def test_a_question_has_its_place_and_can_be_asked_from_there(open_map: Any) -> None:
    with open_map() as page:
        go_to_map(page)
        page.get_by_text("By tier").click()
        page.wait_for_url("**colour=tier*")
        expect(page.locator(".pm-key").first).to_contain_text("poster")
        page.get_by_label("Question").fill("What does linear attention forget?")
        page.get_by_label("Question").press("Enter")
        link = page.get_by_role("link", name="The star is the question")
        expect(link).to_be_visible(timeout=30_000)  # the encoder is loaded first
        link.click()
        expect(page.get_by_role("heading", name="Ask the papers")).to_be_visible()
        expect(page.get_by_label("Question")).to_have_value("What does linear attention forget?")


def test_a_hostile_title_is_shown_as_text(open_map: Any, hostile: str) -> None:
    with open_map() as page:
        go_to_map(page)
        page.locator(".pm-search").fill("onerror")
        page.locator(".pm-result").click()
        expect(page.locator(".pm-card .pm-title")).to_have_text(hostile)
        box = page.locator(".pm-canvas").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator(".pm-tip .pm-title")).to_have_text(hostile)
        assert page.locator(".pm img").count() == 0
