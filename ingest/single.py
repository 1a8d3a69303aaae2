"""One paper by its address: an OpenReview forum or a page of PMLR."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.addresses import FORUM, PMLR, identifier
from ingest.connect import Connection
from ingest.errors import NotFound
from ingest.sources.base import Observation, Venue
from ingest.sources.openreview_notes import Decider, observation
from ingest.sources.pmlr import Pmlr
from ingest.venues import Registry
from library.errors import UsageError

_UNDECIDED = re.compile(r"/(Submission|\w+_Submission)$")


@dataclass(frozen=True, slots=True)
class Address:
    """What a user's text leads to: a forum id, or a volume of PMLR and the paper's key in it."""

    forum: str | None = None
    volume: int | None = None
    key: str | None = None


def address(text: str) -> Address:
    """Read an address.

    Raises:
        UsageError: It leads to neither service.
    """
    scheme, value = identifier(text) or ("", "")
    if scheme == FORUM:
        return Address(forum=value)
    if scheme == PMLR:
        volume, _, key = value.removeprefix("v").partition("/")
        return Address(volume=int(volume), key=key)
    raise UsageError(
        f"{text.strip()!r} is no paper of OpenReview or PMLR, and no PDF here: give a forum's address or id, a paper's "
        "page at proceedings.mlr.press, or the path of a PDF"
    )


def find(where: Address, connection: Connection, registry: Registry) -> tuple[Venue, str, Observation]:
    """What the service says of the paper, with its venue and the source's name.

    Raises:
        NotFound: There is no such paper.
        SourceError: Any other reason why it did not come.
    """
    if where.forum:
        return _from_openreview(where.forum, connection, registry)
    known = next((v for v in registry.venues if where.volume in v.pmlr), None)
    venue = known or Venue(f"pmlr-v{where.volume}", f"PMLR v{where.volume}", pmlr=(where.volume or 0,))
    for told in Pmlr(connection.http, connection.endpoints).observe(venue):
        if dict(told.record.identifiers).get("pmlr") == f"v{where.volume}/{where.key}":
            return venue, Pmlr.name, told
    raise NotFound(f"volume {where.volume} of PMLR has no paper {where.key}", remedy="check the address")


def _from_openreview(forum: str, connection: Connection, registry: Registry) -> tuple[Venue, str, Observation]:
    client = connection.client
    for api in ("v2", "v1"):
        try:
            note = next((n for n in client.notes(api, id=forum, details="directReplies")), None)
        except NotFound:
            continue
        if note is None or note.id != note.forum:
            continue
        found = (note.content or {}).get("venueid")
        found = found.get("value") if isinstance(found, dict) else found
        found = found[0] if isinstance(found, list) and found else found
        venue_id = _UNDECIDED.sub("", found) if isinstance(found, str) else ""
        venue = next((v for v in registry.venues if v.venue_id == venue_id), None)
        venue = venue or Venue(venue_id, venue_id, venue_id=venue_id or None)
        group = client.group("v2", venue_id) if venue_id and api == "v2" else None
        told = observation(note, venue, Decider.of(venue_id, group, api), connection.endpoints)
        return venue, "openreview", told
    raise NotFound(f"OpenReview has no paper {forum}", remedy="check the address, or log in if it is private")
