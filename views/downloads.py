"""Taking papers away: a choice of formats, and a button that writes the file when it is clicked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from library.lists import ReadingList
from posterhall import CITATION_STYLES, EXPORT_FORMATS
from views import shared
from views.text import printable

STYLE_NAMES = dict(
    zip(CITATION_STYLES, ("APA", "IEEE", "Chicago", "MLA", "ACL", "ACM", "Nature", "Harvard"), strict=True)
)

CITED_AS = {"bibtex": "BibTeX", "biblatex": "BibLaTeX", "openreview": "BibTeX, as OpenReview has it", **STYLE_NAMES}


def control(key: str, name: str, papers: Callable[[], Sequence[str]] | ReadingList) -> None:
    """A button that opens the choices.

    Args:
        key: Unlike that of any other control on the page.
        name: What the papers are called together.
        papers: Gives their ids, and is asked only when a file is wanted; or the reading list that they are.
    """
    with st.popover("Export", type="tertiary", icon=":material/download:", key=f"export-{key}"):
        chosen = st.selectbox(
            "Format",
            list(EXPORT_FORMATS),
            key=f"format-{key}",
            format_func=lambda one: EXPORT_FORMATS[one].label,
        )
        style = None
        if chosen == "text":
            style = st.selectbox(
                "Style", list(STYLE_NAMES), key=f"style-{key}", format_func=lambda one: STYLE_NAMES[one]
            )
        kind = EXPORT_FORMATS[chosen]

        def written() -> bytes:
            made = papers if isinstance(papers, ReadingList) else None
            ids = None if isinstance(papers, ReadingList) else papers()
            return shared.hall().export(chosen, papers=ids, made=made, name=printable(name), style=style)

        st.download_button(
            "Download",
            written,
            file_name=f"{file_name(name)}{kind.extension}",
            mime=kind.mime,
            key=f"download-{key}",
            on_click="ignore",
            icon=":material/download:",
        )


def cite(paper_id: str) -> None:
    """A button that opens the paper's citation, to be copied."""
    opened = st.popover("Cite", type="tertiary", icon=":material/format_quote:", key="cite", on_change="rerun")
    # Made when it is wanted: a citation key is unlike those of all the other papers.
    if opened.open:
        with opened:
            styles = shared.hall().cite_styles(paper_id)
            style = st.selectbox("Style", styles, key="cite-style", format_func=lambda one: CITED_AS.get(one, one))
            st.code(shared.hall().cite(paper_id, style), language=None, wrap_lines=True)


def file_name(name: str) -> str:
    """A name for a file, of letters, digits and dashes."""
    return re.sub(r"[^\w]+", "-", name).strip("-_")[:80].lower() or "papers"
