"""The formats that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from export.bibtex import biblatex, bibtex
from export.citations import Collection
from export.csl import csl_json
from export.markdown import markdown
from export.obsidian import vault, zipped
from export.page import page
from export.ris import ris
from export.table import table
from export.text import text
from library.errors import UsageError

VAULT = "obsidian"
PAGE = "html"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Format:
    """A form that a collection can be written in.

    Attributes:
        label: For people.
        extension: With its dot.
        mime: For browsers.
    """

    name: str
    label: str
    extension: str
    mime: str


_ALL = (
    Format("bibtex", "BibTeX", ".bib", "application/x-bibtex"),
    Format("biblatex", "BibLaTeX", ".bib", "application/x-bibtex"),
    Format("ris", "RIS (Zotero, EndNote, Mendeley)", ".ris", "application/x-research-info-systems"),
    Format("csl", "CSL-JSON (Zotero, Pandoc)", ".json", "application/vnd.citationstyles.csl+json"),
    Format("csv", "CSV (spreadsheet)", ".csv", "text/csv"),
    Format("markdown", "Markdown", ".md", "text/markdown"),
    Format(PAGE, "Web page", ".html", "text/html"),
    Format(VAULT, "Obsidian vault", ".zip", "application/zip"),
    Format(TEXT, "Reference list", ".txt", "text/plain"),
)

FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in _ALL})

LISTS = ("csv", "markdown", PAGE)
"""They are the list itself, entry by entry; the others have each paper once."""

_WRITERS: Mapping[str, Callable[[Collection], str]] = {
    "bibtex": bibtex,
    "biblatex": biblatex,
    "ris": ris,
    "csl": csl_json,
    "csv": table,
    "markdown": markdown,
    PAGE: lambda collection: page(collection.made, collection.papers, listed=collection.listed),
}


def find(name: str) -> Format:
    """A format by its name.

    Raises:
        UsageError: There is none.
    """
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r}: take one of {', '.join(FORMATS)}")
    return FORMATS[name]


def write(name: str, collection: Collection, style: str | None = None) -> bytes:
    """A collection in a format.

    Args:
        name: One of :data:`FORMATS`.
        collection: What is written.
        style: A citation style, for text alone.

    Raises:
        UsageError: There is no such format or style, or the format has no styles.
        InputError: The style's file cannot be read.
    """
    chosen = find(name)
    if style is not None and name != TEXT:
        raise UsageError(f"{chosen.label} has no citation styles: --style belongs to `posterhall export {TEXT}`")
    if name not in LISTS:
        collection = collection.once()
    if name == TEXT:
        made = text(collection, style)
    elif name == VAULT:
        return zipped(vault(collection))
    else:
        made = _WRITERS[name](collection)
    # Half a surrogate pair has no UTF-8: a question mark takes its place.
    return made.encode("utf-8", "replace")
