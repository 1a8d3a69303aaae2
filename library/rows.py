"""What a row that travels may hold: a check for each table, of the columns by name."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

import numpy as np

from library.lists import PRIORITIES, STATES, ReadingList, arranged, read_list
from library.papers import FIELDS
from library.types import ABSTRACT, BODY, NOTE, TITLE

MAX_TEXT = 2_000_000
"""Characters of a text; a metadata file's row has no more."""

MAX_NAME = 4_000
"""Characters of a name, a title or an address."""

MAX_ITEMS = 20_000
"""Items of a list within a row; the longest lists of authors have 3,000."""

MAX_ID = 100_000_000
"""Of a passage. A search takes memory for every id up to the highest, and a million passages is a large library."""

MAX_POINTS = 100_000.0
"""A page's width or height; Acrobat's limit is 14,400."""

UNIT = 0.01
"""How far a vector's length may be from 1: float16 moves it by 0.001."""

_PAPER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LIST_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RECORD = (TITLE, ABSTRACT, NOTE)

CheckTopic = Callable[[Any], object]
"""Raises InputError for a row that is no topic."""


class BadRow(Exception):
    """What is wrong with a library's file, for people."""


class Rows:
    """The checks of one library's rows, its pages' before those that point at them."""

    def __init__(self, model: str, dimension: int, check_topic: CheckTopic) -> None:
        """Prepare; the arguments are those of :func:`library.vetting.vet`."""
        self._model, self._dimension, self._check_topic = model, dimension, check_topic
        self._lengths: dict[tuple[int, int], int] = {}

    def check(self, table: str, row: dict[str, Any]) -> None:
        """Look at one row.

        Raises:
            BadRow: It holds what no row of this table may; other exceptions where a value is of the wrong kind.
        """
        getattr(self, f"_{table}")(**row)

    def _state(self, key: str, value: int) -> None:
        need(key in ("revision", "map", "lists") and 0 <= value < 1 << 53, "no counter of ours")

    def _papers(self, paper_id: str, provenance: str, **row: Any) -> None:
        need(_PAPER_ID.fullmatch(paper_id), "paper_id")
        for name in ("authors", "keywords", "links"):
            row[name] = loaded(row[name])
        check_fields({name: row[name] for name in FIELDS})
        need(row["title"].strip(), "an empty title")
        texts(MAX_NAME, row["status"])
        perhaps(MAX_NAME, row["forum_id"], row["reader"])
        sources = loaded(provenance)
        need(sources.keys() <= {*FIELDS}, "provenance")
        texts(MAX_NAME, *sources.values())

    def _identifiers(self, scheme: str, value: str, paper_id: str) -> None:
        need(scheme != "file", "a file's identifier")
        texts(MAX_NAME, scheme, value)

    def _documents(self, document_id: int, sha256: str, pages: int, **row: Any) -> None:
        need(_SHA256.fullmatch(sha256), "sha256")  # it is part of a file's path
        need(0 < document_id <= MAX_ID and 0 <= pages <= MAX_ITEMS, "a number out of range")
        texts(MAX_NAME, row["stem"], row["parser"])
        perhaps(MAX_NAME, row["warning"])

    def _pages(self, document_id: int, number: int, width: float, height: float, text: str, lines: str) -> None:
        need(0 < number <= MAX_ITEMS and 0 < width < MAX_POINTS and 0 < height < MAX_POINTS, "a number out of range")
        texts(MAX_TEXT, text)
        for start, end, *box in items(loaded(lines)):
            within(start, end, len(text))
            need(len(box) == 4 and all(_number(edge) for edge in box), "a line's box")
        self._lengths[document_id, number] = len(text)

    def _passages(self, passage_id: int, paper_id: str, document_id: int | None, kind: str, **row: Any) -> None:
        need(0 < passage_id <= MAX_ID and -MAX_ID < row["ordinal"] < MAX_ID, "a number out of range")
        need(kind == BODY if document_id is not None else kind in _RECORD, "kind")
        text, section = row["text"], row["section"]
        texts(MAX_TEXT, text, section)
        self._spans(document_id, row["spans"], text)
        for start, end in items(loaded(row["sentences"])):
            within(start, end, len(text))
        need(_SHA256.fullmatch(row["embed_hash"]), "embed_hash")

    def _vectors(self, model: str, text_hash: str, vector: bytes) -> None:
        need(model == self._model, "a vector of another model")
        need(_SHA256.fullmatch(text_hash), "text_hash")
        found = np.frombuffer(vector, "<f2").astype(np.float64)
        # NaN is far from everything, too.
        need(len(found) == self._dimension and abs(np.linalg.norm(found) - 1) < UNIT, "no unit vector")

    def _observations(self, source: str, fields: str, **row: Any) -> None:
        texts(MAX_NAME, source, row["key"], row["venue"], row["standing"], row["seen_at"])
        perhaps(MAX_NAME, row["modified"])
        said = loaded(fields)
        # What only citations need; whoever cites expects anything of it.
        printed = said.pop("printed", {})
        need(all(isinstance(value, str | list) for value in printed.values()), "printed")
        check_fields(said)

    def _events(self, event_id: int, paper_id: str, **row: Any) -> None:
        perhaps(MAX_NAME, *row.values())

    def _pdf_sources(self, url: str, metered: int, sha256: str | None, state: str, **row: Any) -> None:
        address(url)
        texts(MAX_NAME, row["source"], row["version"])
        need(metered in (0, 1) and state == "new", "state")
        need(sha256 is None or _SHA256.fullmatch(sha256), "sha256")

    def _document_references(self, document_id: int, number: int, label: str, text: str, spans: str) -> None:
        texts(MAX_TEXT, label, text)
        self._spans(document_id, spans, text)

    def _lineage(self, first: str, second: str, **row: Any) -> None:
        need(_PAPER_ID.fullmatch(first) and _PAPER_ID.fullmatch(second), "a paper's id")

    def _topics(self, topic_id: str, fields: str, at: str) -> None:
        topic = loaded(fields)
        self._check_topic(topic)
        need(topic["id"] == topic_id, "a topic's id")
        texts(MAX_NAME, at)

    def _verdicts(self, topic_id: str, paper_id: str, verdict: str, at: str) -> None:
        texts(MAX_NAME, topic_id, at)
        need(_PAPER_ID.fullmatch(paper_id), "a paper's id")

    def _points(self, space: str, paper_id: str, x: float, y: float, laid_out: int) -> None:
        texts(MAX_NAME, space)
        need(_number(x) and _number(y) and laid_out in (0, 1), "no place")

    def _lists(self, list_no: int, list_id: str, content: str) -> None:
        loaded(content)
        made = read_list(content)
        need(made.list_id == list_id and _LIST_ID.fullmatch(list_id) and len(list_id) < MAX_NAME, "a list's id")
        check_list(made)

    def _spans(self, document_id: int | None, spans: str, text: str) -> None:
        pieces = 0
        for page, start, end in items(loaded(spans)):
            need((page is None) == (document_id is None), "a place on no page")
            within(start, end, MAX_TEXT if document_id is None else self._lengths[document_id, page])
            pieces += end - start + 1
        need(pieces == len(text) + 1, "a text that is not its pieces")


