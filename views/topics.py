"""Topics: what the papers are about, and for each topic its papers with the sentence that put them there."""

from __future__ import annotations

import streamlit as st

from library.types import Filter
from posterhall import PosterhallError, TopicMembers, TopicRow
from views import adding, downloads, judging, new_topic, parts, shared, trends, within
from views.params import PAGE_SIZE, clamp, pages, read_page
from views.text import count, html, markdown

UNSORTED = "_none"
"""The address of the papers that are on no topic: no topic's id has such a letter."""


def page() -> None:
    """Draw the page."""
    chosen = st.query_params.get("id", "")
    try:
        with st.spinner("Placing the papers on topics …"):
            rows = shared.hall().topics()
    except PosterhallError as error:
        st.html("<h1>Topics</h1>")
        st.warning(markdown(str(error)))
        st.page_link(shared.BROWSE, label="Browse the papers", icon=":material/library_books:")
        return
    try:
        if new_topic.NEW in st.query_params:
            new_topic.page(st.query_params[new_topic.NEW])
        elif not chosen:
            overview(rows)
        elif chosen == UNSORTED:
            unsorted()
        else:
            topic(chosen, {row.topic.topic_id: row.count for row in rows})
    except PosterhallError as error:
        st.warning(markdown(str(error)))
        st.page_link(shared.TOPICS, label="All topics", icon=":material/category:")


def overview(rows: list[TopicRow]) -> None:
    """All topics, those with the most papers first."""
    st.html("<h1>Topics</h1>")
    held = [row for row in rows if row.count]
    left = shared.hall().count_unsorted()
    st.html(f'<p class="ph-lead">{count(len(held), "topic")} with papers here; each paper’s place has a reason.</p>')
    new_topic.offered()
    st.button(
        "A topic of your own",
        key="own",
        icon=":material/add:",
        type="tertiary",
        on_click=shared.go,
        args=({new_topic.NEW: new_topic.NEW},),
    )
    for row in sorted(held, key=lambda row: (-row.count, row.topic.name.casefold())):
        with st.container(gap=None, key=f"entry-{row.topic.topic_id}"):
            shared.topic_link(row.topic.topic_id, row.topic.name, key=row.topic.topic_id, papers=row.count)
            st.html(f'<div class="ph-faint">{html(row.topic.description)}</div>')
    with st.container(gap=None, key=f"entry-{UNSORTED}"):
        shared.topic_link(UNSORTED, "On no topic", key=UNSORTED, papers=left)
    empty = [row.topic.name for row in rows if not row.count]
    if empty:
        st.html(f'<div class="ph-faint ph-small">Without papers here: {html(", ".join(sorted(empty)))}.</div>')


def topic(name: str, counts: dict[str, int]) -> None:
    """One topic: its papers, each with its reason and the ways to say that it belongs or does not."""
    hall = shared.hall()
    try:
        known = hall.topic(name, limit=0).topic
    except PosterhallError:
        st.html("<h1>Topics</h1>")
        raise
    total = counts.get(known.topic_id, 0)
    number = clamp(read_page(st.query_params), total)
    found = hall.topic(known.topic_id, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    also = ", ".join((*known.synonyms[:8], *known.acronyms[:4]))
    st.html(
        f'<h1>{html(known.name)}</h1><div class="ph-text"><p>{html(known.description)}</p></div>'
        f'<div class="ph-faint">{f"Also: {html(also)}" if also else ""}</div>'
        f'<div class="ph-count"><b>{count(total, "paper")}</b></div>'
    )
    where = Filter(topic=known.topic_id)
    if total:
        within.ways(where, key="topic-ways")
        downloads.control("topic", known.name, lambda: [m.paper.paper_id for m in hall.topic(name).members])
    plots = st.container()
    members(found)
    if total:
        with plots:  # last: the first plot waits for its library to load
            trends.folded(hall.trends(where), expanded=True)
    turn(known.topic_id, number, total)
    if known.kept:
        new_topic.removal(known.topic_id)
    elif known.own:
        st.html(f'<div class="ph-faint">This topic stands in {html(str(hall.data / "topics.toml"))}.</div>')
    st.page_link(shared.TOPICS, label="All topics", icon=":material/category:")


def members(found: TopicMembers) -> None:
    """The papers of a topic, and those that the reader took off it."""
    topic_id, whys = found.topic.topic_id, adding.reasons(found.members)
    if found.members:
        shown = [member.paper.paper_id for member in found.members]
        adding.button(shown, key="shown", label=f"Add {count(len(shown), 'paper')} to a list", whys=whys)
    for member in found.members:
        paper, reason = member.paper, member.reason
        with st.container(gap=None, key=f"entry-{paper.paper_id}"):
            adding.titled(paper, key=paper.paper_id, whys=whys)
            about = shared.also_at(paper.paper_id) + (parts.reason(reason) if reason else "")
            st.html(parts.byline(paper, after=member.standing) + about)
            with st.container(horizontal=True, key=f"said-{paper.paper_id}"):
                if reason and reason.page is not None:
                    key = f"page-{paper.paper_id}"
                    if st.button(f"Page {reason.page}", key=key, type="tertiary"):
                        shared.show_page(paper, reason.section, reason.page, reason.span, paper.paper_id)
                if member.verdict:
                    judging.button(topic_id, paper, None, "Take that back", key=f"None-{paper.paper_id}")
                else:
                    judging.button(topic_id, paper, "accept", "Belongs here", key=f"accept-{paper.paper_id}")
                judging.button(topic_id, paper, "reject", "Does not", key=f"reject-{paper.paper_id}")
    if found.rejected:
        st.html("<h2>Rejected by you</h2>")
    for member in found.rejected:
        paper = member.paper
        with st.container(gap=None, key=f"entry-{paper.paper_id}"):
            shared.title_link(paper.paper_id, paper.title, key=paper.paper_id)
            judging.button(topic_id, paper, None, "Take that back", key=f"None-{paper.paper_id}")


def unsorted() -> None:
    """The papers that are on no topic."""
    total = shared.hall().count_unsorted()
    number = clamp(read_page(st.query_params), total)
    st.html(f'<h1>On no topic</h1><div class="ph-count"><b>{count(total, "paper")}</b></div>')
    for paper in shared.hall().unsorted(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE):
        with st.container(gap=None, key=f"entry-{paper.paper_id}"):
            adding.titled(paper, key=paper.paper_id)
            st.html(parts.entry(paper) + shared.also_at(paper.paper_id))
    turn(UNSORTED, number, total)
    st.page_link(shared.TOPICS, label="All topics", icon=":material/category:")


def turn(topic_id: str, number: int, total: int) -> None:
    """The ways to the list's other pages."""
    if pages(total) == 1:
        return
    with st.container(horizontal=True, key="pager"):
        for label, to in (("Previous", number - 1), ("Next", number + 1)):
            if 1 <= to <= pages(total):
                st.button(
                    label, key=label, type="tertiary", on_click=shared.go, args=({"id": topic_id, "page": str(to)},)
                )


if __name__ == "__main__":
    page()
