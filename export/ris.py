"""RIS, as Zotero, Mendeley and EndNote read it."""

from __future__ import annotations

from collections.abc import Iterable

from export.citations import ARTICLE, MISC, Collection, Item
from export.names import Name

_TYPES = {ARTICLE: "JOUR", MISC: "GEN"}
_CONFERENCE_PAPER = "CPAPER"


def ris(collection: Collection) -> str:
    """Records in the collection's order; a note has a field for each of its lines, for RIS has no line breaks."""
    return "".join(_record(item) for item in collection.items)


def _record(item: Item) -> str:
    one = item.citation
    fields: list[tuple[str, str | None]] = [
        ("ID", one.key),
        ("TI", one.title),
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
        *(("N1", line) for line in item.entry.note.splitlines()),
    ]
    return _lines([("TY", _TYPES.get(one.type, _CONFERENCE_PAPER)), *fields]) + "ER  - \r\n\r\n"


def _person(name: Name) -> str:
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (family, name.given, name.suffix) if part)


def _lines(fields: Iterable[tuple[str, str | None]]) -> str:
    texts = ((tag, " ".join((value or "").split())) for tag, value in fields)
    return "".join(f"{tag}  - {text}\r\n" for tag, text in texts if text)
