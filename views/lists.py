"""Lists: every reading list, a form for a new one, suggestions; or one list."""

from __future__ import annotations

import streamlit as st

from library.lists import ReadingList
from views import entries, importing, listforms, onelist, shared, suggesting
from views.params import clean
from views.text import markdown

DESCRIBED = 160
"""Characters of a description that stand under a list's name."""


def page() -> None:
    """Draw the page."""
    chosen = st.query_params.get("id", "")
    if chosen:
        onelist.shown(chosen)
    else:
        overview()


def overview() -> None:
    """Every list with how far the reader is, and the ways to a new one."""
    hall = shared.hall()
    st.html('<h1>Lists</h1><p class="ph-lead">Papers to read, in your order. Every change can be undone.</p>')
    if wrong := st.session_state.pop(listforms.WRONG, None):
        st.warning(markdown(wrong))
    new()
    importing.form()
    suggesting.form()
    lists = hall.reading_lists()
    if changes := hall.list_changes(limit=1):
        latest = changes[0]
        kept = {made.list_id: made for made in lists}
        name = (kept.get(latest.list_id) or latest.before or ReadingList("", latest.list_id)).name
        st.button(
            f"Undo: {markdown(name)}: {markdown(latest.what)}",
            icon=":material/undo:",
            key="undo",
            type="tertiary",
            on_click=listforms.undo,
            args=(latest,),
        )
    for made in lists:
        with st.container(gap=None, key=f"list-{made.list_id}"):
            shared.list_link(made.list_id, made.name, key=made.list_id)
            about = f'<div class="ph-faint">{entries.summary(made, DESCRIBED)}</div>'
            st.html(f'<div class="ph-meta">{entries.progress(made)}</div>{about if made.description else ""}')


def new() -> None:
    """The form for a list without papers."""
    with st.form("new-list", border=False, clear_on_submit=True):
        left, right = st.columns([5, 1], vertical_alignment="bottom")
        left.text_input("New list", key="new-list-name", placeholder="The name of a new list")
        right.form_submit_button("Make it", width="stretch", on_click=_make)


def _make() -> None:
    def make() -> None:
        shared.go({"id": shared.hall().make_list(clean(st.session_state["new-list-name"])).list_id})

    listforms.attempt(make)


if __name__ == "__main__":
    page()
