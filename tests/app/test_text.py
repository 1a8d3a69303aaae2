"""What strangers write stays text: in HTML, in Streamlit's Markdown, and in links."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from views.text import JOINER, count, html, link, markdown, printable, safe_url, shorten

ANY = st.text(st.characters(codec=None), max_size=60)
SIGNS = [*"<>&\"'`*_~$:[](){}#|\\/!@.=+- \n\tab1w😀\u202e\x00", "www.", "http"]
TRICKY = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)

REPLACED = re.compile(
    r":[a-z_][\w-]*(\[|\{)|:[\w+-]+:|:material[/_]|(?<!\S)(<->|->|<-|--|>=|<=|~=)(?!\S)|https?:/|www\.|@\w",
    re.IGNORECASE,
)
"""What Streamlit replaces in text whose Markdown is already parsed."""


class Seen(HTMLParser):
    """The tags and the text that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(source: str) -> Seen:
    parser = Seen()
    parser.feed(source)
    parser.close()
    return parser


def plain(text: str) -> str:
    return " ".join(printable(text).replace(JOINER, "").split())


@given(ANY | TRICKY)
@example("<img src=x onerror=alert(1)>")
@example("&lt;b&gt;")
def test_html_shows_any_text_as_it_is_and_makes_no_element(text: str) -> None:
    shown = seen(f"<p>{html(text)}</p>")
    assert shown.tags == ["p"]
    assert shown.text == printable(text)


@given(ANY | TRICKY)
def test_html_cannot_leave_a_quoted_attribute(text: str) -> None:
    assert not set(html(text)) & set("\"'<>")


@given(ANY | TRICKY)
@example("<img src=x onerror=alert(1)> **bold** $x^2$ :red[hi]")
@example("# heading")
@example("1. item")
@example("a\n\n    code")
@example("![i](http://x.y) [l](javascript:alert(1)) <http://x.y>")
@example("&amp; &#42;")
@example("| a |\n|---|")
def test_markdown_renders_as_the_text_it_was_given(text: str) -> None:
    rendered = seen(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown(text)))
    assert rendered.tags in ([], ["p"])
    assert rendered.text.replace(JOINER, "").strip() == plain(text)


@given(ANY | TRICKY)
@example("0WWW.x")
@example(":red[hi] :material/home: :smile: a -> b -- c <- d <-> e >= f www.x.org http://x.org me@x.org ::x{y}")
def test_markdown_leaves_nothing_that_streamlit_replaces_after_parsing(text: str) -> None:
    unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown(text))
    assert not REPLACED.search(unescaped)


@given(ANY | TRICKY)
def test_markdown_never_opens_latex(text: str) -> None:
    assert not re.search(r"(?<!\\)(?:\\\\)*\$", markdown(text))


def test_marks_that_turn_the_text_around_are_taken_out() -> None:
    assert printable("safe\u202egnp.exe\u2066\x00\x1b[0m\ud800") == "safegnp.exe[0m"


@pytest.mark.parametrize(
    "url", ["https://openreview.net/forum?id=a_B-1", "http://proceedings.mlr.press/v1/x.pdf", "https://x.org:8443/a#b"]
)
def test_web_addresses_are_linked_beside_the_app(url: str) -> None:
    assert safe_url(url) == url
    assert link(url, "PDF").endswith('target="_blank" rel="noopener noreferrer">PDF</a>')


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "//evil.example",
        "/paper",
        "",
        "https://",
        "https://icml.cc@evil.example/",
        "https://x.org/ a",
        'https://x.org/"onclick="x',
        "https://x.org:port/",
        "https://[x.org/",
        "java\nscript:alert(1)",
    ],
)
def test_other_addresses_are_not_linked(url: str) -> None:
    assert safe_url(url) is None
    assert link(url, "<PDF>") == "&lt;PDF&gt;"


@given(ANY)
def test_a_linked_address_is_always_http(url: str) -> None:
    assert safe_url(url) is None or url.lower().startswith(("http://", "https://"))


@given(ANY, st.integers(1, 40))
def test_a_shortened_text_is_no_longer_than_asked(text: str, limit: int) -> None:
    assert len(shorten(text, limit).removesuffix(" …")) <= limit


def test_a_text_is_cut_between_words() -> None:
    assert shorten("one two, three", 9) == "one two …"
    assert shorten("short  text", 20) == "short text"


def test_counts_have_their_noun() -> None:
    assert (count(1, "paper"), count(2610, "paper"), count(0, "PDF")) == ("1 paper", "2,610 papers", "0 PDFs")
