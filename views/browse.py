"""Browse: every paper, filtered and sorted, twenty-five at a time; a work's versions stand under its main one."""

from __future__ import annotations

import streamlit as st

from library.types import Filter
from views import parts, shared
from views.params import PAGE_SIZE, SORTS, View, clamp, clean, pages, read_view, write_view
from views.text import count


def page() -> None:
    """Draw the page."""
    hall, facets = shared.hall(), shared.facets()
    linked = read_view(st.query_params, facets)
    where = linked.where
    shared.follow_address(
        "browse",
        {
            "browse-text": where.text or "",
            "browse-sort": linked.sort,
            **shared.filter_values("browse", where.venue, where.tier, where.year),
        },
    )
    st.html("<h1>Browse</h1>")
    left, right = st.columns([3, 1])
    text = left.text_input(
        "Words",
        key="browse-text",
        placeholder="Words in a title, an abstract, a name or a keyword",
        label_visibility="collapsed",
    )
    sort = right.selectbox(
        "Sort", list(SORTS), key="browse-sort", format_func=lambda name: SORTS[name], label_visibility="collapsed"
    )
    venue, tier, year = shared.filter_boxes("browse", facets)
    shared.warn_ignored(linked.ignored)

    where = Filter(venue, tier, year, clean(text) or None)
    # One list is asked for its length alone first: which page of it there is depends on that.
    total = hall.works(where, limit=0)[1]
    # Another filter or order is another list: it starts at its first page.
    number = linked.page if (where, sort) == (linked.where, linked.sort) else 1
    view = View(where, sort, clamp(number, total))
    shared.keep_address("browse", write_view(view))
    if st.session_state.get("browse:page", view.page) != view.page:
        shared.scroll_to_top(view.page)
    st.session_state["browse:page"] = view.page
    pager(view, total, "top")
    if not total:
        st.info("No paper fits. Try fewer words, or drop a filter.", icon=":material/info:")
        return
    shown, _ = hall.works(where, sort=sort, limit=PAGE_SIZE, offset=(view.page - 1) * PAGE_SIZE)
    for paper in shown:
        with st.container(gap=None, key=f"entry-{paper.paper_id}"):
            shared.title_link(paper.paper_id, paper.title, key=paper.paper_id)
            st.html(parts.entry(paper) + parts.also_at(hall.versions(paper.paper_id)))
    if pages(total) > 1:
        pager(view, total, "bottom")


def pager(view: View, total: int, where: str) -> None:
    """How many papers fit, which of them are shown, and the ways to the others."""
    first = (view.page - 1) * PAGE_SIZE
    shown = f", {first + 1:,} to {min(first + PAGE_SIZE, total):,} shown" if total > PAGE_SIZE else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"pager-{where}"):
        st.html(f'<div class="ph-count"><b>{count(total, "paper")}</b>{shown}</div>')
        for label, number in (("Previous", view.page - 1), ("Next", view.page + 1)):
            if 1 <= number <= pages(total):
                params = write_view(View(view.where, view.sort, number))
                st.button(label, key=f"{label}-{where}", type="tertiary", on_click=shared.go, args=(params,))


if __name__ == "__main__":
    page()
