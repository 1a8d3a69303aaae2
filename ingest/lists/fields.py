"""What a list knows of a paper besides what it is: state, priority, tags, the sentence and the note, as text."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.lists.citation import unmarked
from ingest.lists.draft import joined
from library.lists import PRIORITIES, READ, READING, STATES, TO_READ, Entry, Why

SEPARATOR_OF_DEEP = " › "
"""Between the names of sections that lie deeper than headings go."""

_STATES = {
    **{"unread": TO_READ, "to-read": TO_READ, "toread": TO_READ, "not read": TO_READ, "todo": TO_READ},
    **{"skimmed": READING, "in progress": READING, "done": READ, "finished": READ},
}
_PRIORITIES = {"prio1": 1, "prio2": 2, "prio3": 3, "high": 1, "medium": 2, "low": 3}
"""The words of other programs: JabRef's first."""

_WHY = re.compile(r"“(.*)(?<!\0)” \((.*)\)", re.DOTALL)
_PAGE = re.compile(r"(?:(.*), )?p\. (\d{1,6})", re.DOTALL)


def apply_field(entry: Entry, label: str, text: str) -> Entry | None:
    """The entry with a field set; None where the text is no value of it.

    Args:
        entry: The entry.
        label: ``state``, ``priority``, ``tags``, ``why`` or ``note``.
        text: The value, with what belongs to a part of it marked (:data:`ingest.lists.citation.MARK`).
    """
    value = text.strip()
    if label == "note":
        return replace(entry, note=joined(entry.note, _dedented(text)))
    if label == "state":
        return replace(entry, state=value) if value in STATES else None
    if label == "priority":
        known = {str(n): n for n in PRIORITIES}
        return replace(entry, priority=known[value]) if value in known else None
    if label == "tags":
        tags = (unmarked(tag) for tag in re.split(r"(?<!\0),", value))
        return replace(entry, tags=tuple(dict.fromkeys(tag for tag in tags if tag)))
    match = _WHY.fullmatch(value)
    if match is None:
        return None
    place = _PAGE.fullmatch(match[2])
    section, page = (place[1] or "", int(place[2])) if place else (match[2], None)
    return replace(entry, why=Why(unmarked(match[1]), unmarked(section), page))


def apply_told(entry: Entry, label: str, text: str) -> Entry:
    """The entry with a state or priority as any program names it; what it cannot be is part of the note."""
    value = text.strip().casefold()
    known = _STATES.get(value, value) if label == "state" else str(_PRIORITIES.get(value, value))
    return apply_field(entry, label, known) or replace(entry, note=joined(entry.note, f"{label}: {text.strip()}"))


def _dedented(text: str) -> str:
    """A note without the indent that its later lines have for standing below a bullet."""
    first, *rest = text.split("\n")
    return "\n".join((first, *(line[2:] if line.startswith("  ") else line for line in rest))).strip()
