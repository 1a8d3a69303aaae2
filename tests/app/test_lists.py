"""Reading lists in the app: what the pages hold, what a reader does with them, and the whole way in a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import posterhall
from ingest import lists
from library.lists import READ, TO_READ, Entry, Named, ReadingList, Why
from posterhall import Posterhall
from tests.app.pages import Visit, links, shown
from tests.hall_fixture import link_or_copy
from tests.watched import Watch
from views import entries, importing

pytest_plugins = ("tests.watched",)

NASTY = "<img src=x onerror=alert(1)> **bold**"
SAFE = "&lt;img src=x onerror=alert(1)&gt; **bold**"
RICH = "&lt;img src=x onerror=alert(1)&gt; <strong>bold</strong>"
PLAIN = "&lt;img src=x onerror=alert(1)&gt; bold"


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """The app's library with a list of three papers, one of which it does not hold."""
    shutil.copytree(data, tmp_path / "data", copy_function=link_or_copy)
    hall = posterhall.open(tmp_path / "data")
    why = Why("It floats.", "2 Boats", 3)
    made = ReadingList(
        "",
        f"Boats {NASTY}",
        f"For {NASTY}",
        (("Sea",), ("Sea", "Deep"), (NASTY,)),
        (
            Entry(Named("x"), "id-lantern", ("Sea",), note=f"See {NASTY}", tags=(NASTY,), why=why),
            Entry(Named("x"), "id-hostile", ("Sea", "Deep"), state=READ, priority=1),
            Entry(Named(f"Lost {NASTY}", (NASTY,), "Shore", 2029, "javascript:alert(5)"), None, (NASTY,)),
        ),
    )
    assert hall.put_list(made, f"list from {NASTY}").list_id == "boats-img-src-x-onerror-alert-1-bold"
    hall.rename_list("boats-img-src-x-onerror-alert-1-bold", f"Tides {NASTY}")
    hall.close()
    return tmp_path / "data"


@pytest.fixture
def hall(folder: Path) -> Iterator[Posterhall]:
    opened = posterhall.open(folder)
    yield opened
    opened.close()


@pytest.fixture
def tides(visit: Visit) -> AppTest:
    return visit("lists", id="boats-img-src-x-onerror-alert-1-bold")


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


def kept(hall: Posterhall) -> ReadingList:
    return hall.reading_lists()[0]


def test_every_list_stands_with_how_far_the_reader_is(visit: Visit) -> None:
    app = visit("lists")
    assert not app.exception
    assert "id=boats-img-src-x-onerror-alert-1-bold" in links(app).values()
    assert "3 papers, 1 read" in shown(app)
    assert f"For {PLAIN}" in shown(app)


def test_a_list_is_made_by_its_name_and_a_name_that_is_taken_is_told(visit: Visit, hall: Posterhall) -> None:
    app = visit("lists")
    app.text_input(key="new-list-name").input("Summer")
    press(app, "Make it")
    assert app.query_params["id"] in ("summer", ["summer"])
    assert "<h1>Summer</h1>" in shown(app)
    assert app.info[0].value.startswith("No paper yet")
    again = visit("lists")
    again.text_input(key="new-list-name").input("summer")
    press(again, "Make it")
    assert "choose another name" in again.warning[0].value
    assert len(hall.reading_lists()) == 2


def test_a_list_shows_sections_marks_notes_and_sentences_and_nothing_in_them_acts(tides: AppTest) -> None:
    assert not tides.exception
    page = shown(tides)
    assert f"<h1>Tides {SAFE}</h1>" in page
    assert "<h2>Sea" in page
    assert "<h3>Deep" in page
    assert f"<h2>{SAFE}" in page
    assert f'<div class="ph-mine"><p>See {RICH}</p>\n</div>' in page
    assert "<q>It floats.</q>" in page
    assert "2 Boats, page 3" in page
    assert "Priority 1" in page
    assert f'<div class="ph-titled">Lost {SAFE}</div>' in page
    assert "not in the library" in page
    assert "<img" not in page
    assert links(tides)["Lantern Scheduling for Lean Training"] == "id=id-lantern"


def test_a_paper_moves_up_and_down_and_each_step_is_undone(tides: AppTest, hall: Posterhall) -> None:
    tides.button(key="Down-1").click().run()
    assert [e.entry_id for e in kept(hall).entries] == [1, 2, 3]
    assert kept(hall).entries[0].section == ("Sea", "Deep")
    tides.button(key="undo").click().run()
    assert kept(hall).entries[0].section == ("Sea",)
    assert not tides.exception


def test_a_paper_is_marked_at_a_click(tides: AppTest, hall: Posterhall) -> None:
    tides.menu_button(key="state-1").click("reading").run()
    assert kept(hall).entries[0].state == "reading"
    assert "3 papers, 1 reading, 1 read" in shown(tides)


