"""Several sources, one paper: which of them is believed for each field, and when two rows are the same work.

What a source says is kept as it said it (an observation). A paper's value is that of the first source in
:data:`WINS` that has one; the provenance names it, and where the others disagree the library can show it.

====================  ==========================================  ===================================================
field                 believed first to last                      because
====================  ==========================================  ===================================================
title, authors,       openreview, pmlr, site, file                the authors keep it themselves
keywords, licence
abstract              pmlr, openreview, site, file                the camera-ready text
tier                  a site's oral, openreview, site, file,      an oral is on the programme; the venue's own word
                      pmlr                                        otherwise
venue, venue_id,      the followed venue's, then as title         one venue has one name, whoever tells of it
year
links                 each by itself; ``pdf``: pmlr, openreview,  the proceedings' copy costs no budget
                      site, file
note                  file, then as title                         our own words come in files
status                the first that decided: openreview, pmlr,   a withdrawal is seen there first
                      site, file
====================  ==========================================  ===================================================

A *site* is a conference's own (``icml.cc``). Among files the one read last is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest.sources.base import Endpoints, Standing
from library import Library
from library.observations import Seen, known_fields
from library.papers import FIELDS, Merge
from library.types import ACCEPTED, Paper, PaperRecord

OPENREVIEW, PMLR, SITE, FILE = "openreview", "pmlr", "site", "file"

_SITES = frozenset(Endpoints().sites)
_USUAL = (OPENREVIEW, PMLR, SITE, FILE)

WINS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(FIELDS, _USUAL),
    "abstract": (PMLR, OPENREVIEW, SITE, FILE),
    "note": (FILE, OPENREVIEW, PMLR, SITE),
    "tier": (OPENREVIEW, SITE, FILE, PMLR),
}
"""The table above."""

LINK_WINS: Mapping[str, Sequence[str]] = {"pdf": (PMLR, OPENREVIEW, SITE, FILE)}

TIERS = ("oral", "spotlight", "poster")
"""Best first: an oral has a poster too, and is one paper."""


def kind(source: str) -> str:
    """What a source's name stands for in :data:`WINS`."""
    return source if source in (OPENREVIEW, PMLR) else SITE if source in _SITES else FILE


def resolve(seen: Sequence[Seen]) -> tuple[dict[str, Any], dict[str, str], str]:
    """What is believed of a paper.

    Args:
        seen: Everything that was said of it, the oldest first.

    Returns:
        Values by field, the source of each, and the paper's status.
    """
    values: dict[str, Any] = {}
    provenance: dict[str, str] = {}
    for name in FIELDS:
        said = [s for s in _ranked(seen, WINS[name]) if name in s.fields]
        if name == "tier":
            said.sort(key=lambda s: not (kind(s.source) == SITE and s.fields["tier"] == TIERS[0]))
        if said:
            values[name], provenance[name] = said[0].fields[name], said[0].source
    if "links" in values:
        values["links"] = {
            name: next(s.fields["links"][name] for s in said if name in s.fields["links"])
            for name in sorted({name for s in seen for name in s.fields.get("links", {})})
            for said in [[s for s in _ranked(seen, LINK_WINS.get(name, _USUAL)) if "links" in s.fields]]
        }
    decided = (s.standing for s in _ranked(seen, _USUAL) if s.standing != Standing.UNDECIDED.value)
    return values, provenance, next(decided, Standing.UNDECIDED.value)


def fold_tiers(*tiers: str | None) -> str | None:
    """The best of a paper's tiers."""
    known = [t for t in TIERS if t in tiers]
    return known[0] if known else next((t for t in tiers if t), None)


def join(first: Seen, second: Seen) -> Seen:
    """Two rows of one source on one paper, such as an oral and its poster: the first's values, the better tier."""
    fields = {**second.fields, **first.fields}
    if tier := fold_tiers(first.fields.get("tier"), second.fields.get("tier")):
        fields["tier"] = tier
    if "links" in fields:
        fields["links"] = {**second.fields.get("links", {}), **first.fields.get("links", {})}
    standing = ACCEPTED if ACCEPTED in (first.standing, second.standing) else first.standing
    newest = max(filter(None, (first.modified, second.modified)), default=None)
    return replace(first, fields=fields, standing=standing, modified=newest)


def take(library: Library, seen: Seen, identifiers: Sequence[tuple[str, str]], *, new: bool) -> Merge:
    """Keep what a source says and bring the paper's values up to date. Inside the caller's transaction.

    Args:
        library: Open for writing.
        seen: Its ``paper_id`` is only looked at when the paper is not new.
        identifiers: Names that lead to the paper.
        new: There is no such paper yet.
    """
    if new:
        merge = library.papers.put(None, identifiers, *resolve([seen]))
        library.observations.put(replace(seen, paper_id=merge.paper_id))
        return merge
    held = library.papers.get(seen.paper_id)
    assert held is not None, "a paper that was found is there"
    before = observed(library, held, seen.seen_at)
    same = next((s for s in before if s.source == seen.source), None)
    if same is None or same.content != seen.content:
        library.observations.put(seen)
        before = [s for s in before if s.source != seen.source] + [seen]
    return library.papers.put(seen.paper_id, identifiers, *resolve(before))


def take_row(library: Library, record: PaperRecord, now: str) -> Merge:
    """Take in a row of a file: laid over the paper where only files tell of it, one voice among others else."""
    key = next((f"{scheme}:{value}" for scheme, value in record.identifiers), "")
    known = library.papers.named(record)
    others = library.observations.of_paper(known) if known else []
    before = next((s for s in others if s.source == record.source), None)
    fields = {**(before.fields if before else {}), **known_fields(record)}
    seen = Seen(known or "", record.source, key, "", ACCEPTED, fields, None, now)
    if known and not all(kind(s.source) == FILE for s in others):
        return take(library, seen, record.identifiers, new=False)
    merge = library.papers.merge(record)
    if before is None or before.content != seen.content:
        library.observations.put(replace(seen, paper_id=merge.paper_id))
    return merge


def observed(library: Library, paper: Paper, now: str) -> list[Seen]:
    """Everything said of a paper. Values from before sources were kept apart become observations of their sources."""
    found = library.observations.of_paper(paper.paper_id)
    there = {s.source for s in found}
    for source in sorted(set(paper.provenance.values()) - there):
        fields = {
            name: getattr(paper, name)
            for name, of in paper.provenance.items()
            if of == source and name in FIELDS and getattr(paper, name)
        }
        if "links" in fields:
            fields["links"] = dict(fields["links"])
        seen = Seen(paper.paper_id, source, "", "", paper.status, fields, None, "")
        library.observations.put(seen)
        found.insert(0, seen)
    return found


def _ranked(seen: Iterable[Seen], order: Sequence[str]) -> list[Seen]:
    newest_first = list(seen)[::-1]
    return sorted(newest_first, key=lambda s: order.index(kind(s.source)))
