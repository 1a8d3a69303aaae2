"""A reading list from a file that the reader has."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from posterhall import PosterhallError
from views import shared
from views.downloads import file_name
from views.text import count, html, markdown, shorten

if TYPE_CHECKING:
    from posterhall import ImportReport

KINDS = ("md", "markdown", "txt", "bib", "ris", "json", "csv", "tsv")

MOST_MB = 20
"""What a list may take: as much as is read."""

SHOWN = 20
"""Lines told; the terminal's command tells all."""

TOLD = "importing:told"


def form() -> None:
    """The way to a list from a file, folded; what became of the last one stands above it until another comes."""
    with st.expander("From a file", key="import", icon=":material/upload_file:", type="compact"):
        st.html(
            '<div class="ph-faint">Markdown, BibTeX, RIS, CSL-JSON, CSV, or text with a link or a title a line. '
            "Papers that the library does not hold stay on the list by their titles.</div>"
        )
        given = st.file_uploader(
            "File", KINDS, key="import-file", label_visibility="collapsed", max_upload_size=MOST_MB
        )
        if given is not None and st.button("Make a list of it", key="import-go"):
            _take(given.name, given.getvalue())
    if told := st.session_state.get(TOLD):
        _tell(told)


def _take(name: str, content: bytes) -> None:
    # The reader's name for the file becomes the list's where the file has none, so it is kept, made harmless.
    path = Path(name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{file_name(path.stem)}{path.suffix.lower()}"
        file.write_bytes(content)
        try:
            report = shared.hall().import_list(file)
        except PosterhallError as error:
            # The folder is gone before anybody reads of it.
            st.warning(markdown(str(error).replace(str(file), name)))
            return
    st.session_state[TOLD] = report
    st.rerun()


def _tell(report: ImportReport) -> None:
    made = report.made
    with st.container(key="imported"):
        shared.list_link(made.list_id, made.name, key=f"imported-{made.list_id}")
        missing = [*report.unread, *report.unresolved, *report.repeated]
        st.html(
            f'<div class="ph-meta">{count(len(made.entries), "paper")} from the file, '
            f"{report.resolved:,} of them in the library</div>"
        )
        if missing:
            lines = "".join(
                f"<li>{f'Line {one.line}: ' if one.line else ''}{html(shorten(one.text, 120))} "
                f'<span class="ph-faint">{html(one.reason)}</span></li>'
                for one in missing[:SHOWN]
            )
            more = f"<li>and {len(missing) - SHOWN:,} more</li>" if len(missing) > SHOWN else ""
            st.html(f'<ul class="ph-small">{lines}{more}</ul>')
