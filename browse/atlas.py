"""The atlas: the map and its clusters for a library and its index, worked out once for each generation of the index."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from browse.clusters import Cluster, by_paper, find_clusters
from browse.map import Layout, settle
from index.search import Searcher
from library import Library
from library.errors import LibraryBusy, LibraryReadOnly
from library.types import ACCEPTED, Paper

_NOT_KEPT = -1
"""In place of the version of the points: places that nobody kept are found, and kept, the next time."""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A paper on the map.

    Attributes:
        cluster: The name of its cluster.
        topic: The name of the topic that it is surest on; None where it is on none, or nobody could tell.
    """

    paper: Paper
    x: float
    y: float
    cluster: str
    topic: str | None = None


class Atlas:
    """Maps and clusters of one data folder.

    May be shared between threads. ``lock`` guards the library's connection and the searcher; it is held while they are
    read and not while a map is worked out, which takes long.
    """

    def __init__(self, data: Path, lock: AbstractContextManager[object]) -> None:
        """Use a data folder whose library and searcher ``lock`` guards."""
        self._data = data
        self._lock = lock
        self._working = threading.RLock()
        self._vectors: tuple[str, tuple[str, ...], NDArray[np.float32]] | None = None
        self._layout: tuple[str, int, Layout] | None = None
        self._clusters: tuple[str, tuple[Cluster, ...]] | None = None

    def points(self, library: Library, searcher: Searcher, *, anew: bool = False) -> list[MapPoint]:
        """Every paper of the index with its place and cluster, ascending by id."""
        with self._working:
            layout = self.layout(library, searcher, anew=anew)
            names = by_paper(self.clusters(library, searcher))
        with self._lock:
            papers = library.papers.get_many(layout.papers)
        return [
            MapPoint(papers[p], float(x), float(y), names[p])
            for p, (x, y) in zip(layout.papers, layout.positions, strict=True)
            if p in papers and papers[p].status == ACCEPTED
        ]

    def layout(self, library: Library, searcher: Searcher, *, anew: bool = False) -> Layout:
        """Where the papers of the index stand; those that are new there get a place, which is kept.

        Raises:
            LibraryBusy: ``anew`` was asked for, and another process is writing.
            LibraryReadOnly: ``anew`` was asked for, of a bundle.
        """
        with self._working:
            papers, vectors = self._read(searcher)
            space = searcher.manifest.model
            with self._lock:
                version = library.points.version
            made = self._layout
            if made and made[:2] == (searcher.generation, version) and not anew:
                return made[2]
            try:
                layout, version = self._settle(library, papers, vectors, space, anew)
            except (LibraryBusy, LibraryReadOnly):
                if anew:
                    raise
                # Shown and not kept: the same places are found when nobody else writes.
                with self._lock:
                    kept = library.points.of_space(space)
                layout, version = settle(kept, papers, vectors).layout, _NOT_KEPT
            self._layout = (searcher.generation, version, layout)
            return layout

    def amid(self, library: Library, searcher: Searcher, weights: Mapping[str, float]) -> tuple[float, float] | None:
        """The place around which some papers stand thickest, see :meth:`Layout.amid`."""
        return self.layout(library, searcher).amid(weights)

    def clusters(self, library: Library, searcher: Searcher) -> tuple[Cluster, ...]:
        """The clusters of the papers as they were indexed, the largest first."""
        with self._working:
            if self._clusters is None or self._clusters[0] != searcher.generation:
                ids, vectors = self._read(searcher)
                with self._lock:
                    papers = library.papers.get_many(ids)
                rows = [n for n, paper_id in enumerate(ids) if paper_id in papers]
                found = find_clusters([papers[ids[n]] for n in rows], vectors[rows])
                self._clusters = (searcher.generation, found)
            return self._clusters[1]

    def _read(self, searcher: Searcher) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        if self._vectors is None or self._vectors[0] != searcher.generation:
            with self._lock:
                papers, vectors = searcher.paper_vectors()
            self._vectors = (searcher.generation, tuple(papers), vectors)
        return self._vectors[1:]

    def _settle(
        self, library: Library, papers: tuple[str, ...], vectors: NDArray[np.float32], space: str, anew: bool
    ) -> tuple[Layout, int]:
        with self._lock:
            kept = library.points.of_space(space)
            version = library.points.version
        if not anew and all(paper in kept for paper in papers):
            return settle(kept, papers, vectors).layout, version
        # Read again as the writer: another process may have placed them meanwhile.
        with Library.open(self._data) as writer, writer.writing():
            done = settle(writer.points.of_space(space), papers, vectors, anew=anew)
            if done.laid_out:
                writer.points.replace(space, done.added)
            elif done.added:
                writer.points.add(space, done.added)
            return done.layout, writer.points.version
