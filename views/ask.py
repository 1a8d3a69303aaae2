"""Ask: a question, the quotes that answer it, and the papers on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from library.types import Filter, Paper
from posterhall import Hit, Results
from views import adding, parts, shared, within
from views.params import clean, read_asked, write_asked
from views.text import count

# About papers in the starter library.
EXAMPLES = (
    "Which methods reduce the memory that LLM training needs?",
    "Is DPO better than PPO for aligning language models?",
    "Does debate between language models lead to more truthful answers?",
    "Can a trained Transformer be turned into one with linear attention?",
    "Do different neural networks converge to one shared representation?",
)

HOW_FOUND = "With the passage that found each paper, and that passage’s rank by words and by meaning."

PAPERS_SHOWN = 8
CLOSEST_SHOWN = 5


def page() -> None:
    """Draw the page."""
    known = within.known()
    asked = read_asked(shared.address(), known)
    where = asked.where
    shared.follow_address(
        "ask",
        {
            "ask-q": asked.question,
            **shared.filter_values("ask", where.venue, where.tier, where.year),
            "ask-within": Filter(topic=where.topic, papers=where.papers),
        },
    )
    st.html('<h1>Ask the papers</h1><p class="ph-lead">Answers are quotes, each checked against its source.</p>')
    with st.form("ask", border=False):
        left, right = st.columns([6, 1], vertical_alignment="bottom")
        question = left.text_input(
            "Question",
            key="ask-q",
            placeholder="What would you like to know?",
            label_visibility="collapsed",
        )
        submitted = right.form_submit_button("Ask", type="primary", width="stretch")
        venue, tier, year = shared.filter_boxes("ask", known.facets)
    shared.warn_ignored(asked.ignored)
    if asked.lost:
        within.warn_lost()
    inside: Filter = st.session_state["ask-within"]
    question, where = clean(question), replace(inside, venue=venue, tier=tier, year=year)
    refused = within.refused("ask", where, lambda wider: write_asked(question, wider))
    within.chips("ask", where, lambda wider: write_asked(question, wider), topic=not refused)
    shared.keep_address("ask", write_asked(question, where))
    if refused:
        return
    if question:
        answered(question, where, again=submitted)
    elif not inside:
        examples()


def examples() -> None:
    """Questions to start with."""
    st.html("<h2>For example</h2>")
    with st.container(gap=None, key="examples"):
        for example in EXAMPLES:
            params = write_asked(example, Filter())
            st.button(example, type="tertiary", icon=":material/search:", on_click=shared.go, args=(params,))


def answered(question: str, where: Filter, *, again: bool) -> None:
    """Draw the answer; it is worked out once, not at every click on the page.

    Args:
        question: Not empty.
        where: Which papers count.
        again: Work it out even if it was the last one.
    """
    hall = shared.hall()
    if again or st.session_state.get("ask:asked") != (question, where):
        with st.spinner("Reading the papers …"):
            st.session_state["ask:answer"] = hall.ask(question, where=where)
            st.session_state["ask:found"] = hall.search(question, limit=PAPERS_SHOWN, where=where)
        st.session_state["ask:asked"] = (question, where)
    answer, found = st.session_state["ask:answer"], st.session_state["ask:found"]
    if answer.answered:
        quotes(answer.citations, found)
        papers("Papers on this", found.hits)
    else:
        st.info(answer.text, icon=":material/info:")
        papers("Closest papers", found.hits[:CLOSEST_SHOWN])


def quotes(citations: Sequence[parts.Quote], found: Results) -> None:
    """The answer: quotes under their papers, each with the way to its page."""
    groups = parts.by_paper(citations)
    known = {hit.paper.paper_id: hit.paper for hit in found.hits}
    whys = adding.quotes(citations)
    st.html(f"<h2>{count(len(citations), 'quote')} from {count(len(groups), 'paper')}</h2>")
    adding.button(list(whys), key="cited", label=f"Add {count(len(whys), 'paper')} to a list", whys=whys)
    for paper_id, of_paper in groups:
        paper = known.get(paper_id) or shared.hall().paper(paper_id)
        with st.container(border=True, key=f"answer-{of_paper[0].n}"):
            with st.container(gap=None):
                if paper is None:
                    shared.title_link(paper_id, of_paper[0].title, key=f"answer-{of_paper[0].n}")
                else:
                    adding.titled(paper, key=f"answer-{of_paper[0].n}", whys=whys)
                    st.html(parts.byline(paper, most=3) + shared.also_at(paper_id))
            for quote in of_paper:
                citation(quote, paper)


def citation(quote: parts.Quote, paper: Paper | None) -> None:
    """One quote, with a button for its page where it has one."""
    if quote.page is None:
        st.html(parts.quoted(quote))
        return
    left, right = st.columns([7, 1], vertical_alignment="top")
    left.html(parts.quoted(quote))
    if right.button(f"Page {quote.page}", key=f"page-{quote.n}", help="Show the quote on its page", width="stretch"):
        shared.show_page(paper, quote.section, quote.page, quote.span, quote.paper_id)


def papers(heading: str, hits: Sequence[Hit]) -> None:
    """Papers that were found, with the passage that found each."""
    if not hits:
        return
    st.html(f'<h2>{heading}</h2><p class="ph-lead ph-small">{HOW_FOUND}</p>')
    for hit in hits:
        with st.container(gap=None, key=f"hit-{hit.rank}"):
            adding.titled(hit.paper, key=f"hit-{hit.rank}")
            also = shared.also_at(hit.paper.paper_id)
            st.html(parts.byline(hit.paper, most=3) + also + parts.hit(hit.matches))


if __name__ == "__main__":
    page()
