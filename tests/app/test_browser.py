"""The app as a reader meets it: a real browser, the real command, a real library."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pymupdf
import pytest
from playwright.sync_api import Page, expect

from tests.watched import Watch
from views.text import JOINER

pytest_plugins = ("tests.watched",)

QUESTION = "How much of the optimizer state does the lantern scheduler keep in memory?"


@pytest.fixture
def page(watch: Watch, address: str) -> Iterator[Page]:
    """A fresh profile on the app's first page."""
    with watch(address, address.replace("http", "ws")) as page:
        expect(page.get_by_role("heading", name="Ask the papers")).to_be_visible()
        yield page


def go_to_browse(page: Page) -> None:
    page.get_by_role("link", name="Browse").click()
    expect(page.get_by_role("heading", name="Browse")).to_be_visible()


def marked(png: bytes) -> int:
    """How many pixels of a picture have a marker's yellow."""
    picture = pymupdf.Pixmap(png)
    return sum(
        count for colour, count in picture.color_count(colors=True).items() if colour[0] > 230 and colour[2] < 190
    )


def test_a_question_is_answered_and_a_citation_opens_its_page_with_the_quote_marked(page: Page, quote: str) -> None:
    box = page.get_by_label("Question")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator(".ph-quote", has_text=quote).first).to_be_visible()
    page.wait_for_url("**q=How+much*")
    row = page.locator("[data-testid=stHorizontalBlock]").filter(has=page.locator(".ph-quote", has_text=quote)).first
    row.get_by_role("button", name="Page 1").click()
    image = page.get_by_role("dialog").get_by_role("img", name="Page 1 of the paper")
    expect(image).to_be_visible()
    source = image.get_attribute("src")
    assert source is not None
    assert marked(page.request.get(urljoin(page.url, source)).body()) > 1_000


def test_an_answer_can_be_linked_to(page: Page, address: str, quote: str) -> None:
    page.goto(f"{address}/?q={QUESTION}&venue=Harbour+2031")
    expect(page.locator(".ph-quote", has_text=quote).first).to_be_visible()
    expect(page.get_by_label("Question")).to_have_value(QUESTION)


def test_browsing_with_a_filter_leads_to_a_paper_and_back(page: Page) -> None:
    go_to_browse(page)
    expect(page.locator(".ph-count").first).to_contain_text("34 papers")
    page.get_by_label("Venue").click()
    page.get_by_role("option", name="Harbour 2031 (2)").click()
    expect(page.locator(".ph-count").first).to_have_text("2 papers")
    page.wait_for_url("**venue=Harbour*")
    paper = page.get_by_role("link", name="Heron Attention")
    expect(paper).to_have_count(1)  # the list before the filter is gone
    paper.click()
    expect(page.get_by_role("heading", name="Heron Attention")).to_be_visible()
    page.wait_for_url("**/paper?id=id-heron")
    page.get_by_text("1 Introduction").click()
    expect(page.get_by_text("small table of early tokens and reads")).to_be_visible()
    page.go_back()
    expect(page.locator(".ph-count").first).to_have_text("2 papers")


def test_a_keyword_leads_to_a_paper_its_author_and_back(page: Page) -> None:
    go_to_browse(page)
    box = page.get_by_role("combobox", name="Keywords")
    box.fill("memo")
    page.get_by_role("option", name="memory (1)").click()
    expect(page.locator(".ph-count").first).to_have_text("1 paper")
    page.wait_for_url("**keyword=memory*")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Lantern Scheduling").click()
    page.get_by_role("link", name="Ada Brook").click()
    expect(page.get_by_role("heading", name="Ada Brook")).to_be_visible()
    page.wait_for_url("**/author?name=Ada*")
    expect(page.get_by_role("link", name="Ben Castle (1)")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Lantern Scheduling")).to_be_visible()
    page.go_back()
    expect(page.locator(".ph-count").first).to_have_text("1 paper")
    expect(page.get_by_text("memory (1)")).to_be_visible()


def test_a_papers_citation_is_shown_to_be_copied_in_the_chosen_style(page: Page) -> None:
    go_to_browse(page)
    page.get_by_role("link", name="Lantern Scheduling").click()
    page.get_by_role("button", name="Cite").click()
    cited = page.get_by_test_id("stCode")
    expect(cited).to_contain_text("@inproceedings{brook2031lantern,")
    expect(cited).not_to_contain_text("abstract")
    page.get_by_role("combobox", name="Style").click()
    page.get_by_role("option", name="APA").click()
    expect(cited).to_have_text("Brook, A., & Castle, B. (2031). Lantern Scheduling for Lean Training. Harbour 2031.")


def test_an_author_can_be_typed_and_two_chosen_and_unchosen(page: Page) -> None:
    go_to_browse(page)
    box = page.get_by_role("combobox", name="Authors")
    for n, name in enumerate(("eve FIELD", "Cleo dunes")):
        # What is typed while the page is still being drawn goes into a field that is about to be another.
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        box.fill(name)
        box.press("Enter")
        expect(page.locator(".ph-count").first).to_have_text(("1 paper", "2 papers")[n])
        expect(page.get_by_text(("Eve Field (1)", "Cleo Dunes (1)")[n]).first).to_be_visible()
    page.wait_for_url("**author=Eve+Field&author=Cleo+Dunes*")
    box.press("Backspace")
    expect(page.locator(".ph-count").first).to_have_text("1 paper")


def test_the_plots_and_similar_papers_unfold(page: Page) -> None:
    go_to_browse(page)
    page.get_by_label("Tier").click()
    page.get_by_role("option", name="oral (2)").click()
    expect(page.locator(".ph-count").first).to_have_text("2 papers")
    page.get_by_text("Over years and venues").click()
    told = "Papers by year. 2030: 1 of 32 papers, 3.1 %; 2031: 1 of 2 papers, 50 %"
    expect(page.locator(f'[aria-label="{told}"], [alt="{told}"]').first).to_be_visible()
    page.get_by_text("Similar to these 2 papers").click()
    expect(page.get_by_text("similarity 0.").first).to_be_visible()


def test_turning_the_page_shows_the_start_of_the_next_papers_and_can_be_undone(page: Page) -> None:
    go_to_browse(page)
    page.get_by_role("button", name="Next").last.click()
    expect(page.locator(".ph-count").first).to_contain_text("26 to 34")
    expect(page.locator(".ph-count").first).to_be_in_viewport()
    page.wait_for_url("**page=2")
    page.go_back()
    expect(page.locator(".ph-count").first).to_contain_text("1 to 25")


def test_a_hostile_paper_shows_as_it_was_written_and_runs_nothing(page: Page, hostile: str) -> None:
    go_to_browse(page)
    page.get_by_label("Words", exact=True).fill("onerror")
    page.get_by_label("Words", exact=True).press("Enter")
    expect(page.locator(".ph-count").first).to_have_text("1 paper")
    link = page.locator("[class*=st-key-title-] a")
    expect(link).to_have_count(1)
    expect(link).to_contain_text("**bold** $x^2$")
    assert link.inner_text().replace(JOINER, "").strip() == hostile
    page.get_by_text("Abstract", exact=True).click()
    expect(page.get_by_text(":material/home: $$y$$ </div></details>")).to_be_visible()
    link.click()
    expect(page.locator("h1", has_text="bold")).to_have_text(hostile)
    expect(page.get_by_text("<script>alert(2)</script>")).to_be_visible()
    assert page.locator("h1").count() == 1
    assert page.locator("main img[src=x], .stMain img, .stMain strong, .stMain .katex").count() == 0
