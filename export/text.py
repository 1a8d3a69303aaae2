"""Reference lists as plain text, in a style of the Citation Style Language."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from export.citations import Collection
from export.csl import csl_item
from export.tex import plain
from library.errors import InputError, UsageError

STYLES = ("apa", "ieee", "chicago", "mla", "acl", "acm", "nature", "harvard")
"""The styles that ship; the first is used when none is named."""

_FOLDER = Path(__file__).parent / "styles"
_NUMBER = re.compile(r"^(\[\d+\]|\d+\.)(?=\S)")
_AFTER_QUOTE = re.compile(r"”([.,])")
_PARTICLE = "non-dropping-particle"


def text(collection: Collection, style: str | None = None) -> str:
    """One reference a line, in the style's own order.

    Editors are left out, as reference lists of the field do.

    Args:
        collection: What is cited.
        style: One of :data:`STYLES`, or the path of a ``.csl`` file.

    Raises:
        UsageError: There is no such style.
        InputError: The file is no style.
    """
    # Imported here: only who asks for a style waits for them.
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    chosen, british = _style(style or STYLES[0])
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
    return row | {name: plain(row[name]) for name in ("title", "container-title") if name in row}


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

    path = _FOLDER / f"{name}.csl" if name in STYLES else Path(name)
    if name not in STYLES and path.suffix.lower() != ".csl":
        raise UsageError(
            f"there is no citation style {name!r}: take one of {', '.join(STYLES)}, or the path of a .csl file "
            "(https://www.zotero.org/styles has thousands)"
        )
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        british = root.get("default-locale", "en-US") == "en-GB" or name == "harvard"
        _keep_whole_names(root)
        return CitationStylesStyle(io.BytesIO(etree.tostring(root)), validate=False), british
    except OSError as error:
        raise InputError(f"cannot read the citation style {path}: {error.strerror or error}") from error
    except Exception as error:  # what a file that is no independent style raises is not said anywhere
        raise InputError(
            f"{path} is not a citation style that can be used ({error}): a style that only points at another "
            '("independent-parent") does not work, take that one'
        ) from error
