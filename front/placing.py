"""Papers on the map."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from front.base import Base
from front.values import MAP_COLOURS
from library.errors import PosterhallError, UsageError

if TYPE_CHECKING:
    from browse.atlas import MapPoint
    from browse.clusters import Cluster
    from browse.topics import Topic


class Placing(Base):
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

    def place(self, question: str) -> tuple[float, float]:
        """Where a question would stand on the map.

        Raises:
            UsageError: It is empty.
            IndexUnavailable: There is no usable index.
        """
        if not question.strip():
            raise UsageError("the question is empty: say what you look for")
        with self._lock:
            searcher = self.searcher
            vector = searcher.encoder.encode([question])[0]
        return self._maps().place(self.library, searcher, vector)

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


def map_payload(points: Sequence[MapPoint]) -> dict[str, Any]:
    """A map's points as the columns that :func:`map_parts`'s script draws."""
    from browse.picture import payload

    return payload(points)


def map_parts() -> tuple[str, str]:
    """The script that draws a map (it defines ``drawMap(root, data, options)``), and its style."""
    from browse.picture import parts

    return parts()