def test_an_entry_is_edited_in_its_place(tides: AppTest, hall: Posterhall) -> None:
    tides.button(key="edit-1").click().run()
    tides.text_area(key="note-1").input("Mine")
    tides.selectbox(key="edit-priority-1").set_value(2)
    tides.selectbox(key="edit-section-1").set_value("Before the first section")
    tides.multiselect(key="tags-1").set_value([])
    press(tides, "Save")
    entry = kept(hall).entries[0]
    assert (entry.note, entry.priority, entry.section, entry.tags, entry.state) == ("Mine", 2, (), (), TO_READ)
    assert not [area for area in tides.text_area if area.key == "note-1"]


def test_an_entry_is_put_at_a_place_by_its_number(visit: Visit, hall: Posterhall) -> None:
    hall.put_list(ReadingList("", "Row", entries=tuple(Entry(Named(title)) for title in "abc")), "made")
    app = visit("lists", id="row")
    app.button(key="edit-3").click().run()
    assert app.number_input(key="place-3").value == 3
    app.number_input(key="place-3").set_value(1)
    press(app, "Save")
    assert [entry.named.title for entry in hall.reading_list("row").entries] == ["c", "a", "b"]
    assert [change.what for change in hall.list_changes("row", limit=1)] == ["paper edited"]


def test_two_tabs_that_edit_a_paper_keep_what_each_has_changed(visit: Visit, hall: Posterhall) -> None:
    hall.put_list(ReadingList("", "Row", entries=(Entry(Named("a"), note="Old.", tags=("x",)),)), "made")
    tabs = [visit("lists", id="row") for _ in range(3)]
    for tab in tabs:
        tab.button(key="edit-1").click().run()
    tabs[0].text_area(key="note-1").input("Mine.")
    tabs[0].multiselect(key="tags-1").set_value(["x", "y"])
    press(tabs[0], "Save")
    tabs[1].selectbox(key="edit-state-1").set_value(READ)
    tabs[1].multiselect(key="tags-1").set_value([])
    press(tabs[1], "Save")
    [one] = hall.reading_list("row").entries
    assert (one.note, one.tags, one.state) == ("Mine.", ("y",), READ)
    tabs[2].text_area(key="note-1").input("Theirs.")
    press(tabs[2], "Save")
    assert hall.reading_list("row").entries[0].note == "Mine.\n\nTheirs."


def test_a_form_that_is_open_stays_when_another_is_opened(visit: Visit, hall: Posterhall) -> None:
    hall.put_list(ReadingList("", "Row", entries=(Entry(Named("a")), Entry(Named("b")))), "made")
    app = visit("lists", id="row")
    app.button(key="edit-1").click().run()
    app.button(key="edit-2").click().run()
    assert [area.key for area in app.text_area] == ["note-1", "note-2"]
    press(app, "Cancel")
    assert [area.key for area in app.text_area] == ["note-2"]


@pytest.mark.parametrize("params", [{}, {"id": "row"}], ids=["overview", "list"])
def test_undoing_takes_back_what_the_reader_was_shown_or_nothing(
    visit: Visit, hall: Posterhall, params: dict[str, str]
) -> None:
    hall.put_list(ReadingList("", "Row"), "made")
    first, second = visit("lists", **params), visit("lists", **params)
    hall.describe_list("row", "A row.")
    first.button(key="undo").click().run()
    assert hall.reading_list("row").description == "A row."
    assert "nothing was undone" in first.warning[0].value
    first.button(key="undo").click().run()
    assert hall.reading_list("row").description == ""
    second.button(key="undo").click().run()
    assert "Row" not in [made.name for made in hall.reading_lists()]
    assert not second.exception


def test_ticked_papers_are_taken_off_together_and_come_back(tides: AppTest, hall: Posterhall) -> None:
    for number in (1, 3):
        tides.checkbox(key=f"tick-boats-img-src-x-onerror-alert-1-bold-{number}").check()
    tides.button(key="remove-chosen").click().run()
    assert [e.entry_id for e in kept(hall).entries] == [2]
    tides.button(key="undo").click().run()
    assert len(kept(hall).entries) == 3


def test_a_section_that_is_removed_leaves_its_papers(tides: AppTest, hall: Posterhall) -> None:
    tides.menu_button(key="section-menu-Sea / Deep").click("Remove, keep its papers").run()
    assert [e.section for e in kept(hall).entries] == [("Sea",), ("Sea",), (NASTY,)]
    tides.menu_button(key="section-menu-Sea").click("Move down").run()
    assert kept(hall).sections == ((NASTY,), ("Sea",))


def test_a_list_that_there_is_not_is_told_with_the_way_back(visit: Visit) -> None:
    app = visit("lists", id="tides-and-moons")
    assert not app.exception
    assert "there is no list called" in app.warning[0].value.replace("\\", "")
    assert "All lists" in links(app)


def test_a_suggested_list_is_kept_without_what_was_unticked(visit: Visit, hall: Posterhall) -> None:
    app = visit("lists")
    app.text_input(key="suggest-text").input("optimizer memory")
    app.selectbox(key="suggest-size").set_value(6)
    press(app, "Suggest")
    assert not app.exception
    assert "To begin with" in shown(app)
    assert "<q>" in shown(app)
    assert len(hall.reading_lists()) == 1
    first = app.checkbox(key="keep-1")
    left_out = first.label
    first.uncheck()
    app.text_input(key="suggest-name").input("Lean")
    app.button(key="suggest-keep").click().run()
    made = hall.reading_list("lean")
    assert len(made.entries) == 5
    assert left_out not in [one.title for one in hall.list_papers(made)]
    assert app.query_params["id"] in ("lean", ["lean"])


