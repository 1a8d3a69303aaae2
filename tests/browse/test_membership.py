"""Who is on a topic, whatever the scores: verdicts first, then seeds, then the rule."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.membership import BIAS, ENOUGH, WEIGHTS, fit, place
from browse.parts import Part, Parts, commonness
from library.topics import ACCEPT, REJECT

PARTS = st.builds(
    Part,
    st.floats(0, 1.2),
    st.floats(0, 1),
    st.sampled_from([0.0, 1.0]),
    st.floats(-0.6, 0.4),
    st.sampled_from([0.0, 1.0]),
    st.sampled_from([0.0, 1.0]),
    st.floats(0, 2),
)
PAPERS = [f"p{n:02}" for n in range(40)]
CLEAR, EDGE, FAR = Part(0.9, 0.6, 1, 0.1, 0), Part(0.65, 0.2, 0, 0, 0), Part(0.2, 0, 0, -0.3, 0)


def parts(rows: Mapping[str, Part], seeds: tuple[str, ...] = ()) -> Parts:
    papers = sorted(rows)
    return Parts(tuple(papers), np.array([rows[p] for p in papers], dtype=float).reshape(-1, len(Part._fields)), seeds)


def ids(rows: Mapping[str, Part], verdicts: Mapping[str, str], seeds: tuple[str, ...] = ()) -> list[str]:
    shown = {*rows, *verdicts}
    return [m.paper_id for m in place(parts(rows, seeds), verdicts, shown).members]


@given(
    st.dictionaries(st.sampled_from(PAPERS), PARTS),
    st.dictionaries(st.sampled_from(PAPERS), st.sampled_from([ACCEPT, REJECT])),
    st.sets(st.sampled_from(PAPERS)),
    st.sets(st.sampled_from(PAPERS)),
)
def test_accepted_papers_are_on_a_topic_and_rejected_and_withdrawn_ones_never(
    rows: dict[str, Part], verdicts: dict[str, str], seeds: set[str], withdrawn: set[str]
) -> None:
    measured = parts(rows, tuple(sorted(seeds & rows.keys())))
    shown = {*rows, *verdicts} - withdrawn
    found = place(measured, verdicts, shown)
    members, rejected = {m.paper_id for m in found.members}, {m.paper_id for m in found.rejected}

    assert {p for p, v in verdicts.items() if v == ACCEPT and p in shown} <= members
    assert {p for p, v in verdicts.items() if v == REJECT and p in shown} == rejected
    assert not members & rejected
    assert members <= shown
    assert {p for p in measured.seeds if p in shown and verdicts.get(p) != REJECT} <= members
    scores = [m.score for m in found.members]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert place(measured, dict(reversed(verdicts.items())), shown) == found


@given(st.lists(st.tuples(PARTS, st.booleans()), min_size=1, max_size=40))
def test_any_verdicts_give_finite_weights_that_are_stationary(told: list[tuple[Part, bool]]) -> None:
    rows = np.array([row for row, _ in told], dtype=float)
    weights = fit(rows, [accepted for _, accepted in told])

    assert np.isfinite(weights).all()
    if len(told) < ENOUGH or len({accepted for _, accepted in told}) == 1:
        assert tuple(weights[:-1]) == WEIGHTS


def test_without_verdicts_the_rule_is_the_documented_one() -> None:
    assert tuple(fit(np.zeros((0, len(Part._fields))), [])) == (*WEIGHTS, BIAS)
    assert ids({"a": CLEAR, "b": FAR}, {}) == ["a"]


def test_of_a_paper_that_is_a_title_and_no_more_less_is_asked() -> None:
    assert ids({"a": Part(0.35, 0.6, 1, 0, 0, bare=1)}, {}) == ["a"]  # 3.68 + 2.7 + 1.5 + 1.25 = 9.13 of 8.1
    assert ids({"a": Part(0.35, 0.6, 1, 0, 0, bare=0)}, {}) == []
    assert ids({"a": Part(0.35, 0.0, 0, 0, 0, bare=1)}, {}) == []


def test_of_a_paper_that_names_a_large_topic_less_is_asked() -> None:
    named = Part(0.45, 0.5, 1, -0.1, 0)  # 4.73 + 2.25 + 1.5 - 0.4 = 8.08 of 8.1

    assert ids({"a": named}, {}) == []
    assert ids({"a": named._replace(common=commonness(30, 2610))}, {}) == ["a"]


def test_a_topic_is_larger_than_usual_by_its_share_of_the_headings_within_limits() -> None:
    assert commonness(10, 2610) == pytest.approx(0)  # (10 + 10) / (10 + 10)
    assert commonness(30, 2610) == pytest.approx(np.log(2))  # (30 + 10) / (10 + 10)
    assert commonness(120, 10440) == pytest.approx(np.log(2.6))  # (120 + 10) / (40 + 10)
    assert commonness(500, 2610) == 1
    assert commonness(3, 261) == pytest.approx(np.log(13 / 11))
    assert commonness(0, 2610) == 0


def test_an_excluded_sense_tells_against_a_paper_and_other_evidence_outweighs_it() -> None:
    assert ids({"a": Part(0.7, 0.2, 0, 0, 0)}, {}) == ["a"]
    assert ids({"a": Part(0.7, 0.2, 0, 0, 1)}, {}) == []
    assert ids({"a": Part(0.7, 0.5, 1, 0, 1)}, {}) == ["a"]


@given(st.integers(1, 30))
def test_accepting_papers_under_the_threshold_lowers_it_and_rejecting_ones_over_it_raises_it(times: int) -> None:
    low, high = np.array([FAR] * times, dtype=float), np.array([CLEAR] * times, dtype=float)

    assert fit(low, [True] * times)[-1] > BIAS
    assert fit(high, [False] * times)[-1] < BIAS


def test_a_few_acceptances_bring_a_like_paper_in_at_once() -> None:
    rows = {"a": EDGE, "b": EDGE, "c": EDGE, "far": FAR}

    assert ids(rows, {}) == []
    assert ids(rows, {"a": ACCEPT}) == ["a"]
    assert set(ids({**rows, "d": EDGE}, {"a": ACCEPT, "b": ACCEPT})) == {"a", "b", "c", "d"}


def test_a_verdict_that_the_threshold_agrees_with_hardly_moves_it() -> None:
    agreed = fit(np.array([CLEAR], dtype=float), [True])

    assert abs(agreed[-1] - BIAS) < 0.05


def test_from_ten_verdicts_of_both_kinds_on_the_parts_are_weighed_anew() -> None:
    worded, meant = Part(0.55, 0.5, 0, 0, 0), Part(0.7, 0.0, 0, 0, 0)
    rows = np.array([worded] * 6 + [meant] * 6, dtype=float)
    weights = fit(rows, [True] * 6 + [False] * 6)

    assert weights[1] > WEIGHTS.words
    assert weights[0] < WEIGHTS.meaning
    assert tuple(fit(rows[:9], [True] * 6 + [False] * 3)[:-1]) == WEIGHTS
    assert tuple(fit(rows, [True] * 12)[:-1]) == WEIGHTS
