"""Clusters: groups of papers that nobody named, found by meaning and named by the words that set them apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from browse.terms import distinguishing
from library.types import Paper

DIRECTIONS = 50
"""The vectors' main directions that are looked at. Agreement between clusterings of overlapping samples (adjusted Rand
index, 2,610 papers, 25 clusters): 0.62 with these, 0.57 with all 384; other ways of clustering are below both, see
bench/README.md."""

SIZE_FACTOR = 0.5
"""Clusters are this times the root of the papers: 26 for 2,610, of some hundred papers each."""

STARTS = 20
"""Of k-means, of which the best is taken. With 26 clusters the agreement above is 0.57 with 10, 0.61 with 20, 0.64 with
40, at 0.2, 0.3 and 0.5 seconds."""

NAME_TERMS = 2
REPRESENTATIVES = 5


@dataclass(frozen=True, slots=True)
class Cluster:
    """Papers near each other in meaning.

    Attributes:
        name: Its first terms; no two clusters have the same.
        terms: Words and pairs of words that set its papers apart, the strongest first.
        paper_ids: All its papers, the most central first.
        representatives: The most central papers.
    """

    name: str
    terms: tuple[str, ...]
    paper_ids: tuple[str, ...]
    representatives: tuple[str, ...]


def find_clusters(papers: Sequence[Paper], vectors: NDArray[np.float32]) -> tuple[Cluster, ...]:
    """Group papers, the largest group first. The same papers give the same clusters.

    Args:
        papers: With what they say of themselves.
        vectors: Their unit vectors, ``[papers, dimension]``.
    """
    if not papers:
        return ()
    reduced = _reduced(vectors)
    labels = _labels(reduced, max(1, round(SIZE_FACTOR * math.sqrt(len(papers)))))
    groups = [np.flatnonzero(labels == n) for n in range(labels.max() + 1)]
    central = [_by_centrality(group, reduced) for group in groups]
    order = sorted(range(len(groups)), key=lambda n: (-len(groups[n]), papers[central[n][0]].paper_id))
    terms = distinguishing([record_text(p) for p in papers], [central[n] for n in order])
    names = term_names(terms)
    found = []
    for n, name, said in zip(order, names, terms, strict=True):
        ids = tuple(papers[i].paper_id for i in central[n])
        found.append(Cluster(name, said, ids, ids[:REPRESENTATIVES]))
    return tuple(found)


def by_paper(clusters: Sequence[Cluster]) -> Mapping[str, str]:
    """The name of each paper's cluster."""
    return {paper_id: cluster.name for cluster in clusters for paper_id in cluster.paper_ids}


def _reduced(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, : -DIRECTIONS - 1 : -1]
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), dtype=np.float64)


def _labels(reduced: NDArray[np.float64], wanted: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    wanted = min(wanted, len(np.unique(reduced.round(6), axis=0)))
    if wanted < 2:
        return np.zeros(len(reduced), dtype=np.int64)
    # One thread: several add up in an order that differs from run to run.
    with threadpool_limits(1):
        labels = KMeans(wanted, n_init=STARTS, random_state=0).fit_predict(reduced)
    # Papers that say the same may leave a cluster without any.
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _by_centrality(group: NDArray[Any], reduced: NDArray[np.float64]) -> list[int]:
    nearness = reduced[group] @ reduced[group].mean(axis=0)
    return [int(i) for i in group[np.lexsort((group, -nearness.round(9)))]]


def record_text(paper: Paper) -> str:
    """What a paper says of itself."""
    return f"{paper.title}. {paper.abstract or paper.note or ''}"


def term_names(terms: Sequence[Sequence[str]]) -> list[str]:
    """A short name for each list of terms, longer or numbered where two would be the same."""
    names: list[str] = []
    for n, said in enumerate(terms, start=1):
        for length in range(NAME_TERMS, len(said) + 1):
            name = ", ".join(said[:length])
            if name not in names:
                break
        else:
            name = ", ".join(said[:NAME_TERMS]) or "papers"
            name = name if name not in names else f"{name} ({n})"
        names.append(name)
    return names
