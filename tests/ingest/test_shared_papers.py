"""Real papers: skipped, with the reason, on a machine that has none."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from index.model import Tokenizer
from ingest.chunk import MODEL_TOKENS, document_passages
from ingest.files import FileIngest
from ingest.parse import ParsedPdf, parse_many
from ingest.pdf import UnreadablePdf
from ingest.sources.files import read_rows
from library import Library
from library.text import embedding_text
from library.types import Filter, Paper

pytestmark = pytest.mark.slow

SETS = ("enlsp2024", "gram2024")

Papers = dict[tuple[str, str], ParsedPdf]
Dump = Callable[[Library], str]


@pytest.fixture(scope="session")
def papers(shared: Path) -> Papers:
    """The 64 papers, read once, by set and file name without suffix."""
    paths = [path for name in SETS for path in sorted((shared / "pdfs" / name).glob("*.pdf"))]
    found = dict(parse_many(paths))
    failed = {path.name: value.detail for path, value in found.items() if isinstance(value, UnreadablePdf)}
    assert not failed
    return {(path.parent.name, path.stem): value for path, value in found.items() if isinstance(value, ParsedPdf)}


def bare(text: str) -> str:
    """What the judged quotes are compared by: without white space, case and hyphens."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text).casefold()


def test_every_paper_is_read_with_all_its_pages(papers: Papers) -> None:
    assert len(papers) == 64
    assert sum(len(paper.pages) for paper in papers.values()) == 864
    assert all([page.number for page in p.pages] == list(range(1, len(p.pages) + 1)) for p in papers.values())


def test_nearly_every_title_is_the_one_that_the_metadata_has(papers: Papers, shared: Path) -> None:
    rows = [(name, json.loads(line)) for name in SETS for line in (shared / "pdfs" / f"{name}.jsonl").open()]
    titles = {(name, Path(row["pdf_file"]).stem): row["title"] for name, row in rows if row.get("pdf_file")}
    assert set(titles) == set(papers)
    right = sum(
        re.sub(r"\W", "", titles[k]).casefold() == re.sub(r"\W", "", p.title).casefold() for k, p in papers.items()
    )
    assert right >= 58


def test_every_paper_but_the_one_without_has_an_abstract_and_none_a_reference_list(papers: Papers) -> None:
    assert {key for key, paper in papers.items() if len(paper.abstract.split()) < 40} == {("enlsp2024", "chung24a")}
    for key, paper in papers.items():
        names = [section.title for section in paper.sections]
        assert not [name for name in names if re.fullmatch(r"(?i)(\d+\.? )?(references|bibliography)", name)], key


def test_every_line_stands_on_its_page_and_every_passage_where_its_spans_say(
    papers: Papers, tokenizer: Tokenizer
) -> None:
    passages = 0
    for key, paper in papers.items():
        pages = {page.number: page for page in paper.pages}
        for page in paper.pages:
            position = 0
            for line in page.lines:
                x0, y0, x1, y1 = line.box
                assert -20 <= x0 <= x1 <= page.width + 20, (key, page.number)
                assert -20 <= y0 <= y1 <= page.height + 20, (key, page.number)
                assert page.text[position : line.start] in ("", " ")
                position = line.end
        for passage in document_passages(Paper("p", paper.title), paper.sections, tokenizer):
            passages += 1
            assert " ".join(pages[s.page or 0].text[s.start : s.end] for s in passage.spans) == passage.text
            edges = [edge for sentence in passage.sentences for edge in sentence]
            assert edges == sorted(edges)
            assert all(0 <= a < b <= len(passage.text) for a, b in passage.sentences)
            words = max(len(word) for word in passage.text.split())
            if words < 200:
                context = embedding_text(passage.kind, paper.title, passage.section, passage.text)
                assert tokenizer.count(context) <= MODEL_TOKENS, key
    assert passages > 64 * 20


def test_every_judged_quote_stands_on_its_page_and_inside_one_paragraph(papers: Papers, shared: Path) -> None:
    questions = [json.loads(line) for line in (shared / "eval" / "pdfqa" / "dev.jsonl").open(encoding="utf-8")]
    quotes = [(e["set"], e["paper"], e["page"], bare(e["quote"])) for q in questions for e in q["evidence"]]
    assert len(quotes) == 60

    not_on_page, not_in_paragraph = [], []
    for name, stem, number, quote in quotes:
        paper = papers[name, stem]
        if quote not in bare(paper.pages[number - 1].text):
            not_on_page.append((name, stem, number))
        if not any(quote in bare(p.text) for section in paper.sections for p in section.paragraphs):
            not_in_paragraph.append((name, stem, number))
    assert (not_on_page, not_in_paragraph) == ([], [])


def test_the_papers_of_icml_2024_are_taken_in_with_their_orals_and_a_second_time_nothing_changes(
    shared: Path, tokenizer: Tokenizer, tmp_path: Path, dump: Dump
) -> None:
    rows = list(read_rows(shared / "icml2024" / "icml2024_papers.jsonl"))
    with Library.open(tmp_path / "data", create=True) as library:
        report = FileIngest(library, tmp_path / "data" / "pdf", tokenizer).metadata(rows)

        assert (report.papers_added, report.failed) == (2610, 0)
        assert library.papers.facets().venues == (("ICML 2024", 2610),)
        assert library.papers.facets().tiers == (("poster", 2275), ("spotlight", 191), ("oral", 144))
        assert library.papers.count(Filter(venue="icml.cc/2024/conference", tier="Oral")) == 144
        assert library.passages.count() >= 2 * 2610

        before = dump(library)
        again = FileIngest(library, tmp_path / "data" / "pdf", tokenizer).metadata(rows)
        assert (again.papers_unchanged, again.changed) == (2610, False)
        assert dump(library) == before
