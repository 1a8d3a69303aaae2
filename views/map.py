"""Map: every paper as a point, papers on a subject near each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

import posterhall
from library.types import Filter
from posterhall import MAP_COLOURS, Placed
from views import adding, parts, shared, within
from views.params import MapView, clean, read_map, write_asked, write_map
from views.picture import picture
from views.text import count

SHOWN = 50
"""Chosen papers that are listed."""

HOW_TO = (
    "Papers on a subject stand together. Drag to move, Ctrl and the wheel to zoom; with Box or Lasso a drag chooses "
    "papers, which are listed below the map."
)


def page() -> None:
    """Draw the page."""
    linked = read_map(shared.address(), within.chosen)
    shared.follow_address(
        "map",
        {
            "map-colour": linked.colour,
            "map-q": linked.question,
            "map-find": linked.find,
            "map-chosen": linked.chosen,
        },
    )
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
    if linked.lost:
        within.warn_lost()
    with st.spinner("Drawing the map …"):
        points = _points()
        placed = shared.hall().placed(question) if question and points["ids"] else None
    if not points["ids"]:
        st.info("No paper is indexed yet, so there is nothing to show.", icon=":material/info:")
        return
    view = MapView(colour, clean(st.session_state["map-find"]), question, st.session_state["map-chosen"])
    if view.chosen:
        within.choose(view.chosen)
    picture(
        points,
        key="map-picture",
        colour=colour,
        find=view.find,
        chosen=view.chosen,
        question=placed,
        on_find=_found,
        on_chosen=_choose,
    )
    shared.keep_address("map", write_map(view))
    if placed:
        asked(question, placed, folded=bool(view.chosen))
    listed(view)


def asked(question: str, placed: Placed, *, folded: bool) -> None:
    """What the star is, and the papers found first for the question."""
    known = placed.place is not None
    if not known:
        st.info("No paper here comes close to this question, so it has no place on the map.", icon=":material/info:")
    st.page_link(
        shared.ASK,
        label="The star is the question’s place. Ask it" if known else "Ask it all the same",
        icon=":material/star:" if known else ":material/forum:",
        query_params=write_asked(question, Filter()),
    )
    if not placed.hits:
        return
    found = count(len(placed.hits), "paper")
    label = f"{found} found first, with a ring on the map" if known else f"{found} that are closest, with a ring"
    with st.expander(label, expanded=not folded, type="compact"):
        for hit in placed.hits:
            with st.container(gap=None, key=f"found-{hit.paper.paper_id}"):
                shared.title_link(hit.paper.paper_id, hit.paper.title, key=f"found-{hit.paper.paper_id}")
                st.html(parts.byline(hit.paper, most=3))


def listed(view: MapView) -> None:
    """The chosen papers, by title, each with the way to its page."""
    papers = shared.hall().papers_by_id(view.chosen)
    if not papers:
        return
    rest = f", the first {SHOWN} of them here" if len(papers) > SHOWN else ""
    with st.container(horizontal=True, vertical_alignment="center", key="heading-chosen"):
        st.html(f"<h2>{count(len(papers), 'paper')} chosen{rest}</h2>", width="content")
        none = write_map(replace(view, chosen=()))
        st.button("Clear", key="map-clear", type="tertiary", on_click=shared.go, args=(none,))
    within.ways(within.choose([p.paper_id for p in papers]), key="chosen-ways")
    adding.button([p.paper_id for p in papers], key="chosen", label=f"Add {count(len(papers), 'paper')} to a list")
    for paper in papers[:SHOWN]:
        with st.container(gap=None, key=f"chosen-{paper.paper_id}"):
            shared.title_link(paper.paper_id, paper.title, key=f"chosen-{paper.paper_id}")
            st.html(parts.byline(paper, most=3))


def _found(text: str) -> None:
    st.session_state["map-find"] = clean(text)


def _choose(papers: Sequence[str]) -> None:
    st.session_state["map-chosen"] = tuple(sorted(papers))


def _points() -> dict[str, Any]:
    index = shared.status().index or {}
    return _payload(str(shared.hall().data), str(index.get("generation")), int(index.get("revision") or 0))


@st.cache_resource(ttl=shared.STATUS_SECONDS, max_entries=2, show_spinner=False)
def _payload(data: str, generation: str, revision: int) -> dict[str, Any]:
    return posterhall.map_payload(shared.hall().map())


if __name__ == "__main__":
    page()
