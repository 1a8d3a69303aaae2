"""Who is on a topic: a score from the parts, moved by what the user accepted and rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from browse.parts import Part, Parts, Vectors
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

BIAS_SPREAD = 0.3
WEIGHT_SPREAD = 0.6
NEAR_SPREAD = 5.0
OWN_SPREAD = 3.0
REACH = 0.2
"""How far verdicts may carry a paper's logit from what the rule says, as standard deviations of a Gaussian process
about it, the same for any number of verdicts: the bias and the weights, which all papers share; a part that papers
share as far as they are alike, by ``exp((cosine - 1) / REACH)``, which is 0.2 at the usual cosine of two papers on a
topic; and a part that is a judged paper's own, so that a verdict out of all proportion teaches little of others.

A rejection takes 2.4 other papers off a topic of 20 or more, 8 at most (without the own part 3.0 and 11, with a bias
of 0.7 alone 3.2 and 12, at a reach of 0.35 6.5 and 32); after 20 clicks among the first 30 judged papers of a topic the
others are placed with precision .70 and recall .74 (.66 and .74 before; at a reach of 0.1 no better than before)."""

ORDINARY = Part(meaning=0.6, words=0.5, heading=0.5, seeds=0.0, excluded=0.0)
"""A paper at the edge of a topic, from which parts are counted where their weights move, so that a change of weights is
no change of bias."""

NOWHERE = Vectors([], np.zeros((0, 0), dtype=np.float32))

STEPS = 100
TOLERANCE = 1e-10

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper that is on a topic, or was said not to be.

    Attributes:
        score: From 0 to 1; 0.5 is enough.
        verdict: ``accept``, ``reject`` or None.
        seed: It is a seed of the topic, and so on it whatever its score.
    """

    paper_id: str
    score: float
    verdict: str | None
    seed: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """The papers on a topic, the best first, and those that the user rejected."""

    members: tuple[Placed, ...]
    rejected: tuple[Placed, ...]


def place(
    parts: Parts,
    verdicts: Mapping[str, str],
    shown: frozenset[str] | set[str],
    of_works: Mapping[str, str] | None = None,
    vectors: Vectors | None = None,
) -> Membership:
    """Decide which papers are on a topic.

    Accepted papers always are and rejected ones never, whatever their scores; the seeds are unless rejected.

    Args:
        parts: The topic's candidates.
        verdicts: What the user said of papers: ``accept`` or ``reject``.
        shown: The papers that count: withdrawn ones do not.
        of_works: The verdicts on papers and on all other versions of them; the rule learns from those that were said.
        vectors: By which papers are alike; without them no two are.
    """
    told, said = sorted(verdicts), verdicts if of_works is None else of_works
    papers = [p for p in sorted({*parts.papers, *said}) if p in shown]
    logits = rule(parts.of(papers))
    if told:
        # A paper that counts no more still teaches.
        logits = logits + learned(parts, papers, told, [verdicts[p] == ACCEPT for p in told], vectors)
    seeds = set(parts.seeds)
    members, rejected = [], []
    for paper, logit, score in zip(papers, logits, _odds(logits), strict=True):
        verdict = said.get(paper)
        placed = Placed(paper, round(float(score), 4), verdict, paper in seeds)
        if verdict == REJECT:
            rejected.append(placed)
        elif verdict == ACCEPT or paper in seeds or logit >= 0:
            members.append(placed)
    return Membership(_sorted(members), _sorted(rejected))


def rule(rows: Numbers) -> Numbers:
    """The logits of papers without any verdict."""
    return np.asarray(rows @ np.array(WEIGHTS) + BIAS)


def learned(
    parts: Parts, papers: Sequence[str], told: Sequence[str], accepted: Sequence[bool], vectors: Vectors | None
) -> Numbers:
    """What verdicts add to the logits of some papers: the most probable function of the parts and the vectors.

    Deterministic, and the same for the verdicts in any order up to rounding.

    Args:
        parts: The topic's candidates.
        papers: The papers wanted.
        told: The papers with verdicts.
        accepted: The verdicts.
        vectors: By which papers are alike.
    """
    vectors = vectors or NOWHERE
    inputs, others = parts.of(told) - np.array(ORDINARY), parts.of(papers) - np.array(ORDINARY)
    own = OWN_SPREAD**2 * np.eye(len(told))
    pull = fit(_shared(inputs, inputs, vectors.alike(told, told)) + own, rule(parts.of(told)), accepted)
    return np.asarray(_shared(others, inputs, vectors.alike(papers, told)) @ pull)


def fit(shared: Numbers, logits: Numbers, accepted: Sequence[bool]) -> Numbers:
    """How much each verdict pulls at what is shared with its paper: Newton's method on the posterior of the verdicts.

    At the maximum a verdict pulls by what it says beyond the odds: 0 where these agree, 1 or -1 where they do not.

    Args:
        shared: The covariance of the papers with verdicts.
        logits: Theirs before.
        accepted: The verdicts.
    """
    wanted = np.asarray(accepted, dtype=float)
    pull = np.zeros(len(wanted))

    def loss(pull: Numbers) -> float:
        moved = shared @ pull
        return float(np.logaddexp(0, logits + moved).sum() - wanted @ (logits + moved) + pull @ moved / 2)

    lowest = loss(pull)
    for _ in range(STEPS):
        odds = _odds(logits + shared @ pull)
        curve = np.eye(len(wanted)) + (odds * (1 - odds))[:, None] * shared
        step = np.linalg.solve(curve, pull - (wanted - odds))
        # Far from the optimum a full step may overshoot.
        size = 1.0
        while size > TOLERANCE and loss(pull - size * step) > lowest:
            size /= 2
        pull = pull - size * step
        lowest = loss(pull)
        if float(np.abs(step).max()) < TOLERANCE:
            break
    return pull


def _shared(some: Numbers, others: Numbers, alike: Numbers) -> Numbers:
    """The covariance of papers: what a verdict on one of the others has to say of one of some."""
    near = NEAR_SPREAD**2 * np.exp((alike - 1) / REACH)
    return np.asarray(BIAS_SPREAD**2 + WEIGHT_SPREAD**2 * (some @ others.T) + near)


def _odds(logits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -50, 50))))


def _sorted(placed: list[Placed]) -> tuple[Placed, ...]:
    return tuple(sorted(placed, key=lambda p: (-p.score, p.paper_id)))
