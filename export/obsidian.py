"""A vault for Obsidian: a note a paper, with its facts as properties, and a note for the list that links them."""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from export.citations import Citation, Collection, Item
from export.markdown import block, escaped
from export.tex import emphasised, plain
from library.editing import joined
from library.lists import PRIORITIES, STATES, Entry, Named, Path, Why
from library.text import title_key

PAPERS = "papers"
"""The folder of the papers' notes."""

MAX_NAME = 120
"""Bytes of a file's name, without what is added: file systems take 255, and people read fewer."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same notes are the same zip."""

_UNSAFE = re.compile(r'[\\/:*?"<>|#^\[\]%\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_REMEMBERED = ("section", "note", "tags", "state", "priority", "why")
_NOT_IN_TAG = re.compile(r"[^\w/-]+")


@dataclass(frozen=True, slots=True)
class Remarks:
    """What one list says of a paper.

    Attributes:
        index: The name of the list's note.
        listed: It is a reading list of the user's: states mean something.
    """

    index: str
    listed: bool
    key: str
    entry: Entry


def vault(collection: Collection, others: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> dict[str, str]:
    """The vault's files by path, with ``/`` between folders: the list's note first.

    Args:
        collection: What is written; of a paper that it holds twice there is one note.
        others: What :func:`remembered` gave of the other lists that are in the same vault. A paper of theirs has one
            note for all.

    Raises:
        ValueError, KeyError, TypeError or AttributeError: It is nothing that :func:`remembered` gave.
    """
    collection, told = collection.once(), _told(others)
    names, index = _names(collection, told), _index_name(collection, told)
    files = {f"{index}.md": "\n".join(_index(collection, names)) + "\n"}
    for item, name in zip(collection.items, names, strict=True):
        path = f"{PAPERS}/{name}.md"
        own = Remarks(index, collection.listed, item.citation.key, item.entry)
        files[path] = _note(item, sorted([own, *told.get(path, ())], key=lambda one: one.index))
    return files


def remembered(collection: Collection, others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What other lists need to know of each note, by its path, as JSON holds it; nothing of the list's own."""
    collection, told = collection.once(), _told(others)
    return {f"{_index_name(collection, told)}.md": None} | {
        f"{PAPERS}/{name}.md": {
            "key": item.citation.key,
            "title": item.citation.title,
            "listed": collection.listed,
            **{part: value for part, value in asdict(item.entry).items() if part in _REMEMBERED},
        }
        for item, name in zip(collection.items, _names(collection, told), strict=True)
    }


def left_to(citation: Citation, path: str, others: Mapping[str, Mapping[str, Any]]) -> str:
    """The note of a paper that is on other lists alone."""
    remarks = sorted(_told(others)[path], key=lambda one: one.index)
    return _note(Item(citation, remarks[0].entry), remarks)


def index_of(collection: Collection) -> str:
    """The path of the list's note where no other list has it."""
    return f"{_index_name(collection, {})}.md"


def _index_name(collection: Collection, told: Mapping[str, Sequence[Remarks]]) -> str:
    name = file_name(collection.name) or "Reading list"
    taken = {one.index.casefold() for remarks in told.values() for one in remarks}
    return next(n for n in _numbered(name) if n.casefold() not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {n}" for n in itertools.count(2))


def _told(others: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Remarks]]:
    """The remarks of other lists, by the path of the note."""
    found: dict[str, list[Remarks]] = {}
    for notes in others.values():
        index = next((path for path in notes if "/" not in path), "Reading list.md").removesuffix(".md")
        for path, said in notes.items():
            if said is not None:
                why = Why(**said["why"]) if said["why"] else None
                entry = Entry(
                    Named(str(said["title"])),
                    section=tuple(map(str, said["section"])),
                    tags=tuple(map(str, said["tags"])),
                    note=str(said["note"]),
                    state=STATES[STATES.index(said["state"])],
                    priority=PRIORITIES[PRIORITIES.index(said["priority"])],
                    why=why,
                )
                found.setdefault(path, []).append(Remarks(index, bool(said["listed"]), str(said["key"]), entry))
    return found


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


def _names(collection: Collection, told: Mapping[str, Sequence[Remarks]]) -> list[str]:
    """A name for each paper's note: as another list has it, else its title, with its key where another has the same."""
    held = {
        (one.key, title_key(one.entry.named.title)): path.removeprefix(f"{PAPERS}/").removesuffix(".md")
        for path, remarks in told.items()
        for one in remarks
    }
    shared = {
        item.citation.key: held.get((item.citation.key, title_key(item.citation.title))) for item in collection.items
    }
    names: list[str] = []
    taken = {name.casefold() for name in held.values()}
    for item in collection.items:
        key = item.citation.key
        if not (name := shared[key]):
            title = file_name(plain(item.citation.title))
            tried = itertools.chain(filter(None, [title]), _numbered(f"{title} {key}".strip()))
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


def _note(item: Item, remarks: Sequence[Remarks]) -> str:
    import yaml  # type: ignore[import-untyped]

    one = item.citation
    properties = {name: value for name, value in _properties(item, remarks).items() if value}
    front = yaml.safe_dump(properties, allow_unicode=True, sort_keys=False, width=float("inf"))
    lines = ["---", front.rstrip("\n"), "---", "", f"# {escaped(plain(one.title))}", ""]
    lines.append(escaped(", ".join(name.full for name in one.authors)))
    if len(remarks) == 1:
        lines += _remarks(remarks[0].entry, "##")
    for said in remarks if len(remarks) > 1 else ():
        entry = said.entry
        place = (" › ".join(entry.section), entry.state if said.listed else "", ", ".join(entry.tags))
        lines += ["", f"## [[{said.index}]]"]
        lines += ["", escaped(" · ".join(filter(None, place)))] if any(place) else []
        lines += _remarks(entry, "###")
    if one.abstract:
        lines += ["", "## Abstract", "", escaped(one.abstract)]
    return "\n".join(lines) + "\n"


def _remarks(entry: Entry, level: str) -> list[str]:
    lines = []
    if entry.why:
        place = ", ".join((entry.why.section, *([f"p. {entry.why.page}"] if entry.why.page else ())))
        lines += ["", f"{level} Why", "", f"> {escaped(entry.why.text)}", f"> ({escaped(place)})"]
    if note := block(entry.note):
        lines += ["", f"{level} Note", "", *note]
    return lines


def _properties(item: Item, remarks: Sequence[Remarks]) -> dict[str, Any]:
    """A note's properties; of what several lists say, what one entry in their place would say."""
    one, entry = item.citation, joined([said.entry for said in remarks])
    states = [said.entry.state for said in remarks if said.listed]
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
        "list": [f"[[{said.index}]]" for said in remarks],
        "section": " › ".join(entry.section) if len(remarks) == 1 else None,
        "state": max(states, key=STATES.index, default=None),
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
