"""Putting two ranked lists together. Pure functions of ids and scores; equal scores go by id."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

Id = TypeVar("Id", bound=Hashable)

DENSE_WEIGHT = 0.75
"""Share of the cosine in a blended score, the rest being BM25 as a share of the best one's. nDCG@10 on the
judged questions (icml24, cranfield): 0.6 gives .586 and .570, 0.7 .596 and .577, 0.75 .612 and .579,
0.8 .622 and .578, 0.85 .608 and .571; reciprocal ranks give .561 and .552."""


def blend(
    bm25: Mapping[Id, float], cosine: Mapping[Id, float], best: float, dense_weight: float = DENSE_WEIGHT
) -> dict[Id, float]:
    """One score for each candidate: ``w * cosine + (1 - w) * bm25 / best``.

    Scores, unlike ranks, tell a clear winner from the first among equals; and what a candidate
    gets does not depend on how many others were fetched.

    Args:
        bm25: Scores, missing where no word of the question occurs.
        cosine: Of every candidate.
        best: The highest BM25 score of any passage, or 0 when none has a word of the question.
        dense_weight: ``w``, from 0 to 1.
    """
    scale = (1 - dense_weight) / best if best > 0 else 0.0
    return {i: dense_weight * c + scale * bm25.get(i, 0.0) for i, c in cosine.items()}


def ranked(scores: Mapping[Any, float]) -> list[Any]:
    """The ids, highest score first, equal ones by id."""
    return sorted(scores, key=lambda i: (-scores[i], i))
