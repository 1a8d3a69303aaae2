"""OpenReview: which submissions a venue accepted, and what it says of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.errors import Forbidden, NotFound, NothingAccepted
from ingest.http import Meter
from ingest.login import Session
from ingest.sources.base import Endpoints, Observation, Standing, Venue
from ingest.sources.openreview_client import OpenReviewClient
from ingest.sources.openreview_notes import Decider, observation
from library.errors import UsageError
from library.text import fold

WITH_REPLIES = 250
"""Submissions asked for at once when their replies come along: reviews are many times a paper's record."""

_V1_LISTINGS = ("Blind_Submission", "Submission")
_V1_OTHERS = ("Withdrawn_Submission", "Desk_Rejected_Submission")


class OpenReview:
    """The submissions of a venue on either of OpenReview's APIs."""

    name = "openreview"

    def __init__(
        self, endpoints: Endpoints, session: Session | None = None, meter: Meter | None = None, *, timeout: float = 30.0
    ) -> None:
        """Keep what is needed; nothing is sent yet.

        Args:
            endpoints: Where OpenReview is.
            session: Whose login is used; listings are closed to anonymous readers.
            meter: Keeps the ledger of requests.
            timeout: Seconds without a byte before a request counts as not answered.
        """
        self._endpoints = endpoints
        self._client = OpenReviewClient(endpoints, session, meter, timeout=timeout)
        self._deciders: dict[str, Decider] = {}

    def serves(self, venue: Venue) -> bool:
        """Whether the venue has an id there."""
        return venue.venue_id is not None

    def accepted_count(self, venue: Venue) -> int | None:
        """How many submissions carry the venue's own id; None on API 1, where rejected ones carry it too.

        Raises:
            SourceError: OpenReview did not answer.
        """
        decider = self._decider(venue)
        if decider.api == "v1":
            return None
        return sum(self._client.count("v2", content={"venueid": accepted}) for accepted in sorted(decider.accepted))

    def observe(self, venue: Venue, since: datetime | None = None) -> Iterator[Observation]:
        """The venue's submissions, the accepted ones first.

        A paper that a venue leaves at ``/Submission`` is decided by its Decision, which does not change the paper's own
        time; so undecided papers are read anew however recent ``since`` is.

        Raises:
            NothingAccepted: None is accepted, and ``since`` is None; the message says what was seen instead.
            NotFound: There is no such venue.
            SourceError: Any other reason why no more came.
        """
        if not venue.venue_id:
            raise UsageError(f"{venue.title} is not on OpenReview{': ' + venue.note if venue.note else ''}")
        decider = self._decider(venue)
        seen: Counter[Standing] = Counter()
        known: set[str] = set()
        since_ms = int(since.timestamp() * 1000) if since else 0
        for note in self._submissions(venue.venue_id, decider, since_ms):
            # A reply can carry the same venue id; only the submission itself is a paper.
            if note.id != note.forum or note.id in known:
                continue
            known.add(note.id)
            told = observation(note, venue, decider, self._endpoints)
            seen[told.standing] += 1
            if since is None or told.modified is None or told.modified > since:
                yield told
        if since is None and not seen[Standing.ACCEPTED]:
            raise self._nothing(venue, decider.api, seen)

    def search_groups(self, text: str) -> tuple[Venue, ...]:
        """Venues on OpenReview below an id, such as ``ICML.cc/2024/Workshop``, or whose id holds every word.

        A part of an id is completed a level at a time: of ``ICML.cc/2024/Work`` what lies below ``ICML.cc/2024``.

        Raises:
            SourceError: OpenReview did not answer.
        """
        head, _, tail = text.strip().rstrip("/").rpartition("/")
        if head:
            found = self._client.subgroups(text.strip().rstrip("/")) or [
                one for one in self._client.subgroups(head) if fold(tail) in fold(one.rpartition("/")[2])
            ]
        else:
            # A group of this name lists every venue as its members.
            group = self._client.group("v2", "venues")
            words = fold(text).split()
            members = getattr(group, "members", None) or []
            found = [one for one in members if isinstance(one, str) and all(word in fold(one) for word in words)]
        return tuple(Venue(one, one, venue_id=one) for one in sorted(found))

    def _decider(self, venue: Venue) -> Decider:
        """Ask, once, which API holds the venue: only a group of API 2 has a domain."""
        venue_id = venue.venue_id or ""
        if venue_id not in self._deciders:
            self._deciders[venue_id] = self._asked(venue_id)
        return self._deciders[venue_id]

    def _asked(self, venue_id: str) -> Decider:
        group = self._client.group("v2", venue_id)
        if group is not None and group.domain:
            return Decider.of(venue_id, group, "v2")
        if group is not None or self._client.group("v1", venue_id) is not None:
            return Decider.of(venue_id, None, "v1")
        raise NotFound(
            f"OpenReview has no venue {venue_id}",
            url=f"{self._endpoints.openreview_v2}/groups?id={venue_id}",
            remedy="check the id with `posterhall venues`",
        )

    def _submissions(self, venue_id: str, decider: Decider, since_ms: int) -> Iterator[Any]:
        if decider.api == "v1":
            yield from self._submissions_v1(venue_id, decider)
            return
        for accepted in sorted(decider.accepted):
            yield from self._listing(accepted, since_ms)
        for other, standing in decider.standings.items():
            try:
                if standing is Standing.UNDECIDED:
                    yield from self._client.notes(
                        "v2", WITH_REPLIES, content={"venueid": other}, details="directReplies"
                    )
                else:
                    yield from self._listing(other, since_ms)
            except Forbidden:
                continue  # most venues do not show what they did not accept

    def _listing(self, venueid: str, since_ms: int) -> Iterator[Any]:
        if since_ms:
            return self._client.latest("v2", since_ms, content={"venueid": venueid})
        return self._client.notes("v2", content={"venueid": venueid})

    def _submissions_v1(self, venue_id: str, decider: Decider) -> Iterator[Any]:
        """By the venue's id where the notes carry it, else by the invitation that they answered."""
        queries: list[dict[str, Any]] = [{"content": {"venueid": venue_id}}]
        queries += [{"invitation": f"{venue_id}/-/{name}"} for name in _V1_LISTINGS]
        for query in queries:
            accepted = False
            for note in self._v1(query):
                accepted |= decider.standing(note, decider.decision(note)[0]) is Standing.ACCEPTED
                yield note
            if accepted:
                break
        for name in _V1_OTHERS:
            yield from self._v1({"invitation": f"{venue_id}/-/{name}"})

    def _v1(self, query: dict[str, Any]) -> Iterator[Any]:
        try:
            yield from self._client.notes("v1", WITH_REPLIES, details="directReplies", **query)
        except NotFound:
            return  # an invitation that this venue never had

    def _nothing(self, venue: Venue, api: str, seen: Counter[Standing]) -> NothingAccepted:
        others = ", ".join(f"{count:,} {standing.value}" for standing, count in seen.items() if count)
        causes = (
            "its decisions are not out" if others else "it is private, or the id is of something that takes no papers"
        )
        if not self._client.logged_in:
            causes += ", or it shows its papers only to who is logged in"
        base = self._endpoints.openreview_v2 if api == "v2" else self._endpoints.openreview_v1
        return NothingAccepted(
            f"{venue.venue_id} has no accepted papers on OpenReview's API {api[1]} "
            f"(seen: {others or 'no paper at all'}); {causes}",
            url=f"{base}/notes?content.venueid={venue.venue_id}",
        )
