"""One reading list: its papers by section, in the reader's order, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from library import editing
from library.lists import STATES, Path, ReadingList
from posterhall import Listed, PosterhallError
from views import downloads, entries, listforms, plan, shared
from views.text import count, html, markdown

EDITING = "onelist:editing"
"""The entries whose forms are open: opening another throws nothing away that was typed."""


@st.fragment
def shown(list_id: str) -> None:
    """Draw a list. What is done to it draws it again, and nothing else of the app."""
    hall = shared.hall()
    try:
        made = hall.reading_list(list_id)
    except PosterhallError as error:
        st.html("<h1>Lists</h1>")
        st.warning(markdown(str(error)))
        st.page_link(shared.LISTS, label="All lists", icon=":material/checklist:")
        return
    head(made)
    if wrong := st.session_state.pop(listforms.WRONG, None):
        st.warning(markdown(wrong))
    if made.entries:
        by_day(made)
        chosen_bar(made)
    below: dict[Path, list[Listed]] = {}
    for one in hall.list_papers(made):
        below.setdefault(one.entry.section, []).append(one)
    for path in ((), *made.sections):
        if path:
            inside = sum(len(rows) for other, rows in below.items() if other[: len(path)] == path)
            heading(made, path, inside)
        for one in below.get(path, ()):
            row(made, one)
    if not made.entries:
        st.info(
            "No paper yet: wherever papers are shown, Add puts them on a list.",
            icon=":material/info:",
        )
    st.page_link(shared.LISTS, label="All lists", icon=":material/checklist:")


def head(made: ReadingList) -> None:
    """The list's name and description, and what is done to it as a whole."""
    st.html(
        f'<h1>{html(made.name)}</h1><div class="ph-text">{entries.description(made)}</div>'
        f'<div class="ph-count"><b>{entries.progress(made)}</b></div>'
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="list-tools"):
        if st.button("Name and description", key="describe", icon=":material/edit:", type="tertiary"):
            listforms.describe(made)
        if st.button("Add a section", key="new-section", icon=":material/add:", type="tertiary"):
            listforms.name_section(made, None)
        downloads.control("list", made.name, made)
        did = st.menu_button("More", [MERGE, RESOLVE, REMOVE], key="more", type="tertiary")
        if did == RESOLVE:
            found = shared.hall().resolve_list(made.list_id).resolved
            shared.say(f"{count(found, 'paper')} found in the library.")
            st.rerun()
        elif did == MERGE:
            _, gone = shared.hall().merge_duplicates(made.list_id)
            shared.say(f"{gone} merged." if gone else "No work is on the list twice.")
            st.rerun()
        elif did == REMOVE:
            listforms.delete(made)
        if changes := shared.hall().list_changes(made.list_id, limit=1):
            st.button(
                f"Undo: {markdown(changes[0].what)}",
                icon=":material/undo:",
                key="undo",
                type="tertiary",
                on_click=listforms.undo,
                args=(changes[0],),
            )


MERGE, RESOLVE, REMOVE = "Merge versions of one work", "Look for papers the library lacked", "Remove this list"


def by_day(made: ReadingList) -> None:
    """When and where its papers are shown, folded."""
    folded = st.expander("By day: talks and posters", key="by-day", on_change="rerun", type="compact")
    if folded.open:
        hall = shared.hall()
        with folded:
            plan.itinerary(hall.itinerary(made), hall.itinerary_ics(made))


def chosen_bar(made: ReadingList) -> None:
    """What is done to all entries that are ticked."""
    keys = {entry.entry_id: listforms.tick_key(made, entry.entry_id) for entry in made.entries}
    with st.container(horizontal=True, vertical_alignment="center", key="chosen"):
        st.html('<div class="ph-faint">Ticked papers:</div>', width="content")
        if st.button("Edit", key="edit-chosen", type="tertiary"):
            ids = [number for number, key in keys.items() if st.session_state.get(key)]
            listforms.edit_several(made, ids) if ids else st.toast("Tick the papers first.")
        if st.button("Take off the list", key="remove-chosen", type="tertiary"):
            ids = [number for number, key in keys.items() if st.session_state.get(key)]
            if ids:
                listforms.remove(made, ids)
                st.rerun()
            st.toast("Tick the papers first.")
        for label, value in (("Tick all", True), ("Tick none", False)):
            st.button(label, key=label, type="tertiary", on_click=_tick, args=(list(keys.values()), value))


