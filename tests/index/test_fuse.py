import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import blend, ranked, reciprocal_ranks


def test_reciprocal_ranks_add_up_over_the_lists() -> None:
    scores = reciprocal_ranks([["a", "b"], ["b", "c"]], k=60)

    assert scores == pytest.approx({"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62})
    assert ranked(scores) == ["b", "a", "c"]


def test_reciprocal_ranks_of_no_list_are_empty() -> None:
    assert reciprocal_ranks([]) == {}


def test_a_blend_is_the_weighted_sum_of_the_cosine_and_the_share_of_the_best_bm25() -> None:
    scores = blend({1: 8.0, 2: 4.0}, {1: 0.2, 2: 0.6, 3: 0.5}, best=8.0, dense_weight=0.75)

    assert scores == pytest.approx({1: 0.75 * 0.2 + 0.25, 2: 0.75 * 0.6 + 0.25 * 0.5, 3: 0.75 * 0.5})


def test_a_blend_without_any_known_word_orders_by_cosine() -> None:
    assert ranked(blend({}, {1: 0.1, 2: 0.3}, best=0.0)) == [2, 1]


def test_equal_scores_are_ordered_by_id() -> None:
    assert ranked({3: 0.5, 1: 0.5, 2: 0.7}) == [2, 1, 3]


@given(st.lists(st.lists(st.integers(0, 20), unique=True), max_size=4))
def test_the_order_of_the_lists_does_not_matter(rankings: list[list[int]]) -> None:
    there, back = reciprocal_ranks(rankings), reciprocal_ranks(rankings[::-1])

    assert there == pytest.approx(back)
    assert set(there) == {i for ranking in rankings for i in ranking}
