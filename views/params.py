"""A page's state as the query part of its address, so that a view or an answer can be linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from library.papers import Facets
from library.types import Filter
from posterhall import MAP_COLOURS

PAGE_SIZE = 25
MAX_TEXT = 500
"""Characters of a question or of words to look for; nobody types more, an address could hold more."""

SORTS = {"title": "By title", "newest": "Newest first", "tier": "Orals first"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the Ask page was asked.

    Attributes:
        ignored: Filters in the address that fit no paper here, for a word to the reader.
    """

    question: str
    where: Filter
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """What the Browse page shows; ``page`` counts from 1."""

    where: Filter
    sort: str = "title"
    page: int = 1
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapView:
    """What the Map page shows: how it is coloured, the words looked for, and a question whose place it has."""

    colour: str
    find: str = ""
    question: str = ""


def read_asked(params: Mapping[str, str], facets: Facets) -> Asked:
    """The question and filters in an address."""
    where, ignored = _filter(params, facets)
    return Asked(_text(params, "q"), where, ignored)


def write_asked(question: str, where: Filter) -> dict[str, str]:
    """The address of a question."""
    return _given({"q": clean(question), "venue": where.venue, "tier": where.tier, "year": where.year})


def read_view(params: Mapping[str, str], facets: Facets) -> View:
    """The filters, order and page in an address; what makes no sense there counts as not given."""
    where, ignored = _filter(params, facets)
    where = Filter(where.venue, where.tier, where.year, _text(params, "text") or None)
    sort = params.get("sort", "title")
    page = params.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    return View(where, sort if sort in SORTS else "title", max(number, 1), ignored)


def write_view(view: View) -> dict[str, str]:
    """The address of a view; what is as usual is left out."""
    where = view.where
    return _given(
        {
            "venue": where.venue,
            "tier": where.tier,
            "year": where.year,
            "text": clean(where.text or ""),
            "sort": view.sort if view.sort != "title" else None,
            "page": view.page if view.page > 1 else None,
        }
    )


def read_map(params: Mapping[str, str]) -> MapView:
    """What an address says of the map; a colouring that there is not counts as not given."""
    colour = params.get("colour", "")
    return MapView(colour if colour in MAP_COLOURS else MAP_COLOURS[0], _text(params, "find"), _text(params, "q"))


def write_map(view: MapView) -> dict[str, str]:
    """The address of a map; what is as usual is left out."""
    colour = view.colour if view.colour != MAP_COLOURS[0] else None
    return _given({"q": clean(view.question), "colour": colour, "find": clean(view.find)})


def clean(text: str) -> str:
    """What was typed, on one line and not endless."""
    return " ".join(text.split())[:MAX_TEXT].strip()


def clamp(page: int, total: int) -> int:
    """The page nearest to the wanted one that there is."""
    return max(1, min(page, pages(total)))


def pages(total: int) -> int:
    """How many pages a list takes; an empty one takes one."""
    return max(1, -(-total // PAGE_SIZE))


def _filter(params: Mapping[str, str], facets: Facets) -> tuple[Filter, tuple[str, ...]]:
    known: dict[str, dict[str, str | int]] = {
        "venue": {name.casefold(): name for name, _ in facets.venues},
        "tier": {name.casefold(): name for name, _ in facets.tiers},
        "year": {str(year): year for year, _ in facets.years},
    }
    found: dict[str, str | int] = {}
    ignored = []
    for name, values in known.items():
        given = _text(params, name)
        if given.casefold() in values:
            found[name] = values[given.casefold()]
        elif given:
            ignored.append(f"{name} “{given}”")
    venue, tier, year = found.get("venue"), found.get("tier"), found.get("year")
    where = Filter(
        venue if isinstance(venue, str) else None,
        tier if isinstance(tier, str) else None,
        year if isinstance(year, int) else None,
    )
    return where, tuple(ignored)


def _text(params: Mapping[str, str], name: str) -> str:
    return clean(params.get(name, ""))


def _given(values: Mapping[str, str | int | None]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value}
