"""The browser front door: Ask, Browse, Topics, Map, Lists, Paper and Author pages. Start it with ``posterhall app``."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from posterhall import PosterhallError, Status
from views import shared
from views.text import count, html, markdown

# Venues listed in the sidebar; Browse has them all. (No docstring: Streamlit would show it on the page.)
MAX_VENUES = 8

VIEWS = Path(__file__).parent / "views"


def main() -> None:
    """Draw the chosen page, or say plainly what keeps it from being drawn."""
    st.set_page_config(page_title="Posterhall", page_icon=str(VIEWS / "icon.svg"), layout="centered")
    st.html(VIEWS / "style.css")
    st.logo(str(VIEWS / "logo.svg"), size="large")
    page = st.navigation(
        [
            st.Page(shared.ASK, title="Ask", icon=":material/forum:", url_path="ask", default=True),
            st.Page(shared.BROWSE, title="Browse", icon=":material/library_books:", url_path="browse"),
            st.Page(shared.TOPICS, title="Topics", icon=":material/category:", url_path="topics"),
            st.Page(shared.MAP, title="Map", icon=":material/scatter_plot:", url_path="map"),
            st.Page(shared.LISTS, title="Lists", icon=":material/checklist:", url_path="lists"),
            st.Page(shared.PAPER, title="Paper", icon=":material/article:", url_path="paper"),
            # Reached from a paper: without a name it has nothing to show.
            st.Page(shared.AUTHOR, title="Author", url_path="author", visibility="hidden"),
        ]
    )
    try:
        sidebar(shared.status())
        page.run()
        shared.said()
    except PosterhallError as error:
        st.error(markdown(str(error)))
    except Exception as error:
        # Not Streamlit's own box, which shows a trace and offers to send it to strangers.
        logging.getLogger("posterhall").exception("the page %s failed", page.title)
        st.error(markdown(f"Posterhall failed here ({type(error).__name__}). The terminal it runs in has the details."))


def sidebar(status: Status) -> None:
    """What is held, in a few lines."""
    with st.sidebar:
        rows = "".join(
            f"<div><span>{html(venue)}</span><span>{papers:,}</span></div>"
            for venue, papers in status.venues[:MAX_VENUES]
        )
        more = len(status.venues) - MAX_VENUES
        rest = f"<div><span>and {more} more</span></div>" if more > 0 else ""
        pdfs = f'<br><span class="ph-faint">{count(status.documents, "PDF")}</span>' if status.documents else ""
        held = count(status.papers, "paper") + pdfs
        st.html(f'<div class="ph-held">{held}</div><div class="ph-venues">{rows}{rest}</div>')
        if status.index is None:
            st.warning(markdown(status.index_problem or "There is no index: run `posterhall index`"))
        elif status.index.get("stale"):
            st.warning(markdown("The library has changed since it was indexed: run `posterhall index`"))


if __name__ == "__main__":
    main()
