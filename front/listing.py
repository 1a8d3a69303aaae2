"""Reading lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from itertools import count

from front.base import one_at_a_time
from front.linking import Linking
from front.values import Listed
from library import editing
from library.errors import UsageError
from library.lists import Change, ReadingList
from library.text import term_key

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
        if exact := self.library.lists.get(name):
            return exact
        made = self.library.lists.all()
        for one in made:
            if term_key(one.name) == term_key(name):
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
            made: Any id in it counts for nothing; a name that another list has gets a number.
            what: How it came about, for people ("list imported").
        """
        name = base = " ".join(made.name.split())[:MAX_NAME].strip() or "Reading list"
        taken = {term_key(one.name) for one in self.library.lists.all()}
        numbers = count(2)
        while term_key(name) in taken:
            name = f"{base} ({next(numbers)})"
        return self._keep(editing.reachable(replace(made, name=name)), what)

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
    def rename_list(self, name: str, new: str, description: str | None = None) -> ReadingList:
        """Give a list another name, and another description in the same step where one is given; its id stays.

        Raises:
            UsageError: There is no such list, the name is empty, or another list has it.
        """
        wanted = self._free(new, but=self.reading_list(name).list_id)
        if description is None:
            return self.edit_list(name, lambda made: replace(made, name=wanted), "list renamed")
        words = description.strip()
        what = "list renamed and described"
        return self.edit_list(name, lambda made: replace(made, name=wanted, description=words), what)

    @one_at_a_time
    def describe_list(self, name: str, description: str) -> ReadingList:
        """Give a list another description, Markdown."""
        return self.edit_list(name, lambda made: replace(made, description=description.strip()), "list described")

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
    def list_changes(self, name: str | None = None, *, limit: int = -1) -> list[Change]:
        """What can be undone, of one list (one that was removed, too) or of all; the latest first."""
        store = self.library.lists
        if name is None or store.get(name):
            return store.changes(name, limit=limit)
        known = [(one.list_id, one.name) for one in store.all()]
        known += [(change.list_id, change.before.name) for change in store.changes() if change.before]
        by_id = (list_id for list_id, _ in known if list_id == name)
        by_name = (list_id for list_id, called in known if term_key(called) == term_key(name))
        found = next(by_id, None) or next(by_name, None) or self.reading_list(name).list_id
        return store.changes(found, limit=limit)

    @one_at_a_time
    def undo_list(self, name: str | None = None, *, change_no: int | None = None) -> Change:
        """Take back the latest change of a list (one that was removed, too), or of all.

        Args:
            name: The list's id or name; None for the latest change of any.
            change_no: The change that is meant; None for whichever is the latest by now.

        Raises:
            UsageError: There is nothing to undo, or another change has come after the one that is meant.
        """
        changes = self.list_changes(name, limit=1)
        if not changes:
            raise UsageError("there is nothing to undo")
        undone = self.library.lists.undo(changes[0].list_id, change_no)
        if undone is None:
            raise UsageError(
                "nothing was undone: the list was changed meanwhile, and what was done last is another thing"
            )
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
    def entry_numbers(self, made: ReadingList, names: Iterable[str]) -> list[int]:
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
        list_id = base = slug(made.name) or "list"
        numbers = count(2)
        while list_id in taken:
            list_id = f"{base}-{next(numbers)}"
        kept = self.library.lists.change(list_id, lambda _: replace(made, list_id=list_id), what, _now())
        assert kept is not None
        return kept


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
