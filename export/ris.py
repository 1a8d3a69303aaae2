"""RIS, as Zotero, Mendeley and EndNote read it."""

from __future__ import annotations

from collections.abc import Iterable

from export.citations import ARTICLE, MISC, Collection, Item
from export.names import Name
from export.tex import emphasised
from library.text import one_line

_TYPES = {ARTICLE: "JOUR", MISC: "GEN"}
_CONFERENCE_PAPER = "CPAPER"


def ris(collection: Collection) -> str:
    """Records in the collection's order.

    A note is one field: its first line stands behind the tag, and each other on a line without one, a space before it
    so that none is taken for a tag. Zotero reads that as one note, with the line breaks where its first line is short
    (below 60 characters) and spaces in their place where it is not; rispy gives the lines one by one.
    """
    return "".join(_record(item) for item in collection.items)


def _record(item: Item) -> str:
    one = item.citation
    fields: list[tuple[str, str | None]] = [
        ("ID", one.key),
        ("TI", emphasised(one.title)),
        *(("AU", _person(name)) for name in one.authors),
        ("PY", str(one.year or "")),
        ("T2", one.container),
        *(("A2", _person(name)) for name in one.editors),
        ("T3", one.series),
        ("VL", one.volume),
        ("SP", one.first_page),
        ("EP", one.last_page),
        ("PB", one.publisher),
        ("UR", one.url),
        ("L1", one.pdf),
        ("AN", f"arXiv:{one.arxiv}" if one.arxiv else None),
        *(("KW", term) for term in item.terms),
        ("AB", one.abstract),
        ("N1", "\r\n ".join(_filled(item.entry.note))),
    ]
    return _lines([("TY", _TYPES.get(one.type, _CONFERENCE_PAPER)), *fields]) + "ER  - \r\n\r\n"


def _person(name: Name) -> str:
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (family, name.given, name.suffix) if part)


def _filled(text: str) -> list[str]:
    """The lines of a text, without those that are empty."""
    return [line for line in map(one_line, text.splitlines()) if line]


def _lines(fields: Iterable[tuple[str, str | None]]) -> str:
    texts = ((tag, value or "" if tag == "N1" else one_line(value or "")) for tag, value in fields)
    return "".join(f"{tag}  - {text}\r\n" for tag, text in texts if text)
