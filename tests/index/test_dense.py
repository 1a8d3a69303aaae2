from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.dense import DenseIndex
from library.errors import IndexUnavailable

SIZE, DIMENSION = 200, 16


def unit(seed: int, rows: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(rows, DIMENSION))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


VECTORS = unit(1, SIZE)
QUESTION = unit(2, 1)[0]
IDS = [10 * i for i in range(SIZE)]


def index() -> DenseIndex:
    made = DenseIndex.empty(DIMENSION)
    made.add(IDS, VECTORS)
    return made


def expected(allowed: set[int]) -> list[int]:
    cosine = dict(zip(IDS, VECTORS.astype(np.float16).astype(np.float32) @ QUESTION, strict=True))
    return sorted(allowed & set(IDS), key=lambda i: (-round(float(cosine[i]), 6), i))


def test_the_nearest_vectors_come_first_with_their_cosine() -> None:
    found = index().search(QUESTION, 10)

    assert [i for i, _ in found] == expected(set(IDS))[:10]
    assert found[0][1] == pytest.approx(float(VECTORS[found[0][0] // 10] @ QUESTION), abs=1e-3)


@settings(max_examples=60)
@given(st.sets(st.integers(0, 10 * SIZE)), st.integers(1, 50))
def test_a_filter_gives_exactly_the_nearest_of_the_allowed(allowed: set[int], limit: int) -> None:
    assert [i for i, _ in index().search(QUESTION, limit, sorted(allowed))] == expected(allowed)[:limit]


def test_equal_vectors_come_in_the_order_of_their_ids_also_at_the_limit() -> None:
    made = DenseIndex.empty(DIMENSION)
    made.add(list(range(100, 0, -1)), np.tile(QUESTION, (100, 1)))

    assert [i for i, _ in made.search(QUESTION, 3)] == [1, 2, 3]


def test_removed_vectors_are_gone_and_the_others_stay(tmp_path: Path) -> None:
    made = index()

    assert made.remove([0, 10, 12345]) == 2
    made.save(tmp_path / "dense.faiss")
    loaded = DenseIndex.load(tmp_path / "dense.faiss")

    assert loaded.ids().tolist() == IDS[2:]
    assert loaded.search(QUESTION, 20) == made.search(QUESTION, 20)


def test_reconstructed_vectors_are_those_added_in_the_order_asked_for() -> None:
    assert index().reconstruct([50, 20]) == pytest.approx(VECTORS[[5, 2]], abs=1e-3)


def test_reconstructing_an_unknown_passage_is_an_error() -> None:
    with pytest.raises(KeyError, match="no vector"):
        index().reconstruct([10, 11])


def test_an_empty_index_finds_nothing() -> None:
    empty = DenseIndex.empty(DIMENSION)

    assert empty.search(QUESTION, 5) == []
    assert empty.reconstruct([]).shape == (0, DIMENSION)


def test_a_file_that_is_no_index_of_ours_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no index")
    faiss.write_index(faiss.IndexFlatL2(4), str(tmp_path / "flat"))

    for name in ("missing", "text", "flat"):
        with pytest.raises(IndexUnavailable, match="posterhall index --full"):
            DenseIndex.load(tmp_path / name)
