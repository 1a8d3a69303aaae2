"""Posterhall's Python interface, used as its documentation shows."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import posterhall
from library.errors import IndexUnavailable, LibraryError, UsageError
from library.types import Filter
from posterhall import Posterhall
from tests.hall_fixture import PAPERS, with_model

pytest_plugins = ("tests.hall_fixture",)

QUESTIONS = (
    "memory of the tidepool cache on the Longshore benchmark",
    "weather radar forecasts",
    "regret of a bandit with the longest delay",
    "privacy budget of hospitals",
    "baking sourdough bread",
)

HEAVY = """
import sys
unwanted = {"torch", "transformers", "sentence_transformers", "faiss", "openvino", "streamlit", "pymupdf", "pandas"}
"""

IMPORTS = f"""{HEAVY}
import cli, posterhall
print(sorted(unwanted & sys.modules.keys()))
"""

QUESTION = f"""{HEAVY}
import posterhall
hall = posterhall.open(sys.argv[1])
print(hall.search("weather radar forecasts").hits[0].paper.paper_id, hall.ask("weather radar forecasts").answered)
loaded = {{name for name, module in sys.modules.items() if module}}
print(sorted((unwanted - {{"faiss", "openvino"}}) & loaded))
"""

ELSEWHERE = """
import sys
import posterhall
hall = posterhall.open(sys.argv[1])
hall.ingest_files(sys.argv[2])
hall.index()
"""


def run(root: Path, *command: str | Path, cwd: Path | None = None) -> list[str]:
    """The lines that a Python process prints."""
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=cwd or root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def found(hall: Posterhall, query: str, **options: object) -> list[str]:
    return [hit.paper.paper_id for hit in hall.search(query, **options).hits]  # type: ignore[arg-type]


def test_the_example_of_the_module_works_as_a_script(
    root: Path, tmp_path: Path, sources: Path, compiled: Path, opened: Callable[[Path], Posterhall]
) -> None:
    assert posterhall.__doc__ is not None
    example = posterhall.__doc__[posterhall.__doc__.index("import posterhall") :]
    (tmp_path / "mine.py").write_text("print('started')\n" + example, encoding="utf-8")
    shutil.copyfile(sources / "papers.jsonl", tmp_path / "papers.jsonl")
    shutil.copytree(sources / "pdfs", tmp_path / "pdfs")
    with_model(tmp_path / "data", compiled)

    lines = run(root, "mine.py", cwd=tmp_path)

    # Once: the processes that read PDFs do not run the script again.
    assert lines.count("started") == 1
    assert lines[0] == "started"
    assert re.fullmatch(r"1 \S.*", lines[1])
    status = opened(tmp_path / "data").status()
    assert (status.papers, status.documents, status.failures) == (15, 4, ())


def test_the_examples_of_the_readme_run(
    root: Path, copied: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(copied.parent)
    copied.rename("data")

    assert examples
    for example in examples:
        scope: dict[str, object] = {}
        exec(example, scope)
        for value in scope.values():
            if isinstance(value, Posterhall):
                value.close()
    assert "1 " in capsys.readouterr().out


def test_importing_the_front_doors_loads_nothing_heavy(root: Path) -> None:
    assert run(root, "-c", IMPORTS) == ["[]"]


def test_a_question_loads_no_torch(root: Path, data: Path) -> None:
    assert run(root, "-c", QUESTION, data) == ["id-rain True", "[]"]


def test_threads_may_share_a_hall(hall: Posterhall, copied: Path, opened: Callable[[Path], Posterhall]) -> None:
    shared = opened(copied)  # nothing of it is loaded yet

    def both(of: Posterhall, n: int) -> tuple[dict[str, object], dict[str, object], list[str]]:
        question = QUESTIONS[n % len(QUESTIONS)]
        similar = [paper.paper_id for paper, _ in of.similar("id-rain")]
        return of.search(question).as_dict(), of.ask(question).as_dict(), similar

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda n: both(shared, n), range(40)))

    assert together == [both(hall, n) for n in range(5)] * 8


def test_a_thread_may_search_while_another_takes_in_papers_and_indexes_them(
    copied: Path, opened: Callable[[Path], Posterhall], tmp_path: Path
) -> None:
    hall = opened(copied)
    rows = "\n".join(
        f'{{"id": "new-{n}", "title": "Mushroom {n}", "abstract": "Mushrooms of kind {n} grow at night."}}'
        for n in range(60)
    )
    (tmp_path / "new.jsonl").write_text(rows)

    def grow() -> int:
        hall.ingest_files(tmp_path / "new.jsonl")
        return hall.index().added

    searches = 0
    with ThreadPoolExecutor(1) as pool:
        growing = pool.submit(grow)
        while not growing.done():
            hits = found(hall, "radar", mode="bm25")
            assert sorted(hits) == ["id-hail", "id-rain"]
            assert hall.count() in (len(PAPERS), len(PAPERS) + 60)  # all of the rows or none
            searches += 1

    assert growing.result() == 60
    assert searches > 0
    assert hall.count() == len(PAPERS) + 60
    assert found(hall, "mushrooms of kind 7", limit=1) == ["id-new-7"]


def test_an_index_that_another_process_rebuilt_is_used_by_the_next_search(
    root: Path, copied: Path, opened: Callable[[Path], Posterhall], tmp_path: Path
) -> None:
    hall = opened(copied)
    (tmp_path / "new.jsonl").write_text('{"id": "new", "title": "Mushrooms", "abstract": "They grow at night."}')
    assert found(hall, "mushrooms", mode="bm25") == []
    before = hall.searcher
    assert hall.searcher is before

    run(root, "-c", ELSEWHERE, copied, tmp_path / "new.jsonl")

    assert found(hall, "mushrooms", mode="bm25") == ["id-new"]
    assert hall.searcher.generation != before.generation
    assert not hall.searcher.stale


def test_a_hit_knows_its_paper_and_the_passages_that_found_it(hall: Posterhall) -> None:
    results = hall.search("pneumonia accuracy at a privacy budget", limit=2)

    assert results.query == "pneumonia accuracy at a privacy budget"
    assert [hit.rank for hit in results.hits] == [1, 2]
    best = results.hits[0]
    assert best.paper == hall.paper("fOrUm0Veil")
    assert best.matches[0].passage in hall.passages("fOrUm0Veil")
    assert (best.matches[0].passage.page, best.matches[0].bm25, best.matches[0].dense) == (2, 1, 1)


def test_as_many_passages_come_with_a_hit_as_were_asked_for(hall: Posterhall) -> None:
    for wanted in (0, 1, 2, 5):
        matches = hall.search("tidepool cache", limit=1, passages=wanted).hits[0].matches
        assert len(matches) == wanted


def test_a_wrong_search_is_a_usage_error(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        hall.search(" ")
    with pytest.raises(UsageError, match="no mode 'magic'"):
        hall.search("radar", mode="magic")
    with pytest.raises(UsageError, match="ask for at least one hit"):
        hall.search("radar", limit=0)
    with pytest.raises(UsageError, match="did you mean 'Meadow 2030'"):
        hall.search("radar", where=Filter(venue="Medow 2030"))
    with pytest.raises(UsageError, match="nothing to ingest"):
        hall.ingest_files()


def test_papers_can_be_listed_counted_and_looked_up(hall: Posterhall) -> None:
    orals = hall.papers(Filter(tier="oral"))

    assert [p.title for p in orals] == sorted(p.title for p in orals)
    assert hall.count(Filter(tier="oral")) == len(orals) == 4
    assert hall.papers(Filter(tier="oral"), limit=2, offset=1) == orals[1:3]
    assert [p.year for p in hall.papers(sort="newest")] == [2031] * 7 + [2030] * 8
    assert [p.tier for p in hall.papers(sort="tier", limit=6)] == ["oral"] * 4 + ["spotlight", "poster"]
    assert hall.facets(Filter(year=2031)).venues == (("Harbour 2031", 7),)
    assert hall.paper("id-nobody") is None
    assert hall.passages("id-nobody") == []


def test_a_closed_hall_opens_again_when_used(data: Path, opened: Callable[[Path], Posterhall]) -> None:
    hall = opened(data)
    before = found(hall, "radar", mode="bm25")

    hall.close()
    hall.close()

    assert found(hall, "radar", mode="bm25") == before


def test_a_folder_without_papers_is_told_from_one_that_cannot_be_read(tmp_path: Path, data: Path) -> None:
    assert posterhall.open(data).exists
    assert not posterhall.open(tmp_path / "none").exists
    assert not (tmp_path / "none").exists()
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "library.db").write_text("Dear diary, this is long enough for a header. " * 20)

    with pytest.raises(LibraryError, match="file is not a database"):
        _ = posterhall.open(tmp_path / "odd").exists


def test_a_hall_with_papers_is_not_filled_with_the_starter_library(hall: Posterhall) -> None:
    assert hall.start() is False
    assert hall.count() == len(PAPERS)


def test_the_status_of_a_library_without_an_index_says_what_to_run(
    copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    hall = opened(copied)
    shutil.rmtree(copied / "index")

    status = hall.status()

    assert status.index is None
    assert status.index_problem is not None
    assert status.index_problem.endswith("run `posterhall index`")
    with pytest.raises(IndexUnavailable, match="run `posterhall index`"):
        hall.search("radar")


def test_searches_and_questions_keep_to_an_authors_papers_and_to_full_texts(hall: Posterhall) -> None:
    where = Filter(authors=("ada BROOK",))
    own = {paper.paper_id for paper in hall.papers(where)}
    assert own
    assert {hit.paper.paper_id for hit in hall.search("learning", where=where, limit=50).hits} == own
    assert {c.paper_id for c in hall.ask("How much memory does the tidepool cache need?", where=where).citations} <= own

    read = {paper.paper_id for paper in hall.papers(Filter(full_text=True))}
    assert {hit.paper.paper_id for hit in hall.search("learning", where=Filter(full_text=True), limit=50).hits} == read
    assert dict(hall.facets().full_text) == {True: len(read), False: hall.count() - len(read)}
