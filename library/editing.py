"""Edits of a reading list: each takes a list and gives the list as it is after, arranged; nothing is kept here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from library.errors import UsageError
from library.lists import PRIORITIES, STATES, Entry, Named, Path, ReadingList, arranged
from library.types import Paper

SEPARATOR = " / "
"""Between the headings of a section in text."""

_LINKS = ("forum", "proceedings", "site", "pdf")


@dataclass(frozen=True, slots=True)
class Edit:
    """What is changed of entries; None leaves a field as it is.

    Attributes:
        tags: Tags in place of those there are.
        tag: Tags to add.
        untag: Tags to take off.
    """

    note: str | None = None
    state: str | None = None
    priority: int | None = None
    section: Path | None = None
    tags: tuple[str, ...] | None = None
    tag: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()


def only_changes(entry: Entry, change: Edit) -> Edit:
    """The edit without what leaves the entry as it is, and with tags as those that come and those that go."""
    note = None if change.note is None else change.note.strip()
    tags = entry.tags if change.tags is None else cleaned(change.tags)
    return Edit(
        note=None if note == entry.note else note,
        state=None if change.state == entry.state else change.state,
        priority=None if change.priority == entry.priority else change.priority,
        section=None if change.section == entry.section else change.section,
        tag=(*(tag for tag in tags if tag not in entry.tags), *change.tag),
        untag=(*(tag for tag in entry.tags if tag not in tags), *change.untag),
    )


def section_path(text: str) -> Path:
    """A section from text: ``Attention / Linear``; nothing is what stands before the first section."""
    return tuple(heading for part in text.split(SEPARATOR) if (heading := _heading(part)))


def section_text(path: Path) -> str:
    """A section as text."""
    return SEPARATOR.join(path)


def reachable(made: ReadingList) -> ReadingList:
    """The list with every section so named that its text leads back to it."""

    def plain(path: Path) -> Path:
        return tuple(heading for part in path if (heading := _heading(part)))

    sections = tuple(found for path in made.sections if (found := plain(path)))
    entries = tuple(replace(e, section=plain(e.section)) for e in made.entries)
    return replace(made, sections=sections, entries=entries)


def named(paper: Paper) -> Named:
    """What a list keeps of a paper, for the day the library has it no more."""
    link = next((paper.links[name] for name in _LINKS if name in paper.links), None)
    return Named(paper.title, paper.authors, paper.venue or paper.venue_id, paper.year, link)


def cleaned(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: each on one line and once, none empty."""
    return tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))


def add(made: ReadingList, entries: Iterable[Entry]) -> ReadingList:
    """Entries at the end of their sections; a paper that is on the list already is not added again."""
    held = {entry.paper_id for entry in made.entries if entry.paper_id}
    fresh = []
    for entry in entries:
        if entry.paper_id not in held:
            fresh.append(replace(entry, entry_id=0))
            held |= {entry.paper_id} if entry.paper_id else set()
    return arranged(replace(made, entries=(*made.entries, *fresh)))


def remove(made: ReadingList, entry_ids: Collection[int]) -> ReadingList:
    """Without some entries; their sections stay."""
    _check(made, entry_ids)
    return replace(made, entries=tuple(entry for entry in made.entries if entry.entry_id not in entry_ids))


def edit(made: ReadingList, entry_ids: Collection[int], change: Edit) -> ReadingList:
    """The same change of several entries; those that go to another section go to its end, in the order they had.

    Raises:
        UsageError: There is no such entry, state or priority.
    """
    _check(made, entry_ids)
    if change.state is not None and change.state not in STATES:
        raise UsageError(f"there is no state {change.state!r}: choose one of {', '.join(STATES)}")
    if change.priority is not None and change.priority not in PRIORITIES:
        raise UsageError(f"there is no priority {change.priority}: choose 1 (first), 2, 3, or 0 for none")
    edited = _each(made, entry_ids, lambda entry: _edited(entry, change))
    if change.section is None:
        return edited
    going = {e.entry_id for e in made.entries if e.entry_id in entry_ids and e.section != change.section}
    last = sorted(edited.entries, key=lambda entry: entry.entry_id in going)
    return arranged(replace(edited, entries=tuple(last)))


def move(made: ReadingList, entry_id: int, *, before: int | None = None, after: int | None = None) -> ReadingList:
    """An entry right before or after another one, in that one's section."""
    target = before if before is not None else after
    assert target is not None
    _check(made, (entry_id, target))
    if entry_id == target:
        return made
    one, beside = entry(made, entry_id), entry(made, target)
    rest = [e for e in made.entries if e.entry_id != entry_id]
    at = rest.index(beside) + (before is None)
    rest.insert(at, replace(one, section=beside.section))
    return arranged(replace(made, entries=tuple(rest)))


def put(made: ReadingList, entry_id: int, place: int) -> ReadingList:
    """An entry at a place of its section, from 1; a place past its last is the last."""
    _check(made, [entry_id])
    one = entry(made, entry_id)
    beside = [e.entry_id for e in made.entries if e.section == one.section]
    at = min(max(place, 1), len(beside)) - 1
    return move(made, entry_id, **{"before" if at < beside.index(entry_id) else "after": beside[at]})


def shift(made: ReadingList, entry_id: int, by: int) -> ReadingList:
    """An entry one place up (-1) or down (1); from the edge of its section it goes into the next one."""
    _check(made, [entry_id])
    one = entry(made, entry_id)
    beside = [e.entry_id for e in made.entries if e.section == one.section]
    at = beside.index(entry_id) + by
    if 0 <= at < len(beside):
        return move(made, entry_id, **{"before" if by < 0 else "after": beside[at]})
    places = [(), *made.sections]
    to = places.index(one.section) + by
    if not 0 <= to < len(places):
        return made
    rest = [e for e in made.entries if e.entry_id != entry_id]
    gone = replace(one, section=places[to])
    return arranged(replace(made, entries=tuple([*rest, gone] if by < 0 else [gone, *rest])))


