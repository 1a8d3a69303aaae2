"""BibTeX in ASCII, as every style and every old tool reads it, and BibLaTeX in UTF-8, as biber does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

from export import tex
from export.citations import ARTICLE, IN_PROCEEDINGS, Collection, Item
from export.names import Name

Encode = Callable[[str], str]
Fields = list[tuple[str, str | None]]

_PLAIN_FAMILY = re.compile(r"[^\W\d_][\w'’.-]*")
_URL_SAFE = "!#$%&'()*+,/:;=?@[]_.-"
"""What may stand in an address within \\url{…}: neither braces nor a backslash nor a caret."""


def bibtex(collection: Collection) -> str:
    """Entries for BibTeX, in the collection's order."""
    return _file(_bibtex(item) for item in collection.items)


def biblatex(collection: Collection) -> str:
    """Entries for BibLaTeX, in the collection's order."""
    return _file(_biblatex(item) for item in collection.items)


def _bibtex(item: Item) -> str:
    # Not "note": styles print that.
    names = ("journal", "year", "archiveprefix", "arXiv", "annote")
    return _entry(item.citation.type, item.citation.key, _fields(item, tex.ascii_text, *names))


def _biblatex(item: Item) -> str:
    one = item.citation
    type_ = one.type if one.type in (ARTICLE, IN_PROCEEDINGS) else "online" if one.url or one.arxiv else "misc"
    names = ("journaltitle", "date", "eprinttype", "arxiv", "annotation")
    return _entry(type_, one.key, _fields(item, tex.unicode_text, *names))


def _fields(item: Item, encode: Encode, journal: str, year: str, archive: str, arxiv: str, note: str) -> Fields:
    """An entry's fields in order, under the names that the two kinds of file have for some of them."""
    one = item.citation
    return [
        ("title", tex.title(one.title, encode)),
        ("author", people(one.authors, encode)),
        (journal if one.type == ARTICLE else "booktitle", _text(one.container, encode)),
        ("editor", people(one.editors, encode)),
        (year, str(one.year or "")),
        ("volume", _text(one.volume, encode)),
        ("series", _text(one.series, encode)),
        ("pages", one.pages),
        ("publisher", _text(one.publisher, encode)),
        ("url", _url(one.url)),
        ("eprint", _text(one.arxiv, encode)),
        (archive, arxiv if one.arxiv else None),
        ("keywords", _list(item.terms, encode)),
        ("abstract", _prose(one.abstract, encode)),
        (note, _lines(item.entry.note, encode)),
    ]


def people(names: Iterable[Name], encode: Encode) -> str:
    """Names as ``von Last, Jr., First``, joined by ``and``; one that is not taken apart stands in braces."""
    return " and ".join(_person(name, encode) for name in names)


def _person(name: Name, encode: Encode) -> str:
    if name.others:
        return "others"
    if name.whole:
        is_plain = _PLAIN_FAMILY.fullmatch(name.full) and name.full[0].isupper()
        return encode(name.full) if is_plain else f"{{{encode(name.full)}}}"
    family, *rest = (encode(part) for part in name.sorted.split(", "))
    if any(word[0].islower() for word in name.family.split()[1:]):
        # Without braces BibTeX takes all up to the particle, "Castro da", for one.
        family = f"{encode(name.particle)} {{{encode(name.family)}}}".strip()
    return ", ".join((family, *rest))


def _entry(type_: str, key: str, fields: Fields) -> str:
    known = [(name, value) for name, value in fields if value]
    width = max(len(name) for name, _ in known)
    lines = ",\n".join(f"  {name:{width}} = {{{value}}}" for name, value in known)
    return f"@{type_}{{{key},\n{lines},\n}}\n"


def _file(entries: Iterable[str]) -> str:
    return "\n".join(entries)


def _text(text: str | None, encode: Encode) -> str:
    return tex.line(text or "", encode)


def _prose(text: str | None, encode: Encode) -> str:
    return tex.prose(text or "", encode)


def _lines(text: str, encode: Encode) -> str:
    """A text of the user's own, line by line; at a line's start readers take an @ for the next entry."""
    lines = (tex.line(line, encode) for line in text.strip().splitlines())
    return "\n".join(f"{{@}}{line[1:]}" if line.startswith("@") else line for line in lines)


def _list(values: Iterable[str], encode: Encode) -> str:
    """Values joined by commas; one that holds a comma stands in braces."""
    written = ((value, tex.line(value, encode)) for value in values)
    return ", ".join(f"{{{text}}}" if "," in value else text for value, text in written if text)


def _url(url: str | None) -> str:
    return quote(url or "", safe=_URL_SAFE)
