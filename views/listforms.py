"""Forms of a reading list: its name, its sections, one entry, several entries."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import streamlit as st

from library import editing
from library.editing import Edit, section_path, section_text
from library.lists import PRIORITIES, STATES, Change, Entry, Path, ReadingList
from posterhall import PosterhallError
from views import shared
from views.text import count, html, markdown

WRONG = "listforms:wrong"
"""What could not be done, for the list to say when it is drawn next."""

NO_SECTION = "Before the first section"
NO_PRIORITY = "None"


def attempt(change: Callable[[], object]) -> None:
    """Do something to a list; what keeps it from being done is told where the list is drawn."""
    try:
        change()
    except PosterhallError as error:
        st.session_state[WRONG] = str(error)


def undo(change: Change) -> None:
    """Take back the change that the reader was shown, and no other."""
    attempt(lambda: shared.hall().undo_list(change.list_id, change_no=change.change_no))


def tick_key(made: ReadingList, number: int) -> str:
    """The key of an entry's box."""
    return f"tick-{made.list_id}-{number}"


def describe(made: ReadingList) -> None:
    """Rename and describe a list, in a dialog."""

    @st.dialog("Name and description")
    def dialog() -> None:
        with st.form("describe-list", border=False):
            name = st.text_input("Name", made.name)
            text = st.text_area("Description", made.description)
            done = st.form_submit_button("Save", type="primary")
        if done:
            try:
                _name(made, name, text)
            except PosterhallError as error:
                st.error(markdown(str(error)))
                return
            st.rerun()

    dialog()


def _name(made: ReadingList, name: str, text: str) -> None:
    # What the reader left as it was stays as it is now, whoever has changed it meanwhile.
    hall, described = shared.hall(), text if text != made.description else None
    if name != made.name:
        hall.rename_list(made.list_id, name, described)
    elif described is not None:
        hall.describe_list(made.list_id, described)


def name_section(made: ReadingList, path: Path | None) -> None:
    """Rename a section, or name a new one, in a dialog."""

    @st.dialog("Add a section" if path is None else "Rename a section")
    def dialog() -> None:
        with st.form("name-section", border=False):
            name = st.text_input("Name", section_text(path or ()), placeholder="Attention, or Attention / Linear")
            done = st.form_submit_button("Save", type="primary")
        if done:
            new = section_path(name)
            edit = (
                (lambda now: editing.add_section(now, new))
                if path is None
                else (lambda now: editing.rename_section(now, path, new))
            )
            try:
                what = "section added" if path is None else editing.renaming(made, path, new)
                shared.hall().edit_list(made.list_id, edit, what)
            except PosterhallError as error:
                st.error(markdown(str(error)))
                return
            st.rerun()

    dialog()


def delete(made: ReadingList) -> None:
    """Remove a list, after a word."""

    @st.dialog("Remove this list")
    def dialog() -> None:
        st.html(f"<b>{html(made.name)}</b>, {count(len(made.entries), 'paper')}. It can be brought back on Lists.")
        if st.button("Remove", type="primary", key="remove-list"):
            attempt(lambda: shared.hall().remove_list(made.list_id))
            shared.go({})
            st.rerun()

    dialog()


def remove(made: ReadingList, ids: Collection[int]) -> None:
    """Take entries off a list."""
    what = f"{count(len(ids), 'paper')} taken off"
    attempt(lambda: shared.hall().edit_list(made.list_id, lambda now: editing.remove(now, ids), what))


def edit_one(made: ReadingList, entry: Entry, close: Callable[[], None]) -> None:
    """The form of one entry, in its place."""
    number = entry.entry_id
    beside = [one.entry_id for one in made.entries if one.section == entry.section]
    here = beside.index(number) + 1

    def save() -> None:
        # What the reader left alone stays as it is by now: the form may have been open for long, in one tab of two.
        change, place = editing.only_changes(entry, _read(number)), st.session_state.get(f"place-{number}", here)

        def edit(now: ReadingList) -> ReadingList:
            note = editing.entry(now, number).note
            both = change.note is not None and note not in (entry.note, change.note)
            now = editing.edit(now, [number], replace(change, note=f"{note}\n\n{change.note}") if both else change)
            return now if place == here else editing.put(now, number, place)

        attempt(lambda: shared.hall().edit_list(made.list_id, edit, "paper edited"))
        close()

    def take_off() -> None:
        remove(made, [number])
        close()

    with st.form(f"entry-form-{number}"):
        _places(made, number, entry)
        if len(beside) > 1:
            st.number_input(f"Place in its section, of {len(beside)}", 1, value=here, key=f"place-{number}")
        st.multiselect(
            "Tags", _tags(made), list(entry.tags), key=f"tags-{number}", accept_new_options=True, placeholder="None"
        )
        st.text_area("Note", entry.note, key=f"note-{number}", placeholder="In your own words")
        with st.container(horizontal=True):
            st.form_submit_button("Save", type="primary", on_click=save)
            st.form_submit_button("Cancel", on_click=close)
            st.form_submit_button("Take off the list", type="tertiary", on_click=take_off)


def edit_several(made: ReadingList, ids: Collection[int]) -> None:
    """The form of several entries, in a dialog: what is left empty stays as it is."""

    @st.dialog(f"Edit {count(len(ids), 'paper')}")
    def dialog() -> None:
        with st.form("edit-several", border=False):
            _places(made, 0, None)
            tags = st.multiselect("Add tags", _tags(made), accept_new_options=True, placeholder="None")
            untag = st.multiselect("Take off tags", _tags(made), placeholder="None")
            done = st.form_submit_button("Save", type="primary")
        if done:
            change = replace(_read(0), tag=tuple(tags), untag=tuple(untag))
            what = f"{count(len(ids), 'paper')} edited"
            attempt(lambda: shared.hall().edit_list(made.list_id, lambda now: editing.edit(now, ids, change), what))
            for number in ids:
                st.session_state[tick_key(made, number)] = False
            st.rerun()

    dialog()


def _places(made: ReadingList, number: int, entry: Entry | None) -> None:
    """State, priority and section; of several entries none is laid down."""
    sections = [NO_SECTION, *map(section_text, made.sections)]
    here = section_text(entry.section) if entry and entry.section else NO_SECTION
    left, right = st.columns(2)
    left.selectbox(
        "State",
        STATES,
        index=STATES.index(entry.state) if entry else None,
        format_func=str.capitalize,
        key=f"edit-state-{number}",
        placeholder="As it is",
    )
    right.selectbox(
        "Priority",
        PRIORITIES,
        index=PRIORITIES.index(entry.priority) if entry else None,
        format_func=lambda each: str(each) if each else NO_PRIORITY,
        key=f"edit-priority-{number}",
        placeholder="As it is",
    )
    st.selectbox(
        "Section",
        sections,
        index=sections.index(here) if entry else None,
        key=f"edit-section-{number}",
        placeholder="As it is; type the name of a new one",
        accept_new_options=True,
    )


def _read(number: int) -> Edit:
    """What the form says; a field that it has not is left as it is."""
    state = st.session_state
    section = state[f"edit-section-{number}"]
    tags = state.get(f"tags-{number}")
    return Edit(
        note=state.get(f"note-{number}"),
        state=state[f"edit-state-{number}"],
        priority=state[f"edit-priority-{number}"],
        section=None if section is None else () if section == NO_SECTION else section_path(section),
        tags=None if tags is None else tuple(tags),
    )


def _tags(made: ReadingList) -> list[str]:
    """Every tag on the list, by name."""
    return sorted({tag for entry in made.entries for tag in entry.tags}, key=str.casefold)