def test_a_suggestion_without_a_subject_is_told(visit: Visit) -> None:
    app = visit("lists")
    press(app, "Suggest")
    assert "the question is empty" in app.warning[0].value


def test_a_paper_names_the_lists_that_it_is_on(visit: Visit) -> None:
    assert "id=boats-img-src-x-onerror-alert-1-bold" in links(visit("paper", id="id-lantern")).values()
    assert "id=boats-img-src-x-onerror-alert-1-bold" not in links(visit("paper", id="id-heron")).values()


@pytest.mark.parametrize(
    ("view", "params", "keys"),
    [
        ("browse", {"venue": "Harbour 2031"}, {"to-list-all", "to-list-id-heron", "to-list-id-lantern"}),
        ("paper", {"id": "id-lantern"}, {"to-list-this", "to-list-similar-id-heron"}),
        ("ask", {"q": "How much of the optimizer state does the lantern scheduler keep in memory?"}, {"to-list-cited"}),
        ("topics", {"id": "_none"}, {"to-list-id-study-07"}),
    ],
)
def test_papers_can_be_added_wherever_they_are_shown(
    visit: Visit, view: str, params: dict[str, str], keys: set[str]
) -> None:
    assert keys <= {button.key for button in visit(view, **params).button}


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], "0 papers"),
        ([TO_READ], "1 paper"),
        ([READ, READ], "2 papers, all read"),
        ([READ, TO_READ, "reading"], "3 papers, 1 reading, 1 read"),
    ],
)
def test_progress_is_told_in_words(states: list[str], told: str) -> None:
    made = ReadingList("a", "A", entries=tuple(Entry(Named("t"), state=state) for state in states))
    assert entries.progress(made) == told


def test_a_paper_is_added_read_about_and_taken_off_again(watch: Watch, address: str) -> None:
    with watch(address, address.replace("http", "ws")) as page:
        add_from_browse(page)
        page.get_by_role("link", name="Lists").click()
        page.get_by_role("link", name="Quiet evenings").click()
        expect(page.get_by_role("heading", name="Quiet evenings")).to_be_visible()
        page.locator(".st-key-edit-1").get_by_role("button").click()
        page.get_by_label("Note").fill("Read the <b>second</b> section.")
        page.get_by_role("button", name="Save").click()
        note = page.locator(".ph-mine")
        expect(note).to_have_text("Read the <b>second</b> section.")
        page.get_by_role("button", name="Undo: paper edited").click()
        expect(note).to_have_count(0)
        page.get_by_role("button", name="Undo: 1 paper added").click()
        expect(page.get_by_text("No paper yet")).to_be_visible()
        remove(page)


def add_from_browse(page: Page) -> None:
    page.get_by_role("link", name="Browse").click()
    page.get_by_label("Words", exact=True).fill("heron")
    page.get_by_label("Words", exact=True).press("Enter")
    expect(page.locator(".ph-count").first).to_have_text("1 paper")
    page.locator(".st-key-to-list-id-heron").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("List").fill("Quiet evenings")
    dialog.get_by_label("List").press("Enter")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_test_id("stToast")).to_have_text("1 paper added to Quiet evenings.")


def remove(page: Page) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_text("Remove this list", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Lists", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Quiet evenings")).to_have_count(0)


FROM_FILE = """# From a file

## Boats

- [Lantern Scheduling for Lean Training](https://example.org/lantern). Ada Brook.
- A paper that nobody holds
"""


def test_the_app_takes_every_kind_of_file_that_lists_are_read_from() -> None:
    assert {f".{kind}" for kind in importing.KINDS} == {*lists.ENDINGS, ".txt"}


def test_a_list_comes_from_a_file_and_leaves_as_one(
    watch: Watch, address: str, data: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "from <b>friends.md"
    file.write_text(FROM_FILE, encoding="utf-8")

    def forget() -> None:
        hall = posterhall.open(data)
        hall.remove_list("from-a-file")
        hall.close()

    with watch(address, address.replace("http", "ws")) as page:
        page.get_by_role("link", name="Lists").click()
        page.get_by_text("From a file", exact=True).click()
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Make a list of it").click()
        made = page.locator(".st-key-imported")
        expect(made).to_contain_text("2 papers from the file, 1 of them in the library")
        request.addfinalizer(forget)
        expect(made).to_contain_text("Line 6: A paper that nobody holds")
        made.get_by_role("link", name="From a file").click()
        expect(page.get_by_role("heading", name="Boats")).to_be_visible()
        page.get_by_text("By day: talks and posters").click()
        expect(page.get_by_text("No time is known of any paper here")).to_be_visible()
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as given:
            page.get_by_role("button", name="Download").click()
        assert given.value.suggested_filename == "from-a-file.bib"
        text = given.value.path().read_text(encoding="utf-8")
    assert "{Lantern Scheduling for Lean Training}" in text
    assert "{A paper that nobody holds}" in text
