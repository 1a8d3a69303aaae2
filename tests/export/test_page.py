"""A reading list as a page: what it shows, and that nothing in it can act."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.page import page
from library.lists import READ, READING, Entry, Named, ReadingList, Why
from library.types import Paper
from tests.watched import Watch

pytest_plugins = ("tests.watched",)

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)>"><svg onload=alert(3)>'
    "</style></title><style>*{display:none}</style>&#60;b>\x1b[31m\u202e"
)
NOTES = (
    f"{HOSTILE}\n\n![p](https://elsewhere.example/p.png) [a](javascript:alert(4)) [b](data:text/html,x) "
    "[c](https://ada:pw@elsewhere.example) <https://elsewhere.example/auto> [d](vbscript:x 'y' onclick=z)\n\n"
    "# A heading\n\n<iframe src=https://elsewhere.example></iframe>\n\n[x]: javascript:alert(5)\n[x]"
)
TREES = (("Oars",), ("Oars", "Of ash"), ("Sails",))

OARS = Paper(
    "p1", "Oars", ("Ada Brook", "Ben Castle"), venue="Harbour 2031", venue_id="harbour.org/2031/Conference",
    tier="oral", year=2031, links={"pdf": "https://a.org/pdf", "forum": "https://a.org/forum?id=p1&x=2"},
)  # fmt: skip

MADE = ReadingList(
    "boats",
    "Boats & oars",
    "What *moves* a boat.",
    entries=(
        Entry(
            Named("Stale title"), "p1", ("Oars", "Of ash"), "Read **twice**.\n\n- once\n- again", ("wood", "old"),
            READING, 1, Why("Ash bends.", "2 Woods", 3),
        ),
        Entry(Named("A paper the library never had", ("Cleo Dunes",), "Pier", 2030, "https://b.org/x"), None),
        Entry(Named("Keels"), "gone", ("Sails",), state=READ, why=Why("They keep.", "Abstract", None)),
    ),
)  # fmt: skip


class Tree(HTMLParser):
    """Elements with their attributes, and the text of the page, by the parser of the standard library."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "hr", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def hostile() -> tuple[ReadingList, dict[str, Paper]]:
    bad = "javascript:alert(6)"
    entry = Entry(
        Named(HOSTILE, (HOSTILE,), HOSTILE, 1, bad), None, (HOSTILE, HOSTILE), NOTES, (HOSTILE,), HOSTILE, 1,
        Why(HOSTILE, HOSTILE, 1),
    )  # fmt: skip
    paper = Paper("p", HOSTILE, (HOSTILE,), venue=HOSTILE, tier=HOSTILE, status=HOSTILE, links={"forum": bad})
    made = ReadingList("x", HOSTILE, NOTES, entries=(entry, Entry(Named("x"), "p", (HOSTILE,))))
    return made, {"p": paper}


def test_a_page_shows_what_the_list_knows_in_its_order() -> None:
    words = Tree(page(MADE, {"p1": OARS})).words
    assert words.startswith("Boats & oars Boats & oars What moves a boat. 3 papers: 1 read, 1 reading, 1 to read")
    order = (
        *("A paper the library never had", "Cleo Dunes", "to read", "Pier", "2030"),
        *("Oars", "Of ash", "Oars", "Ada Brook, Ben Castle", "reading", "priority 1", "Harbour 2031", "oral"),
        *("#wood", "#old", "“Ash bends.”", "2 Woods, page 3", "Read twice.", "once", "again"),
        *("Sails", "Keels", "read", "“They keep.”", "From the abstract"),
    )
    at = words.index("A paper the library")
    for text in order:
        at = words.index(text, at) + len(text)


def test_a_title_shows_characters_for_its_formulas() -> None:
    made = ReadingList("l", "L", entries=(Entry(Named("E$^2$GAN with *1k* Parts")),))
    assert '<p class="title" dir="auto">E²GAN with 1k Parts</p>' in page(made, {})


def test_what_the_library_holds_comes_before_what_the_list_says() -> None:
    assert "Stale title" not in page(MADE, {"p1": OARS})
    assert "Stale title" in page(MADE, {})


def test_a_title_is_linked_to_its_forum_or_to_what_the_list_knows() -> None:
    links = [attrs for tag, attrs in Tree(page(MADE, {"p1": OARS})).elements if tag == "a"]
    assert [attrs["href"] for attrs in links] == [
        *("#s-1", "#s-2", "#s-3"),
        *("https://b.org/x", "https://a.org/forum?id=p1&x=2"),
    ]
    assert all(attrs.get("rel") == "noopener noreferrer" for attrs in links[3:])


