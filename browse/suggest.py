"""A suggested reading list: papers on a question, not all of one kind; the broad ones first, then by sub-theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from browse.clusters import record_text, term_names
from browse.lineage import Lineage
from browse.reasons import Reason, Reasons
from browse.similar import center
from browse.terms import distinguishing
from browse.topics import Topic
from index.search import Searcher
from library import Library
from library.errors import UsageError
from library.types import SECTION_OF_KIND, TITLE, Filter

FIRST = "To begin with"
"""The section of the broad papers."""

POOL = 3
"""Papers looked at for each one suggested; the sub-themes get their names from all of them. Which ones are suggested
hardly depends on it: from 2 to 4 precision moves by nothing and the spread by 0.005."""

RELEVANCE = 0.7
"""What the search's score weighs in maximal marginal relevance, against likeness to a paper chosen already. Measured
in bench/README.md, "Suggested lists", beside other weights and other ways to choose."""

BROAD_SHARE = 4
MOST_BROAD = 5
"""One paper of so many is among the broad ones, up to this many."""

FOCUS = 4
"""Power of its score that each paper weighs in the middle that broad papers are near to. Of the 3 broad among 12, .76
are judged relevant with 4, .62 with 1."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Suggested:
    """A paper of a suggested list.

    Attributes:
        section: :data:`FIRST` or the name of a sub-theme.
        why: The verified sentence of it that is nearest to the question; None where none can be quoted.
    """

    paper_id: str
    section: str
    why: Reason | None


def suggest(
    library: Library,
    searcher: Searcher,
    lineage: Lineage,
    question: str,
    *,
    size: int = 12,
    where: Filter | None = None,
) -> list[Suggested]:
    """Suggest papers to read on a question, in the order to read them; each work once.

    Papers are chosen by maximal marginal relevance. Those nearest to the middle of all that was found come first; the
    others follow in groups (Ward's, over what sets their vectors apart), each named by its distinguishing terms, the
    group of the most relevant paper first.

    Args:
        library: The library.
        searcher: Its index.
        lineage: Its works.
        question: A subject, or a question.
        size: The most papers wanted.
        where: Which papers count.

    Raises:
        UsageError: The question is empty, or the size is not at least one.
    """
    if size < 1:
        raise UsageError(f"a list of {size} papers is none: give a size of 1 or more")
    hits = searcher.papers(question, limit=POOL * size, where=where or Filter(), passages=1)
    scores = {hit.paper_id: hit.score for hit in hits}
    found = [(p, v) for p in lineage.collapse(list(scores)) if (v := center(library, searcher, p)) is not None]
    if not found:
        return []
    papers, vectors = [paper for paper, _ in found], np.stack([vector for _, vector in found])
    relevance = np.array([scores[p] for p in papers]) / max(max(scores.values()), 1e-9)
    chosen = spread(relevance, vectors, size)
    broad = _broad(chosen, relevance, vectors)
    rest = [n for n in chosen if n not in broad]
    groups = _groups(rest, vectors)
    held = library.papers.get_many(papers)
    texts = [record_text(held[p]) for p in papers]
    names = term_names(distinguishing(texts, _around(groups, vectors))) if groups else []
    sections = [(FIRST, broad)] + [
        (name[:1].upper() + name[1:], group) for name, group in zip(names, groups, strict=True)
    ]
    reasons = Reasons(library, searcher, Topic("", question, question))
    return [Suggested(papers[n], name, _sentence(reasons, papers[n])) for name, group in sections for n in group]


def spread(relevance: NDArray[np.float64], vectors: Vectors, size: int) -> list[int]:
    """Choose by maximal marginal relevance (Carbonell and Goldstein, 1998): relevant, and unlike those chosen before.

    Args:
        relevance: Of each paper, 1 for the best; the best first.
        vectors: Unit vectors, ``[papers, dimension]``.
        size: The most wanted.
    """
    chosen: list[int] = []
    nearest = np.zeros(len(vectors))
    for _ in range(min(size, len(vectors))):
        worth = RELEVANCE * relevance - (1 - RELEVANCE) * nearest
        worth[chosen] = -np.inf
        best = int(worth.round(9).argmax())
        likeness = vectors @ vectors[best]
        nearest = likeness if not chosen else np.maximum(nearest, likeness)
        chosen.append(best)
    return chosen


def _broad(chosen: Sequence[int], relevance: NDArray[np.float64], vectors: Vectors) -> list[int]:
    wanted = min(max(1, len(chosen) // BROAD_SHARE), MOST_BROAD)
    nearness = vectors @ (relevance**FOCUS @ vectors)
    return sorted(chosen, key=lambda n: (-round(float(nearness[n]), 6), n))[:wanted]


def _groups(rest: Sequence[int], vectors: Vectors) -> list[list[int]]:
    """Sub-themes of the chosen papers, and in each its papers, the most relevant first."""
    wanted = round(len(rest) ** 0.5)
    if wanted < 2:
        return [sorted(rest)] if rest else []
    from sklearn.cluster import AgglomerativeClustering

    labels = AgglomerativeClustering(wanted, linkage="ward").fit_predict(_apart(vectors)[list(rest)])
    groups = [sorted(n for n, label in zip(rest, labels, strict=True) if label == each) for each in range(wanted)]
    return sorted(groups)


def _around(groups: Sequence[Sequence[int]], vectors: Vectors) -> list[list[int]]:
    """Every paper that was found with the group that it is nearest to: three say little about what a group is."""
    apart = _apart(vectors)
    nearest = (apart @ np.stack([apart[list(group)].mean(axis=0) for group in groups]).T).argmax(axis=1)
    for number, group in enumerate(groups):
        nearest[list(group)] = number
    return [[n for n in range(len(vectors)) if nearest[n] == number] for number in range(len(groups))]


def _apart(vectors: Vectors) -> Vectors:
    """What sets each paper apart from the middle of all, as unit vectors."""
    centred = vectors - vectors.mean(axis=0)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _sentence(reasons: Reasons, paper_id: str) -> Reason | None:
    # A title stands above it anyway.
    found = reasons.find(paper_id)
    return None if found and found.section == SECTION_OF_KIND[TITLE] else found
