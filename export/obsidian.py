"""A vault for Obsidian: a note a paper, with its facts as properties, and a note for the list that links them."""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from export.citations import Collection, Item
from export.markdown import block, escaped
from export.tex import emphasised, plain
from library.lists import Path

PAPERS = "papers"
"""The folder of the papers' notes."""

MAX_NAME = 120
"""Bytes of a file's name, without what is added: file systems take 255, and people read fewer."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same notes are the same zip."""

_UNSAFE = re.compile(r'[\\/:*?"<>|#^\[\]%\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_NOT_IN_TAG = re.compile(r"[^\w/-]+")


def vault(collection: Collection) -> dict[str, str]:
    """The vault's files by path, with ``/`` between folders: the list's note first."""
    names = _names(collection)
    index = file_name(collection.name) or "Reading list"
    files = {f"{index}.md": "\n".join(_index(collection, names)) + "\n"}
    for item, name in zip(collection.items, names, strict=True):
        files[f"{PAPERS}/{name}.md"] = _note(item, index, collection.listed)
    return files


def zipped(files: Mapping[str, str]) -> bytes:
    """Files in a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, text.encode("utf-8", "replace"))
    return made.getvalue()


def file_name(text: str) -> str:
    """A name that every file system takes, and that Obsidian can link to; "" where nothing is left."""
    text = unicodedata.normalize("NFC", _UNSAFE.sub(" ", text))
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    words = " ".join(text.split()).encode()[:MAX_NAME].decode(errors="ignore").strip(" .")
    return f"{words}_" if _RESERVED.fullmatch(words) else words


def _names(collection: Collection) -> list[str]:
    """A name for each paper's note: its title, with its key where another has the same."""
    names: list[str] = []
    taken: set[str] = set()
    for item in collection.items:
        title, key = file_name(plain(item.citation.title)), item.citation.key
        more = (f"{title} {key} {n}".strip() for n in itertools.count(2))
        tried = itertools.chain(filter(None, (title, f"{title} {key}".strip())), more)
        name = next(name for name in tried if name.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _index(collection: Collection, names: list[str]) -> Iterator[str]:
    yield f"# {escaped(collection.name)}"
    if description := block(collection.description):
        yield ""
        yield from description
    papers: dict[Path, list[str]] = {}
    for item, name in zip(collection.items, names, strict=True):
        papers.setdefault(item.entry.section, []).append(f"- [[{PAPERS}/{name}|{_alias(plain(item.citation.title))}]]")
    for path in ((), *collection.sections):
        if path:
            yield ""
            yield f"{'#' * min(len(path) + 1, 6)} {escaped(path[-1])}"
        if path in papers:
            yield ""
            yield from papers[path]


def _note(item: Item, index: str, listed: bool) -> str:
    import yaml  # type: ignore[import-untyped]

    one, entry = item.citation, item.entry
    properties = {name: value for name, value in _properties(item, index, listed).items() if value}
    front = yaml.safe_dump(properties, allow_unicode=True, sort_keys=False, width=float("inf"))
    lines = ["---", front.rstrip("\n"), "---", "", f"# {escaped(plain(one.title))}", ""]
    lines.append(escaped(", ".join(name.full for name in one.authors)))
    if entry.why:
        place = ", ".join((entry.why.section, *([f"p. {entry.why.page}"] if entry.why.page else ())))
        lines += ["", "## Why", "", f"> {escaped(entry.why.text)}", f"> ({escaped(place)})"]
    if note := block(entry.note):
        lines += ["", "## Note", "", *note]
    if one.abstract:
        lines += ["", "## Abstract", "", escaped(one.abstract)]
    return "\n".join(lines) + "\n"


def _properties(item: Item, index: str, listed: bool) -> dict[str, Any]:
    one, entry = item.citation, item.entry
    return {
        "title": emphasised(one.title),
        "aliases": [one.key],
        "authors": [name.full for name in one.authors],
        "year": one.year,
        "venue": one.venue,
        "tier": one.tier,
        "container": one.container,
        "volume": one.volume,
        "pages": one.pages,
        "citekey": one.key,
        "url": one.url,
        "pdf": one.pdf,
        "arxiv": one.arxiv,
        "list": f"[[{index}]]",
        "section": item.section,
        "state": entry.state if listed else None,
        "priority": entry.priority,
        "tags": [tag for text in entry.tags if (tag := _tag(text))],
        "keywords": list(one.keywords),
    }


def _tag(text: str) -> str:
    """A tag as Obsidian takes it: without spaces, and not of digits alone."""
    tag = _NOT_IN_TAG.sub("-", text.strip()).strip("-")
    return f"_{tag}" if tag.isdigit() else tag


def _alias(title: str) -> str:
    """A link's text, which ends at what would end the link."""
    return " ".join(re.sub(r"[\[\]|]", " ", title).split()) or "Untitled"
