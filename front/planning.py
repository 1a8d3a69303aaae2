"""Reading lists at a conference: when and where their papers are shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from front.base import one_at_a_time
from front.listing import Listing
from front.writing import write_whole
from library.lists import ReadingList

if TYPE_CHECKING:
    from export.itinerary import Itinerary

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The stamp of a calendar about which nothing tells when it last changed."""


class Planning(Listing):
    """Lists by day, and as calendars."""

    @one_at_a_time
    def itinerary(self, made: str | ReadingList) -> Itinerary:
        """A list's papers by day, session and board, with the talks that clash; what has no known time comes last.

        Args:
            made: A list, or the id or name of one that is kept.

        Raises:
            UsageError: There is no such list.
        """
        from export.itinerary import itinerary

        made = self.reading_list(made) if isinstance(made, str) else made
        ids = [entry.paper_id for entry in made.entries if entry.paper_id]
        return itinerary(made, self.library.papers.get_many(ids), self.library.events.of_papers(ids))

    @one_at_a_time
    def write_itinerary(self, made: str | ReadingList, path: str | Path) -> None:
        """Write what :meth:`itinerary_ics` gives to a file: whole, or not at all.

        Raises:
            UsageError: There is no such list.
            InputError: The file cannot be written.
        """
        write_whole(Path(path), self.itinerary_ics(made))

    @one_at_a_time
    def itinerary_ics(self, made: str | ReadingList) -> bytes:
        """The same as an iCalendar file, in the time zone of the conference.

        The same library gives the same bytes: the file is stamped with the last change of the list or of a followed
        venue.

        Raises:
            UsageError: There is no such list.
        """
        from export.ical import ics

        made = self.reading_list(made) if isinstance(made, str) else made
        times = [change.at for change in self.library.lists.changes(made.list_id)]
        times += [venue.synced_at for venue in self.library.following.all() if venue.synced_at]
        stamp = max((datetime.fromisoformat(time).astimezone(UTC) for time in times), default=NEVER)
        return ics(self.itinerary(made), stamp.replace(microsecond=0))
