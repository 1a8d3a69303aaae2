"""Reading lists from files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from front.base import one_at_a_time
from front.listing import Listing
from front.values import ImportReport, Unresolved
from library.lists import Entry, ReadingList


class Importing(Listing):
    """Lists that others made, or that were written by hand."""

    @one_at_a_time
    def import_list(self, path: str | Path, *, name: str | None = None) -> ImportReport:
        """Keep what a file lists as a new reading list.

        The file is Markdown, BibTeX, RIS, CSL-JSON, CSV, or lines of links and titles. Papers are found by their
        addresses, then by title and authors. One that the library does not hold stays on the list by what the file
        says of it, until :meth:`resolve_list` finds it. One that the file names several times is one entry, at its
        first place, with all the remarks and tags.

        Args:
            path: The file.
            name: The list's; the one in the file, or the file's own, when None.

        Raises:
            InputError: The file cannot be read, or holds no paper; the message says where and why.
        """
        from ingest.lists import parse
        from ingest.lists.repeats import Found, united
        from ingest.lists.resolve import Resolver

        path = Path(path)
        draft = parse(path)
        resolver = Resolver(self.library)
        found, repeats = united([Found(item, *resolver.item(item)) for item in draft.items])
        entries = tuple(one.entry for one in found)
        called = name or draft.name or path.stem
        made = self.put_list(ReadingList("", called, draft.description, draft.sections, entries), "list imported")
        return ImportReport(
            made,
            sum(entry.paper_id is not None for entry in entries),
            tuple(Unresolved(one.item.line, one.entry.named.title, one.why) for one in found if one.why),
            tuple(Unresolved(problem.line, problem.text, problem.reason) for problem in draft.problems),
            tuple(Unresolved(one.line, one.title, f"the same paper as line {one.first}") for one in repeats),
        )

    @one_at_a_time
    def resolve_list(self, name: str) -> ImportReport:
        """Look again for the papers of a list that the library did not hold; ``resolved`` counts those it has now.

        Raises:
            UsageError: There is no such list.
        """
        from ingest.lists.resolve import Resolver

        resolver = Resolver(self.library)
        before = self.reading_list(name)
        found = {entry.entry_id: resolver.entry(entry) for entry in before.entries if entry.paper_id is None}

        def tied(made: ReadingList) -> ReadingList:
            entries = (_tied(entry, found.get(entry.entry_id, (entry, ""))[0]) for entry in made.entries)
            return replace(made, entries=tuple(entries))

        resolved = sum(not why for _, why in found.values())
        what = f"{resolved} {'paper' if resolved == 1 else 'papers'} found in the library"
        made = self.edit_list(before.list_id, tied, what) if resolved else before
        unresolved = (Unresolved(None, entry.named.title, why) for entry, why in found.values() if why)
        return ImportReport(made, resolved, tuple(unresolved))

    @one_at_a_time
    def resolve_lists(self) -> dict[str, int]:
        """Look again for such papers of every list; how many were found, by the list's id."""
        lacking = (made for made in self.reading_lists() if any(entry.paper_id is None for entry in made.entries))
        found = {made.list_id: self.resolve_list(made.list_id).resolved for made in lacking}
        return {list_id: papers for list_id, papers in found.items() if papers}


def _tied(entry: Entry, found: Entry) -> Entry:
    """The entry as it is by now, with the paper that was found for it."""
    return replace(entry, named=found.named, paper_id=found.paper_id) if entry.paper_id is None else entry
