"""What the pages share: the open library, links to papers, and the picture of a page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

import posterhall
from library.papers import Facets
from library.types import Paper, Span
from posterhall import Posterhall, PosterhallError, Status
from views.parts import place, title_label
from views.text import html, markdown

Value = TypeVar("Value", str, int)

DATA_VARIABLE = "POSTERHALL_DATA"

ASK, BROWSE, MAP, PAPER = "views/ask.py", "views/browse.py", "views/map.py", "views/paper.py"
"""The pages' files, as Streamlit names them: relative to ``app.py``."""

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
    """Counts over the whole library: the choices that the filters offer."""
    return hall().facets()


@st.cache_data(max_entries=IMAGES_KEPT, show_spinner=False)
def _image(data: str, paper_id: str, page: int, span: Span | None) -> bytes:
    return _open(data).page_image(paper_id, page, span)


def title_link(paper_id: str, title: str, *, key: str) -> None:
    """A paper's title as a link to its page; ``key`` is unlike any other on the page."""
    with st.container(key=f"title-{key}"):
        st.page_link(PAPER, label=title_label(title), query_params={"id": paper_id})


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


def follow_address(page: str, values: Mapping[str, Any]) -> None:
    """Give a page's widgets the address's values when the address changed, as by a link or the Back button.

    Args:
        page: The page's name, for what is remembered between runs.
        values: Widget key to the value that the address says.
    """
    if st.session_state.get(f"{page}:address") != st.query_params.to_dict() or any(
        key not in st.session_state for key in values
    ):
        st.session_state.update(values)


def keep_address(page: str, params: dict[str, str]) -> None:
    """Let the address say what the page shows."""
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)
    st.session_state[f"{page}:address"] = params


def go(params: dict[str, str]) -> None:
    """Change the address within a page: for a button's ``on_click``. Streamlit's links to the same page do not."""
    st.query_params.from_dict(params)


def scroll_to_top(mark: int) -> None:
    """Show the start of a list that was turned to another page; ``mark`` differs from that of the last call."""
    script = f"""document.querySelector('[data-testid="stMain"]').scrollTo(0, 0) // {mark:d}"""
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def filter_values(prefix: str, venue: str | None, tier: str | None, year: int | None) -> dict[str, str | int | None]:
    """The values of the three filter widgets, by key."""
    return {f"{prefix}-venue": venue, f"{prefix}-tier": tier, f"{prefix}-year": year}


def filter_boxes(prefix: str, found: Facets) -> tuple[str | None, str | None, int | None]:
    """Venue, tier and year to choose from, with how many papers carry each; no box where there is no choice."""
    venues, tiers, years = dict(found.venues), dict(found.tiers), dict(sorted(found.years, reverse=True))
    shown = [values for values in (venues, tiers, years) if len(values) > 1]
    # A venue's name wants twice the room; what is left of the row stays empty.
    widths = [2 if values is venues else 1 for values in shown]
    columns = iter(st.columns([*widths, 4 - sum(widths)] if sum(widths) < 4 else widths) if shown else ())

    def box(name: str, values: dict[Value, int], every: str) -> Value | None:
        if len(values) < 2:
            return None
        return next(columns).selectbox(
            name,
            list(values),
            index=None,
            key=f"{prefix}-{name.lower()}",
            format_func=lambda value: f"{value} ({values.get(value, 0):,})",
            placeholder=every,
            label_visibility="collapsed",
        )

    return box("Venue", venues, "All venues"), box("Tier", tiers, "All tiers"), box("Year", years, "All years")


def warn_ignored(ignored: tuple[str, ...]) -> None:
    """Say which filters of a link fit nothing here, rather than show something else in silence."""
    if ignored:
        st.warning(markdown(f"No paper here has {', '.join(ignored)}, so that part of the link is left out."))