def add_section(made: ReadingList, path: Path) -> ReadingList:
    """A section, with its parents, after the others beside it."""
    if not path:
        raise UsageError("a section needs a name")
    return arranged(replace(made, sections=(*made.sections, path)))


def rename_section(made: ReadingList, path: Path, new: Path) -> ReadingList:
    """A section under another name or another parent, with all that is in it; with one that is there it becomes one.

    Raises:
        UsageError: There is no such section, or the new name is empty or leads below the section itself.
    """
    _check_section(made, path)
    if not new:
        raise UsageError("a section needs a name: remove it to keep its papers without one")
    if len(new) > len(path) and new[: len(path)] == path:
        raise UsageError(f"the section {section_text(path)!r} cannot go below itself, to {section_text(new)!r}")
    return _relabelled(made, path, new)


def renaming(made: ReadingList, path: Path, new: Path) -> str:
    """What :func:`rename_section` does, in the words of a step that can be undone."""
    return "section joined with another" if new != path and new in made.sections else "section renamed"


def shift_section(made: ReadingList, path: Path, by: int) -> ReadingList:
    """A section, with all that is in it, one place up (-1) or down (1) among those beside it."""
    _check_section(made, path)
    beside = [other for other in made.sections if other[:-1] == path[:-1]]
    to = beside.index(path) + by
    if not 0 <= to < len(beside):
        return made
    place = {other: n for n, other in enumerate(made.sections)}
    place[path], place[beside[to]] = place[beside[to]], place[path]
    order = sorted(made.sections, key=lambda other: [place[other[: n + 1]] for n in range(len(other))])
    return arranged(replace(made, sections=tuple(order)))


def remove_section(made: ReadingList, path: Path) -> ReadingList:
    """Without a section: what is in it, sections too, goes to its parent."""
    _check_section(made, path)
    return _relabelled(made, path, path[:-1])


def merge(made: ReadingList, entry_ids: Sequence[int], shown: Paper | None = None) -> ReadingList:
    """Several entries as one, at the place of the first that is named.

    Notes are joined and tags united; the state that got furthest and the first priority count. A sentence stays only
    where it is one of the paper that the entry shows.

    Args:
        made: The list.
        entry_ids: Two or more.
        shown: The paper that the entry shows from now on; None keeps the first's.
    """
    _check(made, entry_ids)
    merged = [entry(made, entry_id) for entry_id in dict.fromkeys(entry_ids)]
    one = joined(merged, shown)
    rest = remove(made, [e.entry_id for e in merged[1:]])
    return _each(rest, [one.entry_id], lambda _: one)


def joined(entries: Sequence[Entry], shown: Paper | None = None) -> Entry:
    """Several entries as :func:`merge` makes one of them, without their list."""
    first = entries[0]
    paper_id = shown.paper_id if shown else first.paper_id
    return replace(
        first,
        paper_id=paper_id,
        named=named(shown) if shown else first.named,
        note="\n\n".join(dict.fromkeys(e.note for e in entries if e.note)),
        tags=tuple(dict.fromkeys(tag for e in entries for tag in e.tags)),
        state=max((e.state for e in entries), key=STATES.index),
        priority=min((e.priority for e in entries if e.priority), default=0),
        why=next((e.why for e in entries if e.why and e.paper_id == paper_id), None),
    )


def entry(made: ReadingList, entry_id: int) -> Entry:
    """One entry of a list.

    Raises:
        UsageError: There is no such entry.
    """
    _check(made, [entry_id])
    return next(e for e in made.entries if e.entry_id == entry_id)


def _heading(text: str) -> str:
    return " ".join(text.split()).replace(SEPARATOR, "/").strip("/ ")


def _edited(entry: Entry, change: Edit) -> Entry:
    tags = cleaned((*(entry.tags if change.tags is None else change.tags), *change.tag))
    return replace(
        entry,
        note=entry.note if change.note is None else change.note.strip(),
        state=change.state or entry.state,
        priority=entry.priority if change.priority is None else change.priority,
        section=entry.section if change.section is None else change.section,
        tags=tuple(tag for tag in tags if tag not in change.untag),
    )


def _each(made: ReadingList, entry_ids: Collection[int], change: Callable[[Entry], Entry]) -> ReadingList:
    return replace(made, entries=tuple(change(e) if e.entry_id in entry_ids else e for e in made.entries))


def _relabelled(made: ReadingList, path: Path, new: Path) -> ReadingList:
    def label(other: Path) -> Path:
        return new + other[len(path) :] if other[: len(path)] == path else other

    sections = tuple(found for other in made.sections if (found := label(other)))
    entries = tuple(replace(e, section=label(e.section)) for e in made.entries)
    return arranged(replace(made, sections=sections, entries=entries))


def _check(made: ReadingList, entry_ids: Collection[int]) -> None:
    missing = sorted(set(entry_ids) - {e.entry_id for e in made.entries})
    if missing:
        raise UsageError(
            f"the list {made.list_id} has no entry {', '.join(map(str, missing))}: "
            f"`posterhall list show {made.list_id}` tells their numbers"
        )


def _check_section(made: ReadingList, path: Path) -> None:
    if path not in made.sections:
        known = "; ".join(map(section_text, made.sections)) or "none yet"
        raise UsageError(f"the list {made.list_id} has no section {section_text(path)!r}: it has {known}")