def test_sections_are_headings_by_depth_and_every_one_is_in_the_contents() -> None:
    tree = Tree(page(MADE, {}))
    headings = [(tag, attrs["id"]) for tag, attrs in tree.elements if re.fullmatch("h[2-6]", tag)]
    assert headings == [("h2", "contents"), ("h2", "s-1"), ("h3", "s-2"), ("h2", "s-3")]
    assert tree.open == []


def test_a_list_without_sections_has_no_contents_and_an_empty_one_is_a_page() -> None:
    assert "<nav" not in page(ReadingList("a", "A", entries=(Entry(Named("x")),)), {})
    assert "0 papers" in Tree(page(ReadingList("a", "", ""), {})).words


def test_sections_deeper_than_headings_go_stay_below_the_last() -> None:
    path = tuple("abcdefgh")
    tree = Tree(page(ReadingList("a", "A", entries=(Entry(Named("x"), section=path),)), {}))
    assert [tag for tag, _ in tree.elements if re.fullmatch("h[3-6]", tag)] == [
        "h3",
        "h4",
        "h5",
        "h6",
        "h6",
        "h6",
        "h6",
    ]


def test_a_withdrawn_paper_says_so() -> None:
    made = ReadingList("a", "A", entries=(Entry(Named("x"), "p"),))
    assert "withdrawn" in page(made, {"p": Paper("p", "Oars", status="withdrawn")})


def test_the_same_list_gives_the_same_page() -> None:
    assert page(MADE, {"p1": OARS}) == page(MADE, {"p1": OARS})


ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "link",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "div",
    ),
    *("nav", "ul", "ol", "li", "a", "span", "main", "footer", "blockquote", "em", "strong", "code", "pre", "hr", "br"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "rel", "href", "dir", "class", "id", "aria-labelledby"),
    *("aria-label", "title", "start"),
}


def checked(text: str) -> Tree:
    """Only elements that show, no attribute that acts, no address but web addresses and places on the page."""
    tree = Tree(text)
    assert tree.open == []
    assert {tag for tag, _ in tree.elements} <= ELEMENTS
    for tag, attrs in tree.elements:
        assert attrs.keys() <= ATTRIBUTES, tag
        if tag == "a":
            assert re.match(r"https?://[^@]*$|#s-\d+$", attrs["href"] or ""), attrs
    assert [attrs["href"] for tag, attrs in tree.elements if tag == "link"] == ["data:,"]
    return tree


def test_hostile_words_are_words() -> None:
    tree = checked(page(*hostile()))
    assert "<script>alert(1)</script>" in tree.text
    assert "\x1b" not in tree.text
    assert "\u202e" not in tree.text
    links = {attrs["href"] for tag, attrs in tree.elements if tag == "a"}
    assert {link for link in links if link and link.startswith("http")} == {
        "https://elsewhere.example/p.png",
        "https://elsewhere.example/auto",
    }


words = st.text(st.sampled_from("<>\"'&`*_[]()!#\\-=/ \n:;abcjhtps0\u202e"), max_size=60)


@given(words, words, words)
def test_whatever_is_written_in_a_list_shows_and_does_nothing(name: str, note: str, title: str) -> None:
    entry = Entry(
        Named(title, (title,), title, 2031, title), None, (title or "x",), note, (title,), why=Why(title, name, 1)
    )
    checked(page(ReadingList("x", name, note, entries=(entry,)), {}))


def test_in_a_browser_nothing_runs_and_nothing_is_fetched(watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "list.html"
    file.write_text(page(*hostile()), encoding="utf-8")
    with watch(file.as_uri()) as shown:
        assert "<script>alert(1)</script>" in shown.inner_text("h1")
        assert shown.locator("img, svg, iframe, script").count() == 0
        assert shown.locator("main .papers > li").first.is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_a_page_fits_a_small_screen_and_a_dark_room(watch: Watch, tmp_path: Path, dark: bool) -> None:
    file = tmp_path / "list.html"
    long = Entry(
        Named("A" * 300, ("B" * 300,), "C" * 200), section=("D" * 200,), tags=("e" * 200,), note="`" + "f" * 400 + "`"
    )
    file.write_text(page(ReadingList("x", "G" * 200, entries=(*MADE.entries, long)), {"p1": OARS}), encoding="utf-8")
    with watch(file.as_uri(), dark=dark) as shown:
        shown.set_viewport_size({"width": 360, "height": 740})
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
        colour = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colour == ("rgb(20, 23, 31)" if dark else "rgb(255, 255, 255)")
