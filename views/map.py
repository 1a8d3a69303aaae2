"""Map: every paper as a point, papers on a subject near each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

import posterhall
from library.types import Filter
from posterhall import MAP_COLOURS
from views import adding, parts, shared, within
from views.params import MapView, clean, read_map, write_asked, write_map
from views.picture import picture
from views.text import count

KEY = "map-picture"
SHOWN = 50
"""Chosen papers that are listed."""

HOW_TO = (
    "Papers on a subject stand together. Drag to move, Ctrl and the wheel to zoom; with Box or Lasso a drag chooses "
    "papers, which are listed below the map."
)


def page() -> None:
    """Draw the page."""
    linked = read_map(st.query_params)
    if st.session_state.get("map:address") != st.query_params.to_dict():
        st.session_state["map:find"] = linked.find
    shared.follow_address("map", {"map-colour": linked.colour, "map-q": linked.question})
    st.html(f'<h1>Map</h1><p class="ph-lead ph-small">{HOW_TO}</p>')
    left, right = st.columns([3, 2], vertical_alignment="center")
    question = left.text_input(
        "Question",
        key="map-q",
        placeholder="Show where a question belongs",
        label_visibility="collapsed",
    )
    colour = right.segmented_control(
        "Colour",
        list(MAP_COLOURS),
        key="map-colour",
        format_func=lambda name: f"By {name}",
        label_visibility="collapsed",
        required=True,
    )
    colour, question = colour or MAP_COLOURS[0], clean(question)
    with st.spinner("Drawing the map …"):
        points = _points()
        place = shared.hall().place(question) if question and points["ids"] else None
    if not points["ids"]:
        st.info("No paper is indexed yet, so there is nothing to show.", icon=":material/info:")
        return
    find = clean(st.session_state.get("map:find", ""))
    chosen = picture(points, key=KEY, colour=colour, find=find, question=place, on_find=_found)
    shared.keep_address("map", write_map(MapView(colour, find, question)))
    if question:
        st.page_link(
            shared.ASK,
            label="The star is the question’s place. Ask it",
            icon=":material/star:",
            query_params=write_asked(question, Filter()),
        )
    listed(chosen)


def listed(chosen: Sequence[str]) -> None:
    """The chosen papers, by title, each with the way to its page."""
    if not chosen:
        return
    papers = shared.hall().papers_by_id(chosen)
    rest = f", the first {SHOWN} of them here" if len(papers) > SHOWN else ""
    st.html(f"<h2>{count(len(papers), 'paper')} chosen{rest}</h2>")
    within.ways(within.choose([p.paper_id for p in papers]), key="chosen-ways")
    adding.button([p.paper_id for p in papers], key="chosen", label=f"Add {count(len(papers), 'paper')} to a list")
    for paper in papers[:SHOWN]:
        with st.container(gap=None, key=f"chosen-{paper.paper_id}"):
            shared.title_link(paper.paper_id, paper.title, key=f"chosen-{paper.paper_id}")
            st.html(parts.byline(paper, most=3))


def _found() -> None:
    st.session_state["map:find"] = st.session_state[KEY].get("find") or ""


def _points() -> dict[str, Any]:
    index = shared.status().index or {}
    return _payload(str(shared.hall().data), str(index.get("generation")), int(index.get("revision") or 0))


@st.cache_resource(ttl=shared.STATUS_SECONDS, max_entries=2, show_spinner=False)
def _payload(data: str, generation: str, revision: int) -> dict[str, Any]:
    return posterhall.map_payload(shared.hall().map())


if __name__ == "__main__":
    page()
