"""The reader's word about papers on topics: the buttons that keep it, and the way onto a topic from a paper's page."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from library.types import Paper
from posterhall import PosterhallError
from views import shared
from views.text import markdown, printable

WRONG = "judging:wrong"
"""The control whose word could not be kept, and why."""


def button(topic_id: str, paper: Paper, verdict: str | None, label: str, *, key: str) -> None:
    """A button that keeps the reader's word; the topic's other papers are placed anew at once."""
    st.button(label, key=key, type="tertiary", on_click=_judge, args=(key, topic_id, paper.paper_id, verdict))
    _wrong(key)


def put_on(paper: Paper, on: Collection[str]) -> None:
    """The topics that a paper is not on; choosing one puts it there."""
    rows = sorted(shared.hall().topics(), key=lambda row: row.topic.name.casefold())
    names = {row.topic.topic_id: printable(row.topic.name) for row in rows if row.topic.topic_id not in on}
    key = f"put-on-{paper.paper_id}"
    st.selectbox(
        "Put it on a topic",
        list(names),
        index=None,
        key=key,
        format_func=lambda topic_id: names.get(topic_id, topic_id),
        placeholder="Put it on a topic",
        label_visibility="collapsed",
        on_change=_put,
        args=(key, paper.paper_id),
        width=320,
    )
    _wrong(key)


def _put(key: str, paper_id: str) -> None:
    topic_id, st.session_state[key] = st.session_state[key], None
    if topic_id:
        _judge(key, topic_id, paper_id, "accept")


def _judge(key: str, topic_id: str, paper_id: str, verdict: str | None) -> None:
    """Keep the reader's word and say what moved; what was asked within the topic before is asked again."""
    try:
        told = shared.hall().verdict(topic_id, paper_id, verdict)
    except PosterhallError as error:
        st.session_state[WRONG] = key, str(error)
        return
    if told.moved:
        shared.say(f"{markdown(told.topic.name)}: {told.moved}.")
    for page in ("ask", "browse"):
        st.session_state.pop(f"{page}:asked", None)


def _wrong(key: str) -> None:
    """Say why the word of a control could not be kept."""
    where, text = st.session_state.get(WRONG, ("", ""))
    if where == key:
        del st.session_state[WRONG]
        st.error(markdown(text))
