"""Which papers of the library a list's entries are: by address, else by title and authors, where that is sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cached_property

from ingest.addresses import ARXIV, FORUM, identifier, plain
from ingest.lists.draft import Item, joined
from ingest.match import agree
from library import Library
from library.editing import cleaned, named
from library.kinds import order
from library.lists import Entry, Named
from library.text import author_key, fold, title_key
from library.types import Paper

REWORDED = 0.9
"""How alike (difflib's ratio) titles under the same first author must be to be one title with a word changed. Among the
2,610 papers of ICML 2024 no two by the same first author are more than 0.68 alike."""

CITATION = 0.8
"""How much of what stands beside a link must be the paper's title, authors, venue and year to be no remark on it."""

_CITING = {"al", "and", "arxiv", "conference", "et", "in", "of", "oral", "paper", "pdf", "poster", "proceedings", "the"}

UNKNOWN = "no paper of the library has this address or title"


class Resolver:
    """Finds the papers of entries in a library as it is now."""

    def __init__(self, library: Library) -> None:
        """Use an open library; its papers are read once, when the first title is looked for."""
        self._library = library

    def item(self, item: Item) -> tuple[Entry, str]:
        """The entry of a file's paper, tied to the library's where that is known; and else why not."""
        entry = item.entry
        found, why = self._find(item.links, entry.named)
        if found is None:
            title = entry.named.title or entry.named.link or item.beside or "Untitled"
            note, tags = joined(item.unknown, entry.note), cleaned((*entry.tags, *item.keywords))
            return replace(entry, named=replace(entry.named, title=title), note=note, tags=tags), why
        note = entry.note
        own = {word.casefold() for word in cleaned(found.keywords)}
        tags = cleaned((*entry.tags, *(word for word in item.keywords if word.casefold() not in own)))
        if item.beside and not _is_citation(item.beside, found):
            note = joined(item.beside, note)
        return replace(entry, named=named(found), paper_id=found.paper_id, note=note, tags=tags), ""

    def entry(self, entry: Entry) -> tuple[Entry, str]:
        """A kept entry, tied to its paper if the library has it by now; and else why not."""
        if entry.paper_id is not None:
            return entry, ""
        found, why = self._find([entry.named.link] if entry.named.link else [], entry.named)
        return (entry, why) if found is None else (replace(entry, named=named(found), paper_id=found.paper_id), "")

    def _find(self, links: Iterable[str], wanted: Named) -> tuple[Paper | None, str]:
        names = [(url, identifier(url)) for url in links]
        for url, name in names:
            if name and (paper := self._named(*name, url)):
                return paper, ""
        for url, _ in names:
            if paper := self._by_link.get(plain(url)):
                return paper, ""
        same = self._titled(wanted)
        if not same:
            return None, UNKNOWN
        # The same work under another forum is another version of it.
        forums = {name[1] for _, name in names if name and name[0] == FORUM}
        here = [paper for paper in same if not (forums and paper.forum_id)]
        if not here:
            return None, f"the library has this title as another submission ({same[0].paper_id}), not this one"
        if not all(agree(here[0].authors, paper.authors) for paper in here[1:]):
            return None, f"{len(here)} papers of the library have this title: link to the one that is meant"
        return max(here, key=lambda paper: (paper.year == wanted.year, order(paper))), ""

    def _named(self, scheme: str, value: str, url: str) -> Paper | None:
        values = [value]
        if scheme == ARXIV:  # a library may know a version's id
            version = plain(url).removesuffix(".pdf").rpartition("v")[2]
            values += [f"{value}v{version}"] if version.isdecimal() else [f"{value}v1"]
        for each in values:
            if paper_id := self._library.papers.find(scheme, each):
                return self._library.papers.get(paper_id)
        return None

    def _titled(self, wanted: Named) -> list[Paper]:
        key = title_key(wanted.title)
        if not key:
            return []
        same = [paper for paper in self._by_title.get(key, ()) if agree(paper.authors, wanted.authors)]
        if same or not wanted.authors:
            return same
        near = self._by_author.get(author_key(wanted.authors[0]), ())
        return [paper for paper in near if _reworded(key, title_key(paper.title))]

    @cached_property
    def _papers(self) -> list[Paper]:
        return list(self._library.papers.of_year(None))

    @cached_property
    def _by_link(self) -> dict[str, Paper]:
        return {plain(url): paper for paper in reversed(self._papers) for url in paper.links.values()}

    @cached_property
    def _by_title(self) -> dict[str, list[Paper]]:
        found: dict[str, list[Paper]] = {}
        for paper in self._papers:
            found.setdefault(title_key(paper.title), []).append(paper)
        return found

    @cached_property
    def _by_author(self) -> dict[tuple[str, str], list[Paper]]:
        found: dict[tuple[str, str], list[Paper]] = {}
        for paper in self._papers:
            if paper.authors:
                found.setdefault(author_key(paper.authors[0]), []).append(paper)
        return found


def _reworded(one: str, other: str) -> bool:
    """Nearly one title; with other numbers ("part 2", "GPT 4") it is another paper."""
    return _numbers(one) == _numbers(other) and SequenceMatcher(None, one, other, autojunk=False).ratio() >= REWORDED


def _numbers(title: str) -> list[str]:
    return [word for word in title.split() if not word.isalpha() or set(word) <= set("ivx")]


def _is_citation(text: str, paper: Paper) -> bool:
    """Whether what stands beside a link only says again which paper that is."""
    words = fold(text).split()
    known = set(fold(" ".join((paper.title, *paper.authors, paper.venue or "", str(paper.year)))).split()) | _CITING
    return sum(word in known for word in words) >= CITATION * len(words)
