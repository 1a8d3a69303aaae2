"""The map: papers as points in two dimensions, papers on a subject near each other.

Positions are kept in the library. A new paper is placed among the old ones, which stay where they are; the whole is
laid out again only when asked for or when the library has outgrown it, and then it starts from where the papers stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from library.points import Point

if TYPE_CHECKING:
    from openTSNE import TSNEEmbedding

GROWTH = 1.5
"""The map is laid out again when it holds this many times the papers that it was laid out with. Where a third of 2,610
papers was placed later, trustworthiness is 0.940 and continuity 0.881; laid out together 0.950 and 0.899."""

PERPLEXITY = 15
"""How many neighbours count. On 2,610 papers, trustworthiness and continuity at 15 neighbours are 0.939 and 0.903 with
15, 0.936 and 0.889 with 30 (both without exaggeration at the end)."""

FIRST_STEPS, FIRST_EXAGGERATION = 250, 12
STEPS = 500
"""For a map from nothing; openTSNE's own."""

START_SPREAD = 1e-4
"""openTSNE's own."""

EXAGGERATION = 1.5
"""Papers on a subject stand a little closer: trustworthiness 0.949 in place of 0.939, continuity 0.899 in place of
0.903."""

AGAIN_STEPS = 250
"""For a map that starts from an earlier one: as good as one from nothing, see bench/README.md."""

GRID_FROM = 2500
"""From so many papers on, forces are interpolated on a grid, whose time hardly grows with them; at 2,610 both take as
long."""

NEIGHBOURS = 25
"""A placed paper starts at the median of so many; openTSNE's own."""

TOGETHER = 0.3
"""Papers stand together within so much of the map's spread. Of the ten papers found first for each of 59 topics' names,
7.15 are among the 130 nearest to the place amid them; 7.0 with 0.2 and 0.5 of the spread, 6.2 around the place that
t-SNE gives the names themselves."""

FEWEST = 12
"""With fewer papers their two main directions are shown: there are no neighbourhoods yet."""

SHIFTS = 50
"""Steps towards the peak; the last are shorter than a dot."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Papers of one vector space with their places.

    Attributes:
        papers: Ascending.
        vectors: Unit vectors, in the order of ``papers``.
        positions: ``[papers, 2]``.
    """

    papers: tuple[str, ...]
    vectors: NDArray[np.float32]
    positions: Array

    def place(self, vectors: NDArray[np.float32]) -> Array:
        """Where texts with these vectors belong on the map, each by itself: ``[len(vectors), 2]``."""
        if not len(vectors) or not len(self.papers):
            return np.zeros((len(vectors), 2))
        if len(self.papers) < FEWEST:
            return _among_few(vectors, self.vectors, self.positions)
        embedding, middle = self._embedding
        return np.asarray(embedding.transform(vectors.astype(np.float64), k=NEIGHBOURS), dtype=np.float64) + middle

    def amid(self, weights: Mapping[str, float]) -> tuple[float, float] | None:
        """The place around which some papers stand thickest: where they are spread, it is amid the densest of them.

        Args:
            weights: How much each counts; those that are not on the map do not.
        """
        rows = [n for n, paper in enumerate(self.papers) if paper in weights]
        if not rows:
            return None
        weight = np.array([max(weights[self.papers[n]], 0.0) for n in rows]) + 1e-9
        x, y = _thickest(self.positions[rows], weight, TOGETHER * float(np.sqrt(self.positions.var(axis=0).sum())))
        return float(x), float(y)

    @cached_property
    def _embedding(self) -> tuple[TSNEEmbedding, Array]:
        # transform() first moves its embedding to the middle, in place: so it gets one that is there already.
        middle = (self.positions.max(axis=0) + self.positions.min(axis=0)) / 2
        return _embedding(self.vectors, self.positions - middle), middle


@dataclass(frozen=True)
class Settled:
    """A layout of all papers that have a vector.

    Attributes:
        laid_out: Everything was laid out, so all earlier points are past.
        added: What is to be kept: all points, or those of papers that had none.
    """

    layout: Layout
    laid_out: bool
    added: tuple[Point, ...]


def settle(
    kept: Mapping[str, Point], papers: Sequence[str], vectors: NDArray[np.float32], *, anew: bool = False
) -> Settled:
    """Give every paper a place.

    Args:
        kept: The points there are, by paper, of the vectors' space.
        papers: Ascending.
        vectors: Their unit vectors.
        anew: Lay all of it out again.
    """
    old = [n for n, paper in enumerate(papers) if paper in kept]
    new = [n for n, paper in enumerate(papers) if paper not in kept]
    settled = sum(kept[papers[n]].laid_out for n in old)
    if anew or outgrown(settled, len(papers)):
        start = _layout(kept, papers, vectors, old)
        positions = lay_out(vectors, _places(start, papers, vectors, old, new) if settled >= FEWEST else None)
        points = tuple(Point(p, float(x), float(y), True) for p, (x, y) in zip(papers, positions, strict=True))
        return Settled(Layout(tuple(papers), vectors, positions), True, points)
    known = _layout(kept, papers, vectors, old)
    positions = _places(known, papers, vectors, old, new)
    added = tuple(Point(papers[n], float(positions[n, 0]), float(positions[n, 1]), False) for n in new)
    return Settled(Layout(tuple(papers), vectors, positions), False, added)


