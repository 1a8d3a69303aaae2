"""The filters of the Browse page: each offers what there is among the papers that pass the others, with how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from library.facets import Facets, Kind
from library.types import Filter
from posterhall import TopicRow
from views import shared
from views.params import FULL_TEXT, MAX_TERMS, View, clean, known_terms
from views.text import printable

OFFERED = 300
"""Keywords and authors to choose from; any other can be typed in full."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the widgets say, with what they say that the library does not know."""

    where: Filter
    sort: str
    ignored: tuple[str, ...]


def values(view: View) -> dict[str, Any]:
    """The widgets' values for a view, by key."""
    where = view.where
    return {
        "browse-text": where.text or "",
        "browse-sort": view.sort,
        **shared.filter_values("browse", where.venue, where.tier, where.year),
        "browse-full": next((name for name, full in FULL_TEXT.items() if full is where.full_text), None),
        "browse-keywords": list(where.keywords),
        "browse-authors": list(where.authors),
        "browse-topic": where.topic,
        "browse-chosen": where.papers,
    }


def chosen() -> Chosen:
    """What the widgets say, before they are drawn: their choices depend on it.

    What was typed into them is laid back as the library writes it.
    """
    state = st.session_state
    terms: dict[Kind, tuple[str, ...]] = {}
    ignored: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ("keywords", "authors")
    for kind in kinds:
        terms[kind], unknown = known_terms(kind, state[f"browse-{kind}"], shared.hall().spelling)
        ignored += unknown
        state[f"browse-{kind}"] = list(terms[kind])
    for name in ("venue", "tier", "year", "full", "topic"):
        # Labels carry counts that change; a value that is laid down anew stays chosen whatever its label.
        state[f"browse-{name}"] = state[f"browse-{name}"]
    where = Filter(
        state["browse-venue"],
        state["browse-tier"],
        state["browse-year"],
        clean(state["browse-text"]) or None,
        keywords=terms["keywords"],
        authors=terms["authors"],
        full_text=FULL_TEXT.get(state["browse-full"]),
        topic=state["browse-topic"],
        papers=state["browse-chosen"],
    )
    return Chosen(where, state["browse-sort"], ignored)


def boxes(found: Facets, topics: Sequence[TopicRow], where: Filter) -> None:
    """The filters; none where there is no choice.

    Args:
        found: Counts among the papers that pass the rest of the filter.
        topics: The same of topics.
        where: What is chosen; it stays on offer though nothing may be left of it.
    """
    full = {name: dict(found.full_text).get(value, 0) for name, value in FULL_TEXT.items()}
    shared.filter_boxes(
        "browse",
        Facets(
            _with(found.venues, where.venue),
            _with(found.tiers, where.tier),
            _with(found.years, where.year),
        ),
        full_text=full if all(full.values()) or where.full_text is not None else None,
    )
    kinds: tuple[tuple[Kind, tuple[tuple[str, int], ...], str], ...] = (
        ("keywords", found.keywords, "Any keyword"),
        ("authors", found.authors, "Any author"),
    )
    shown = [
        (kind, dict(counts), every)
        for kind, counts, every in kinds
        if len(counts) > 1 or st.session_state[f"browse-{kind}"]
    ]
    columns = iter(st.columns(len(shown) + bool(topics)) if shown or topics else ())
    if topics:
        _topic(next(columns), topics)
    for column, (kind, counts, every) in zip(columns, shown, strict=True):
        _multiple(column, kind, counts, every)


def _topic(column: Any, topics: Sequence[TopicRow]) -> None:
    labels = {row.topic.topic_id: f"{printable(row.topic.name)} ({row.count:,})" for row in topics}
    column.selectbox(
        "Topic",
        list(labels),
        index=None,
        key="browse-topic",
        format_func=lambda topic_id: labels.get(topic_id, topic_id),
        placeholder="Any topic",
        label_visibility="collapsed",
    )


def _multiple(column: Any, kind: Kind, counts: dict[str, int], every: str) -> None:
    column.multiselect(
        kind.title(),
        list(counts),
        key=f"browse-{kind}",
        format_func=lambda value: f"{printable(value)} ({counts[value]:,})" if value in counts else str(value),
        placeholder=every,
        max_selections=MAX_TERMS,
        accept_new_options=True,
        select_all=False,
        label_visibility="collapsed",
    )


def _with(counts: Sequence[tuple[Any, int]], value: Any) -> tuple[tuple[Any, int], ...]:
    """The counts, and the chosen value where none of them is of it."""
    missing = value is not None and value not in dict(counts)
    return (*counts, (value, 0)) if missing else tuple(counts)
