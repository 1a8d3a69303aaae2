"""Papers like a paper."""

from __future__ import annotations

from index.search import Searcher
from library import Library
from library.types import ABSTRACT, NOTE, TITLE

PASSAGES_A_PAPER = 20
"""Passages looked at first for each paper wanted; a paper in two columns has some 30."""


def similar_papers(library: Library, searcher: Searcher, paper_id: str, *, limit: int = 8) -> list[tuple[str, float]]:
    """The papers whose passages come nearest to what a paper says it is about.

    What it says is its title, abstract and note, or its document where it has none of these in the index; a paper
    counts by its nearest passage.

    Returns:
        ``(paper_id, cosine)``, nearest first, equal ones by id, the paper itself left out.
    """
    # The index leaves out the titles of papers that say more, and what changed since it was built.
    indexed = [p for p in library.passages.of_paper(paper_id) if p.passage_id in searcher.passage_ids]
    own = [p for p in indexed if p.kind in (TITLE, ABSTRACT, NOTE)] or indexed
    if not own:
        return []
    center = searcher.vectors([p.passage_id for p in own]).mean(axis=0)
    depth = (limit + 1) * PASSAGES_A_PAPER
    while True:
        best: dict[str, float] = {}
        for near, score in searcher.nearest(center, limit=depth):
            if near != paper_id:
                best[near] = max(best.get(near, -1.0), score)
        # A long paper may fill the list, the paper itself before all.
        if len(best) >= limit or depth >= len(searcher.passage_ids):
            return sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]
        depth *= 4
