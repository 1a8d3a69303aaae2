"""Browse: every paper, filtered and sorted, twenty-five at a time; a work's versions stand under its main one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from library.types import Filter, Paper
from posterhall import Hit, Match, PosterhallError
from views import adding, downloads, facets, parts, shared, trends, within
from views.params import PAGE_SIZE, RELEVANCE, SORTS, View, clamp, pages, read_view, write_view
from views.text import count, markdown

BEST = 200
"""Papers that are ranked by how well they match; nobody reads on for so long."""

MAX_SET = 50
"""Papers that others can be similar to: of more, the middle is in the middle of everything."""

SIMILAR_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Listing:
    """The papers of the view's page, how many there are on all pages, and what found each where it was looked for.

    Attributes:
        among: Where these are the best of more, how many those are.
    """

    papers: Sequence[Paper]
    total: int
    matches: dict[str, tuple[Match, ...]]
    among: int | None = None


def page() -> None:
    """Draw the page."""
    with st.spinner("Placing the papers on topics …"):
        linked = read_view(shared.address(), within.known())
    shared.follow_address("browse", facets.values(linked))
    chosen = facets.chosen()
    where, sort = chosen.where, chosen.sort
    st.html("<h1>Browse</h1>")
    left, right = st.columns([3, 1])
    left.text_input(
        "Words",
        key="browse-text",
        placeholder="Words in a title, an abstract, a name or a keyword",
        label_visibility="collapsed",
    )
    right.selectbox(
        "Sort", list(SORTS), key="browse-sort", format_func=lambda name: SORTS[name], label_visibility="collapsed"
    )
    if within.refused("browse", where, lambda wider: write_view(View(wider, sort))):
        shared.keep_address("browse", write_view(View(where, sort, linked.page)))
        return
    ranked = best(where) if sort == RELEVANCE and where.text else None
    counted = where if ranked is None else replace(where, text=None)
    with st.spinner("Placing the papers on topics …"):
        topics = within.topics(counted)
    with st.container(gap="small", key="filters"):
        facets.boxes(shared.hall().facets(counted, most=facets.OFFERED), topics, where)
    shared.warn_ignored(linked.ignored + chosen.ignored)
    if linked.lost:
        within.warn_lost()
    within.chips("browse", where, lambda wider: write_view(View(wider, sort)))
    if sort == RELEVANCE and not where.text:
        st.html('<div class="ph-faint">By title, until there are words to match.</div>')

    # Another filter or order is another list: it starts at its first page.
    number = linked.page if (where, sort) == (linked.where, linked.sort) else 1
    # A list is asked for its length alone first: which page of it there is depends on that.
    total = len(ranked) if ranked is not None else shared.hall().works(where, limit=0)[1]
    view = View(where, sort, clamp(number, total))
    shared.keep_address("browse", write_view(view))
    if st.session_state.get("browse:page", view.page) != view.page:
        shared.scroll_to_top(view.page)
    st.session_state["browse:page"] = view.page
    listing = listed(view, total, ranked, counted)
    pager(view, listing, "top")
    if not total:
        st.info("No paper fits. Try fewer words, or drop a filter.", icon=":material/info:")
        return
    with st.container(horizontal=True, key="taken"):
        if where and total <= adding.MOST:
            adding.button(wanted(view, ranked), key="all", label=f"Add {count(total, 'paper')} to a list")
        downloads.control("browse", where.text or where.venue or "Papers", lambda: wanted(view, ranked))
    if ranked is None:
        around(where, total)
    for paper in listing.papers:
        with st.container(gap=None, key=f"entry-{paper.paper_id}"):
            adding.titled(paper, key=paper.paper_id)
            found = parts.hit(listing.matches.get(paper.paper_id, ()))
            st.html(parts.entry(paper, found=found) + shared.also_at(paper.paper_id))
    if pages(total) > 1:
        pager(view, listing, "bottom")


def best(where: Filter) -> Sequence[Hit] | None:
    """The papers that match the words best among those that pass the rest, or None where nothing can rank them.

    They are looked for once, not at every click on the page.
    """
    assert where.text
    key = (where, shared.status().revision)
    if st.session_state.get("browse:asked") != key:
        try:
            found = shared.hall().search(where.text, limit=BEST, where=replace(where, text=None), passages=1)
        except PosterhallError as error:
            st.warning(f"Sorted by title: {markdown(str(error))}")
            return None
        st.session_state["browse:found"] = found.hits
        st.session_state["browse:asked"] = key
    hits: Sequence[Hit] = st.session_state["browse:found"]
    return hits


def listed(view: View, total: int, ranked: Sequence[Hit] | None, counted: Filter) -> Listing:
    """The papers of the view's page."""
    start = (view.page - 1) * PAGE_SIZE
    if ranked is not None:
        hits = ranked[start : start + PAGE_SIZE]
        _, among = shared.hall().works(counted, limit=0)
        return Listing([h.paper for h in hits], total, {h.paper.paper_id: h.matches for h in hits}, among)
    sort = "title" if view.sort == RELEVANCE else view.sort
    shown, _ = shared.hall().works(view.where, sort=sort, limit=PAGE_SIZE, offset=start)
    return Listing(shown, total, {})


