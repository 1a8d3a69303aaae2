"""What kind of place a paper appeared at: a workshop's oral is not a conference's."""

from __future__ import annotations

import re
from functools import lru_cache

from library.types import Paper

PREPRINT = "preprint"
WORKSHOP = "workshop"
CONFERENCE = "conference"

KINDS = (PREPRINT, WORKSHOP, CONFERENCE)
"""In the order in which a work usually passes through them. A journal counts as a conference."""

TIERS = ("oral", "spotlight", "poster")
SHOWN_TIERS = (*TIERS, *(f"{WORKSHOP} {tier}" for tier in TIERS))
"""In the order in which papers are sorted by tier: a conference's poster comes before a workshop's oral."""

_PREPRINT = re.compile(r"\b(?:arxiv|biorxiv|medrxiv|corr|preprints?)\b|^submitted to\b", re.IGNORECASE)
_WORKSHOP = re.compile(r"workshop", re.IGNORECASE)

# "GRaM @ ICML 2024", "SCOPE - ICLR 2025", "Reefs at Harbour 2031": held at a conference, not the conference.
_HELD_AT = re.compile(r"\S\s*(?:@|\s[-–—]|\sat)\s+\S+\s+(?:19|20|21)\d\d\b", re.IGNORECASE)


def kind(paper: Paper) -> str:
    """``preprint``, ``workshop`` or ``conference``, by the venue's id and name; a paper of no venue is a preprint."""
    return _kind(paper.venue or "", paper.venue_id or "")


def tier_name(paper: Paper) -> str | None:
    """The tier as it is shown and filtered by: that of a workshop says so."""
    return shown_tier(paper.tier, paper.venue, paper.venue_id)


@lru_cache(maxsize=4096)
def shown_tier(tier: str | None, venue: str | None, venue_id: str | None) -> str | None:
    """As :func:`tier_name`, of the three columns: an SQL function that every connection to a library has."""
    if tier is None:
        return None
    return f"{WORKSHOP} {tier}" if _kind(venue or "", venue_id or "") == WORKSHOP else tier


def order(paper: Paper) -> tuple[int, int, str]:
    """Sorts the versions of a work: by kind, by year, and so that no two are equal. The last is its main version."""
    return KINDS.index(kind(paper)), paper.year or 0, paper.paper_id


def _kind(name: str, venue_id: str) -> str:
    if not name and not venue_id:
        return PREPRINT
    if _WORKSHOP.search(venue_id) or _WORKSHOP.search(name):
        return WORKSHOP
    if _PREPRINT.search(name) or _PREPRINT.search(venue_id):
        return PREPRINT
    # An id that says so is believed more than the form of a name.
    return WORKSHOP if "/Conference" not in venue_id and _HELD_AT.search(name) else CONFERENCE
