"""What a note of OpenReview says of a paper: its fields, its tier, and what the venue decided.

In API 2 a field is ``{"value": …}``, absent, or hidden (there is no value then); in API 1 it is the value itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.sources.base import Endpoints, Observation, PdfRef, Standing, Venue
from ingest.sources.record import TIERS, record_from_row
from library.text import fold, one_line

SITE = "https://openreview.net"

_PDF = re.compile(r"/pdf/([0-9A-Za-z_-]+)\.pdf")
_RANK = ("oral", "spotlight", "poster")
_ACCEPT = {"accept", "accepted"}
_BETWEEN = _ACCEPT | {"conditional", ""}
# ICLR 2023's own words for its orals and spotlights.
_NOTABLE = re.compile(r"\s+notable[\s-]top[\s-](5|25)%$", re.IGNORECASE)
_SUBMITTED = re.compile(r"^submitted to\s+|\s+submitted$", re.IGNORECASE)
# In the order in which they count: "Desk Rejected" is not a rejection after review.
_MARKS = (
    (Standing.WITHDRAWN, {"withdrawn", "withdraw"}),
    (Standing.DESK_REJECTED, {"desk"}),
    (Standing.REJECTED, {"reject", "rejected"}),
    (Standing.UNDECIDED, {"submitted", "submission"}),
)


@dataclass(frozen=True, slots=True)
class Decider:
    """How a venue marks what it decided.

    Attributes:
        accepted: Venue ids that say accepted: the bare one, and the group's own where it names another.
        standings: The other ids and what they say.
        options: Decisions that accept; empty when the group does not say.
        decision_name: Last part of a decision's invitation.
        decision_field: The field of a decision that says it.
    """

    api: str
    accepted: frozenset[str]
    standings: Mapping[str, Standing]
    options: frozenset[str] = frozenset()
    decision_name: str = "Decision"
    decision_field: str = "decision"

    @classmethod
    def of(cls, venue_id: str, group: Any, api: str) -> Decider:
        """From the venue's group; what it does not say is as OpenReview names it everywhere."""
        content = getattr(group, "content", None) or {}

        def told(name: str, default: str) -> str:
            value = _value(content, name)
            return value if isinstance(value, str) and value else default

        standings = {
            told("submission_venue_id", f"{venue_id}/Submission"): Standing.UNDECIDED,
            told("withdrawn_venue_id", f"{venue_id}/Withdrawn_Submission"): Standing.WITHDRAWN,
            told("desk_rejected_venue_id", f"{venue_id}/Desk_Rejected_Submission"): Standing.DESK_REJECTED,
            told("rejected_venue_id", f"{venue_id}/Rejected_Submission"): Standing.REJECTED,
        }
        accepted = frozenset({venue_id, told("accepted_venue_id", venue_id)}) - set(standings)
        options = frozenset(fold(option) for option in _list(_value(content, "accept_decision_options")))
        name, field = told("decision_name", "Decision"), told("decision_field_name", "decision")
        return cls(api, accepted, standings, options, name, field)

    def standing(self, note: Any, decision: str | None) -> Standing:
        """What was decided on a submission; undecided where nothing says so."""
        if self.api == "v1":
            return self._standing_v1(note, decision)
        ids = _list(_value(note.content or {}, "venueid"))
        if self.accepted.intersection(ids):
            return Standing.ACCEPTED
        found = next((self.standings[one] for one in ids if one in self.standings), Standing.UNDECIDED)
        # Some workshops leave every paper at /Submission: there the decision itself is the only mark.
        return self._decided(decision) if found is Standing.UNDECIDED and decision else found

    def decision(self, note: Any) -> tuple[str | None, int]:
        """The latest decision on a submission that can be read, and when it changed (epoch, ms)."""
        details = note.details if isinstance(note.details, dict) else {}
        latest: tuple[str | None, int] = (None, 0)
        for reply in details.get("directReplies") or ():
            if not isinstance(reply, dict):
                continue
            invitations = _list(reply.get("invitations")) + _list(reply.get("invitation"))
            if not any(one.endswith(f"/-/{self.decision_name}") for one in invitations):
                continue
            content = reply.get("content") or {}
            values = (_value(content, name) for name in (self.decision_field, "decision", "recommendation"))
            said = next((value for value in values if isinstance(value, str) and value), None)
            when = int(reply.get("tmdate") or reply.get("tcdate") or 0)
            if said and when >= latest[1]:
                latest = (said, when)
        return latest

    def _standing_v1(self, note: Any, decision: str | None) -> Standing:
        """API 1 has the venue's id on rejected papers too: only the decision and the venue's words count."""
        words = set(fold(str(note.invitation or "").rpartition("/")[2].replace("_", " ")).split())
        venueid = _text(_value(note.content or {}, "venueid")).rpartition("/")[2]
        words |= set(fold(venueid.replace("_", " ")).split())
        for standing, marks in _MARKS[:2]:
            if words & marks:
                return standing
        if decision:
            return self._decided(decision)
        said = set(fold(_text(_value(note.content or {}, "venue"))).split())
        for standing, marks in _MARKS:
            if said & marks:
                return standing
        # The bare name is how OpenReview writes a plain "Accept"; a rejected paper has "Submitted" there.
        return Standing.ACCEPTED if said else Standing.UNDECIDED

    def _decided(self, decision: str) -> Standing:
        words = set(fold(decision).split())
        if fold(decision) in self.options or (not self.options and words & _ACCEPT and "not" not in words):
            return Standing.ACCEPTED
        rejects = words & {"reject", "rejected", "not"} or (self.options and not words & _ACCEPT)
        return Standing.REJECTED if rejects else Standing.UNDECIDED


