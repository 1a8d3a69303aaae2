"""What the pages share: the open library, links to papers, and the picture of a page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

import posterhall
from library.facets import Facets
from library.types import Paper, Span
from posterhall import Posterhall, PosterhallError, Status
from views import parts
from views.parts import place, title_label
from views.text import html, markdown

Value = TypeVar("Value", str, int)

DATA_VARIABLE = "POSTERHALL_DATA"

ASK, BROWSE, TOPICS, MAP = "views/ask.py", "views/browse.py", "views/topics.py", "views/map.py"
LISTS, PAPER, AUTHOR = "views/lists.py", "views/paper.py", "views/author.py"
"""The pages' files, as Streamlit names them: relative to ``app.py``."""

NAMELESS = "(no name)"

FULL_TEXT_NAMES = {"yes": "Full text", "no": "No full text"}

IMAGES_KEPT = 100
"""Page pictures held in memory: about 30 MB."""

STATUS_SECONDS = 20.0
"""How old the counts in the sidebar may be: an index is checked file by file, too much for every click."""


def hall() -> Posterhall:
    """The library that this server serves, one for all its visitors."""
    return _open(os.environ.get(DATA_VARIABLE, "data"))


@st.cache_resource(show_spinner=False)
def _open(data: str) -> Posterhall:
    return posterhall.open(Path(data))


def status() -> Status:
    """What the library and its index hold, not older than :data:`STATUS_SECONDS`."""
    return _status(str(hall().data))


@st.cache_data(ttl=STATUS_SECONDS, max_entries=4, show_spinner=False)
def _status(data: str) -> Status:
    return _open(data).status()


def facets() -> Facets:
    """Counts of venues, tiers and years over the whole library: the choices that there are."""
    return hall().facets(most=0)


@st.cache_data(max_entries=IMAGES_KEPT, show_spinner=False)
def _image(data: str, paper_id: str, page: int, span: Span | None) -> bytes:
    return _open(data).page_image(paper_id, page, span)


def title_link(paper_id: str, title: str, *, key: str) -> None:
    """A paper's title as a link to its page; ``key`` is unlike any other on the page."""
    with st.container(key=f"title-{key}"):
        st.page_link(PAPER, label=title_label(title), query_params={"id": paper_id})


def also_at(paper_id: str) -> str:
    """Where else a paper's work appeared, in a line; nothing where nowhere."""
    return parts.also_at(hall().versions(paper_id))


def topic_link(topic_id: str, name: str, *, key: str, papers: int | None = None) -> None:
    """A topic's name as a link to its papers, perhaps with their number."""
    label = markdown(name) + ("" if papers is None else f" ({papers:,})")
    with st.container(key=f"title-topic-{key}"):
        st.page_link(TOPICS, label=label, query_params={"id": topic_id})


def list_link(list_id: str, name: str, *, key: str, papers: int | None = None) -> None:
    """A reading list's name as a link to it, perhaps with the number of its papers."""
    label = markdown(name) + ("" if papers is None else f" ({papers:,})")
    with st.container(key=f"title-list-{key}"):
        st.page_link(LISTS, label=label, query_params={"id": list_id})


def author_link(name: str, *, key: str, papers: int | None = None) -> None:
    """An author's name as a link to the author's page, perhaps with a number of papers."""
    label = (markdown(name) or NAMELESS) + ("" if papers is None else f" ({papers:,})")
    with st.container(key=f"term-{key}", width="content"):
        st.page_link(AUTHOR, label=label, query_params={"name": name})


def keyword_link(word: str, *, key: str, papers: int | None = None) -> None:
    """A keyword as a link to the papers that have it."""
    label = (markdown(word) or NAMELESS) + ("" if papers is None else f" ({papers:,})")
    with st.container(key=f"term-{key}", width="content"):
        st.page_link(BROWSE, label=label, query_params={"keyword": word})


def show_page(paper: Paper | None, section: str, page: int, span: Span | None, paper_id: str) -> None:
    """Open a page of a paper over the app, with a span of its text marked."""

    @st.dialog(f"Page {page}", width="medium")
    def dialog() -> None:
        title = html(paper.title) if paper else ""
        st.html(f'<b>{title}</b><div class="ph-where">{html(place(section, page))}</div>')
        try:
            with st.spinner("Drawing the page …"):
                image = _image(str(hall().data), paper_id, page, span)
        except PosterhallError as error:
            st.error(markdown(str(error)))
            return
        st.image(image, width="stretch", output_format="PNG", alt=f"Page {page} of the paper")

    dialog()


