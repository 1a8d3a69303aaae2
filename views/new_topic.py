"""A topic of the reader's own: from nothing, or from a group of papers that the topics miss."""

from __future__ import annotations

import streamlit as st

from posterhall import Offered, PosterhallError, Removed
from views import shared
from views.text import count, html, markdown, shorten

NEW = "new"
"""In the address: a topic is being made; its value is the group that it is made of."""

ABOUT = (
    "Papers are placed on it by what the description means, by its phrases, and by likeness to papers that are on it. "
    "Say of single papers whether they belong, and it learns."
)
OFFERED = "Groups of papers that hardly any topic has. Any of them can be made a topic, to be changed as you like."


def offered() -> None:
    """The groups on offer, folded: finding them takes a moment."""
    box = st.expander("Offered: what the topics miss", key="offered", on_change="rerun", type="compact")
    if not box.open:
        return
    with box:
        with st.spinner("Looking for groups of papers …"):
            found = shared.hall().topic_offers()
        if not found:
            st.html('<div class="ph-faint">The topics miss no group of papers.</div>')
            return
        st.html(f'<div class="ph-faint">{OFFERED}</div>')
        for n, each in enumerate(found):
            _offer(n, each)


def _offer(n: int, each: Offered) -> None:
    offer = each.offer
    with st.container(gap=None, key=f"offer-{n}"):
        st.html(
            f"<b>{html(', '.join(offer.terms) or offer.name)}</b>"
            f'<div class="ph-faint">{offer.unplaced:,} of its {count(offer.papers, "paper")} on no topic</div>'
        )
        for paper in each.examples:
            shared.title_link(paper.paper_id, paper.title, key=f"offer-{paper.paper_id}")
        st.button("Make it a topic", key=f"make-{n}", type="tertiary", on_click=shared.go, args=({NEW: offer.name},))


def page(group: str) -> None:
    """The form of a new topic, filled in from the group of this name where one is offered."""
    with st.spinner("Looking for groups of papers …"):
        found = shared.hall().topic_offers() if group != NEW else []
    offer = next((each.offer for each in found if each.offer.name == group), None)
    st.html(f'<h1>A topic of your own</h1><p class="ph-lead ph-small">{ABOUT}</p>')
    if offer is None and group != NEW:
        st.warning(markdown(f"No group called “{shorten(group, 80)}” is offered any more."))
    with st.form("new-topic"):
        name = st.text_input("Name", offer.name[:1].upper() + offer.name[1:] if offer else "", key=f"new-name-{group}")
        description = st.text_area(
            "Description",
            offer.description if offer else "",
            key=f"new-description-{group}",
            placeholder="What a paper on it does, in a sentence or two",
        )
        phrases = st.text_area(
            "Phrases, one a line",
            "\n".join(offer.synonyms) if offer else "",
            key=f"new-phrases-{group}",
            placeholder="Words that name it, as papers write them",
        )
        if offer:
            st.html(f'<div class="ph-faint">Its {len(offer.seeds)} most central papers are on it from the start.</div>')
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        _save(name, description, phrases.splitlines(), offer.seeds if offer else ())
    st.page_link(shared.TOPICS, label="All topics", icon=":material/category:")


def _save(name: str, description: str, phrases: list[str], seeds: tuple[str, ...]) -> None:
    if not name.strip() or not description.strip():
        st.error("Give the topic a name and a description.")
        return
    try:
        topic = shared.hall().add_topic(name, description, synonyms=filter(str.strip, phrases), seeds=seeds)
    except PosterhallError as error:
        st.error(markdown(str(error)))
        return
    shared.go({"id": topic.topic_id})
    st.rerun()


def removal(topic_id: str) -> None:
    """The way to forget a topic of the reader's own."""
    with st.popover("Remove this topic", type="tertiary"):
        try:
            told = removing(shared.hall().topic_removal(topic_id))
            st.html(f'<div class="ph-faint">Its papers stay in the library. {html(told)}</div>')
            if not st.button("Remove", key="remove-topic"):
                return
            shared.hall().remove_topic(topic_id)
        except PosterhallError as error:
            st.error(markdown(str(error)))
            return
        shared.go({})
        st.rerun()


def removing(gone: Removed) -> str:
    """What becomes of the reader's word when a topic is removed."""
    verdicts = count(gone.verdicts, "verdict")
    if gone.back:
        stay = f" and keeps your {verdicts}" if gone.verdicts else ""
        return f"The topic {gone.back.name}, whose place it has, is back then{stay}."
    return f"Your {verdicts} on it {'goes' if gone.verdicts == 1 else 'go'} with it." if gone.verdicts else ""