def wanted(view: View, ranked: Sequence[Hit] | None) -> list[str]:
    """The ids of the papers on all of the view's pages."""
    if ranked is not None:
        return [hit.paper.paper_id for hit in ranked]
    sort = "title" if view.sort == RELEVANCE else view.sort
    return [paper.paper_id for paper in shared.hall().works(view.where, sort=sort)[0]]


def around(where: Filter, total: int) -> None:
    """What else can be seen of the papers that fit, folded: their years and venues, and papers like them."""
    found = shared.hall().trends(where)
    trends.folded(found)
    if 1 < total <= MAX_SET and where:
        folded = st.expander(f"Similar to these {total} papers", key="similar", on_change="rerun", type="compact")
        if folded.open:
            with folded:
                similar(where)


def similar(where: Filter) -> None:
    """Papers like those that fit, taken together; a missing index costs this part alone."""
    try:
        near = shared.hall().similar_to([p.paper_id for p in shared.hall().works(where)[0]], limit=SIMILAR_SHOWN)
    except PosterhallError as error:
        st.warning(markdown(str(error)))
        return
    if not near:
        st.html('<div class="ph-faint">Nothing else is in the index.</div>')
    for other, score in near:
        with st.container(gap=None, key=f"similar-{other.paper_id}"):
            adding.titled(other, key=f"similar-{other.paper_id}")
            st.html(parts.byline(other, most=3, after=f"similarity {score:.2f}") + shared.also_at(other.paper_id))


def pager(view: View, listing: Listing, where: str) -> None:
    """How many papers fit, which of them are shown, and the ways to the others."""
    total = listing.total
    first = (view.page - 1) * PAGE_SIZE
    among = (
        "" if listing.among is None else " by match" if listing.among == total else f" of {listing.among:,} by match"
    )
    shown = f", {first + 1:,} to {min(first + PAGE_SIZE, total):,} shown" if total > PAGE_SIZE else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"pager-{where}"):
        st.html(f'<div class="ph-count"><b>{count(total, "paper")}</b>{among}{shown}</div>')
        for label, number in (("Previous", view.page - 1), ("Next", view.page + 1)):
            if 1 <= number <= pages(total):
                params = write_view(View(view.where, view.sort, number))
                st.button(label, key=f"{label}-{where}", type="tertiary", on_click=shared.go, args=(params,))
        if where == "top" and view.where:
            st.button(
                "Clear", key="clear", type="tertiary", on_click=shared.go, args=(write_view(View(Filter(), view.sort)),)
            )


if __name__ == "__main__":
    page()
