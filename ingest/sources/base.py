"""What every source is: one module that tells what it knows of a venue's papers, and where their PDFs are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from library.events import Event
from library.proceedings import Proceedings
from library.types import PaperRecord


class Standing(Enum):
    """What a venue decided on a paper. Only ``ACCEPTED`` is ever shown as accepted."""

    ACCEPTED = "accepted"
    UNDECIDED = "undecided"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DESK_REJECTED = "desk-rejected"


@dataclass(frozen=True, slots=True)
class PdfRef:
    """Where a PDF can be had.

    Attributes:
        url: On one of the allowed hosts.
        version: Changes when the file does (OpenReview's hash in the path); "" when the source does not say.
        metered: Fetching it spends a budget that is scarce (OpenReview's 36 an hour); others are preferred.
    """

    url: str
    version: str = ""
    metered: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What one source says of one paper at one time.

    Attributes:
        record: The fields it knows, its name in ``record.source`` (``openreview``, ``icml.cc``, ``pmlr``).
        standing: Decided by the source's own marks, never guessed: without one it is undecided.
        modified: The source's own time of the last change, aware; None when it has none.
    """

    record: PaperRecord
    standing: Standing
    pdfs: tuple[PdfRef, ...] = ()
    events: tuple[Event, ...] = ()
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue as the registry (``data/venues.toml``) or a user names it.

    Attributes:
        name: Short and typed by people: ``icml-2024``.
        title: In full: ``ICML 2024``.
        venue_id: OpenReview's, or None where it has none.
        api: ``v1`` or ``v2`` where known; None asks ``/groups``.
        site: ``(host, year)`` of the conference's own site, such as ``("icml.cc", 2024)``; workshops have none.
        pmlr: Volume numbers of its proceedings.
        timezone: Of the place where it is held (``Europe/Vienna``), where its programme is known.
        topics: What its call lists.
        note: A word to the user, such as that it is not on OpenReview.
    """

    name: str
    title: str
    venue_id: str | None = None
    api: str | None = None
    site: tuple[str, int] | None = None
    pmlr: tuple[int, ...] = ()
    timezone: str | None = None
    topics: tuple[str, ...] = ()
    note: str = ""
    aliases: tuple[str, ...] = ()
    proceedings: Proceedings | None = None


class Source(Protocol):
    """A place that knows papers of a venue."""

    @property
    def name(self) -> str:
        """As it stands in provenance: ``openreview``, ``icml.cc``, ``pmlr``."""
        ...

    def serves(self, venue: Venue) -> bool:
        """Whether it is worth asking for this venue."""
        ...

    def accepted_count(self, venue: Venue) -> int | None:
        """How many papers it has as accepted, where that is cheaper to ask than all of them; else None.

        Raises:
            SourceError: It did not answer.
        """
        ...

    def observe(self, venue: Venue, since: datetime | None = None) -> Iterator[Observation]:
        """What it knows of the venue's papers.

        Args:
            venue: Which.
            since: Only what was created or changed after; None is everything. A source that cannot tell
                gives everything.

        Raises:
            SourceError: Of the kind that says what happens next; what was yielded before stays valid.
        """
        ...


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the services are. Tests put stand-ins on loopback in their place, through the environment.

    Only these hosts are ever fetched from.
    """

    openreview_v2: str = "https://api2.openreview.net"
    openreview_v1: str = "https://api.openreview.net"
    sites: dict[str, str] = field(
        default_factory=lambda: {host: f"https://{host}" for host in ("icml.cc", "iclr.cc", "neurips.cc")}
    )
    pmlr: str = "https://proceedings.mlr.press"
    pmlr_raw: str = "https://raw.githubusercontent.com"

    @classmethod
    def from_environment(cls) -> Endpoints:
        """The real services, or one stand-in for all of them in ``POSTERHALL_SERVICES`` (``http://127.0.0.1:PORT``).

        The stand-in serves them under ``/api2``, ``/api1``, ``/site/<host>``, ``/pmlr`` and ``/raw``.
        """
        base = os.environ.get("POSTERHALL_SERVICES", "").rstrip("/")
        if not base:
            return cls()
        return cls(
            f"{base}/api2",
            f"{base}/api1",
            {host: f"{base}/site/{host}" for host in ("icml.cc", "iclr.cc", "neurips.cc")},
            f"{base}/pmlr",
            f"{base}/raw",
        )