def observation(note: Any, venue: Venue, decider: Decider, endpoints: Endpoints) -> Observation:
    """What a submission says of its paper."""
    content = note.content if isinstance(note.content, dict) else {}
    decision, decided_at = decider.decision(note)
    standing = decider.standing(note, decision)
    venue_id = venue.venue_id or ""
    shown, tier = split_tier(_own_venue(content, decider))
    submitted = _SUBMITTED.sub("", shown)
    if not shown or submitted != shown:
        shown = submitted if standing is not Standing.ACCEPTED and submitted else venue.title
    if standing is not Standing.ACCEPTED:
        tier = None
    elif tier is None and decision:
        tier = split_tier(f"x {decision}")[1]
    forum = str(note.forum)
    row: dict[str, Any] = {
        "title": _text(_value(content, "title")) or f"Untitled ({forum})",
        "authors": _authors(_value(content, "authors")),
        "abstract": _text(_value(content, "abstract")) or None,
        "keywords": _list(_value(content, "keywords")),
        "tier": tier,
        "venueid": venue_id,
        "year": year_of(venue_id) or year_of(shown),
        "forum_id": forum,
        "forum_url": f"{SITE}/forum?id={forum}",
        "licence": _text(getattr(note, "license", None)) or None,
        "bibtex": _text(_value(content, "_bibtex")),
    }
    pdf = _text(_value(content, "pdf"))
    refs: tuple[PdfRef, ...] = ()
    if match := _PDF.fullmatch(pdf):
        base = endpoints.openreview_v2 if decider.api == "v2" else endpoints.openreview_v1
        refs = (PdfRef(f"{base}/pdf?id={forum}", match[1], metered=True),)
        row["pdf_url"] = f"{SITE}/pdf?id={forum}"
    elif pdf.startswith("http"):
        row["pdf_url"] = pdf
    changed = max(int(note.tmdate or note.tcdate or 0), decided_at)
    modified = datetime.fromtimestamp(changed / 1000, UTC) if changed else None
    return Observation(record_from_row(row, source="openreview", venue=shown), standing, refs, modified=modified)


def split_tier(text: str) -> tuple[str, str | None]:
    """A venue's words without the tier at their end, and the tier: ``SCOPE - ICLR 2025 Oral`` is an oral of SCOPE.

    Only whole words at the end count: a workshop on oral history has no orals for its name.
    """
    text = one_line(text)
    if match := _NOTABLE.search(text):
        return text[: match.start()], "oral" if match[1] == "5" else "spotlight"
    words, found = text.split(" "), set()
    while len(words) > 1 and ((word := fold(words[-1])) in TIERS or word in _BETWEEN):
        found.add(TIERS.get(word, ""))
        words.pop()
    return " ".join(words), next((tier for tier in _RANK if tier in found), None)


def year_of(text: str) -> int | None:
    """The year in a venue's id or name."""
    match = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return int(match[0]) if match else None


def _own_venue(content: Mapping[str, Any], decider: Decider) -> str:
    """The venue's words; where a paper has several venues, the ones that belong to this venue's id."""
    names, ids = _list(_value(content, "venue")), _list(_value(content, "venueid"))
    own = next((i for i, one in enumerate(ids) if one in decider.accepted or one in decider.standings), 0)
    return names[own] if own < len(names) else (names[0] if names else "")


def _value(content: Mapping[str, Any], name: str) -> Any:
    """A field's value in either API's form; None when it is absent or hidden."""
    field = content.get(name)
    return field.get("value") if isinstance(field, dict) else field


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: Any) -> list[str]:
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one.strip()]


def _authors(value: Any) -> list[str]:
    """Names from a plain list, or from the newer one of people with ``fullname`` and ``username``."""
    people = value if isinstance(value, list) else [value]
    named = (person.get("fullname") if isinstance(person, dict) else person for person in people)
    return [name for name in named if isinstance(name, str) and name.strip()]
