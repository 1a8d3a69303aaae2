"""Paper: everything the library holds of one paper."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

import streamlit as st

from library.kinds import order
from library.types import ACCEPTED, Paper, Passage
from posterhall import PosterhallError
from views import adding, downloads, judging, parts, shared
from views.text import html, markdown

SIMILAR_SHOWN = 6

ALIKE = 5
"""Papers that are proposed as the same work."""


def page() -> None:
    """Draw the page."""
    paper_id = st.query_params.get("id", "")
    paper = shared.hall().paper(paper_id) if paper_id else None
    if paper is None:
        st.html("<h1>Paper</h1>")
        st.info("The library has no such paper." if paper_id else "No paper is chosen yet.", icon=":material/info:")
        st.page_link(shared.BROWSE, label="Browse the papers", icon=":material/library_books:")
        return
    record(paper)
    if shown := parts.programme(shared.hall().events(paper_id)):
        st.html(shown)
    versions(paper)
    text(paper)
    similar(paper)
    topics(paper)
    st.html(parts.provenance(paper.provenance) + parts.conflicts(shared.hall().conflicts(paper_id)))


def record(paper: Paper) -> None:
    """The paper's own record."""
    licence = f'<div class="ph-faint">Licence: {html(paper.licence)}</div>' if paper.licence else ""
    with st.container(gap=None, key="record"):
        st.html(f'<h1>{html(paper.title) or parts.UNTITLED}</h1><div class="ph-meta">{parts.badges(paper)}</div>')
        with st.container(horizontal=True, gap=None, key="terms-authors"):
            for n, name in enumerate(dict.fromkeys(paper.authors)):
                shared.author_link(name, key=f"author-{n}")
        with st.container(horizontal=True, gap=None, key="terms-keywords"):
            for n, word in enumerate(dict.fromkeys(paper.keywords)):
                shared.keyword_link(word, key=f"keyword-{n}")
        st.html(f"{parts.links(paper.links)}{licence}")
    lists(paper)
    if paper.status != ACCEPTED:
        st.warning(f"This paper is {markdown(paper.status)}: lists, searches and answers leave it out.")
    document = shared.hall().document(paper.paper_id)
    if document and document.warning:
        st.warning(f"This PDF may not be the paper's: {markdown(document.warning)}")
    for failure in shared.hall().failures(paper.paper_id):
        st.warning(markdown(f"{failure.item}: {failure.reason}: {failure.detail}"))
    if paper.abstract:
        st.html(f'<h2>Abstract</h2><div class="ph-text">{parts.paragraphs(paper.abstract)}</div>')
    if paper.note:
        st.html(parts.note(paper.note))
    if not paper.abstract and not paper.note:
        st.html('<div class="ph-faint">No abstract in the library.</div>')


def lists(paper: Paper) -> None:
    """The reading lists that hold the work, the way onto another, and how it is cited."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="terms-lists"):
        adding.button([paper.paper_id], key="this", label="Add to a list")
        downloads.cite(paper.paper_id)
        for made in shared.hall().lists_of(paper.paper_id):
            with st.container(key=f"term-list-{made.list_id}", width="content"):
                st.page_link(shared.LISTS, label=f"On {markdown(made.name)}", query_params={"id": made.list_id})


def text(paper: Paper) -> None:
    """The paper's text by section, folded, with the way to each page."""
    sections = parts.sections(shared.hall().passages(paper.paper_id))
    if not sections:
        return
    st.html("<h2>Text</h2>")
    with st.container(gap=None, key="sections"):
        for n, (name, passages) in enumerate(sections):
            label = parts.section_label(name, passages)
            opened = st.expander(label, key=f"section-{n}", on_change="rerun", type="compact")
            # A folded section's text is not sent to the browser: a long paper has hundreds of passages.
            if opened.open:
                with opened:
                    for passage in passages:
                        body(paper, passage)


def body(paper: Paper, passage: Passage) -> None:
    """One passage, with a button for its page."""
    left, right = st.columns([7, 1])
    left.html(f'<div class="ph-text">{parts.paragraphs(passage.text)}</div>')
    number = passage.page
    if number is not None and right.button(
        f"Page {number}", key=f"passage-{passage.passage_id}", help="Show the passage on its page", width="stretch"
    ):
        shared.show_page(paper, passage.section, number, passage.spans[0], paper.paper_id)


