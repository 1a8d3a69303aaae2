import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import ENCODE_CHUNK, BuildReport, build
from index.generation import current
from index.model import MODEL_KEY
from index.search import Searcher
from library import Library
from library.errors import IndexUnavailable, LibraryBusy
from library.types import ABSTRACT, TITLE

Fill = Callable[..., list[str]]
Rebuild = Callable[..., BuildReport]

PAPERS = [
    ("Sparse attention", "Heads are pruned."),
    ("Gated recurrence", "It remembers for long."),
    ("Smoothed classifiers", "Noise gives a proof."),
]
MORE = [("Molecule design", "Diffusion proposes binders."), ("Late rewards", "A bandit waits and learns.")]


def answers(library: Library, folder: Path) -> list[object]:
    searcher = Searcher.open(library, folder)
    questions = ("what remembers", "noise and proof", "attention bandit diffusion", "zzz")
    return [searcher.passages(q, mode=m) for q in questions for m in ("hybrid", "bm25", "dense")]


def test_a_first_build_takes_in_every_passage_but_titles_that_others_carry(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, [*PAPERS, ("A title alone", "")])

    report = rebuild()

    assert (report.added, report.removed, report.embedded, report.total, report.changed) == (4, 0, 4, 4, True)
    kinds = {p.kind for p in library.passages.get_many(Searcher.open(library, folder).passage_ids).values()}
    assert kinds == {ABSTRACT, TITLE}


def test_a_build_of_an_unchanged_library_makes_no_generation(library: Library, fill: Fill, rebuild: Rebuild) -> None:
    fill(library, PAPERS)
    first = rebuild()

    second = rebuild()

    assert (second.changed, second.embedded, second.generation) == (False, 0, first.generation)


def test_one_new_paper_costs_one_paper(library: Library, fill: Fill, rebuild: Rebuild) -> None:
    fill(library, PAPERS)
    rebuild()
    fill(library, MORE[:1])

    report = rebuild()

    assert (report.added, report.removed, report.embedded, report.total) == (1, 0, 1, 4)


def test_a_change_that_no_passage_shows_keeps_the_generation_and_is_not_stale(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, PAPERS)
    first = rebuild()
    fill(library, PAPERS, tier="oral")
    reader = Searcher.open(library, folder)
    assert reader.stale

    second = rebuild()

    assert (second.changed, second.generation) == (False, first.generation)
    assert not reader.stale


def test_an_incremental_index_answers_as_a_full_one(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, PAPERS)
    rebuild()
    fill(library, MORE, body="The introduction says what the abstract says, in more words.")
    rebuild()
    fill(library, [(PAPERS[0][0], "Another abstract about a bandit.")])
    report = rebuild()
    incremental = answers(library, folder)

    full = rebuild(full=True)

    assert (report.added, report.removed) == (1, 1)
    assert full.embedded == 0
    assert answers(library, folder) == incremental


