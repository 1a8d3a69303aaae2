"""Papers like a paper, or like a set of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from browse.lineage import Lineage
from index.search import Searcher
from library import Library
from library.types import ABSTRACT, NOTE, TITLE

PASSAGES_A_PAPER = 20
"""Passages looked at first for each paper wanted; a paper in two columns has some 30."""


def similar_to_set(
    library: Library, searcher: Searcher, lineage: Lineage, paper_ids: Collection[str], *, limit: int = 8
) -> list[tuple[str, float]]:
    """The papers whose passages come nearest to what some papers together say they are about.

    What a paper says is its title, abstract and note, or its document where it has none of these in the index. In a
    set each paper counts the same, however much it says. A paper outside it counts by its nearest passage, and a work
    by its nearest version.

    Returns:
        ``(paper_id, cosine)``, nearest first, equal ones by id, the set itself left out with its papers' other
        versions; nothing where the index knows none of the set.
    """
    inside = {version for paper_id in paper_ids for version in lineage.versions(paper_id)}
    # In the order of ids: a sum of floats depends on its order.
    centers = [c for c in (center(library, searcher, p) for p in sorted(set(paper_ids))) if c is not None]
    if not centers:
        return []
    middle = np.asarray(np.mean(centers, axis=0), dtype=np.float32)
    depth = (limit + len(inside)) * PASSAGES_A_PAPER
    while True:
        best: dict[str, float] = {}
        for near, score in searcher.nearest(middle, limit=depth):
            if near not in inside:
                best[near] = max(best.get(near, -1.0), score)
        order = lineage.first(sorted(best, key=lambda p: (-best[p], p)))
        # A long paper may fill the list, the set itself before all.
        if len(order) >= limit or depth >= len(searcher.passage_ids):
            return [(p, best[p]) for p in order[:limit]]
        depth *= 4


def center(library: Library, searcher: Searcher, paper_id: str) -> NDArray[np.float32] | None:
    """What a paper says it is about, as a unit vector; None where the index has nothing of it."""
    # The index leaves out the titles of papers that say more, and what changed since it was built.
    indexed = [p for p in library.passages.of_paper(paper_id) if p.passage_id in searcher.passage_ids]
    own = [p for p in indexed if p.kind in (TITLE, ABSTRACT, NOTE)] or indexed
    if not own:
        return None
    mean = searcher.vectors([p.passage_id for p in own]).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)
