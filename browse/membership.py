"""Who is on a topic: a score from the parts, moved by what the user accepted and rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from browse.parts import Part, Parts
from library.topics import ACCEPT, REJECT

WEIGHTS = Part(meaning=10.5, words=4.5, heading=1.5, seeds=4.0, excluded=-1.0, bare=1.25, common=1.0)
BIAS = -8.1
"""Of the logit; a paper is on a topic when it reaches 0. About what a logistic regression on the judged papers of
14 topics gives, with and without seeds (bench/README.md). Fitted on 13 topics and tried on the 14th, without seeds:
precision .80 and recall .74 against .65 and .61 for plain search cut at the same size; of the parts, meaning alone .72
and .65, with words .72 and .75, with the heading too .80 and .75. No better: weighing phrases by rarity (.77, .74),
taking each topic's own level off the meaning (.77, .74), the nearest seed in place of the seeds' mean. The bias is
that of equal odds (.86 and .59) raised by 1.4: who browses misses more by what is not there. Where papers
are a title and no more, `bare` and the title's own mentions find .62 in place of .47, at precision .79 and .78.

The judged topics are small ones. On a large one the description is nearer to few of its papers, and most of those whose
titles name it stayed below: of 136 titles with "diffusion", "flow matching" or "score-based" 80. So a heading weighs
1.5 and not .9 (of the judged: recall .76 to .77, precision .81 the same), and a paper that names a topic has the prior
odds of one, which are as many times higher as the topic is commoner (of the judged: no change)."""

BIAS_SPREAD = 0.7
WEIGHT_SPREAD = 1.0
"""How far verdicts may carry the bias and the weights from those above: standard deviations of a Gaussian about them.
After 20 clicks among the first 30 judged papers of a topic the other judged ones are placed with precision .73 (.67
before) and recall .66 (.70) at these spreads, with .68 and .60 at ten times these."""

ENOUGH = 10
"""Verdicts, of both kinds, from which on the weights move too; until then the threshold alone does."""

STEPS = 100
TOLERANCE = 1e-10
LONGEST = 2.0

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper that is on a topic, or was said not to be.

    Attributes:
        score: From 0 to 1; 0.5 is enough.
        verdict: ``accept``, ``reject`` or None.
    """

    paper_id: str
    score: float
    verdict: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """The papers on a topic, the best first, and those that the user rejected."""

    members: tuple[Placed, ...]
    rejected: tuple[Placed, ...]


def place(parts: Parts, verdicts: Mapping[str, str], shown: frozenset[str] | set[str]) -> Membership:
    """Decide which papers are on a topic.

    Accepted papers always are and rejected ones never, whatever their scores; the seeds are unless rejected.

    Args:
        parts: The topic's candidates.
        verdicts: What the user said of papers: ``accept`` or ``reject``.
        shown: The papers that count: withdrawn ones do not.
    """
    told = sorted(verdicts)
    # A paper that counts no more still teaches.
    weights = fit(parts.of(told), [verdicts[p] == ACCEPT for p in told])
    papers = [p for p in sorted({*parts.papers, *told}) if p in shown]
    logits = _with_one(parts.of(papers)) @ weights
    seeds = set(parts.seeds)
    members, rejected = [], []
    for paper, logit, score in zip(papers, logits, _odds(logits), strict=True):
        verdict = verdicts.get(paper)
        placed = Placed(paper, round(float(score), 4), verdict)
        if verdict == REJECT:
            rejected.append(placed)
        elif verdict == ACCEPT or paper in seeds or logit >= 0:
            members.append(placed)
    return Membership(_sorted(members), _sorted(rejected))


def fit(rows: Numbers, accepted: Sequence[bool]) -> Numbers:
    """The weights, bias last, that the verdicts make of those above: the most probable ones, found by Newton's method.

    Deterministic, and the same for the verdicts in any order up to rounding.

    Args:
        rows: The parts of the papers with verdicts, ``[verdicts, 7]``.
        accepted: The verdicts.
    """
    start = np.array([*WEIGHTS, BIAS], dtype=float)
    if not len(accepted):
        return start
    learned = len(accepted) >= ENOUGH and len(set(accepted)) == 2
    free = np.array([learned] * len(WEIGHTS) + [True])
    precision = 1 / np.array([WEIGHT_SPREAD] * len(WEIGHTS) + [BIAS_SPREAD])[free] ** 2
    rows, wanted = _with_one(rows), np.asarray(accepted, dtype=float)
    weights, inputs = start.copy(), rows[:, free]
    for _ in range(STEPS):
        odds = _odds(rows @ weights)
        slope = inputs.T @ (odds - wanted) + precision * (weights - start)[free]
        curve = (inputs * (odds * (1 - odds))[:, None]).T @ inputs + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        # Far from the optimum a full step may overshoot.
        weights[free] -= step * min(1.0, LONGEST / max(float(np.abs(step).max()), TOLERANCE))
        if float(np.abs(step).max()) < TOLERANCE:
            break
    return weights


def _with_one(rows: Numbers) -> Numbers:
    return np.hstack([rows, np.ones((len(rows), 1))])


def _odds(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))


def _sorted(placed: list[Placed]) -> tuple[Placed, ...]:
    return tuple(sorted(placed, key=lambda p: (-p.score, p.paper_id)))
