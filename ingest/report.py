"""What a sync did, for people and for ``--json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(slots=True)
class VenueReport:
    """What one venue came to.

    Attributes:
        accepted: Papers of the venue that are shown.
        tiers: How many there are of each.
        conflicting: Papers whose sources disagree in some field.
        notes: What the user should know: sources that did not answer, what a login would add.
        pdfs_left: Papers whose PDF is wanted and not here yet.
    """

    name: str
    title: str
    accepted: int = 0
    tiers: dict[str, int] = field(default_factory=dict)
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    conflicting: int = 0
    pdfs_fetched: int = 0
    pdfs_failed: int = 0
    pdfs_left: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class SyncReport:
    """What a run did.

    Attributes:
        started: When the run began (ISO, UTC).
        pdfs_read: Documents that were made from PDFs, fetched now or before.
        passages: New ones.
        unreadable: PDFs that came and cannot be read.
        unreadable_pages: Pages lost of PDFs that were read.
        until: When the spent budget is whole again (ISO, local), if one ended the run.
        budget: The same in words.
        problems: Venues that could not be read at all, with the reason.
        notes: What the user should know of the run as a whole.
    """

    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    venues: list[VenueReport] = field(default_factory=list)
    pdfs_read: int = 0
    passages: int = 0
    unreadable: int = 0
    unreadable_pages: int = 0
    until: str | None = None
    budget: str = ""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def pdfs_left(self) -> int:
        """PDFs that another run will fetch."""
        return sum(v.pdfs_left for v in self.venues)
