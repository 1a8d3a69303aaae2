"""A page's state as the query part of its address, so that a view or an answer can be linked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from library.facets import Facets, Kind
from library.text import digest
from library.types import Filter
from posterhall import MAP_COLOURS

PAGE_SIZE = 25
MAX_TEXT = 500
"""Characters of a question or of words to look for; nobody types more, an address could hold more."""

MAX_TERMS = 20
"""Keywords or authors in one address."""

RELEVANCE = "relevance"
SORTS = {"title": "By title", "newest": "Newest first", "tier": "Orals first", RELEVANCE: "Best match first"}

FULL_TEXT = {"yes": True, "no": False}

Params: TypeAlias = Mapping[str, str | list[str]]
"""The query part of an address: a list where a name comes more than once."""

Spelling: TypeAlias = Callable[[Kind, str], str | None]
"""A name or a keyword as the library writes it, or None where it has none."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an address may ask for.

    Attributes:
        facets: The venues, tiers and years that there are.
        topic: The id of a topic, or None where there is none.
        chosen: The papers that a selection's name stands for, or None where it is not known any more.
    """

    facets: Facets
    spelling: Spelling
    topic: Callable[[str], str | None]
    chosen: Callable[[str], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the Ask page was asked.

    Attributes:
        ignored: Filters in the address that fit no paper here, for a word to the reader.
        lost: It asks for chosen papers, and nobody knows any more which these were.
    """

    question: str
    where: Filter
    ignored: tuple[str, ...] = ()
    lost: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """What the Browse page shows; ``page`` counts from 1.

    With the sort ``relevance`` the words of the filter are looked for, not all demanded.
    """

    where: Filter
    sort: str = "title"
    page: int = 1
    ignored: tuple[str, ...] = ()
    lost: bool = False


@dataclass(frozen=True, slots=True)
class MapView:
    """What the Map page shows: how it is coloured, the words looked for, a question whose place it has, and a choice.

    Attributes:
        chosen: Papers, ascending.
        lost: It asks for chosen papers, and nobody knows any more which these were.
    """

    colour: str
    find: str = ""
    question: str = ""
    chosen: tuple[str, ...] = ()
    lost: bool = False


def read_asked(params: Params, known: Known) -> Asked:
    """The question and filters in an address."""
    where, ignored, lost = _filter(params, known)
    return Asked(_text(params, "q"), where, ignored, lost)


def write_asked(question: str, where: Filter) -> dict[str, str | list[str]]:
    """The address of a question."""
    return _given({"q": clean(question), **_within(where)})


def read_view(params: Params, known: Known) -> View:
    """The filters, order and page in an address; what makes no sense there counts as not given."""
    where, ignored, lost = _filter(params, known)
    keywords, no_keywords = known_terms("keywords", _texts(params, "keyword"), known.spelling)
    authors, no_authors = known_terms("authors", _texts(params, "author"), known.spelling)
    full = _text(params, "full").casefold()
    where = replace(
        where,
        text=_text(params, "text") or None,
        keywords=keywords,
        authors=authors,
        full_text=FULL_TEXT.get(full),
    )
    ignored += no_keywords + no_authors
    if full and full not in FULL_TEXT:
        ignored += (f"full text “{full}”",)
    sort = _text(params, "sort")
    number = read_page(params)
    return View(where, sort if sort in SORTS else "title", number, ignored, lost)


def write_view(view: View) -> dict[str, str | list[str]]:
    """The address of a view; what is as usual is left out."""
    where = view.where
    given: dict[str, str | list[str]] = {
        **_given(_within(where)),
        **{name: _one(terms) for name, terms in (("keyword", where.keywords), ("author", where.authors)) if terms},
    }
    if where.full_text is not None:
        given["full"] = "yes" if where.full_text else "no"
    rest = {
        "text": clean(where.text or ""),
        "sort": view.sort if view.sort != "title" else None,
        "page": view.page if view.page > 1 else None,
    }
    return given | _given(rest)