def outgrown(laid_out: int, papers: int) -> bool:
    """Whether so many papers are too many for a map that was laid out with fewer."""
    return papers > 0 and papers >= GROWTH * laid_out


def lay_out(vectors: NDArray[np.float32], start: Array | None = None) -> Array:
    """Positions for these vectors alone, the same whenever it is called with the same.

    Args:
        vectors: Unit vectors, ``[papers, dimension]``.
        start: Earlier positions to move from as little as they must.
    """
    if len(vectors) < FEWEST:
        return _main_directions(vectors)
    if start is not None:
        embedding = _embedding(vectors, start)
        embedding.optimize(AGAIN_STEPS, exaggeration=EXAGGERATION, momentum=0.8, inplace=True)
        return np.array(embedding, dtype=np.float64)
    embedding = _embedding(vectors, _small(_main_directions(vectors)))
    embedding.optimize(FIRST_STEPS, exaggeration=FIRST_EXAGGERATION, momentum=0.8, inplace=True)
    embedding.optimize(STEPS, exaggeration=EXAGGERATION, momentum=0.8, inplace=True)
    return np.array(embedding, dtype=np.float64)


def _layout(
    kept: Mapping[str, Point], papers: Sequence[str], vectors: NDArray[np.float32], old: Sequence[int]
) -> Layout:
    points = [kept[papers[n]] for n in old]
    positions = np.array([(p.x, p.y) for p in points], dtype=np.float64).reshape(len(points), 2)
    return Layout(tuple(papers[n] for n in old), vectors[list(old)], positions)


def _places(
    known: Layout, papers: Sequence[str], vectors: NDArray[np.float32], old: Sequence[int], new: Sequence[int]
) -> Array:
    positions = np.zeros((len(papers), 2))
    positions[list(old)] = known.positions
    positions[list(new)] = known.place(vectors[list(new)])
    return positions


def _embedding(vectors: NDArray[np.float32], positions: Array) -> TSNEEmbedding:
    from openTSNE import TSNEEmbedding, affinity

    # Exact neighbours and one job: the same picture on every machine and in every run. In double precision, in which
    # a vector's neighbours do not depend on what else is asked for with it.
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    near = affinity.PerplexityBasedNN(
        vectors.astype(np.float64), perplexity=perplexity, method="exact", n_jobs=1, random_state=0
    )
    forces = "fft" if len(vectors) >= GRID_FROM else "bh"
    return TSNEEmbedding(positions.copy(), near, negative_gradient_method=forces, n_jobs=1, random_state=0)


def _main_directions(vectors: NDArray[np.float32]) -> Array:
    """Coordinates along the two directions in which the vectors differ most."""
    positions = np.zeros((len(vectors), 2))
    if len(vectors) < 2:
        return positions
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    # Of the small square matrix: the same directions as of all rows, without their factors.
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, :-3:-1]
    # A direction's sign is chance: the largest coordinate is a positive one.
    largest = np.abs(found).argmax(axis=0)
    signs = np.where(found[largest, range(found.shape[1])] < 0, -1.0, 1.0)
    positions[:, : found.shape[1]] = found * signs
    return positions


def _small(positions: Array) -> Array:
    """The same picture as small as t-SNE wants to start with; points that all fall together are strewn."""
    spread = float(np.std(positions[:, 0]))
    if spread < 1e-9:
        positions, spread = np.random.default_rng(0).standard_normal(positions.shape), 1.0
    return positions / spread * START_SPREAD


def _thickest(positions: Array, weights: Array, width: float) -> Array:
    """The peak of the density nearest to the position that has the most others around it, by mean shift."""
    width = max(width, 1e-9)

    def near(place: Array) -> Array:
        return np.asarray(weights * np.exp(-(((positions - place) / width) ** 2).sum(axis=1) / 2))

    place: Array = max(positions, key=lambda each: float(near(each).sum()))
    for _ in range(SHIFTS):
        place = np.average(positions, axis=0, weights=near(place))
    return place


def _among_few(vectors: NDArray[np.float32], known: NDArray[np.float32], positions: Array) -> Array:
    """The mean of the known places, the nearer in meaning the heavier."""
    weights = np.maximum(vectors.astype(np.float64) @ known.T.astype(np.float64), 0.0) ** 4 + 1e-9
    return np.asarray(weights @ positions / weights.sum(axis=1, keepdims=True), dtype=np.float64)
