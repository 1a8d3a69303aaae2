"""What comes onto reading lists: papers, each work once, and whole suggested lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from front.base import one_at_a_time
from front.listing import Listing
from front.values import Added, Held
from library import editing
from library.lists import Entry, Path, ReadingList, Why, arranged
from library.types import Filter, Paper


class Filling(Listing):
    """Papers onto lists."""

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
    def suggest_list(self, question: str, *, size: int = 12, where: Filter | None = None) -> ReadingList:
        """A list of papers to read on a question, not kept: edit it, then :meth:`put_list`.

        The broad papers come first, then the others by sub-theme; each with the verified sentence of it that is nearest
        to the question, where one can be quoted. A work is suggested once. The list is empty
        where no paper comes close.

        Args:
            question: A subject, or a question.
            size: The most papers wanted.
            where: Which papers count.

        Raises:
            UsageError: The question is empty, the size is not at least one, or no paper is of the wanted venue.
            IndexUnavailable: There is no usable index.
        """
        from ask.extract import treats
        from browse.suggest import suggest

        lineage, wanted = self._lineage.lineage(), self._where(where)
        found = suggest(self.library, self.searcher, lineage, question, size=size, where=wanted)
        # The search always finds something; of a subject that no paper treats it is no list to read.
        if not treats(self.library, self.searcher, question, where=wanted):
            found = []
        papers = self.library.papers.get_many(each.paper_id for each in found)
        entries = tuple(
            Entry(
                editing.named(papers[each.paper_id]),
                each.paper_id,
                (each.section,),
                why=Why(each.why.text, each.why.section, each.why.page) if each.why else None,
            )
            for each in found
        )
        name = " ".join(question.split())
        return arranged(ReadingList("", name[:1].upper() + name[1:], f"Suggested for “{name}”.", entries=entries))


def _counted(number: int, done: str) -> str:
    return f"{number} {'paper' if number == 1 else 'papers'} {done}"