def known_terms(kind: Kind, given: list[str], spelling: Spelling) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keywords or authors as the library writes them, each once, and a word on each that it does not have."""
    known: dict[str, None] = {}
    unknown = []
    for text in given[:MAX_TERMS]:
        found = spelling(kind, text)
        if found is None:
            unknown.append(f"{kind.removesuffix('s')} “{clean(text)}”")
        else:
            known[found] = None
    return tuple(known), tuple(unknown)


def read_map(params: Params, chosen: Callable[[str], tuple[str, ...] | None]) -> MapView:
    """What an address says of the map; a colouring that there is not counts as not given.

    Args:
        params: Of the address.
        chosen: As in :class:`Known`.
    """
    colour = _text(params, "colour")
    papers, lost = _selection(params, chosen)
    return MapView(
        colour if colour in MAP_COLOURS else MAP_COLOURS[0],
        _text(params, "find"),
        _text(params, "q"),
        papers or (),
        lost,
    )


def write_map(view: MapView) -> dict[str, str | list[str]]:
    """The address of a map; what is as usual is left out."""
    colour = view.colour if view.colour != MAP_COLOURS[0] else None
    chosen = selection_name(view.chosen) if view.chosen else None
    return _given({"q": clean(view.question), "colour": colour, "find": clean(view.find), "chosen": chosen})


def selection_name(papers: Sequence[str]) -> str:
    """What a set of chosen papers is called in an address, which has no room for hundreds of ids."""
    return f"{len(papers)}-{digest(' '.join(sorted(papers)))[:12]}"


def clean(text: str) -> str:
    """What was typed, on one line and not endless."""
    return " ".join(text.split())[:MAX_TEXT].strip()


def read_page(params: Params) -> int:
    """The page that an address asks for; what is no number is the first."""
    page = _text(params, "page")
    return max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1


def clamp(page: int, total: int) -> int:
    """The page nearest to the wanted one that there is."""
    return max(1, min(page, pages(total)))


def pages(total: int) -> int:
    """How many pages a list takes; an empty one takes one."""
    return max(1, -(-total // PAGE_SIZE))


def _filter(params: Params, known: Known) -> tuple[Filter, tuple[str, ...], bool]:
    facets = known.facets
    choices: dict[str, dict[str, str | int]] = {
        "venue": {name.casefold(): name for name, _ in facets.venues},
        "tier": {name.casefold(): name for name, _ in facets.tiers},
        "year": {str(year): year for year, _ in facets.years},
    }
    found: dict[str, str | int] = {}
    ignored = []
    for name, values in choices.items():
        given = _text(params, name)
        if given.casefold() in values:
            found[name] = values[given.casefold()]
        elif given:
            ignored.append(f"{name} “{given}”")
    venue, tier, year = found.get("venue"), found.get("tier"), found.get("year")
    asked = _text(params, "topic")
    topic = known.topic(asked) if asked else None
    if asked and topic is None:
        ignored.append(f"topic “{asked}”")
    papers, lost = _selection(params, known.chosen)
    where = Filter(
        venue if isinstance(venue, str) else None,
        tier if isinstance(tier, str) else None,
        year if isinstance(year, int) else None,
        topic=topic,
        papers=papers,
    )
    return where, tuple(ignored), lost


def _selection(params: Params, chosen: Callable[[str], tuple[str, ...] | None]) -> tuple[tuple[str, ...] | None, bool]:
    """The papers that an address is kept within, and whether it names some that are not known."""
    name = _text(params, "chosen")
    papers = chosen(name) if name else None
    return papers, bool(name) and papers is None


def _within(where: Filter) -> dict[str, str | int | None]:
    chosen = None if where.papers is None else selection_name(where.papers)
    return {"venue": where.venue, "tier": where.tier, "year": where.year, "topic": where.topic, "chosen": chosen}


def _texts(params: Params, name: str) -> list[str]:
    """Every value that a name has in an address; not cleaned, for a name may be written with odd spaces."""
    given = params.get(name, [])
    return [text for text in ([given] if isinstance(given, str) else given) if text.strip()]


def _text(params: Params, name: str) -> str:
    return clean((_texts(params, name) or [""])[-1])


def _one(terms: tuple[str, ...]) -> str | list[str]:
    return terms[0] if len(terms) == 1 else list(terms)


def _given(values: Mapping[str, str | int | None]) -> dict[str, str | list[str]]:
    return {name: str(value) for name, value in values.items() if value}
