"""What a question or a list is kept within beside its filters: a topic, or papers that were chosen on the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from library.errors import IndexUnavailable, UsageError
from library.types import Filter
from posterhall import PosterhallError, TopicRow
from views import shared
from views.params import Known, View, selection_name, write_asked, write_view
from views.text import count, html, markdown

KEPT = 100
"""Selections that the server remembers, for all its visitors; of more the oldest go."""

Address = dict[str, str | list[str]]


@st.cache_resource(show_spinner=False)
def _selections() -> dict[str, tuple[str, ...]]:
    return {}


def choose(papers: Sequence[str]) -> Filter:
    """A filter of chosen papers, whose address this server understands from now on."""
    kept, selection = _selections(), tuple(sorted(papers))
    name = selection_name(selection)
    kept[name] = kept.pop(name, selection)  # the last to be forgotten
    for older in list(kept)[:-KEPT]:
        kept.pop(older, None)
    return Filter(papers=selection)


def chosen(name: str) -> tuple[str, ...] | None:
    """The papers that a selection's name stands for, or None where it is not known any more."""
    return _selections().get(name)


def known() -> Known:
    """What an address may ask for here."""
    return Known(shared.facets(), shared.hall().spelling, _topic, chosen)


def topics(where: Filter) -> list[TopicRow]:
    """The topics to choose from, with counts among the papers that pass the rest; none where they cannot be told."""
    try:
        with st.spinner("Placing the papers on topics …"):
            return shared.hall().topic_facet(where)
    except IndexUnavailable:
        return []  # the sidebar says so
    except PosterhallError as error:
        st.html(f'<div class="ph-faint">No topic can be chosen: {html(str(error))}</div>')
        return []


def refused(page: str, where: Filter, write: Callable[[Filter], Address]) -> bool:
    """Whether the topic of a filter cannot be applied; then say why, with a way on without it.

    Args:
        page: For the button's key.
        where: What is chosen.
        write: The address of the page with another filter.
    """
    if not where.topic:
        return False
    try:
        with st.spinner("Placing the papers on topics …"):
            shared.hall().topic(where.topic, limit=0)
    except PosterhallError as error:
        st.warning(markdown(f"No paper is shown, for the topic “{where.topic}” cannot be applied: {error}"))
        wider = write(replace(where, topic=None))
        st.button("Leave out the topic", key=f"{page}-wide-topic", type="tertiary", on_click=shared.go, args=(wider,))
        return True
    return False


def chips(page: str, where: Filter, write: Callable[[Filter], Address], *, topic: bool = False) -> None:
    """Say what the page is kept within, each with a way out of it.

    Args:
        page: For the buttons' keys.
        where: What is chosen.
        write: The address of the page with another filter.
        topic: Say the topic, too: the page has no box for it.
    """
    hall = shared.hall()
    said = []
    if topic and where.topic:
        name = markdown(hall.topic(where.topic, limit=0).topic.name)
        papers = count(hall.works(Filter(topic=where.topic), limit=0)[1], "paper")
        said.append((f"Within the topic **{name}**, {papers}", "topic", replace(where, topic=None)))
    if where.papers is not None:
        said.append((f"Within **{count(len(where.papers), 'chosen paper')}**", "chosen", replace(where, papers=None)))
    for text, name, wider in said:
        with st.container(horizontal=True, vertical_alignment="center", key=f"within-{page}-{name}"):
            st.markdown(text, width="content")
            st.button("Clear", key=f"{page}-wide-{name}", type="tertiary", on_click=shared.go, args=(write(wider),))


def ways(where: Filter, *, key: str) -> None:
    """The ways from some papers to the pages that can be kept within them."""
    with st.container(horizontal=True, key=key):
        for page, label, icon, params in (
            (shared.BROWSE, "Browse these", ":material/library_books:", write_view(View(where))),
            (shared.ASK, "Ask within these", ":material/forum:", write_asked("", where)),
        ):
            st.page_link(page, label=label, icon=icon, query_params=params, width="content")


def warn_lost() -> None:
    """Say that the papers of a link are not known any more, rather than show others in silence."""
    st.warning("The papers that this link was kept within are not known any more: choose them on the map again.")


def _topic(text: str) -> str | None:
    """The id of a topic; what an address says as it stands where nobody can tell, for it may be right."""
    try:
        return shared.hall().topic(text, limit=0).topic.topic_id
    except UsageError:
        return None
    except PosterhallError:
        return text
