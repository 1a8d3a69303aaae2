"""Papers as files of other tools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from front.base import Base, one_at_a_time
from front.writing import MANIFEST, Written, claimed, write_folder, write_whole
from library.errors import InputError, UsageError
from library.lists import Entry, Named, ReadingList, arranged
from library.observations import PRINTED
from library.types import Paper

if TYPE_CHECKING:
    from export.citations import Citation, Collection, Known

ENTRIES = ("bibtex", "biblatex")
OPENREVIEW = "openreview"
"""The styles of a citation that are entries of a file, and the one that is OpenReview's own."""


_ARXIV_NUMBER = re.compile(r"\barxiv:\s*[\w./-]+\w", re.IGNORECASE)


class Exporting(Base):
    """Lists, searches and topics, written for other tools."""

    @one_at_a_time
    def export(
        self,
        format: str,
        *,
        papers: Sequence[str] | None = None,
        made: ReadingList | None = None,
        name: str = "Papers",
        style: str | None = None,
    ) -> bytes:
        """Papers, or a reading list with its sections, notes and tags, in one of :data:`EXPORT_FORMATS`.

        Args:
            format: Which; ``obsidian`` gives a zip.
            papers: Ids, in the order wanted.
            made: A reading list, in place of papers.
            name: What papers are called together.
            style: For ``text``: one of :data:`CITATION_STYLES`, another style's name, or the path of a ``.csl`` file.

        Raises:
            UsageError: There is no such format, style or paper, or not exactly one of papers and list is given.
            InputError: A style's file cannot be read.
        """
        from export.formats import find, write

        find(format)
        return write(format, self._collection(papers, made, name), style)

    @one_at_a_time
    def write_export(
        self,
        path: str | Path,
        format: str,
        *,
        papers: Sequence[str] | None = None,
        made: ReadingList | None = None,
        name: str = "Papers",
        style: str | None = None,
    ) -> Written:
        """Write what :meth:`export` gives to a file: whole, or not at all.

        A vault is written into a folder where the path does not end in ``.zip``: a new one, an empty one, or one that
        earlier exports wrote, also of other lists. There notes that the user has changed are left as they are, and
        so are those of other lists; a paper on several has one note, which says what each list says of it.

        Raises:
            UsageError: As :meth:`export` does.
            InputError: The file cannot be written, or the folder holds something else.
        """
        from export.formats import LISTS, VAULT, find, write

        find(format)
        path, held = Path(path), self._collection(papers, made, name)
        if format == VAULT and path.suffix.lower() != ".zip":
            if style is not None:
                write(format, held, style)  # says that a vault has none
            export = f"list {made.list_id or made.name}" if made else f"papers {name}"
            return self._write_vault(path, held.once(), export)
        write_whole(path, write(format, held, style))
        return Written(len((held if format in LISTS else held.once()).items))

    @one_at_a_time
    def cite(self, paper_id: str, style: str = "bibtex") -> str:
        """How a paper is cited, to be pasted: an entry without the abstract, or a reference.

        Args:
            paper_id: The paper's.
            style: One of :meth:`cite_styles`, another style's name, or the path of a ``.csl`` file.

        Raises:
            UsageError: There is no such paper or style, or OpenReview's own entry is not in the library.
            InputError: A style's file cannot be read.
        """
        from export.formats import TEXT, write

        held = self._collection([paper_id], None, "")
        item = held.items[0]
        if style == OPENREVIEW:
            if not item.citation.own:
                raise UsageError(
                    f"the library has no entry of OpenReview's for {paper_id}: it comes with a sync of its venue after "
                    "`posterhall login`"
                )
            return item.citation.own
        held = replace(held, items=(replace(item, citation=replace(item.citation, abstract=None)),))
        entry = style in ENTRIES
        return write(style if entry else TEXT, held, None if entry else style).decode().strip()

    @one_at_a_time
    def cite_styles(self, paper_id: str) -> tuple[str, ...]:
        """The styles that :meth:`cite` knows; ``openreview``, the entry that OpenReview shows, where it is kept."""
        from export.text import STYLES

        told = (seen.fields.get(PRINTED, {}) for seen in self.library.observations.of_paper(paper_id))
        return (*ENTRIES, *((OPENREVIEW,) if any("bibtex" in one for one in told) else ()), *STYLES)

    def _collection(self, papers: Sequence[str] | None, made: ReadingList | None, name: str) -> Collection:
        from export.citations import cite, cite_entry, collect, stem_of_entry
        from export.keys import apart

        if (papers is None) == (made is None):
            raise UsageError("nothing to export: give papers, or a reading list, and not both")
        ids = list(dict.fromkeys(papers if papers is not None else [e.paper_id for e in _entries(made) if e.paper_id]))
        held = self.library.papers.get_many(ids)
        known = self._known(held)
        if papers is not None:
            if missing := [p for p in ids if p not in held]:
                raise UsageError(f"the library has no paper {missing[0][:80]!r}")
            cited = {p: cite(known[p]) for p in ids}
            entries = tuple(_entry(held[p], cited[p], n) for n, p in enumerate(ids, 1))
            wrapped = ReadingList("", name, entries=entries)
            return collect(wrapped, {e.entry_id: cited[e.paper_id or ""] for e in entries}, held, listed=False)
        assert made is not None
        made = arranged(made)
        strangers = [e for e in made.entries if e.paper_id not in held]
        told = ((str(e.entry_id), stem_of_entry(e), e.named.title.strip() or e.named.link or "") for e in strangers)
        keys = apart(told, self._keys().values())
        citations = {e.entry_id: cite(known[e.paper_id]) for e in made.entries if e.paper_id in known}
        citations |= {e.entry_id: cite_entry(e, keys[str(e.entry_id)], _arxiv(e.named)) for e in strangers}
        return collect(made, citations, held)

    def _write_vault(self, path: Path, held: Collection, export: str) -> Written:
        from export.citations import cite
        from export.obsidian import index_of, left_to, remembered, vault

        try:
            others = claimed(path, export, index_of(held))
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror or error}") from error
        before = others.pop(export, {})
        try:
            files, said = vault(held, others), remembered(held, others)
            shared = {note for notes in others.values() for note in notes}
            gone = {said["key"]: note for note, said in before.items() if said and note in shared and note not in files}
            # Of a paper that is no more of this list the note is the other lists' alone.
            ids = [paper_id for paper_id, key in self._keys().items() if key in gone] if gone else []
            known = self._known(self.library.papers.get_many(ids)) if ids else {}
            files |= {gone[one.key]: left_to(cite(one), gone[one.key], others) for one in known.values()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path / MANIFEST} cannot be read ({error!r}): give a new or an empty folder") from error
        return replace(write_folder(path, files, export, said), papers=len(held.items))

    def _known(self, papers: dict[str, Paper]) -> dict[str, Known]:
        from export.citations import Known
        from ingest.venues import load

        registry, keys = load(), self._keys()
        seen = self.library.observations.of_papers(papers)
        arxiv = self.library.papers.named_by("arxiv", papers)
        venues = {
            where: registry.holding(*where) for where in {(paper.venue_id, paper.venue) for paper in papers.values()}
        }
        return {
            paper_id: Known(
                paper,
                keys[paper_id],
                seen.get(paper_id, ()),
                venue.proceedings if (venue := venues[paper.venue_id, paper.venue]) else None,
                arxiv.get(paper_id),
            )
            for paper_id, paper in papers.items()
        }

    def _keys(self) -> dict[str, str]:
        """The citation keys of all papers: a paper has the same in every list."""
        from export.citations import stem_of
        from export.keys import unique

        return unique((paper.paper_id, stem_of(paper)) for paper in self.library.papers.of_year(None))


def _entries(made: ReadingList | None) -> Iterable[Entry]:
    return made.entries if made else ()


def _arxiv(named: Named) -> str | None:
    """Its number on arXiv, as the link or the venue of a paper that only a list knows tells it."""
    from ingest.addresses import ARXIV, identifier

    told = (named.link or "", *_ARXIV_NUMBER.findall(named.venue or ""))
    return next((found[1] for text in told if (found := identifier(text)) and found[0] == ARXIV), None)


def _entry(paper: Paper, citation: Citation, number: int) -> Entry:
    named = Named(paper.title, paper.authors, paper.venue, paper.year, citation.url)
    return Entry(named, paper.paper_id, entry_id=number)
