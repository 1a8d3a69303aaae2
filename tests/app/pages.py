"""Reading a page that was opened without a browser."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

Visit = Callable[..., AppTest]


def shown(app: AppTest) -> str:
    """The HTML on the page."""
    return "\n".join(element.proto.body for element in app.main.get("html"))


def links(app: AppTest) -> dict[str, str]:
    """Labels of links to other pages, with their parameters."""
    return {element.proto.label: element.proto.query_string for element in app.main.get("page_link")}
