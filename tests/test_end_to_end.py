"""Real papers from the file to the quote, and the starter library; nothing of them is committed."""

import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

import posterhall
from library.types import Filter
from posterhall import Posterhall
from tests.hall_fixture import with_model

pytest_plugins = ("tests.hall_fixture",)
pytestmark = pytest.mark.slow

CHOSEN = {
    "enlsp2024": ("wang24a", "khera24a", "seng-chua24a"),  # one column
    "gram2024": ("sterner24a", "moskalev24a", "choi24a"),  # two columns
}
ASKED = ("dev-02", "dev-10", "dev-13", "dev-15", "dev-24")
ENOUGH = 3


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def squeeze(text: str) -> str:
    """Without ligatures, accents, case, hyphens, quote marks and white space, as the judged quotes are compared."""
    letters = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\s\-\u00ad\u00b4\u02c6-\u02dd\u2010-\u2015\u2018-\u201f'\"`¨¸]", "", "".join(letters))


@pytest.fixture(scope="module")
def papers(shared: Path, compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Posterhall]:
    """Six of the PDFs with their rows, ingested and indexed."""
    folder = tmp_path_factory.mktemp("end-to-end")
    with_model(folder / "data", compiled)
    hall = posterhall.open(folder / "data")
    for name, stems in CHOSEN.items():
        pdfs = folder / name
        pdfs.mkdir()
        for stem in stems:
            shutil.copyfile(shared / "pdfs" / name / f"{stem}.pdf", pdfs / f"{stem}.pdf")
        rows = [r for r in read(shared / "pdfs" / f"{name}.jsonl") if r["pmlr_id"] in stems]
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        report = hall.ingest_files(folder / f"{name}.jsonl", pdfs, venue=name)
        assert (report.papers_added, report.pdfs_read, report.failed) == (3, 3, 0)
    hall.index()
    yield hall
    hall.close()


@pytest.fixture(scope="module")
def answers(papers: Posterhall, shared: Path) -> dict[str, dict[str, Any]]:
    """The answer to each judged question whose evidence lies in those PDFs."""
    rows = {row["qid"]: row for row in read(shared / "eval" / "pdfqa" / "dev.jsonl")}
    return {qid: {**papers.ask(rows[qid]["question"]).as_dict(), "evidence": rows[qid]["evidence"]} for qid in ASKED}


def test_the_page_that_holds_the_answer_is_cited_for_most_judged_questions(answers: dict[str, dict[str, Any]]) -> None:
    good = {
        qid: bool(
            {(c["pdf_stem"], c["page"]) for c in answer["citations"]}
            & {(e["paper"], e["page"]) for e in answer["evidence"]}
        )
        for qid, answer in answers.items()
    }

    assert sum(good.values()) >= ENOUGH, good


def test_every_quote_of_a_real_paper_is_found_by_another_reading_of_its_page(
    answers: dict[str, dict[str, Any]], shared: Path
) -> None:
    confirmed = 0
    for answer in answers.values():
        for citation in answer["citations"]:
            folder = next(name for name, stems in CHOSEN.items() if citation["pdf_stem"] in stems)
            with pymupdf.open(shared / "pdfs" / folder / f"{citation['pdf_stem']}.pdf") as document:
                page = document[citation["page"] - 1].get_text()
            assert squeeze(citation["quote"]) in squeeze(page), citation
            confirmed += 1

    assert confirmed >= len(ASKED)


def test_a_real_quote_is_marked_on_its_page(papers: Posterhall, answers: dict[str, dict[str, Any]]) -> None:
    answer = papers.ask(answers["dev-15"]["question"])
    citation = next(c for c in answer.citations if c.page)
    assert citation.page is not None

    plain = papers.page_image(citation.paper_id, citation.page)
    marked = papers.page_image(citation.paper_id, citation.page, citation.span)

    assert marked[:8] == plain[:8] == b"\x89PNG\r\n\x1a\n"
    assert marked != plain


def test_another_subject_is_not_answered_from_real_papers(papers: Posterhall) -> None:
    assert not papers.ask("How long must sourdough bread with rye flour rest before baking?").answered


def test_the_starter_library_builds_and_answers_from_a_note(empty: Path, opened: Callable[[Path], Posterhall]) -> None:
    hall = opened(empty)

    assert hall.start() is True
    assert hall.start() is False

    assert (hall.count(), hall.count(Filter(tier="oral", venue="ICML.cc/2024/Conference"))) == (210, 144)
    assert hall.facets().tiers == (("oral", 144), ("workshop poster", 47), ("workshop oral", 19))
    status = hall.status()
    assert (status.documents, status.failures) == (0, ())
    assert status.index is not None
    assert (status.index["passages"], status.index["stale"]) == (210, False)
    answer = hall.ask("Can the optimizer's memory be cut without changing the training dynamics?")
    assert answer.answered
    first = answer.citations[0]
    assert (first.pdf_stem, first.page, first.section) == (None, None, "Note")
    paper = hall.paper(first.paper_id)
    assert paper is not None
    assert paper.note is not None
    assert first.quote in paper.note