def heading(made: ReadingList, path: Path, papers: int) -> None:
    """A section's name and its own menu."""
    level, key = min(len(path) + 1, 4), editing.section_text(path)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"heading-{key}"):
        number = f' <span class="ph-faint">{papers or "no paper yet"}</span>'
        st.html(f"<h{level}>{html(path[-1])}{number}</h{level}>", width="content")
        ways = ("Rename", "Move up", "Move down", "Remove, keep its papers")
        did = st.menu_button("Section", ways, key=f"section-menu-{key}", type="tertiary")
        if did == ways[0]:
            listforms.name_section(made, path)
        elif did == ways[3]:
            _now(made, lambda now: editing.remove_section(now, path), "section removed")
        elif did:
            by = -1 if did == ways[1] else 1
            _now(made, lambda now: editing.shift_section(now, path, by), "section moved")


def row(made: ReadingList, one: Listed) -> None:
    """An entry: the paper, the reader's marks and note, and the ways to change them."""
    number, paper_id = one.entry.entry_id, one.entry.paper_id
    with st.container(horizontal=True, wrap=False, gap="small", key=f"entry-{number}"):
        st.checkbox(
            markdown(one.title) or "Paper",
            key=listforms.tick_key(made, number),
            label_visibility="collapsed",
            on_change="ignore",
        )
        with st.container(gap=None):
            if one.paper is not None:
                shared.title_link(paper_id or "", one.title, key=str(number))
                st.html(entries.details(one))
            else:
                st.html(entries.title(one) + entries.details(one))
            if (made.list_id, number) in st.session_state.get(EDITING, ()):
                listforms.edit_one(made, one.entry, lambda: _close(made, number))
            else:
                tools(made, one)


def tools(made: ReadingList, one: Listed) -> None:
    """The small ways to change an entry, below it."""
    number = one.entry.entry_id
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"tools-{number}"):
        st.menu_button(
            "Mark as",
            STATES,
            format_func=str.capitalize,
            key=f"state-{number}",
            type="tertiary",
            on_click=_state,
            args=(made, number),
        )
        for name, by in (("Up", -1), ("Down", 1)):
            st.button(
                name,
                key=f"{name}-{number}",
                type="tertiary",
                on_click=_change,
                args=(made, lambda now, by=by: editing.shift(now, number, by), "paper moved"),
            )
        st.button("Edit", key=f"edit-{number}", type="tertiary", on_click=_open, args=(made, number))


def _state(made: ReadingList, number: int) -> None:
    state = st.session_state[f"state-{number}"]
    _change(made, lambda now: editing.edit(now, [number], editing.Edit(state=state)), f"marked as {state}")


def _change(made: ReadingList, edit: Callable[[ReadingList], ReadingList], what: str) -> None:
    listforms.attempt(lambda: shared.hall().edit_list(made.list_id, edit, what))


def _now(made: ReadingList, edit: Callable[[ReadingList], ReadingList], what: str) -> None:
    """Change the list while it is drawn, and draw it again."""
    _change(made, edit, what)
    st.rerun(scope="fragment")


def _tick(keys: list[str], value: bool) -> None:
    st.session_state.update(dict.fromkeys(keys, value))


def _open(made: ReadingList, number: int) -> None:
    st.session_state[EDITING] = {*st.session_state.get(EDITING, ()), (made.list_id, number)}


def _close(made: ReadingList, number: int) -> None:
    st.session_state[EDITING] = st.session_state[EDITING] - {(made.list_id, number)}
