"""Where papers stand on the map, and that they stay there."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from browse.map import FEWEST, Layout, lay_out, outgrown, settle
from library.errors import UsageError
from library.points import Point
from posterhall import Posterhall

pytest_plugins = ("tests.hall_fixture",)

Open = Callable[[Path], Posterhall]


def vectors(count: int, seed: int = 0, dimension: int = 8) -> NDArray[np.float32]:
    found = np.random.default_rng(seed).standard_normal((count, dimension))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def names(count: int) -> list[str]:
    return [f"p{n:03}" for n in range(count)]


def places(hall: Posterhall, **options: bool) -> dict[str, tuple[float, float]]:
    return {point.paper.paper_id: (point.x, point.y) for point in hall.map(**options)}


def take_in(hall: Posterhall, folder: Path, count: int, word: str = "kelp") -> None:
    """More papers of our own words, indexed."""
    rows = [
        {"id": f"{word}-{n}", "title": f"{word} {n}", "abstract": f"Report {n} on {word} in cold and shallow bays."}
        for n in range(count)
    ]
    file = folder / f"{word}.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall.ingest_files(file)
    hall.index()


def test_every_paper_of_the_index_has_one_place(copied: Path, opened: Open) -> None:
    hall = opened(copied)
    found = places(hall)
    assert set(found) == {paper.paper_id for paper in hall.papers()}
    assert len(set(found.values())) == len(found)


def test_papers_on_one_subject_stand_together(copied: Path, opened: Open) -> None:
    found = places(opened(copied))
    x, y = found["id-rain"]
    by_distance = sorted(found, key=lambda p: (found[p][0] - x) ** 2 + (found[p][1] - y) ** 2)
    assert by_distance[0] == "id-rain"
    assert "id-hail" in by_distance[1:4]


def test_places_are_kept_and_the_same_from_nothing(copied: Path, data: Path, opened: Open, tmp_path: Path) -> None:
    first = opened(copied)
    before = places(first)
    first.close()
    again = opened(copied)
    assert places(again) == before
    again.library.db.execute("DELETE FROM points")
    again.library.db.conn.commit()
    again.close()
    assert places(opened(copied)) == before


def test_new_papers_are_placed_and_no_old_one_moves(copied: Path, opened: Open, tmp_path: Path) -> None:
    hall = opened(copied)
    before = places(hall)
    take_in(hall, tmp_path, 3)
    after = places(hall)
    assert len(after) == len(before) + 3
    assert {paper: after[paper] for paper in before} == before
    assert [p.laid_out for p in hall.library.points.of_space(hall.searcher.manifest.model).values()].count(False) == 3


def test_a_library_that_grew_by_half_is_laid_out_again(copied: Path, opened: Open, tmp_path: Path) -> None:
    hall = opened(copied)
    before = places(hall)
    take_in(hall, tmp_path, 8)  # 15 and 8 are 23, and half as many again as 15 are 22.5
    after = places(hall)
    assert any(after[paper] != before[paper] for paper in before)
    assert all(p.laid_out for p in hall.library.points.of_space(hall.searcher.manifest.model).values())


def test_it_is_laid_out_again_when_asked_for(copied: Path, opened: Open) -> None:
    hall = opened(copied)
    before = places(hall)
    after = places(hall, anew=True)
    assert set(after) == set(before)
    assert after != before
    assert places(hall) == after


def test_another_process_that_lays_it_out_again_is_noticed(copied: Path, opened: Open) -> None:
    one, other = opened(copied), opened(copied)
    places(one)
    after = places(other, anew=True)
    assert places(one) == after


def test_a_new_paper_is_shown_while_another_process_writes_and_kept_later(
    copied: Path, opened: Open, tmp_path: Path
) -> None:
    hall, other = opened(copied), opened(copied)
    before = places(hall)
    take_in(hall, tmp_path, 2)
    with other.library.writing():
        during = places(hall)
        assert len(during) == len(before) + 2
        assert len(other.library.points.of_space(hall.searcher.manifest.model)) == len(before)
    assert places(hall) == during
    assert len(other.library.points.of_space(hall.searcher.manifest.model)) == len(before) + 2


def test_a_withdrawn_paper_leaves_the_map_and_finds_its_place_again(copied: Path, opened: Open) -> None:
    hall = opened(copied)
    before = places(hall)
    hall.library.db.execute("UPDATE papers SET status = 'withdrawn' WHERE paper_id = 'id-rain'")
    hall.library.db.conn.commit()
    assert places(hall) == {paper: place for paper, place in before.items() if paper != "id-rain"}
    hall.library.db.execute("UPDATE papers SET status = 'accepted' WHERE paper_id = 'id-rain'")
    hall.library.db.conn.commit()
    assert places(hall) == before


def test_points_of_another_model_are_no_places(copied: Path, opened: Open) -> None:
    hall = opened(copied)
    before = places(hall)
    hall.library.points.replace("another-model", [Point("id-rain", 7.0, 7.0, True)])
    assert places(hall) == before


def test_a_question_stands_near_the_papers_on_its_subject(copied: Path, opened: Open) -> None:
    hall = opened(copied)
    found = places(hall)
    placed = hall.placed("Can radar images warn of hail?")
    assert placed.place
    x, y = placed.place
    by_distance = sorted(found, key=lambda p: (found[p][0] - x) ** 2 + (found[p][1] - y) ** 2)
    assert {"id-hail", "id-rain"} <= set(by_distance[:3])
    assert placed.hits[0].paper.paper_id == "id-hail"
    assert hall.place("Can radar images warn of hail?") == (x, y)
    with pytest.raises(UsageError):
        hall.place("  ")


def test_a_question_that_no_paper_treats_has_no_place_and_the_closest_papers(copied: Path, opened: Open) -> None:
    hall = opened(copied)
    assert hall.place("Who besieged the castles of Norway?") is None
    assert len(hall.placed("Who besieged the castles of Norway?").hits) == 10


def known(*positions: tuple[float, float]) -> Layout:
    return Layout(tuple(names(len(positions))), vectors(len(positions)), np.array(positions))


def test_where_papers_are_spread_the_place_is_amid_the_densest_of_them() -> None:
    # The spread is about 50, and so they stand together within about 15.
    spread = known((0, 0), (2, 0), (1, 3), (100, 0), (0, 100))
    place = spread.amid(dict.fromkeys(spread.papers, 1.0))
    assert place
    assert np.allclose(place, (1, 1), atol=0.02)  # the mean of the first three, all about as near to it


def test_of_two_papers_far_from_each_other_the_place_is_at_the_weightier() -> None:
    two = known((0, 0), (100, 0))
    place = two.amid({"p000": 0.5, "p001": 0.6, "elsewhere": 9.0})
    assert place
    assert np.allclose(place, (100, 0), atol=1.0)
    assert two.amid({"elsewhere": 9.0}) is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, FEWEST - 1, FEWEST, FEWEST + 1])
def test_small_libraries_have_a_map_too(count: int) -> None:
    found = settle({}, names(count), vectors(count))
    assert found.layout.positions.shape == (count, 2)
    assert np.isfinite(found.layout.positions).all()
    assert len(found.added) == count
    assert np.isfinite(found.layout.place(vectors(2, seed=1))).all()


def test_two_papers_stand_on_the_line_between_them() -> None:
    found = lay_out(np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float32))
    # Their middle is (1/2, 1/2, 0), from which each is half of the root of two away.
    assert np.allclose(found, [[0.5**0.5, 0], [-(0.5**0.5), 0]])


def test_among_few_a_paper_like_one_of_them_stands_where_that_one_does() -> None:
    known = Layout(("a", "b"), np.eye(2, dtype=np.float32), np.array([[4.0, 0.0], [0.0, 2.0]]))
    assert np.allclose(known.place(np.array([[1, 0]], dtype=np.float32)), [[4, 0]], atol=1e-6)
    # As like the one as the other: halfway.
    assert np.allclose(known.place(np.array([[0.5**0.5, 0.5**0.5]], dtype=np.float32)), [[2, 1]])


def test_papers_with_the_same_words_do_no_harm() -> None:
    same = np.tile(vectors(1), (20, 1))
    assert np.isfinite(lay_out(same)).all()


@pytest.mark.parametrize(
    ("laid_out", "papers", "again"), [(0, 0, False), (0, 1, True), (10, 14, False), (10, 15, True)]
)
def test_a_map_is_outgrown_at_half_as_many_papers_again(laid_out: int, papers: int, again: bool) -> None:
    assert outgrown(laid_out, papers) is again


@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(0, 19), st.integers(0, 2**16), st.booleans())
def test_adding_papers_never_moves_old_points(old: int, new: int, seed: int, mixed: bool) -> None:
    new = min(new, max(0, -(-old // 2) - 1))  # fewer than would lay it out again
    order = np.random.default_rng(seed).permutation(old + new) if mixed else np.arange(old + new)
    papers, found = names(old + new), vectors(old + new, seed)
    spots = 10 * np.random.default_rng(seed).standard_normal((old, 2))
    kept = {papers[n]: Point(papers[n], float(x), float(y), True) for n, (x, y) in zip(order[:old], spots, strict=True)}
    settled = settle(kept, papers, found)
    assert not settled.laid_out
    assert {p.paper_id for p in settled.added} == set(papers) - set(kept)
    for paper, (x, y) in zip(papers, settled.layout.positions, strict=True):
        assert np.isfinite((x, y)).all()
        if paper in kept:
            assert (x, y) == (kept[paper].x, kept[paper].y)


@settings(max_examples=10)
@given(st.integers(2, 40), st.integers(2, 6), st.integers(0, 2**16))
def test_a_paper_is_placed_alike_alone_and_with_others(old: int, new: int, seed: int) -> None:
    known = Layout(tuple(names(old)), vectors(old, seed), 10 * np.random.default_rng(seed).standard_normal((old, 2)))
    added = vectors(new, seed + 1)
    together = known.place(added)
    alone = np.vstack([known.place(added[n : n + 1]) for n in range(new)])
    assert np.allclose(together, alone, atol=1e-6)
