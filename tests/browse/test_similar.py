from collections.abc import Callable
from pathlib import Path

import pytest

from browse.lineage import Lineage
from browse.similar import PASSAGES_A_PAPER, similar_to_set
from index.build import build
from index.search import Searcher
from library import Library
from library.text import digest, embedding_text
from library.types import ABSTRACT, BODY, TITLE, PaperRecord, Passage, Span
from posterhall import Posterhall

pytest_plugins = ("tests.hall_fixture",)

NONE = Lineage((), ())


def ids(hall: Posterhall, paper_id: str, **options: int) -> list[str]:
    return [paper.paper_id for paper, _ in hall.similar(paper_id, **options)]


def add(library: Library, name: str, kinds: dict[str, str], times: int = 1) -> None:
    """A paper that says these things, its body so many times."""
    paper_id = library.papers.merge(PaperRecord("test", name, (("id", name),))).paper_id
    kinds = {TITLE: name, **kinds}
    passages = [
        Passage(
            *(0, paper_id, None, kind, n, "1 Text" if kind == BODY else kind.title(), text),
            spans=(Span(None, 0, len(text)),),
            sentences=((0, len(text)),),
            embed_hash=digest(embedding_text(kind, name, "1 Text", text)),
        )
        for kind, text in kinds.items()
        for n in range(times if kind == BODY else 1)
    ]
    library.passages.replace(paper_id, None, passages)


def test_the_paper_on_the_same_subject_comes_first(hall: Posterhall) -> None:
    assert ids(hall, "id-rain")[0] == "id-hail"
    assert ids(hall, "id-hail")[0] == "id-rain"
    assert hall.similar("id-rain")[0][0].title == "Warning of Hail an Hour Ahead"


def test_a_paper_is_not_similar_to_itself_and_no_paper_comes_twice(hall: Posterhall) -> None:
    every = {paper.paper_id for paper in hall.papers()}

    for paper_id in every:
        found = ids(hall, paper_id, limit=50)
        assert len(found) == len(set(found))
        assert set(found) == every - {paper_id}


def test_similar_papers_come_by_falling_cosine(hall: Posterhall) -> None:
    cosines = [cosine for _, cosine in hall.similar("id-tidepool", limit=50)]

    assert cosines == sorted(cosines, reverse=True)
    assert all(-1.001 <= cosine <= 1.001 for cosine in cosines)
    assert cosines[0] > cosines[-1]


def test_a_limit_cuts_the_same_order(hall: Posterhall) -> None:
    everything = ids(hall, "id-protein", limit=50)

    assert len(ids(hall, "id-protein")) == 8
    for limit in (1, 3, 8):
        assert ids(hall, "id-protein", limit=limit) == everything[:limit]


def test_the_order_is_the_same_in_an_index_built_anew(
    hall: Posterhall, copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    other = opened(copied)
    other.index(full=True)

    assert ids(other, "id-bits", limit=50) == ids(hall, "id-bits", limit=50)


@pytest.mark.parametrize("paper_id", ["id-nobody", "", "id-rain' OR 1"])
def test_a_paper_that_is_not_there_has_none_similar(hall: Posterhall, paper_id: str) -> None:
    assert hall.similar(paper_id) == []


def test_a_paper_with_nothing_but_a_title_or_a_note_has_similar_ones(hall: Posterhall) -> None:
    assert ids(hall, "id-quilt")[0] == "id-bits"
    assert len(ids(hall, "id-gripper")) == 8


def test_equal_papers_come_in_the_order_of_their_ids_and_a_long_one_leaves_room_for_others(empty: Path) -> None:
    with Library.open(empty, create=True) as library:
        # More passages, all of them nearest, than are looked at first.
        long = 2 * PASSAGES_A_PAPER + 30
        add(library, "long", {ABSTRACT: "Hail and radar.", BODY: "Hail and radar."}, times=long)
        for name in ("twin-b", "twin-a"):
            add(library, name, {ABSTRACT: "Bandits wait."})
        for name in ("twin-b", "twin-a"):  # the same title, too, so the same vector
            library.db.execute("UPDATE papers SET title = 'Twin' WHERE paper_id = ?", [f"id-{name}"])
        library.db.execute(
            "UPDATE passages SET embed_hash = ? WHERE kind = 'abstract' AND paper_id LIKE 'id-twin%'",
            [digest(embedding_text(ABSTRACT, "Twin", "", "Bandits wait."))],
        )
        build(library, empty / "index", chunker="test")
        searcher = Searcher.open(library, empty / "index")

        found = similar_to_set(library, searcher, NONE, ["id-long"], limit=8)

        assert [paper for paper, _ in found] == ["id-twin-a", "id-twin-b"]
        assert found[0][1] == found[1][1]
        assert [p for p, _ in similar_to_set(library, searcher, NONE, ["id-long"], limit=1)] == ["id-twin-a"]


def test_a_paper_that_has_only_its_pdf_is_compared_by_that(empty: Path) -> None:
    with Library.open(empty, create=True) as library:
        add(library, "Untitled 1", {BODY: "A soft gripper picks wet fruit from a belt."})
        add(library, "Untitled 2", {ABSTRACT: "Robots that pick berries and other fruit."})
        add(library, "Untitled 3", {ABSTRACT: "Regret bounds for late rewards."})
        build(library, empty / "index", chunker="test")
        searcher = Searcher.open(library, empty / "index")

        found = similar_to_set(library, searcher, NONE, [library.papers.find("id", "Untitled 1") or ""])

        assert [paper for paper, _ in found] == [library.papers.find("id", f"Untitled {n}") for n in (2, 3)]


def test_a_paper_that_the_index_does_not_know_yet_has_none_similar(
    copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    hall = opened(copied)
    add(hall.library, "new", {ABSTRACT: "Radar sees hail."})

    assert hall.similar("id-new") == []
    assert "id-new" not in ids(hall, "id-hail", limit=50)


def test_papers_like_a_set_are_none_of_it_and_the_set_of_one_is_the_paper(hall: Posterhall) -> None:
    every = {paper.paper_id for paper in hall.papers()}
    chosen = ["id-rain", "id-tidepool"]

    found = [paper.paper_id for paper, _ in hall.similar_to(chosen, limit=50)]

    assert set(found) == every - set(chosen)
    assert hall.similar_to(reversed(chosen), limit=50) == hall.similar_to(chosen, limit=50)
    assert hall.similar_to(["id-rain"]) == hall.similar("id-rain")


def test_a_set_without_papers_that_the_index_knows_has_none_similar(hall: Posterhall) -> None:
    assert hall.similar_to([]) == []
    assert hall.similar_to(["id-nobody"]) == []
    assert hall.similar_to(paper.paper_id for paper in hall.papers()) == []
    assert hall.similar_to(["id-nobody", "id-rain"]) == hall.similar("id-rain")