def test_a_new_title_is_found_although_the_passage_kept_its_id(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    paper = fill(library, PAPERS)[0]
    rebuild()
    library.db.execute("UPDATE papers SET title = 'Zebra', revision = 1000 WHERE paper_id = ?", [paper])
    library.db.execute("UPDATE state SET value = 1000 WHERE key = 'revision'")

    rebuild()

    assert [h.paper_id for h in Searcher.open(library, folder).papers("zebra", mode="bm25")] == [paper]


def test_a_deleted_index_comes_back_without_encoding(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, PAPERS)
    rebuild()
    before = answers(library, folder)
    for path in folder.glob("[!e]*"):  # all but encoders/, which takes seconds to make
        path.rename(folder.with_name(path.name))

    report = rebuild()

    assert (report.embedded, report.added) == (0, 3)
    assert answers(library, folder) == before


def test_an_interrupted_build_goes_on_where_it_stopped(library: Library, fill: Fill, rebuild: Rebuild) -> None:
    fill(library, [(f"Paper {i}", f"It counts {i} things.") for i in range(ENCODE_CHUNK + 20)])

    def interrupt(stage: str, done: int, total: int) -> None:
        assert (stage, total) == ("encode", ENCODE_CHUNK + 20)
        if done > ENCODE_CHUNK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(on_progress=interrupt)
    kept = library.vectors.count(MODEL_KEY)
    report = rebuild()

    assert kept == ENCODE_CHUNK
    assert (report.embedded, report.total) == (20, ENCODE_CHUNK + 20)


def test_what_an_interrupted_build_left_is_cleaned_by_the_next(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, PAPERS)
    (folder / ".building" / "tantivy").mkdir(parents=True)
    (folder / "encoders" / ".compiling-1").mkdir()

    rebuild()

    assert sorted(p.name for p in folder.iterdir()) == [".lock", "CURRENT", "encoders", "gen-00001-r6"]
    assert len(list((folder / "encoders").iterdir())) == 1


def test_texts_that_are_equal_are_encoded_once(library: Library, fill: Fill, rebuild: Rebuild) -> None:
    a, b = fill(library, [("Same", "Twice the same."), ("Other", "x")])
    passage = library.passages.of_paper(a)[1]
    library.passages.replace(b, None, [passage])

    report = rebuild()

    assert (report.total, report.embedded) == (2, 1)


def test_a_reader_that_opened_an_index_keeps_it_when_a_new_one_is_made(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, PAPERS)
    rebuild()
    reader = Searcher.open(library, folder)
    before = reader.passages("noise")
    fill(library, MORE)
    rebuild()

    assert reader.passages("noise") == before
    assert reader.stale
    assert len(Searcher.open(library, folder).passages("noise")) == 5


def test_the_current_generation_and_the_one_before_it_are_kept(
    library: Library, folder: Path, fill: Fill, rebuild: Rebuild
) -> None:
    fill(library, PAPERS)
    names = [rebuild(full=True).generation for _ in range(3)]

    assert sorted(p.name for p in folder.glob("gen-*")) == names[1:]
    assert current(folder).path.name == names[2]


def test_a_missing_index_is_an_error_with_the_command_that_makes_one(library: Library, folder: Path) -> None:
    with pytest.raises(IndexUnavailable, match=r"there is no index in .*: run `posterhall index`$"):
        Searcher.open(library, folder)


def _edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "current": lambda gen: (gen.parent / "CURRENT").write_text("../../elsewhere"),
    "generation gone": lambda gen: gen.rename(gen.with_name("elsewhere")),
    "manifest unreadable": lambda gen: (gen / "manifest.json").write_text("{"),
    "manifest not a record": lambda gen: (gen / "manifest.json").write_text("[1]"),
    "other format": lambda gen: _edit(gen / "manifest.json", format=99),
    "other model": lambda gen: _edit(gen / "manifest.json", model="other@1"),
    "odd entry": lambda gen: _edit(gen / "manifest.json", revision="seven"),
    "unknown entry": lambda gen: _edit(gen / "manifest.json", extra=1),
    "vectors altered": lambda gen: (gen / "dense.faiss").write_bytes((gen / "dense.faiss").read_bytes()[:-1] + b"?"),
    "vectors gone": lambda gen: (gen / "dense.faiss").unlink(),
    "words altered": lambda gen: (gen / "tantivy" / "meta.json").write_text("{}"),
    "stray file": lambda gen: (gen / "stray").write_text(""),
    "encoder altered": lambda gen: _edit(next(gen.parent.glob("encoders/*/encoder.json")), cosine=1.0),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_index_is_refused_with_the_remedy(copied: Path, damage: Callable[[Path], object]) -> None:
    damage(current(copied / "index").path)

    with Library.open(copied) as library, pytest.raises(IndexUnavailable, match=r"run `posterhall index --full`$"):
        Searcher.open(library, copied / "index")


@pytest.mark.parametrize("damage", ["manifest unreadable", "vectors altered", "words altered"])
@pytest.mark.parametrize("full", [True, False])
def test_the_remedy_mends_a_damaged_index_without_encoding(copied: Path, damage: str, full: bool) -> None:
    with Library.open(copied) as library:
        before = Searcher.open(library, copied / "index").passages("noise", mode="bm25")
        DAMAGE[damage](current(copied / "index").path)

        report = build(library, copied / "index", chunker="test-1", full=full)

        assert (report.embedded, report.changed) == (0, True)
        assert Searcher.open(library, copied / "index").passages("noise", mode="bm25") == before


def test_a_model_that_cannot_be_compiled_is_noted_and_used_as_it_is(
    library: Library, tmp_path: Path, fill: Fill
) -> None:
    fill(library, PAPERS)

    report = build(library, tmp_path / "new", chunker="test-1", min_cosine=2.0)

    assert "least cosine" in report.encoder_note
    assert Searcher.open(library, tmp_path / "new").papers("what remembers")[0].paper_id == "Gatedrecurrence"


def test_another_chunker_is_another_generation(library: Library, folder: Path, fill: Fill, rebuild: Rebuild) -> None:
    fill(library, PAPERS)
    rebuild()

    report = build(library, folder, chunker="test-2")

    assert (report.changed, report.added) == (True, 0)
    assert current(folder).manifest.chunker == "test-2"


def test_an_index_of_an_empty_library_answers_with_nothing(library: Library, folder: Path, rebuild: Rebuild) -> None:
    assert rebuild().total == 0
    assert Searcher.open(library, folder).papers("anything") == []


def test_two_builds_of_one_index_do_not_run_at_once(library: Library, folder: Path, fill: Fill) -> None:
    fill(library, PAPERS)

    def again(stage: str, done: int, total: int) -> None:
        build(library, folder, chunker="test-1")

    with pytest.raises(LibraryBusy, match="wait until it is done"):
        build(library, folder, chunker="test-1", on_progress=again)
