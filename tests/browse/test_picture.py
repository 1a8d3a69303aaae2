"""The map as a file: what it holds, that strangers' titles do nothing in it, and that a reader can use it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browse.atlas import MapPoint
from browse.picture import COLOURS, page, payload
from library.types import Paper
from posterhall import MAP_COLOURS
from tests.watched import Watch

pytest_plugins = ("tests.watched",)

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>alert(2)",
    "&lt;b&gt; &amp; \u2028 ${alert(3)} `",
    "<img src='https://example.org/x.png' onload=alert(4)>",
)


def point(n: int, title: str, venue: str | None = "Harbour 2031", tier: str | None = "poster", **more: Any) -> MapPoint:
    at = more.pop("at", (float(n % 7), float(n // 7)))
    return MapPoint(Paper(f"p{n}", title, venue=venue, tier=tier, **more), *at, more.get("cluster", "caches, memory"))


def points() -> list[MapPoint]:
    made = [point(n, f"Study {n} of sorting pebbles") for n in range(40)]
    made += [point(40 + n, title, venue="<b>Venue</b>") for n, title in enumerate(HOSTILE)]
    made.append(point(44, "Lanterns at sea", tier="oral", at=(40.0, 40.0), links={"forum": "https://forum.test/l"}))
    made.append(point(45, "A bad link", at=(-40.0, -40.0), links={"forum": "javascript:alert(5)"}))
    return made


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the file."""
    path = tmp_path_factory.mktemp("picture") / "map.html"
    path.write_text(page(points(), "venue"), encoding="utf-8")
    return path.as_uri()


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(".pm-canvas").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_point_has_its_place_title_venue_tier_cluster_and_link() -> None:
    found = payload(points()[-2:])
    assert (found["x"], found["y"], found["ids"]) == ([40.0, -40.0], [40.0, -40.0], ["p44", "p45"])
    assert found["titles"] == ["Lanterns at sea", "A bad link"]
    assert found["links"] == ["https://forum.test/l", ""]
    assert found["colours"]["tier"] == {"label": "Tier", "names": ["oral", "poster"], "of": [0, 1]}
    assert found["colours"]["cluster"]["labels"] == [(40.0, 40.0)]


def test_a_workshops_oral_is_none_of_the_conferences_in_the_legend_and_at_the_pointer() -> None:
    of_workshop = [point(n, "a", venue="Reefs @ Harbour 2031", tier="oral") for n in (1, 2)]
    found = payload([point(0, "b", tier="oral"), *of_workshop, point(3, "c", tier=None)])
    assert found["colours"]["tier"] == {"label": "Tier", "names": ["workshop oral", "oral"], "of": [1, 0, 0, -1]}
    assert found["notes"] == [
        "Harbour 2031, oral",
        *["Reefs @ Harbour 2031, workshop oral"] * 2,
        "Harbour 2031",
    ]


def test_the_commonest_value_is_the_first_colour_and_a_missing_one_has_none() -> None:
    found = payload([point(0, "a", venue="B"), point(1, "b", venue="A"), point(2, "c", venue="B"), point(3, "d", None)])
    assert found["colours"]["venue"] == {"label": "Venue", "names": ["B", "A"], "of": [0, 1, 0, -1]}


def test_only_the_commonest_topics_have_colours_and_a_paper_on_none_has_no_topic() -> None:
    found = payload([*map(placed, range(40), [f"Topic {n % 13:02}" for n in range(39)] + [None])])
    topics = found["colours"]["topic"]
    assert topics["names"] == [f"Topic {n:02}" for n in range(13)]
    assert (topics["coloured"], len(topics["labels"]), topics["of"][-1]) == (12, 13, -1)
    assert "coloured" not in found["colours"]["venue"]


