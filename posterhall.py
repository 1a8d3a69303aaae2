"""Posterhall's Python interface, and the one place that puts the rooms together.

import posterhall

hall = posterhall.open("data")
hall.ingest_files(metadata="papers.jsonl", pdfs="pdfs")
hall.index()
for hit in hall.search("state space models for long context").hits:
    print(hit.rank, hit.paper.title)
print(hall.ask("How much memory does the method save?").text)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from browse.offers import Offered
from browse.shown import Judged, Member, Removed, TopicMembers, TopicRow
from export.formats import FORMATS as EXPORT_FORMATS
from export.page import rich
from export.text import STYLES as CITATION_STYLES
from front.exporting import Exporting
from front.filling import Filling
from front.importing import Importing
from front.placing import Placing, map_parts, map_payload
from front.planning import Planning
from front.reading import Reading
from front.sharing import Sharing
from front.sharing import unpacked as unpack
from front.shelving import Shelving
from front.taking import Taking, starter_file
from front.values import (
    MAP_COLOURS,
    MODES,
    Added,
    Held,
    Hit,
    ImportReport,
    Listed,
    Match,
    Placed,
    Progress,
    Results,
    RetryReport,
    Status,
    Unresolved,
    VenueRow,
    Version,
    Warned,
)
from library.errors import PosterhallError
from library.types import Filter
from library.version import VERSION

if TYPE_CHECKING:
    from browse.reasons import Reason as Reason
    from browse.topics import Topic as Topic
    from export.itinerary import Itinerary as Itinerary
    from ingest.report import SyncReport as SyncReport
    from ingest.report import VenueReport as VenueReport
    from library.bundle import Manifest as Manifest
    from library.merging import MergeReport as MergeReport

__version__ = VERSION

__all__ = [
    "CITATION_STYLES",
    "EXPORT_FORMATS",
    "MAP_COLOURS",
    "MODES",
    "Added",
    "Filter",
    "Held",
    "Hit",
    "ImportReport",
    "Judged",
    "Listed",
    "Match",
    "Member",
    "Offered",
    "Placed",
    "Posterhall",
    "PosterhallError",
    "Progress",
    "Removed",
    "Results",
    "RetryReport",
    "Status",
    "TopicMembers",
    "TopicRow",
    "Unresolved",
    "VenueRow",
    "Version",
    "Warned",
    "map_parts",
    "map_payload",
    "open",
    "rich",
    "starter_file",
    "unpack",
]


class Posterhall(Taking, Placing, Reading, Shelving, Filling, Importing, Planning, Exporting, Sharing):
    """A library, its index, and what can be asked of them.

    May be shared between threads: questions wait for each other, but not for a thread that takes in papers or indexes
    them, which has the file open for itself.
    """


def open(data: str | Path = "data", *, on_progress: Progress | None = None) -> Posterhall:
    """Open a data folder, of which nothing is read before it is needed; or a bundle, for reading.

    A bundle is checked byte by byte, and unpacked into a cache the first time.

    Raises:
        InputError: It is a file, and a damaged bundle or none.
        LibraryError: A newer Posterhall wrote the bundle.
    """
    path = Path(data)
    if path.is_file():
        from front.unpacking import opened

        path = opened(path, on_progress)
    return Posterhall(path)
