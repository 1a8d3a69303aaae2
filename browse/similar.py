"""Papers like a paper."""

from __future__ import annotations

from index.search import Searcher
from library import Library
from library.types import ABSTRACT, NOTE, TITLE


def similar_papers(library: Library, searcher: Searcher, paper_id: str, *, limit: int = 8) -> list[tuple[str, float]]:
    """The papers whose passages come nearest to what a paper says it is about.

    What it says is its title, abstract and note; a paper counts by its nearest passage.

    Returns:
        ``(paper_id, cosine)``, nearest first, equal ones by id, the paper itself left out.
    """
    own = [p for p in library.passages.of_paper(paper_id) if p.kind in (TITLE, ABSTRACT, NOTE)]
    vectors = searcher.vectors([p.passage_id for p in own])
    if not len(vectors):
        return []
    center = vectors.mean(axis=0)
    best: dict[str, float] = {}
    for near, score in searcher.nearest(center, limit=(limit + 1) * 20):
        if near != paper_id:
            best[near] = max(best.get(near, -1.0), score)
    return sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]