def check_list(made: ReadingList) -> None:
    """Check a list's values."""
    texts(MAX_NAME, made.name)
    texts(MAX_TEXT, made.description)
    need(type(made.next_entry) is int and 0 < made.next_entry < 1 << 53, "next_entry")
    for path in (*items(made.sections), *(entry.section for entry in items(made.entries))):
        need(0 < len(path) <= 50 or path == (), "sections too deep")
        texts(MAX_NAME, *path)
    for entry in made.entries:
        need(type(entry.entry_id) is int and entry.state in STATES and type(entry.priority) is int, "an entry")
        need(entry.priority in PRIORITIES, "priority")
        need(entry.paper_id is None or _PAPER_ID.fullmatch(entry.paper_id), "a paper's id")
        texts(MAX_TEXT, entry.note)
        texts(MAX_NAME, *items(entry.tags), entry.named.title, *items(entry.named.authors))
        perhaps(MAX_NAME, entry.named.venue)
        need(entry.named.year is None or type(entry.named.year) is int, "year")
        if entry.named.link is not None:
            address(entry.named.link)
        if entry.why is not None:
            texts(MAX_TEXT, entry.why.text, entry.why.section)
            need(entry.why.page is None or type(entry.why.page) is int, "page")
    numbers = [entry.entry_id for entry in made.entries]
    need(len(set(numbers)) == len(numbers) and arranged(made) == made, "entries out of order")


def check_fields(said: Mapping[str, Any]) -> None:
    """Check the fields of a paper that are there."""
    need(said.keys() <= {*FIELDS}, "a field that no paper has")
    for name, value in said.items():
        if name in ("authors", "keywords"):
            texts(MAX_NAME, *items(value))
        elif name == "links":
            need(len(value) <= MAX_ITEMS, "links")
            texts(MAX_NAME, *value)
            for url in value.values():
                address(url)
        elif name == "year":
            need(value is None or (type(value) is int and 0 < value < 10_000), "year")
        else:
            perhaps(MAX_TEXT if name in ("abstract", "note") else MAX_NAME, value)


def loaded(text: str) -> Any:
    """A JSON value, without half characters in it.

    Raises:
        ValueError: It is none.
    """

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON")

    value = json.loads(text, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def items(value: Any) -> Iterable[Any]:
    """A list of no absurd length."""
    need(isinstance(value, list | tuple) and len(value) <= MAX_ITEMS, "no list, or too long a one")
    found: Iterable[Any] = value
    return found


def texts(most: int, *values: Any) -> None:
    """Each is a text of at most so many characters."""
    for value in values:
        need(isinstance(value, str) and len(value) <= most, "no text, or too long a one")


def perhaps(most: int, *values: Any) -> None:
    """Each is such a text, or None."""
    texts(most, *(value for value in values if value is not None))


def within(start: Any, end: Any, length: int) -> None:
    """Both are places in a text."""
    need(type(start) is type(end) is int and 0 <= start <= end <= length, "a place outside its text")


def address(url: Any) -> None:
    """It is a web address."""
    texts(MAX_NAME, url)
    parts = urlsplit(url)
    need(parts.scheme in ("http", "https") and parts.hostname, "no web address")


def need(condition: object, what: str) -> None:
    """Raise :class:`BadRow` unless the condition holds."""
    if not condition:
        raise BadRow(what)


def _number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
