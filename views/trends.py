"""Trends: a selection over years and venues, as two small plots."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from library.facets import Share, Trends
from views.text import count, printable, shorten

if TYPE_CHECKING:
    import altair as alt

ROWS_SHOWN = 12
LABEL = 34
"""Characters of a venue's name beside its bar."""

ROW = 26
"""Pixels a bar takes."""

MARGIN = 20
"""Pixels above and below the bars, which are a part of the plot's height."""

BAR = "#4d9078"


def worth_showing(found: Trends) -> bool:
    """Whether there are at least two years or venues to compare."""
    return len(found.years) > 1 or len(found.venues) > 1


def folded(found: Trends, *, expanded: bool = False) -> None:
    """The plots behind a click, where there is something to compare."""
    if worth_showing(found):
        box = st.expander("Over years and venues", expanded=expanded, key="trends", on_change="rerun", type="compact")
        if box.open:
            with box:
                show(found)


def show(found: Trends) -> None:
    """Draw the plots that have something to compare."""
    drawn = [(name, shares) for name, shares in (("Year", found.years), ("Venue", found.venues)) if len(shares) > 1]
    for column, (name, shares) in zip(st.columns(len(drawn)), drawn, strict=True):
        shares = shares[-ROWS_SHOWN:] if name == "Year" else shares[:ROWS_SHOWN]
        column.altair_chart(chart(name, shares), alt=spoken(name, shares))
    left_out = len(found.venues) - ROWS_SHOWN
    more = f" {count(left_out, 'more venue')} not shown." if left_out > 0 else ""
    st.html(
        f'<div class="ph-faint">Papers, and their share of all papers of that year or venue in the library.{more}</div>'
    )


def chart(title: str, shares: Sequence[Share]) -> alt.LayerChart | alt.FacetChart:
    """One bar for each value, with its count and share written beside it."""
    # Streamlit imports pandas when first needed, perhaps in another thread just now; Altair uses a half imported one.
    importlib.import_module("pandas")
    import altair as alt

    names = [shorten(printable(s.value), LABEL) for s in shares]
    rows: list[dict[str, Any]] = [
        {
            # A bar is known by its name: two names may be cut to the same.
            "name": name if names.count(name) == 1 else f"{name} ({n})",
            "whole": printable(s.value),
            "papers": s.papers,
            "share": percent(s),
            "label": f"{s.papers:,} · {percent(s)}",
        }
        for n, (name, s) in enumerate(zip(names, shares, strict=True), start=1)
    ]
    # Streamlit gives its theme's colours to axes, not to text that is a mark.
    ink = "#e0e0e0" if st.context.theme.type == "dark" else "#303030"
    widest = max(s.papers for s in shares)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y(
            "name:N",
            sort=None,
            axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=240, labelOverlap=False),
        ),
        x=alt.X("papers:Q", axis=None, scale=alt.Scale(domain=[0, widest * 1.45 or 1])),
        tooltip=[
            alt.Tooltip("whole:N", title=title),
            alt.Tooltip("papers:Q", title="Papers"),
            alt.Tooltip("share:N", title="Share"),
        ],
    )
    bars = base.mark_bar(color=BAR, height=14, cornerRadiusEnd=2)
    labels = base.mark_text(align="left", dx=5, color=ink).encode(text="label:N")
    return alt.layer(bars, labels).properties(height=ROW * len(rows) + MARGIN)


def spoken(name: str, shares: Sequence[Share]) -> str:
    """The plot in words, for those who do not see it."""
    told = "; ".join(f"{printable(s.value)}: {s.papers:,} of {s.of:,} papers, {percent(s)}" for s in shares)
    return f"Papers by {name.lower()}. {told}"


def percent(share: Share) -> str:
    """A share for people: ``4.5 %``, ``<0.1 %``."""
    part = 100 * share.papers / share.of if share.of else 0.0
    return "<0.1 %" if 0 < part < 0.05 else f"{part:.1f} %" if part < 9.95 else f"{part:.0f} %"
