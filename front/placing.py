"""Papers on the map."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from front.reading import Reading
from front.values import MAP_COLOURS, Placed
from front.writing import write_whole
from library.errors import PosterhallError, UsageError
from library.types import Filter

if TYPE_CHECKING:
    from browse.atlas import MapPoint
    from browse.clusters import Cluster
    from browse.topics import Topic


FIRST = 10
"""Papers found for a question that say where it stands."""


class Placing(Reading):
    """The map, and the clusters on it."""

    def map(self, *, anew: bool = False) -> list[MapPoint]:
        """Every paper in the index with its place on the map, its cluster, and the topic that it is surest on.

        Papers keep their places: new ones are placed among them, and only a library that has grown by half is laid out
        again. Where topics cannot be told, no paper has one.

        Args:
            anew: Lay it out again all the same, starting from the places there are.

        Raises:
            IndexUnavailable: There is no usable index.
            LibraryBusy: Another process is writing (``anew`` only; else new places are found but not kept).
        """
        points = self._maps().points(self.library, self.searcher, anew=anew)
        topics: dict[str, Topic] = {}
        with suppress(PosterhallError), self._lock:
            topics = self._shelves().surest(self._registry())
        return [replace(p, topic=topics[p.paper.paper_id].name) if p.paper.paper_id in topics else p for p in points]

    def clusters(self) -> tuple[Cluster, ...]:
        """Groups of papers near each other in meaning, named by the words that set them apart, the largest first.

        Every paper is in one, as it was when the index was last brought up to date.

        Raises:
            IndexUnavailable: There is no usable index.
        """
        return self._maps().clusters(self.library, self.searcher)

    def place(self, question: str) -> tuple[float, float] | None:
        """Where a question would stand on the map; None where no paper comes close to it.

        It is the place around which the papers that a search finds first stand thickest.

        Raises:
            UsageError: It is empty.
            IndexUnavailable: There is no usable index.
        """
        return self.placed(question).place

    def placed(self, question: str) -> Placed:
        """Where a question would stand on the map, with the papers that say so.

        Raises:
            UsageError: It is empty.
            IndexUnavailable: There is no usable index.
        """
        from ask.extract import treats

        with self._lock:
            searcher = self.searcher
            hits = self.search(question, limit=FIRST, passages=1).hits
            # The search always finds something; a question that no paper treats has no place among them.
            close = treats(self.library, searcher, question, where=Filter())
        # Squared: papers that hardly fit, which a small library has among its first, count little.
        weights = {hit.paper.paper_id: max(hit.score, 0.0) ** 2 for hit in hits}
        return Placed(self._maps().amid(self.library, searcher, weights) if close else None, hits)

    def map_page(self, colour: str = MAP_COLOURS[0]) -> str:
        """The map as one HTML file that works by itself.

        Args:
            colour: One of :data:`MAP_COLOURS`, what it shows at first.

        Raises:
            UsageError: It cannot be coloured by that.
            IndexUnavailable: There is no usable index.
        """
        from browse.picture import page

        if colour not in MAP_COLOURS:
            raise UsageError(f"a map cannot be coloured by {colour!r}: choose one of {', '.join(MAP_COLOURS)}")
        return page(self.map(), colour)

    def write_map(self, path: str | Path, colour: str = MAP_COLOURS[0]) -> None:
        """Write what :meth:`map_page` gives to a file: whole, or not at all.

        Raises:
            UsageError: There is no such colouring.
            InputError: The file cannot be written.
        """
        write_whole(Path(path), self.map_page(colour).encode("utf-8", "replace"))


def map_payload(points: Sequence[MapPoint]) -> dict[str, Any]:
    """A map's points as the columns that :func:`map_parts`'s script draws."""
    from browse.picture import payload

    return payload(points)


def map_parts() -> tuple[str, str]:
    """The script that draws a map (it defines ``drawMap(root, data, options)``), and its style."""
    from browse.picture import parts

    return parts()
