"""CSL-JSON, as Zotero, Pandoc and every citation processor read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from export.citations import ARTICLE, IN_PROCEEDINGS, MISC, Citation, Collection, Item
from export.names import Name
from export.tex import emphasised

_TYPES = {ARTICLE: "article-journal", IN_PROCEEDINGS: "paper-conference"}


def csl_json(collection: Collection) -> str:
    """The collection's items in its order."""
    return (
        json.dumps([_item(item, collection.listed) for item in collection.items], ensure_ascii=False, indent=2) + "\n"
    )


def csl_item(one: Citation) -> dict[str, Any]:
    """What a citation processor needs of a citation."""
    fields: dict[str, Any] = {
        "id": one.key,
        "citation-key": one.key,
        "type": _TYPES.get(one.type, "article"),
        "title": one.title,
        "author": csl_names(one.authors),
        "issued": {"date-parts": [[one.year]]} if one.year else None,
        "container-title": one.container,
        "editor": csl_names(one.editors),
        "collection-title": one.series,
        "volume": one.volume,
        "page": one.pages and one.pages.replace("--", "-"),
        "publisher": one.publisher,
        "URL": one.url,
        # Of what was published elsewhere too, styles would print it as the place.
        "archive": "arXiv" if one.arxiv and one.type == MISC else None,
        "archive_location": one.arxiv if one.type == MISC else None,
    }
    return {name: value for name, value in fields.items() if value}


def csl_names(names: Iterable[Name]) -> list[dict[str, str]]:
    """Names in CSL's parts; one that is not taken apart is literal."""
    return [_name(name) for name in names]


def _name(name: Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.full}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: text for part, text in parts.items() if text}


def _item(item: Item, listed: bool) -> dict[str, Any]:
    entry, one = item.entry, item.citation
    own = {
        "section": list(entry.section),
        "state": entry.state if listed else None,
        "tags": list(entry.tags),
        "priority": entry.priority,
        "why": {"text": entry.why.text, "section": entry.why.section, "page": entry.why.page} if entry.why else None,
        "pdf": one.pdf,
        "arxiv": one.arxiv,
        "tier": one.tier,
    }
    more = {
        "title": emphasised(one.title, "<i>", "</i>"),  # citation processors and Zotero read these tags
        "abstract": one.abstract,
        "keyword": ", ".join(item.terms),
        "annote": entry.note,
        "license": one.licence,
        "custom": {name: value for name, value in own.items() if value},
    }
    return csl_item(one) | {name: value for name, value in more.items() if value}