def versions(paper: Paper) -> None:
    """The other versions of the work, what changed, and the ways to correct what was linked."""
    hall = shared.hall()
    found, apart = hall.versions(paper.paper_id), hall.apart(paper.paper_id)
    if found or apart:
        st.html("<h2>Other versions</h2>")
    for version in found:
        other = version.paper
        with st.container(gap=None, key=f"version-{other.paper_id}"):
            shared.title_link(other.paper_id, other.title, key=f"version-{other.paper_id}")
            before, after = sorted((paper, other), key=order)
            changed = hall.changes(before.paper_id, after.paper_id)
            st.html(parts.version(version) + (parts.changes(before, after, changed) if changed is not None else ""))
            if st.button("Not the same work", key=f"split-{other.paper_id}", type="tertiary"):
                decide(hall.split, paper, other.paper_id)
    for other in apart:
        with st.container(gap=None, key=f"apart-{other.paper_id}"):
            shared.title_link(other.paper_id, other.title, key=f"apart-{other.paper_id}")
            st.html(parts.byline(other, most=3, after="not the same work, by your word"))
            if st.button("The same work", key=f"join-{other.paper_id}", type="tertiary"):
                decide(hall.join, paper, other.paper_id)
    if paper.status == ACCEPTED:
        same_work(paper, [*(version.paper for version in found), *apart])


def same_work(paper: Paper, known: Sequence[Paper]) -> None:
    """The way to say that the paper is one work with another, folded: few need it."""
    # Each decision makes another box, so that it is folded and empty again.
    key = f"same-{paper.paper_id}-{len(known)}"
    box = st.expander("Same work as another paper …", key=key, on_change="rerun", type="compact")
    if not box.open:
        return
    with box:
        with st.form(f"{key}-form", border=False):
            left, right = st.columns([5, 2], vertical_alignment="bottom")
            named = left.text_input("The other paper’s title or id", key=f"{key}-other")
            if right.form_submit_button("The same work", width="stretch") and named.strip():
                decide(lambda first, text: shared.hall().join(first, shared.hall().find(text).paper_id), paper, named)
        if near := _alike(paper, {other.paper_id for other in known}):
            st.html('<div class="ph-faint">Or it is one of the most similar papers:</div>')
        with st.container(gap=None, key="same-near"):
            for other in near:
                if st.button(_name(other), key=f"{key}-{other.paper_id}", type="tertiary"):
                    decide(shared.hall().join, paper, other.paper_id)


def _alike(paper: Paper, known: Collection[str]) -> list[Paper]:
    """The papers most like one, but for those that are known to be its work or not; none without an index."""
    with suppress(PosterhallError):
        near = shared.hall().similar(paper.paper_id, limit=ALIKE + len(known))
        return [other for other, _ in near if other.paper_id not in known][:ALIKE]
    return []


def _name(paper: Paper) -> str:
    """A paper's title and where it appeared: versions of a work have one title."""
    return markdown(f"{paper.title} ({paper.venue or paper.paper_id})")


def decide(how: Callable[[str, str], None], paper: Paper, other: str) -> None:
    """Keep the user's word about two papers and draw the page again; or say why that cannot be."""
    try:
        how(paper.paper_id, other)
    except PosterhallError as error:
        st.error(markdown(str(error)))
        return
    st.rerun()


def topics(paper: Paper) -> None:
    """The topics that the paper is on, and the way onto another; a missing index costs this part alone."""
    if paper.status != ACCEPTED:
        return
    st.html("<h2>Topics</h2>")
    try:
        with st.spinner("Placing the papers on topics …"):
            found = shared.hall().topics_of(paper.paper_id)
    except PosterhallError as error:
        st.warning(markdown(str(error)))
        return
    for topic, member in found:
        with st.container(gap=None, key=f"topic-{topic.topic_id}"):
            shared.topic_link(topic.topic_id, topic.name, key=topic.topic_id)
            why = parts.reason(member.reason) if member.reason else ""
            if member.standing or why:
                st.html(parts.standing(member.standing) + why)
            if member.verdict:
                judging.button(topic.topic_id, paper, None, "Take that back", key=f"take-back-{topic.topic_id}")
    judging.put_on(paper, {topic.topic_id for topic, _ in found})


def similar(paper: Paper) -> None:
    """Papers like this one; a missing index costs this part alone."""
    try:
        near: Sequence[tuple[Paper, float]] = shared.hall().similar(paper.paper_id, limit=SIMILAR_SHOWN)
    except PosterhallError as error:
        st.warning(markdown(str(error)))
        return
    if not near:
        return
    st.html("<h2>Similar papers</h2>")
    for other, score in near:
        with st.container(gap=None, key=f"similar-{other.paper_id}"):
            adding.titled(other, key=f"similar-{other.paper_id}")
            st.html(parts.byline(other, most=3, after=f"similarity {score:.2f}") + shared.also_at(other.paper_id))


if __name__ == "__main__":
    page()
