"""The registry of venues: the ones known by name, and any other by its OpenReview id."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import library as library_room
from ingest.sources.base import Venue
from library.errors import InputError, UsageError
from library.proceedings import Proceedings
from library.text import fold

TIER_NAMES = {"orals": "oral", "oral": "oral", "spotlights": "spotlight", "spotlight": "spotlight"}
"""Words at the end of a name that mean only this tier of the venue: ``icml-2024-orals``."""

NEAR = 0.55
"""How alike (difflib's ratio) a name must be to be suggested: ``iclm-2024`` is 0.89 like ``icml-2024``."""

PMLR_SERIES = "Proceedings of Machine Learning Research"

_SUGGESTED = 3
# A domain or an organiser, a year, and what follows: ICML.cc/2024/Conference, PRL/2023/ICAPS.
_VENUE_ID = re.compile(r"[\w.-]+(?:/[\w.-]+)*/(?:19|20)\d\d(?:/[\w.&+-]+)+")
_PRINTED = ("series", "volume", "publisher")
_FIELDS = {
    "title",
    "venue_id",
    "api",
    "site",
    "pmlr",
    "timezone",
    "topics",
    "note",
    "aliases",
    "proceedings",
    *_PRINTED,
}


class Found(NamedTuple):
    """A venue, and the one tier of it that the name means; None is all of it."""

    venue: Venue
    tier: str | None


@dataclass(frozen=True, slots=True)
class Registry:
    """Venues in the order of the file."""

    venues: tuple[Venue, ...]

    def find(self, name: str) -> Found:
        """The venue of a name, an alias, a title or an OpenReview id, known or not; case and dashes do not count.

        Raises:
            UsageError: It is none of them; the message suggests the nearest names.
        """
        name = re.sub(r"^https?://openreview\.net/group\?id=([^&#]+).*", r"\1", name.strip()).rstrip("/")
        wanted = fold(name)
        words = wanted.split()
        for text, tier in ((wanted, None), (" ".join(words[:-1]), TIER_NAMES.get(words[-1]) if words else None)):
            if text and (tier or text == wanted):
                for venue in self.venues:
                    if text in _names(venue):
                        return Found(venue, tier)
        if _VENUE_ID.fullmatch(name):
            return Found(Venue(name, name, venue_id=name), None)
        raise UsageError(f"there is no venue called {name or '(nothing)'}{self._nearest(wanted)}")

    def holding(self, venue_id: str | None, name: str | None) -> Venue | None:
        """The venue that a paper's id or name of its venue means, or None where it is not a known one."""
        for text in (venue_id, name):
            if text and (found := next((v for v in self.venues if fold(text) in _names(v)), None)):
                return found
        return None

    def search(self, text: str) -> tuple[Venue, ...]:
        """Venues that hold every word in their names, id, topics or note; all of them for no words."""
        words = fold(text).split()
        return tuple(
            venue
            for venue in self.venues
            if all(word in fold(" ".join((*_names(venue), *venue.topics, venue.note))) for word in words)
        )

    def _nearest(self, wanted: str) -> str:
        scored = sorted(
            ((max(SequenceMatcher(None, wanted, one).ratio() for one in _names(v)), v.name) for v in self.venues),
            key=lambda pair: (-pair[0], pair[1]),
        )
        near = [name for score, name in scored[:_SUGGESTED] if score >= NEAR]
        if near:
            return f": did you mean {' or '.join(near)}?"
        return (
            ": `posterhall venues` lists the known ones, and any OpenReview id such as ICML.cc/2024/Conference is taken"
        )


def load(path: Path | None = None) -> Registry:
    """Read the registry: the file given, or the one that ships.

    Raises:
        InputError: The file cannot be read, or a venue in it is not as it must be.
    """
    path = path or venues_file()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the venues in {path}: {error}") from error
    venues = tuple(_venue(name, table, path) for name, table in tables.items())
    _must_differ(venues, path)
    return Registry(venues)


def venues_file() -> Path:
    """The registry's file: inside an installed wheel, or in the checkout."""
    shipped = Path(library_room.__file__).parent / "venues.toml"
    return shipped if shipped.exists() else Path(__file__).parent.parent / "data" / "venues.toml"


def _names(venue: Venue) -> set[str]:
    return {fold(one) for one in (venue.name, venue.title, venue.venue_id or "", *venue.aliases) if one}


def _venue(name: str, table: Any, path: Path) -> Venue:
    if not isinstance(table, Mapping) or not isinstance(table.get("title"), str) or set(table) - _FIELDS - {*_PRINTED}:
        raise InputError(f"{path}: [{name}] needs a title, and only fields among {', '.join(sorted(_FIELDS))}")
    site = table.get("site")
    try:
        return Venue(
            name,
            table["title"],
            venue_id=table.get("venue_id"),
            api=table.get("api"),
            site=(str(site[0]), int(site[1])) if site else None,
            pmlr=tuple(int(number) for number in table.get("pmlr", ())),
            timezone=ZoneInfo(table["timezone"]).key if "timezone" in table else None,
            topics=_texts(table.get("topics", ())),
            note=str(table.get("note", "")),
            aliases=_texts(table.get("aliases", ())),
            proceedings=_proceedings(table),
        )
    except (TypeError, ValueError, IndexError, KeyError) as error:
        raise InputError(f"{path}: [{name}] has a field that cannot be read ({error})") from error


def _proceedings(table: Mapping[str, Any]) -> Proceedings | None:
    """A volume of PMLR has its number, and a series and a publisher of its own."""
    if "proceedings" not in table:
        return None
    numbers = table.get("pmlr", ())
    of_pmlr = {"series": PMLR_SERIES, "publisher": "PMLR", "volume": str(numbers[0])} if len(numbers) == 1 else {}
    told = {name: str(table[name]) for name in _PRINTED if name in table}
    return Proceedings(str(table["proceedings"]), **{**of_pmlr, **told})


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _must_differ(venues: Iterable[Venue], path: Path) -> None:
    owners: dict[str, str] = {}
    for venue in venues:
        for name in _names(venue):
            if owners.setdefault(name, venue.name) != venue.name:
                raise InputError(f"{path}: {name!r} means both [{owners[name]}] and [{venue.name}]")
