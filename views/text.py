"""Making strangers' text harmless: titles, abstracts, names, quotes and links come from the open web.

Text is shown as HTML through :func:`html` wherever possible. Widget labels only take Streamlit's Markdown; there
:func:`markdown` is the way in.
"""

from __future__ import annotations

import re
from html import escape

from library.text import printable as printable
from library.text import safe_url as safe_url

JOINER = "\u2060"
"""WORD JOINER: invisible, and enough to keep what Streamlit looks for from being found."""

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

# Streamlit replaces these after the Markdown is parsed, where a backslash no longer protects them: directives, icons
# and emoji (:red[…], :material/home:, :smile:), arrows and dashes between spaces, and addresses that become links.
_REPLACED = re.compile(
    r"(?P<colon>:(?=\S))|(?<!\S)(?P<sign>[<>~-])(?=[-=>]{1,2}(?!\S))|(?P<www>w(?=ww\.))|(?P<at>@(?=\S))",
    re.IGNORECASE,
)


def html(text: str) -> str:
    """The text for the inside of an HTML element or of a quoted attribute."""
    return escape(printable(text), quote=True)


def markdown(text: str) -> str:
    """The text on one line for a Streamlit label: no Markdown, HTML, LaTeX or directive in it acts.

    It reads as it was given; copied from the page it may hold word joiners, which show as nothing.
    """
    line = " ".join(printable(text).replace(JOINER, "").split())
    return _PUNCTUATION.sub(r"\\\1", _REPLACED.sub(lambda m: m[0] + JOINER, line))


def link(url: str, label: str) -> str:
    """An HTML link that opens beside the app, or the label alone where the address is not a web address."""
    safe = safe_url(url)
    if safe is None:
        return html(label)
    return f'<a href="{html(safe)}" target="_blank" rel="noopener noreferrer">{html(label)}</a>'


def shorten(text: str, limit: int) -> str:
    """The start of a text, cut between words."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.")
    return (cut or line[:limit]) + " …"


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun: ``1 paper``, ``2,610 papers``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
