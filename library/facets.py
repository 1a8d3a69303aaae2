"""Facets: how many papers carry each venue, tier, year, keyword and author, and what an author's papers share.

Whoever knows which papers are versions of one work says so: a work counts once with each value that its versions have,
as it is listed once under a filter by that value.

Keywords and authors are lists in each paper's row. Taking them apart in SQL at every count costs more than all the
rest (2,610 papers: 34 ms with ``json_each``, 44 ms from an indexed table of their own, before a facet that is set is
counted without itself; all facets from here 13 ms), so they are taken apart once for each revision and kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain
from typing import Any, Literal, TypeAlias

from sqlite_utils import Database

from library.filters import paper_clause
from library.kinds import shown_tier
from library.text import term_key
from library.types import Filter

Counts: TypeAlias = tuple[tuple[str, int], ...]
Kind: TypeAlias = Literal["authors", "keywords"]
Row: TypeAlias = tuple[int, str | None, str | None, int | None, int, str | None]
"""Number, venue, tier, year, whether a PDF was read, and the venue's id."""

Works: TypeAlias = Mapping[str, Hashable]
"""By paper id: the same for the versions of one work. Papers without other versions need not be there."""

NONE: Works = {}


@dataclass(frozen=True, slots=True)
class Facets:
    """How many papers carry each value, most frequent first, equal ones by value.

    Attributes:
        keywords: The same keyword in another case or with another hyphen is the same; shown as most papers write it.
        authors: The same name is the same author, whatever its case and accents: nothing better is known of most.
        full_text: Papers with (True) and without a PDF that was read.
    """

    venues: Counts
    tiers: Counts
    years: tuple[tuple[int, int], ...]
    keywords: Counts = ()
    authors: Counts = ()
    full_text: tuple[tuple[bool, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """How many papers of a venue or a year are in a selection, and how many there are."""

    value: str
    papers: int
    of: int


@dataclass(frozen=True, slots=True)
class Trends:
    """A selection over years, ascending, and over venues, the largest first; only where it has papers or had any.

    Attributes:
        years: From the first year of the selection to its last, with the library's other years between them.
        venues: Those that the selection has papers of.
    """

    years: tuple[Share, ...]
    venues: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """A name and what its papers share.

    Attributes:
        name: As most papers write it.
        papers: How many, the versions of a work as one; so are the others counted.
        coauthors: With how many papers were written together.
    """

    name: str
    papers: int
    coauthors: Counts
    venues: Counts
    years: tuple[tuple[int, int], ...]
    keywords: Counts


@dataclass(frozen=True, slots=True)
class _Terms:
    """The authors or keywords of every paper, as keys to compare by, and each key as most papers write it."""

    of_paper: dict[int, tuple[str, ...]]
    shown: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Selection:
    """Papers that are counted, and those of them that are versions of one work, each work's together."""

    rows: list[Row]
    versions: list[list[Row]]

    def column(self, number: int) -> Counter[Any]:
        """How many works have each value of a column."""
        return self.count(lambda rows: (row[number] for row in rows if row[number] is not None))

    def tiers(self) -> Counter[str]:
        """How many works have each tier, as it is shown."""
        return self.count(lambda rows: filter(None, map(_tier, rows)))

    def count(self, values: Callable[[Iterable[Row]], Iterator[Any]]) -> Counter[Any]:
        """How many works have each of the values that are in rows."""
        counts = Counter(values(self.rows))
        for versions in self.versions:
            for value, papers in Counter(values(versions)).items():
                counts[value] -= papers - 1
        return counts

    def __len__(self) -> int:
        """How many works there are."""
        return len(self.rows) - sum(len(versions) - 1 for versions in self.versions)


class FacetCounts:
    """Counts over the papers table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db
        self._revision = -1
        self._terms: dict[Kind, _Terms] = {}

    def facets(self, where: Filter, most: int | None = None, works: Works = NONE) -> Facets:
        """Counts of each facet's values among the papers that pass the rest of a filter.

        A facet does not restrict itself: the other venues keep their counts when one is chosen, as the other choices
        that there are.

        Args:
            where: Which papers count.
            most: The most keywords and authors wanted; those that the filter names come besides.
            works: Which papers are versions of one work.

        Raises:
            UsageError: No paper is of that venue.
        """
        numbers = self._numbered(works)
        papers = self._select(where, numbers)

        def column(
            counted: Callable[[_Selection], Counter[Any]], chosen: object, without: Callable[[], Filter]
        ) -> tuple[tuple[Any, int], ...]:
            return _sorted(counted(self._select(without(), numbers) if chosen else papers))

        def terms(kind: Kind, chosen: Sequence[str], without: Callable[[], Filter]) -> Counts:
            return self._count(kind, self._select(without(), numbers) if chosen else papers, most, chosen)

        full = column(
            lambda found: found.column(4), where.full_text is not None, lambda: replace(where, full_text=None)
        )
        return Facets(
            column(lambda found: found.column(1), where.venue, lambda: replace(where, venue=None)),
            column(_Selection.tiers, where.tier, lambda: replace(where, tier=None)),
            column(lambda found: found.column(3), where.year, lambda: replace(where, year=None)),
            terms("keywords", where.keywords, lambda: replace(where, keywords=())),
            terms("authors", where.authors, lambda: replace(where, authors=())),
            tuple((bool(value), count) for value, count in full),
        )

    def trends(self, where: Filter, works: Works = NONE) -> Trends:
        """A selection over years and venues, with the share of all papers of each.

        Raises:
            UsageError: No paper is of that venue.
        """
        numbers = self._numbered(works)
        inside, every = (self._select(each, numbers) for each in (where, Filter(withdrawn=where.withdrawn)))
        venues, all_venues = inside.column(1), every.column(1)
        years, all_years = inside.column(3), every.column(3)
        between = [y for y in sorted(all_years) if years and min(years) <= y <= max(years)]
        return Trends(
            tuple(Share(str(y), years[y], all_years[y]) for y in between),
            tuple(Share(name, papers, all_venues[name]) for name, papers in _sorted(venues)),
        )

    def spelling(self, kind: Kind, text: str) -> str | None:
        """An author's name or a keyword as most papers write it, or None where no paper has it."""
        return self._read(kind).shown.get(term_key(text))

    def author(self, name: str, most: int | None = None, works: Works = NONE) -> Author | None:
        """What the papers that are shown of an author share, or None where no paper has that name.

        Args:
            name: In any case, with or without accents.
            most: The most coauthors and keywords wanted.
            works: Which papers are versions of one work.
        """
        shown = self.spelling("authors", name)
        if shown is None:
            return None
        papers = self._select(Filter(authors=(name,)), self._numbered(works))
        others = self._count("authors", papers, None if most is None else most + 1)  # the author comes first
        return Author(
            shown,
            len(papers),
            tuple((other, n) for other, n in others if other != shown)[:most],
            _sorted(papers.column(1)),
            _sorted(papers.column(3)),
            self._count("keywords", papers, most),
        )

    def _numbered(self, works: Works) -> dict[int, Hashable]:
        """The works by the numbers of their papers."""
        if not works:
            return {}
        sql = "SELECT paper_no, paper_id FROM papers WHERE paper_id IN (SELECT value FROM json_each(?))"
        return {number: works[paper_id] for number, paper_id in self._db.execute(sql, [json.dumps(list(works))])}

    def _select(self, where: Filter, works: Mapping[int, Hashable]) -> _Selection:
        """The papers that pass."""
        rows, held = self._rows(where), dict[Hashable, list[Row]]()
        for row in rows if works else ():
            if row[0] in works:
                held.setdefault(works[row[0]], []).append(row)
        return _Selection(rows, [versions for versions in held.values() if len(versions) > 1])

    def _rows(self, where: Filter) -> list[Row]:
        clause, values = paper_clause(self._db, where)
        sql = f"""SELECT paper_no, venue, tier, year, paper_id IN (SELECT paper_id FROM documents), venue_id
                  FROM papers WHERE {clause}"""
        return self._db.execute(sql, values).fetchall()

    def _count(self, kind: Kind, papers: _Selection, most: int | None, chosen: Sequence[str] = ()) -> Counts:
        terms = self._read(kind)
        of_paper, shown = terms.of_paper, terms.shown
        counts = papers.count(lambda rows: chain.from_iterable(of_paper.get(row[0], ()) for row in rows))
        listed = nsmallest(len(counts) if most is None else most, counts, key=lambda key: (-counts[key], shown[key]))
        besides = {term_key(text) for text in chosen} & shown.keys() - set(listed)
        listed += sorted(besides, key=lambda key: (-counts[key], shown[key]))
        return tuple((shown[key], counts[key]) for key in listed)

    def _read(self, kind: Kind) -> _Terms:
        """The terms of the library as it is now; nobody counts inside a transaction that may yet be undone."""
        revision = self._db.execute("SELECT value FROM state WHERE key = 'revision'").fetchone()[0]
        if revision != self._revision:
            self._terms, self._revision = {}, revision
        if kind not in self._terms:
            self._terms[kind] = _taken_apart(self._db.execute(f"SELECT paper_no, {kind} FROM papers").fetchall())
        return self._terms[kind]


def _taken_apart(rows: Iterable[tuple[int, str]]) -> _Terms:
    keys: dict[str, str] = {}
    spellings: dict[str, Counter[str]] = {}
    of_paper: dict[int, tuple[str, ...]] = {}
    for number, text in rows:
        values = json.loads(text)
        for value in values:
            if value not in keys:
                keys[value] = term_key(value)
            spellings.setdefault(keys[value], Counter())[value] += 1
        of_paper[number] = tuple(dict.fromkeys(keys[value] for value in values))
    shown = {key: min(found, key=lambda value: (-found[value], value)) for key, found in spellings.items()}
    return _Terms(of_paper, shown)


def _tier(row: Row) -> str | None:
    return shown_tier(row[2], row[1], row[5])


def _sorted(counts: Counter[Any]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
