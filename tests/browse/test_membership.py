"""Who is on a topic, whatever the scores: verdicts first, then seeds, then the rule."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.membership import BIAS, fit, learned, place, rule
from browse.parts import Part, Parts, Vectors, commonness
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
def test_any_verdicts_pull_by_what_they_say_beyond_the_odds(told: list[tuple[Part, bool]]) -> None:
    rows = np.array([row for row, _ in told], dtype=float)
    accepted = [verdict for _, verdict in told]
    shared, logits = rows @ rows.T + 1, rule(rows)
    pull = fit(shared, logits, accepted)

    assert np.allclose(pull, accepted - 1 / (1 + np.exp(-(logits + shared @ pull))), atol=1e-6)


def test_without_verdicts_the_rule_is_the_documented_one() -> None:
    assert rule(np.zeros((1, len(Part._fields)))) == [BIAS]
    assert rule(np.array([CLEAR])) == pytest.approx([10.5 * 0.9 + 4.5 * 0.6 + 1.5 + 4 * 0.1 - 8.1])
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


def vectors(**of: tuple[float, ...]) -> Vectors:
    found = np.array(list(of.values()), dtype=np.float32)
    return Vectors(list(of), found / np.linalg.norm(found, axis=1, keepdims=True))


def members(rows: Mapping[str, Part], verdicts: Mapping[str, str], alike: Vectors) -> set[str]:
    return {m.paper_id for m in place(parts(rows), verdicts, set(rows), vectors=alike).members}


def test_a_verdict_acts_on_papers_like_the_one_judged() -> None:
    over = EDGE._replace(meaning=0.72)
    alike = vectors(judged=(1, 0), near=(0.95, 0.1), unlike=(0, 1))

    assert members(dict.fromkeys(("judged", "near", "unlike"), EDGE), {}, alike) == set()
    assert members(dict.fromkeys(("judged", "near", "unlike"), EDGE), {"judged": ACCEPT}, alike) == {"judged", "near"}
    assert members(dict.fromkeys(("judged", "near", "unlike"), over), {"judged": REJECT}, alike) == {"unlike"}


def test_a_rejected_paper_far_over_the_threshold_takes_no_other_along_that_is_unlike_it() -> None:
    rows = {"judged": CLEAR, "low": EDGE._replace(meaning=0.71), "middle": EDGE._replace(meaning=0.75)}
    alike = vectors(judged=(1, 0, 0), low=(0, 1, 0), middle=(0, 0, 1))

    assert members(rows, {"judged": REJECT}, alike) == {"low", "middle"}


def test_an_acceptance_after_nine_rejections_takes_no_paper_off() -> None:
    judged = {f"r{n}": EDGE._replace(meaning=0.7 + n / 100) for n in range(9)}
    rows = {**judged, "top": CLEAR, **{f"m{n}": EDGE._replace(meaning=0.7 + n / 50) for n in range(9)}}
    alike = vectors(**{p: tuple(float(n == m) for m in range(19)) for n, p in enumerate(rows)})
    told = dict.fromkeys(judged, REJECT)
    before = members(rows, told, alike)

    assert 1 < len(before) < 10
    assert before <= members(rows, {**told, "top": ACCEPT}, alike)


def test_a_verdict_that_the_rule_agrees_with_hardly_pulls() -> None:
    assert abs(fit(np.array([[34.0]]), rule(np.array([CLEAR])), [True])[0]) < 0.01


def test_verdicts_that_agree_on_a_part_weigh_it_anew_from_the_first_ones_on() -> None:
    worded, meant = Part(0.55, 0.5, 0, 0, 0), Part(0.7, 0.0, 0, 0, 0)
    rows = {"a": worded, "b": meant, "c": worded, "d": meant}
    moved = learned(parts(rows), ["c", "d"], ["a", "b"], [True, False], None)

    assert moved[0] > 0 > moved[1]


def test_a_paper_without_a_vector_is_like_itself_alone() -> None:
    found = vectors(a=(1, 0), b=(3, 4)).alike(["a", "b", "lost"], ["a", "lost"])

    assert found == pytest.approx(np.array([[1, -np.inf], [0.6, -np.inf], [-np.inf, 1]]))
