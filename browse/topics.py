"""Topics: what people browse by, from the registry that ships, a file of the user's, and the library."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

import library as library_room
from library.errors import InputError, UsageError
from library.text import digest, fold

FILE_NAME = "topics.toml"

NEAR = 0.6
"""How alike (difflib's ratio) a name must be to be suggested: ``kv-cahce`` is 0.88 like ``kv-cache``."""

MAX_TEXT = 2000
"""Characters of a description; the encoder reads some 1,200."""

MAX_NAME = 80
"""Characters of an id or a name."""

MAX_WORDS = 200
"""Entries of a list."""

_SUGGESTED = 3
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLAIN = re.compile(r"[a-z0-9]+")
_WORDS = re.compile(r"\w")
_HOW = "see data/topics.toml of Posterhall for examples"


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject that papers are placed on.

    Attributes:
        topic_id: Short, in lower case with dashes, as people type it.
        description: What a paper on the topic does; asked as it stands.
        synonyms: Words and phrases that name it, matched in any case.
        acronyms: Short forms, matched in exactly this case, with or without a plural s.
        excluded: Senses that share words with the topic and are something else.
        seeds: Ids of papers that are on it, where the library has them.
        sources: The calls for papers that list it.
        own: It is the user's, not one that ships.
        kept: The library keeps it; else it stands in a file.
    """

    topic_id: str
    name: str
    description: str
    synonyms: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    own: bool = False
    kept: bool = False

    @property
    def query(self) -> str:
        """What the search engine is asked."""
        return f"{self.name}. {self.description}"

    @property
    def key(self) -> str:
        """A hash of all that decides which papers are on it."""
        return digest(repr((self.query, self.synonyms, self.acronyms, self.excluded, self.seeds)))

    def as_row(self) -> dict[str, Any]:
        """The topic as a table of a topics file."""
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("topic_id", "own", "kept")}
        return {"id": self.topic_id, **{k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}}


_TEXTS = ("id", "name", "description")
_LISTS = ("synonyms", "acronyms", "excluded", "seeds", "sources")


@dataclass(frozen=True, slots=True)
class Registry:
    """Topics in the order of their files; their ids differ, and so do their names."""

    topics: tuple[Topic, ...]

    def find(self, name: str) -> Topic:
        """The topic of an id, a name, or an acronym or synonym that no other topic has; case and dashes do not count.

        Raises:
            UsageError: There is none, or several have the word; the message suggests the nearest.
        """
        wanted = fold(name[:MAX_NAME])
        for names in ([t.topic_id for t in self.topics], [t.name for t in self.topics]):
            for topic, one in zip(self.topics, names, strict=True):
                if wanted and wanted == fold(one):
                    return topic
        also = [t for t in self.topics if wanted and wanted in map(fold, (*t.acronyms, *t.synonyms))]
        if len(also) == 1:
            return also[0]
        raise UsageError(f"there is no topic called {_short(name.strip()) or '(nothing)'}{self._nearest(wanted)}")

    def over(self, own: Iterable[Topic]) -> Registry:
        """These topics with others laid over them: one of the same id takes its place, a new one goes last."""
        held = {t.topic_id: t for t in self.topics}
        held.update((t.topic_id, t) for t in own)
        return Registry(tuple(held.values()))

    def clashes(self, topic: Topic) -> list[Topic]:
        """The topics that an id or a name of another one leads to."""
        wanted = {fold(topic.topic_id), fold(topic.name)}
        return [t for t in self.topics if wanted & {fold(t.topic_id), fold(t.name)}]

    def _nearest(self, wanted: str) -> str:
        scored = sorted(((_likeness(wanted, t), t.topic_id) for t in self.topics), key=lambda p: (-p[0], p[1]))
        near = [topic_id for score, topic_id in scored[:_SUGGESTED] if score >= NEAR]
        if near:
            return f": did you mean {' or '.join(near)}?"
        return ": `posterhall topics` lists them, and any subject can be searched for in free words"


def load(path: Path, *, own: bool = False) -> Registry:
    """Read a file of topics.

    Raises:
        InputError: It cannot be read, or a topic in it is not as it must be; the message names topic and field.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the topics in {path}: {error}") from error
    rows = tables.get("topic", [])
    if set(tables) - {"topic"} or not isinstance(rows, list):
        raise InputError(f"{path}: every topic is a table that begins with [[topic]]; {_HOW}")
    try:
        topics = tuple(parse(row, own=own, number=n) for n, row in enumerate(rows, start=1))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    _check_names(path, topics, topics)
    return Registry(topics)


def _check_names(path: Path, held: Iterable[Topic], of_file: Collection[Topic]) -> None:
    """Check that no topic of a file shares an id or a name with another one."""
    seen: dict[str, Topic] = {}
    for topic in held:
        for name in {fold(topic.topic_id), fold(topic.name)}:
            other = seen.setdefault(name, topic)
            if other is topic or not (topic in of_file or other in of_file):
                continue
            mine, taken = (topic, other) if topic in of_file else (other, topic)
            if taken in of_file:
                which, remedy = "", "give one of them another id or name"
            elif taken.kept:
                which, remedy = ", which the library keeps,", f"give {mine.topic_id!r} another id or name"
            else:
                which = ", which ships,"
                remedy = f"give {mine.topic_id!r} another name, or the id {taken.topic_id!r} to take that one's place"
            raise InputError(
                f"{path}: topics {taken.topic_id!r}{which} and {mine.topic_id!r} are both called {name!r}: {remedy}"
            )


def parse(row: Any, *, own: bool = True, number: int = 1) -> Topic:
    """A topic from one table of a file.

    Args:
        row: The table.
        own: It is the user's.
        number: Which table of the file it is, for one without an id.

    Raises:
        InputError: A field is missing, unknown or not of its kind; the message says what to do.
    """
    if not isinstance(row, Mapping):
        raise InputError(f"topic {number} is not a table: begin it with [[topic]]")
    name = row.get("id")
    who = f"topic {_short(name)!r}" if isinstance(name, str) and name else f"topic {number}"
    for unknown in sorted(set(row) - {*_TEXTS, *_LISTS}):
        raise InputError(f"{who}: unknown field {_short(unknown)!r}: use {', '.join((*_TEXTS, *_LISTS))}")
    for field in _TEXTS:
        value = row.get(field)
        if not isinstance(value, str) or not _WORDS.search(value):
            raise InputError(f"{who}: field {field!r} must be a text with words in it")
        most = MAX_TEXT if field == "description" else MAX_NAME
        if len(value) > most:
            raise InputError(f"{who}: field {field!r} has {len(value):,} characters: {most:,} are the most")
    if not _ID.fullmatch(row["id"]):
        raise InputError(f"{who}: field 'id' must be lower-case letters, digits and dashes, as in 'kv-cache'")
    name, description = (" ".join(row[field].split()) for field in ("name", "description"))
    lists: dict[str, Any] = {field: _list(row.get(field, []), who, field) for field in _LISTS}
    return Topic(row["id"], name, description, **lists, own=own)


def slug(name: str) -> str:
    """An id made of a name: ``Sound & vision`` is ``sound-vision``."""
    return "-".join(_PLAIN.findall(fold(name)))


def topics_file() -> Path:
    """The file that ships: inside an installed wheel, or in the checkout."""
    shipped = Path(library_room.__file__).parent / FILE_NAME
    return shipped if shipped.exists() else Path(__file__).parent.parent / "data" / FILE_NAME


def registry(data: Path, rows: Iterable[Mapping[str, Any]] = ()) -> Registry:
    """All topics: those that ship, over them those of ``topics.toml`` in a data folder, over them the library's.

    Raises:
        InputError: A file cannot be read, a topic is not as it must be, or two have one name.
    """
    shipped, own = topics_file(), data / FILE_NAME
    found = _load(shipped, _mark(shipped), own=False)
    kept = [replace(parse(row, number=n), kept=True) for n, row in enumerate(rows, start=1)]
    # A checkout's own data folder is where the shipped file lies.
    if not own.exists() or own.samefile(shipped):
        return found.over(kept)
    of_file = _load(own, _mark(own), own=True).topics
    found = found.over(of_file).over(kept)
    _check_names(own, found.topics, [t for t in found.topics if t.own and not t.kept])
    return found


@lru_cache(maxsize=8)
def _load(path: Path, mark: tuple[int, int], *, own: bool) -> Registry:
    """Read a file again only when it was written since: reading the one that ships takes 10 ms."""
    return load(path, own=own)


def _mark(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0  # what is wrong with it is told when it is read
    return found.st_mtime_ns, found.st_size


def _list(value: Any, who: str, field: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v.strip() for v in value):
        raise InputError(f"{who}: field {field!r} must be a list of texts, none of them empty")
    if len(value) > MAX_WORDS:
        raise InputError(f"{who}: field {field!r} has {len(value):,} entries: {MAX_WORDS} are the most")
    if field in ("synonyms", "acronyms", "excluded"):
        for entry in value:
            if not _WORDS.search(entry):
                raise InputError(f"{who}: field {field!r} has {_short(entry)!r}, which has no word in it: remove it")
    return tuple(dict.fromkeys(" ".join(v.split()) for v in value))


def _short(text: str) -> str:
    """A name for an error: nobody reads on beyond the length of the longest that there may be."""
    return text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}…"


def _likeness(wanted: str, topic: Topic) -> float:
    names = (topic.topic_id, topic.name, *topic.synonyms, *topic.acronyms)
    return max(SequenceMatcher(None, wanted, fold(one)).ratio() for one in names)