def placed(n: int, topic: str | None) -> MapPoint:
    return MapPoint(Paper(f"p{n}", f"Study {n}"), float(n % 7), float(n // 7), "caches", topic)


def test_a_topic_past_those_with_colours_gets_one_when_it_is_chosen(watch: Watch, tmp_path: Path) -> None:
    names = [f"Topic {n % 13:02}" for n in range(39)]
    (tmp_path / "map.html").write_text(page([*map(placed, range(40), [*names, None])], "topic"), encoding="utf-8")
    with watch((tmp_path / "map.html").as_uri()) as shown:
        grey = "rgb(111, 119, 135)"
        dots = shown.locator("button.pm-key .pm-dot")
        expect(dots.nth(12)).to_have_css("background-color", grey)
        expect(dots.nth(11)).not_to_have_css("background-color", grey)
        expect(shown.locator(".pm-none")).to_have_text("No topic1")
        shown.get_by_role("button", name="Topic 12").click()
        expect(dots.nth(12)).not_to_have_css("background-color", grey)
        shown.get_by_role("button", name="Topic 12").click()
        expect(dots.nth(12)).to_have_css("background-color", grey)


def test_a_legend_whose_papers_count_once_says_so(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "map.html").write_text(page([*map(placed, range(2), ["Tides", "Tides"])], "topic"), encoding="utf-8")
    with watch((tmp_path / "map.html").as_uri()) as shown:
        note = shown.get_by_text("Each paper counts once here, for its surest topic")
        expect(note).to_be_visible()
        shown.get_by_label("Colour").select_option("venue")
        expect(note).to_have_count(0)


def test_the_front_doors_know_every_colouring() -> None:
    assert tuple(COLOURS) == MAP_COLOURS


def test_no_title_can_end_the_script_that_holds_it() -> None:
    text = page(points(), "tier")
    held = re.search(r'<script type="application/json" id="papers">(.*?)</script>', text, re.DOTALL)
    assert held
    assert not set("<>&\u2028") & set(held[1])
    assert json.loads(held[1])["titles"][40:44] == list(HOSTILE)
    assert text.count("</script>") == 2


def test_an_empty_library_has_an_empty_map(watch: Watch, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(page([]), encoding="utf-8")
    with watch(path.as_uri()) as shown:
        expect(shown.get_by_role("status")).to_have_text("0 papers")


def test_search_finds_titles_and_the_keyboard_is_enough(watch: Watch, file: str) -> None:
    with watch(file) as shown:
        expect(shown.get_by_role("status")).to_have_text("46 papers")
        shown.keyboard.press("/")
        expect(shown.get_by_label("Search titles")).to_be_focused()
        shown.keyboard.type("PEBBLES study 3")
        expect(shown.get_by_role("status")).to_have_text("13 of 46 papers found")  # 3, 13, 23, 30 to 39
        shown.keyboard.press("Control+A")
        shown.keyboard.type("lantern")
        expect(shown.get_by_role("status")).to_have_text("1 of 46 papers found")
        shown.keyboard.press("Enter")
        expect(shown.locator(".pm-result")).to_be_focused()
        shown.keyboard.press("Enter")
        expect(shown.locator(".pm-card .pm-title")).to_have_text("Lanterns at sea")
        expect(shown.get_by_role("link", name="Open its page")).to_have_attribute("href", "https://forum.test/l")


def test_hovering_shows_the_title_as_it_was_written(watch: Watch, file: str) -> None:
    with watch(file) as shown:
        for title in HOSTILE:
            shown.get_by_label("Search titles").fill(title)
            shown.locator(".pm-result").click()  # brings it to the middle
            shown.mouse.move(1, 1)
            shown.mouse.move(*middle(shown))
            expect(shown.locator(".pm-tip .pm-title")).to_have_text(re.sub(r"\s+", " ", title))
            expect(shown.locator(".pm-tip .pm-note")).to_have_text("<b>Venue</b>, poster")
        assert shown.locator("#map img, #map b, #map script").count() == 0


def test_a_link_that_is_no_web_address_is_not_offered(watch: Watch, file: str) -> None:
    with watch(file) as shown:
        shown.get_by_label("Search titles").fill("bad link")
        shown.locator(".pm-result").click()
        expect(shown.locator(".pm-card .pm-title")).to_have_text("A bad link")
        expect(shown.locator(".pm-card a")).to_have_count(0)


def test_a_box_chooses_and_the_legend_shows_one_group(watch: Watch, file: str) -> None:
    with watch(file) as shown:
        shown.get_by_role("button", name="choose papers: box").click()
        x, y = middle(shown)
        shown.mouse.move(x - 20, y - 120)
        shown.mouse.down()
        shown.mouse.move(x + 120, y + 20, steps=3)
        shown.mouse.up()
        expect(shown.get_by_role("status")).to_contain_text("44 chosen")  # all but the two far corners
        shown.get_by_label("Colour").select_option("tier")
        key = shown.locator(".pm-key", has_text="oral")
        key.click()
        expect(key).to_have_attribute("aria-pressed", "true")
        expect(shown.locator(".pm-key", has_text="poster")).to_contain_text("45")


def test_it_is_dark_where_the_reader_likes_it_dark(watch: Watch, file: str) -> None:
    def brightness(shown: Page) -> int:
        colour = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    with watch(file) as light:
        assert brightness(light) > 600
    with watch(file, dark=True) as dark:
        assert brightness(dark) < 150
