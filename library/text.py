"""Text helpers that more than one room needs: folding for comparison, what the encoder sees, what may be shown."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import urlsplit

from library.types import BODY, TITLE

_NOT_WORD = re.compile(r"[^\w]+")
_MARKUP = re.compile(r"\\[a-zA-Z]+|[{}$\\]")
_POSITION = re.compile(r"^position( paper)? ")

_KEPT_CONTROLS = "\n\t"
_HIDDEN = {"Cc", "Cs", "Co", "Zl", "Zp"}
_DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def fold(text: str) -> str:
    """Lower case without accents, words joined by single spaces: for matching, never for showing."""
    plain = text
    if not text.isascii():  # nine of ten texts are, and the long way takes ten times as long
        plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def title_key(title: str) -> str:
    """A title for comparing: folded, without LaTeX markup and without the mark of a position paper."""
    return _POSITION.sub("", fold(_MARKUP.sub("", title)))


def author_key(name: str) -> tuple[str, str]:
    """An author for comparing: the last word and the initial."""
    words = fold(name).split() or [""]
    return words[-1], words[0][:1]


def term_key(text: str) -> str:
    """What makes two names or two keywords the same: their folded words, or the text where it has no words."""
    return fold(text) or text.casefold()


def one_line(text: str) -> str:
    """The text with every run of white space as one space, so that offsets in it are stable."""
    return " ".join(text.split())


def digest(text: str) -> str:
    """sha256 of the text, as hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def embedding_text(kind: str, title: str, section: str, text: str) -> str:
    """What the encoder sees for a passage: its text under the paper's title and its section.

    Retrieval gains from the context (a passage rarely repeats what its paper is about); what is
    shown to people is ``text`` alone.
    """
    if kind == TITLE:
        return text
    if kind == BODY and section:
        return f"{title}. {section}. {text}"
    return f"{title}. {text}"


def printable(text: str) -> str:
    """Without control characters, and without the marks that turn the direction of the text around them."""
    return "".join(
        c
        for c in text
        if c in _KEPT_CONTROLS
        or (unicodedata.category(c) not in _HIDDEN and unicodedata.bidirectional(c) not in _DIRECTION)
    )


def safe_url(url: str) -> str | None:
    """The address if it may be linked to: absolute and http or https, without spaces or a hidden user name."""
    if not url.isascii() or any(c <= " " or c in '"<>\\^`{|}\x7f' for c in url):
        return None
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.username is None and parts.password is None
        _ = parts.port
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and named else None
