"""Reading lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches

from front.base import one_at_a_time
from front.linking import Linking
from front.values import Added, Held, Listed
from library import editing
from library.errors import UsageError
from library.lists import Change, Entry, Path, ReadingList, Why
from library.text import term_key
from library.types import Paper

MAX_NAME = 200


class Listing(Linking):
    """Lists of papers, in the user's order. Every change is kept at once and can be undone."""

    @one_at_a_time
    def reading_lists(self) -> list[ReadingList]:
        """Every list, in the order they were made."""
        return self.library.lists.all()

    @one_at_a_time
    def reading_list(self, name: str) -> ReadingList:
        """The list of an id or a name; case and dashes do not count.

        Raises:
            UsageError: There is none; the message suggests the nearest.
        """
        made = self.library.lists.all()
        for key in (lambda one: one.list_id == name, lambda one: term_key(one.name) == term_key(name)):
            for one in filter(key, made):
                return one
        wanted = term_key(name[:MAX_NAME])
        names = {wording: one for one in made for wording in (one.list_id, term_key(one.name))}
        near = dict.fromkeys(names[wording].list_id for wording in get_close_matches(wanted, names))
        hint = f"did you mean {' or '.join(near)}?" if near else "`posterhall list` tells which there are"
        raise UsageError(f"there is no list called {name.strip()[:MAX_NAME] or '(nothing)'}: {hint}")

    @one_at_a_time
    def make_list(self, name: str, description: str = "") -> ReadingList:
        """A new list without papers.

        Raises:
            UsageError: The name is empty, or another list has it.
        """
        return self._keep(ReadingList("", self._free(name), description.strip()), "list made")

    @one_at_a_time
    def put_list(self, made: ReadingList, what: str) -> ReadingList:
        """Keep a list that was prepared as a whole, as a new one: its id is made of its name.

        Args:
            made: Any id in it counts for nothing.
            what: How it came about, for people ("list imported").
        """
        return self._keep(replace(made, name=" ".join(made.name.split())[:MAX_NAME] or "Reading list"), what)

    @one_at_a_time
    def edit_list(self, name: str, edit: Callable[[ReadingList], ReadingList], what: str) -> ReadingList:
        """Change a list, as one step that can be undone; an edit that changes nothing is none.

        Args:
            name: The list's id or name.
            edit: Gives the list as it should be from the list as it is now: one of :mod:`library.editing`, or several.
            what: What is done, for people ("2 papers moved").

        Raises:
            UsageError: There is no such list, or what the edit raises.
        """
        list_id = self.reading_list(name).list_id

        def change(made: ReadingList | None) -> ReadingList:
            if made is None:
                raise UsageError(f"the list {list_id} was removed meanwhile: `posterhall list undo {list_id}`")
            return edit(made)

        changed = self.library.lists.change(list_id, change, what, _now())
        assert changed is not None
        return changed

    @one_at_a_time
    def rename_list(self, name: str, new: str) -> ReadingList:
        """Give a list another name; its id stays.

        Raises:
            UsageError: There is no such list, the name is empty, or another list has it.
        """
        wanted = self._free(new, but=self.reading_list(name).list_id)
        return self.edit_list(name, lambda made: replace(made, name=wanted), "list renamed")

    @one_at_a_time
    def describe_list(self, name: str, description: str) -> ReadingList:
        """Give a list another description, Markdown."""
        return self.edit_list(name, lambda made: replace(made, description=description.strip()), "list described")

    @one_at_a_time
    def add_to_list(
        self,
        name: str,
        papers: Iterable[str],
        *,
        section: Path = (),
        note: str = "",
        tags: Sequence[str] = (),
        whys: Mapping[str, Why] | None = None,
    ) -> Added:
        """Add papers at the end of a list or of its section.

        Of a work that is on the list already no second entry is made: its entry shows the main version from now on.

        Args:
            name: The list's id or name.
            papers: Ids (a forum's will do) or whole titles.
            section: Where to; made when there is none.
            note: Each one's note.
            tags: Each one's tags.
            whys: Paper id to the sentence that puts it there.

        Raises:
            UsageError: There is no such list or paper.
        """
        found = list({paper.paper_id: paper for paper in map(self.find, papers)}.values())
        lineage, sentences = self._lineage.lineage(), whys or {}

        def adding(made: ReadingList) -> Added:
            added: list[Paper] = []
            held: list[Held] = []
            for paper in found:
                paper_id = paper.paper_id
                versions = lineage.versions(paper_id)
                known = next((e for e in made.entries if e.paper_id in versions), None)
                if known is None:
                    why = sentences.get(paper_id)
                    entry = Entry(editing.named(paper), paper_id, section, note.strip(), editing.cleaned(tags), why=why)
                    made = editing.add(made, [entry])
                    added.append(paper)
                    continue
                held.append(Held(paper, known.entry_id, known.paper_id != paper_id))
                if versions.index(paper_id) > versions.index(known.paper_id or ""):
                    made = editing.merge(made, [known.entry_id], paper)
            return Added(made, tuple(added), tuple(held))

        said = adding(self.reading_list(name))
        what = _counted(len(said.added), "added") if said.added else "main version shown"
        return replace(said, made=self.edit_list(name, lambda made: adding(made).made, what))

    @one_at_a_time
    def merge_duplicates(self, name: str) -> tuple[ReadingList, int]:
        """Make one entry of those that are the same work: notes joined, tags united, under the main version.

        Returns:
            The list, and how many entries went into others.
        """
        lineage = self._lineage.lineage()
        before = self.reading_list(name)
        papers = self.library.papers.get_many(e.paper_id for e in before.entries if e.paper_id)

        def edit(made: ReadingList) -> ReadingList:
            works: dict[str, list[Entry]] = {}
            for entry in made.entries:
                if entry.paper_id:
                    works.setdefault(lineage.versions(entry.paper_id)[-1], []).append(entry)
            for entries in works.values():
                if len(entries) > 1:
                    versions = lineage.versions(entries[0].paper_id or "")
                    main = max((e.paper_id or "" for e in entries), key=versions.index)
                    made = editing.merge(made, [e.entry_id for e in entries], papers.get(main))
            return made

        after = self.edit_list(before.list_id, edit, "duplicates merged")
        return after, len(before.entries) - len(after.entries)

    @one_at_a_time
    def remove_list(self, name: str) -> ReadingList:
        """Remove a list; undoing brings it back.

        Raises:
            UsageError: There is no such list.
        """
        made = self.reading_list(name)
        self.library.lists.change(made.list_id, lambda _: None, "list removed", _now())
        return made

    @one_at_a_time
    def list_changes(self, name: str | None = None) -> list[Change]:
        """What can be undone, of one list (one that was removed, too) or of all; the latest first."""
        changes = self.library.lists.changes()
        if name is None:
            return changes
        if not any(change.list_id == name for change in changes):
            removed = (c.list_id for c in changes if c.before and term_key(c.before.name) == term_key(name))
            live = (made.list_id for made in self.library.lists.all() if term_key(made.name) == term_key(name))
            name = next(live, None) or next(removed, None) or self.reading_list(name).list_id
        return [change for change in changes if change.list_id == name]

    @one_at_a_time
    def undo_list(self, name: str | None = None) -> Change:
        """Take back the latest change of a list (one that was removed, too), or of all.

        Raises:
            UsageError: There is nothing to undo.
        """
        changes = self.list_changes(name)
        undone = self.library.lists.undo(changes[0].list_id) if changes else None
        if undone is None:
            raise UsageError("there is nothing to undo")
        return undone

    @one_at_a_time
    def lists_of(self, paper_id: str) -> list[ReadingList]:
        """The lists that hold a paper or another version of its work, in the order they were made."""
        holding = self.library.lists.holding(self._lineage.lineage().versions(paper_id))
        ids = {list_id for each in holding.values() for list_id in each}
        return [made for made in self.library.lists.all() if made.list_id in ids]

    @one_at_a_time
    def list_papers(self, made: ReadingList) -> list[Listed]:
        """The entries of a list in its order, each with its paper as the library has it now."""
        papers = self.library.papers.get_many(e.paper_id for e in made.entries if e.paper_id)
        return [Listed(entry, papers.get(entry.paper_id or "")) for entry in made.entries]

    @one_at_a_time
    def entries(self, made: ReadingList, names: Iterable[str]) -> list[int]:
        """The numbers of entries of a list.

        Args:
            made: The list.
            names: Each a number (``3``, ``#3``), a paper's id or its forum's.

        Raises:
            UsageError: The list has no such entry.
        """
        return [self._entry(made, name) for name in names]

    def _entry(self, made: ReadingList, name: str) -> int:
        paper_id = self.library.papers.find("forum", name) or name
        number = name.removeprefix("#")
        for entry in made.entries:
            if paper_id == entry.paper_id or number == str(entry.entry_id):
                return entry.entry_id
        raise UsageError(
            f"the list {made.list_id} has no entry {name[:MAX_NAME]!r}: give a number as "
            f"`posterhall list show {made.list_id}` prints it, or a paper's id"
        )

    def _free(self, name: str, but: str = "") -> str:
        """A name that no list but one has."""
        name = " ".join(name.split())
        if not name:
            raise UsageError("a list needs a name")
        if len(name) > MAX_NAME:
            raise UsageError(f"the name has {len(name)} characters: {MAX_NAME} are the most")
        for made in self.library.lists.all():
            if made.list_id != but and term_key(made.name) == term_key(name):
                raise UsageError(f"there is a list called {made.name} already ({made.list_id}): choose another name")
        return name

    def _keep(self, made: ReadingList, what: str) -> ReadingList:
        from browse.topics import slug

        taken = {one.list_id for one in self.library.lists.all()} | {c.list_id for c in self.library.lists.changes()}
        base = slug(made.name) or "list"
        list_id, n = base, 2
        while list_id in taken:
            list_id, n = f"{base}-{n}", n + 1
        kept = self.library.lists.change(list_id, lambda _: replace(made, list_id=list_id), what, _now())
        assert kept is not None
        return kept


def _counted(number: int, done: str) -> str:
    return f"{number} {'paper' if number == 1 else 'papers'} {done}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