def say(text: str) -> None:
    """Say something in passing once the page is drawn again; the text is Markdown."""
    st.session_state["shared:said"] = text


def said() -> None:
    """Show what was said before the page was drawn again."""
    if text := st.session_state.pop("shared:said", None):
        st.toast(text)


def follow_address(page: str, values: Mapping[str, Any]) -> None:
    """Give a page's widgets the address's values when the address changed, as by a link or the Back button.

    A choice made before the page was drawn comes with the address of before: when a widget has changed since the last
    run, the reader used it and the address is only late.

    Args:
        page: The page's name, for what is remembered between runs.
        values: Widget key to the value that the address says.
    """
    state, drawn = st.session_state, f"{page}:drawn"
    known = all(key in state for key in values)
    used = known and drawn in state and state[drawn] != {key: state[key] for key in values}
    if not known or (state.get(f"{page}:address") != address() and not used):
        state.update(values)
    state[drawn] = {key: state[key] for key in values}
    state[f"{page}:address"] = address()


def address() -> dict[str, str | list[str]]:
    """The query part of the address, with a list where a name comes more than once."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def keep_address(page: str, params: dict[str, str | list[str]]) -> None:
    """Let the address say what the page shows."""
    if address() != params:
        st.query_params.from_dict(params)
    state, drawn = st.session_state, f"{page}:drawn"
    state[f"{page}:address"] = params
    # A page may have put its widgets' values right since.
    state[drawn] = {key: state.get(key) for key in state.get(drawn, ())}


def go(params: dict[str, str | list[str]]) -> None:
    """Change the address within a page: for a button's ``on_click``. Streamlit's links to the same page do not."""
    st.query_params.from_dict(params)


def scroll_to_top(mark: int) -> None:
    """Show the start of a list that was turned to another page; ``mark`` differs from that of the last call."""
    script = f"""document.querySelector('[data-testid="stMain"]').scrollTo(0, 0) // {mark:d}"""
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def filter_values(prefix: str, venue: str | None, tier: str | None, year: int | None) -> dict[str, str | int | None]:
    """The values of the three filter widgets, by key."""
    return {f"{prefix}-venue": venue, f"{prefix}-tier": tier, f"{prefix}-year": year}


def filter_boxes(
    prefix: str, found: Facets, *, full_text: Mapping[str, int] | None = None
) -> tuple[str | None, str | None, int | None]:
    """Venue, tier and year to choose from, with how many papers carry each; no box where there is no choice.

    Args:
        prefix: The page's, for the widgets' keys.
        found: The values to offer.
        full_text: How many papers have their full text (``yes``) and have not (``no``); then that can be chosen, too.
    """
    venues, tiers, years = dict(found.venues), dict(found.tiers), dict(sorted(found.years, reverse=True))
    full = dict(full_text or {})

    def wanted(name: str, values: Mapping[Any, int]) -> bool:
        return len(values) > 1 or st.session_state.get(f"{prefix}-{name}") is not None

    offered: list[tuple[str, dict[Any, int]]] = [("venue", venues), ("tier", tiers), ("year", years), ("full", full)]
    shown = [name for name, values in offered if values and wanted(name, values)]
    # A venue's name wants twice the room; what is left of the row stays empty.
    widths = [2 if name == "venue" else 1 for name in shown]
    columns = iter(st.columns([*widths, 4 - sum(widths)] if sum(widths) < 4 else widths) if shown else ())

    def box(name: str, label: str, values: dict[Value, int], every: str) -> Value | None:
        if name not in shown:
            return None
        return next(columns).selectbox(
            label,
            list(values),
            index=None,
            key=f"{prefix}-{name}",
            format_func=lambda value: f"{FULL_TEXT_NAMES.get(str(value), value)} ({values.get(value, 0):,})",
            placeholder=every,
            label_visibility="collapsed",
        )

    chosen = (
        box("venue", "Venue", venues, "All venues"),
        box("tier", "Tier", tiers, "All tiers"),
        box("year", "Year", years, "All years"),
    )
    box("full", "Full text", full, "Any text")
    return chosen


def warn_ignored(ignored: tuple[str, ...]) -> None:
    """Say which filters of a link fit nothing here, rather than show something else in silence."""
    if ignored:
        st.warning(markdown(f"No paper here has {', '.join(ignored)}, so that part of the link is left out."))
