"""Adding papers to a reading list, from wherever papers are shown: a button, and the dialog that it opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from library.editing import section_path, section_text
from library.lists import ReadingList, Why
from library.types import Paper
from posterhall import Added, Member, PosterhallError
from views import shared
from views.parts import Quote
from views.text import count, markdown

MOST = 200
"""Papers that are added at once from a list of them; who wants more has not chosen."""

ICON = ":material/playlist_add:"

_LAST = "adding:last"


def titled(paper: Paper, *, key: str, whys: Mapping[str, Why] | None = None) -> None:
    """A paper's title as a link to its page, and beside it the button that adds it; ``key`` as of a title's link."""
    with st.container(horizontal=True, wrap=False, gap="small", key=f"titled-{key}"):
        shared.title_link(paper.paper_id, paper.title, key=key)
        button([paper.paper_id], key=key, whys=whys)


def button(
    paper_ids: Sequence[str], *, key: str, label: str = "Add", whys: Mapping[str, Why] | None = None, section: str = ""
) -> None:
    """A button that adds papers to a list of the reader's choice.

    Args:
        paper_ids: The papers.
        key: Unlike any other on the page.
        label: What it says.
        whys: Paper id to the sentence that is kept with it.
        section: The section that is proposed.
    """
    if st.button(label, icon=ICON, key=f"to-list-{key}", type="tertiary"):
        _choose(paper_ids, whys or {}, section)


def reasons(members: Iterable[Member]) -> dict[str, Why]:
    """The sentences that put papers on a topic, by paper."""
    return {m.paper.paper_id: Why(m.reason.text, m.reason.section, m.reason.page) for m in members if m.reason}


def quotes(found: Iterable[Quote]) -> dict[str, Why]:
    """The first quote of each paper of an answer, by paper."""
    first: dict[str, Why] = {}
    for quote in found:
        first.setdefault(quote.paper_id, Why(quote.quote, quote.section, quote.page))
    return first


def _choose(paper_ids: Sequence[str], whys: Mapping[str, Why], proposed: str) -> None:
    @st.dialog("Add to a list" if len(paper_ids) == 1 else f"Add {len(paper_ids):,} papers to a list")
    def dialog() -> None:
        made = {one.list_id: one for one in shared.hall().reading_lists()}
        last = st.session_state.get(_LAST)
        chosen = st.selectbox(
            "List",
            list(made),
            index=list(made).index(last) if last in made else None,
            format_func=lambda name: made[name].name if name in made else name,
            placeholder="Choose a list, or type the name of a new one",
            accept_new_options=True,
            key="adding-list",
        )
        held = made.get(chosen or "")
        sections = [section_text(path) for path in held.sections] if held else []
        offered = list(dict.fromkeys([*sections, *([proposed] if proposed else [])]))
        section = st.selectbox(
            "Section",
            offered,
            index=None,
            placeholder="None, or one of the list’s, or a new one",
            accept_new_options=True,
            key="adding-section",
        )
        if st.button("Add", type="primary", key="adding-go", disabled=not (chosen or "").strip()):
            try:
                said = _add(held, chosen or "", paper_ids, section or "", whys)
            except PosterhallError as error:
                st.error(markdown(str(error)))
                return
            st.session_state[_LAST] = said.made.list_id
            shared.say(told(said))
            st.rerun()

    dialog()


def _add(held: ReadingList | None, name: str, paper_ids: Sequence[str], section: str, whys: Mapping[str, Why]) -> Added:
    hall = shared.hall()
    made = held or hall.make_list(name)
    return hall.add_to_list(made.list_id, paper_ids, section=section_path(section), whys=whys)


def told(said: Added) -> str:
    """What became of papers that were added, in a sentence, as Markdown."""
    parts = [f"{count(len(said.added), 'paper')} added to {markdown(said.made.name)}."] if said.added else []
    again = sum(not held.version for held in said.held)
    if again:
        parts.append(f"{count(again, 'paper')} on {markdown(said.made.name)} already.")
    for held in said.held:
        if held.version:
            parts.append(f"Another version of “{markdown(held.paper.title)}” is on it; the entry shows the main one.")
    return " ".join(parts)
