"""Which papers count: a filter as a condition on the papers table."""

from __future__ import annotations

import difflib
import json
from typing import Any

from sqlite_utils import Database

from library.errors import UsageError
from library.kinds import shown_tier
from library.text import fold, term_key
from library.types import ACCEPTED, Filter

SHOWN = f"papers.status = '{ACCEPTED}'"
"""The condition that every list, count and search puts on a paper."""

SHOWN_TIER = f"{shown_tier.__name__}(tier, venue, venue_id)"
"""A paper's tier in SQL, as people see it and ask for it: a workshop's oral is no oral."""


def has_term(terms: str, key: str) -> bool:
    """Whether a list, as JSON, has a term of this key: an SQL function that every connection to a library has."""
    # Not json_each: SQLite ends a text at its first NUL.
    return any(term_key(term) == key for term in json.loads(terms))


def paper_clause(db: Database, where: Filter) -> tuple[str, list[Any]]:
    """The filter as an SQL condition on ``papers`` and its bound values.

    Raises:
        UsageError: No paper is of that venue; the message names the nearest.
        ValueError: It names a topic: who is on one is not known here.
    """
    if where.topic:
        raise ValueError(f"topic {where.topic!r} of a filter was not resolved to papers")
    parts, values = ["1" if where.withdrawn else SHOWN], list[Any]()
    if where.venue:
        parts.append("venue IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(_venues(db, where.venue)))
    if where.tier:
        # The function is asked only of papers whose own word for it is in what is wanted.
        parts.append(f"(instr(?, tier) AND {SHOWN_TIER} = ?)")
        values += [where.tier.casefold()] * 2
    if where.year:
        parts.append("year = ?")
        values.append(where.year)
    for column, terms in (("keywords", where.keywords), ("authors", where.authors)):
        if terms:
            keys = {term_key(term) for term in terms}
            # The lists are opened only of papers that have the words somewhere.
            has = f"(instr(folded, ?) AND {has_term.__name__}({column}, ?))"
            parts.append("(" + " OR ".join(has for _ in keys) + ")")
            values += [value for key in sorted(keys) for value in (fold(key), key)]
    if where.full_text is not None:
        parts.append(f"paper_id {'' if where.full_text else 'NOT'} IN (SELECT documents.paper_id FROM documents)")
    if where.papers is not None:
        parts.append("paper_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.papers))
    for word in fold(where.text or "").split():
        parts.append("instr(folded, ?)")
        values.append(word)
    return " AND ".join(parts), values


def _venues(db: Database, text: str) -> list[str]:
    rows = db.execute("SELECT DISTINCT venue, venue_id FROM papers WHERE venue IS NOT NULL").fetchall()
    wanted = text.casefold()
    exact = {venue for venue, venue_id in rows if wanted in (venue.casefold(), (venue_id or "").casefold())}
    part = exact or {venue for venue, _ in rows if wanted in venue.casefold()}
    if not part:
        names = sorted({venue for venue, _ in rows})
        folded = {name.casefold(): name for name in names}
        near = [folded[n] for n in difflib.get_close_matches(wanted, folded, n=3, cutoff=0.3)] or names[:3]
        hint = f"did you mean {', '.join(repr(n) for n in near)}?" if near else "the library has no venues yet"
        raise UsageError(f"no paper of venue {text!r}: {hint}")
    return sorted(part)
