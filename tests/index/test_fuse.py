import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import blend, ranked


def test_a_blend_is_the_weighted_sum_of_the_cosine_and_the_share_of_the_best_bm25() -> None:
    scores = blend({1: 8.0, 2: 4.0}, {1: 0.2, 2: 0.6, 3: 0.5}, best=8.0, dense_weight=0.75)

    assert scores == pytest.approx({1: 0.75 * 0.2 + 0.25, 2: 0.75 * 0.6 + 0.25 * 0.5, 3: 0.75 * 0.5})


def test_a_blend_without_any_known_word_orders_by_cosine() -> None:
    assert ranked(blend({}, {1: 0.1, 2: 0.3}, best=0.0)) == [2, 1]


def test_equal_scores_are_ordered_by_id() -> None:
    assert ranked({3: 0.5, 1: 0.5, 2: 0.7}) == [2, 1, 3]


@given(st.dictionaries(st.integers(0, 20), st.floats(0.1, 50)), st.floats(0, 1))
def test_scaling_all_bm25_scores_changes_no_blend(bm25: dict[int, float], weight: float) -> None:
    cosine = {i: i / 20 for i in range(21)}
    best = max(bm25.values(), default=0.0)

    small = blend(bm25, cosine, best, weight)
    large = blend({i: 7 * s for i, s in bm25.items()}, cosine, 7 * best, weight)

    assert small == pytest.approx(large)
    assert all(0 <= score <= 1 + 1e-9 for score in small.values())
