"""Author: the papers under a name, and who and what they share."""

from __future__ import annotations

import streamlit as st

from library.facets import Author
from library.types import Filter
from views import parts, shared
from views.text import count, html

PAPERS_SHOWN = 50
TERMS_SHOWN = 24
"""Coauthors and keywords that are listed."""

SAME_NAME = "The same name counts as the same author: papers of people who share it stand here together."


def page() -> None:
    """Draw the page."""
    name = st.query_params.get("name", "")
    author = shared.hall().author(name, most=TERMS_SHOWN) if name else None
    if author is None or not author.papers:
        st.html("<h1>Author</h1>")
        st.info(
            "The library has no author of this name." if name else "No author is chosen yet.", icon=":material/info:"
        )
        st.page_link(shared.BROWSE, label="Browse the papers", icon=":material/library_books:")
        return
    heading(author)
    terms(author)
    papers(author)


def heading(author: Author) -> None:
    """The name, and where and when its papers appeared."""
    where = [f"{html(venue)} ({papers:,})" for venue, papers in author.venues]
    years = sorted(year for year, _ in author.years)
    when = [f"{years[0]} to {years[-1]}"] if len(years) > 1 else []
    about = " · ".join([count(author.papers, "paper"), *where, *when])
    st.html(f'<h1>{html(author.name) or shared.NAMELESS}</h1><div class="ph-meta">{about}</div>')
    st.html(f'<div class="ph-faint">{SAME_NAME}</div>')


def terms(author: Author) -> None:
    """Coauthors and keywords, the most frequent first, each with how many of the author's papers have it."""
    if author.coauthors:
        st.html("<h2>Coauthors</h2>")
        with st.container(horizontal=True, gap=None, key="terms-authors"):
            for n, (name, papers) in enumerate(author.coauthors):
                shared.author_link(name, key=f"author-{n}", papers=papers)
    if author.keywords:
        st.html("<h2>Keywords</h2>")
        with st.container(horizontal=True, gap=None, key="terms-keywords"):
            for n, (word, papers) in enumerate(author.keywords):
                shared.keyword_link(word, key=f"keyword-{n}", papers=papers)


def papers(author: Author) -> None:
    """The author's papers, the newest first."""
    st.html("<h2>Papers</h2>")
    shown, _ = shared.hall().works(Filter(authors=(author.name,)), sort="newest", limit=PAPERS_SHOWN)
    for paper in shown:
        with st.container(gap=None, key=f"entry-{paper.paper_id}"):
            shared.title_link(paper.paper_id, paper.title, key=paper.paper_id)
            st.html(parts.entry(paper) + shared.also_at(paper.paper_id))
    st.page_link(
        shared.BROWSE,
        label="Filter and sort these papers" if author.papers <= PAPERS_SHOWN else f"All {author.papers:,} papers",
        icon=":material/library_books:",
        query_params={"author": author.name},
    )


if __name__ == "__main__":
    page()
