"""A suggested list: the question, the papers to untick, and a name to keep it under."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from library import editing
from library.lists import ReadingList
from posterhall import Listed, PosterhallError
from views import entries, shared
from views.params import clean
from views.text import count, html, markdown

SIZES = (6, 12, 20, 30, 45)

MADE = "suggesting:made"
WRONG = "suggesting:wrong"


def form() -> None:
    """The way to a suggestion, folded, and the last one."""
    folded = st.expander("Suggested on a subject", key="suggesting", icon=":material/lightbulb:", type="compact")
    with folded, st.form("suggest", border=False):
        left, middle, right = st.columns([4, 1, 1], vertical_alignment="bottom")
        left.text_input("Subject", key="suggest-text", placeholder="state-space models for memory")
        middle.selectbox("Papers", SIZES, index=1, key="suggest-size")
        right.form_submit_button("Suggest", width="stretch", type="primary", on_click=_suggest)
    if wrong := st.session_state.pop(WRONG, None):
        st.warning(markdown(wrong))
    made: ReadingList | None = st.session_state.get(MADE)
    if made is not None:
        preview(made)


def preview(made: ReadingList) -> None:
    """The suggested papers, each to be left out or kept."""
    shown = shared.hall().list_papers(made)
    if not shown:
        st.info("Nothing in the library comes close. Try other words.", icon=":material/info:")
        return
    st.html(
        f'<div class="ph-count"><b>{count(len(shown), "paper")}</b>, the broad ones first. Nothing is kept yet: untick '
        "what does not belong.</div>"
    )
    section = None
    for one in shown:
        if one.entry.section != section:
            section = one.entry.section
            st.html(f"<h3>{html(editing.section_text(section))}</h3>")
        paper(one)
    left, middle, right = st.columns([4, 1, 1], vertical_alignment="bottom")
    left.text_input("Name of the list", key="suggest-name")
    middle.button("Keep it", type="primary", width="stretch", key="suggest-keep", on_click=_keep)
    right.button("Forget it", width="stretch", key="suggest-forget", on_click=_forget)


def paper(one: Listed) -> None:
    """A suggested paper with the sentence that speaks for it."""
    number = one.entry.entry_id
    with st.container(horizontal=True, wrap=False, gap="small", key=f"suggested-{number}"):
        st.session_state.setdefault(f"keep-{number}", True)
        st.checkbox(markdown(one.title), key=f"keep-{number}", label_visibility="collapsed", on_change="ignore")
        with st.container(gap=None):
            shared.title_link(one.entry.paper_id or "", one.title, key=f"suggested-{number}")
            none = '<div class="ph-faint">No sentence of it can be quoted.</div>' if one.entry.why is None else ""
            st.html(entries.details(one) + none)


def _suggest() -> None:
    try:
        made = shared.hall().suggest_list(
            clean(st.session_state["suggest-text"]), size=int(st.session_state["suggest-size"])
        )
    except PosterhallError as error:
        st.session_state[WRONG] = str(error)
        return
    st.session_state[MADE] = made
    st.session_state["suggest-name"] = made.name
    for entry in made.entries:
        st.session_state[f"keep-{entry.entry_id}"] = True


def _keep() -> None:
    made: ReadingList = st.session_state[MADE]
    out = [entry.entry_id for entry in made.entries if not st.session_state[f"keep-{entry.entry_id}"]]
    less = editing.remove(made, out)
    used = tuple(path for path in less.sections if any(entry.section == path for entry in less.entries))
    name = clean(st.session_state["suggest-name"]) or made.name
    kept = shared.hall().put_list(replace(less, name=name, sections=used), "list suggested")
    _forget()
    shared.go({"id": kept.list_id})


def _forget() -> None:
    st.session_state.pop(MADE, None)
