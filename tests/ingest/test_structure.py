"""The structure of real papers against what people read on their pages; ``pytest -s`` prints a table."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from ingest.layout import Block, lay_out
from ingest.parts import Role
from ingest.pdf import read_pdf
from ingest.references import read_references
from ingest.text import normalise
from library.references import Reference
from library.text import fold
from library.types import Page

pytestmark = pytest.mark.slow

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("structure.toml").read_text("utf-8"))

Papers = dict[str, tuple[tuple[Page, ...], tuple[Block, ...], tuple[Reference, ...]]]
Placed = set[tuple[int, str]]


@pytest.fixture(scope="session")
def papers(shared: Path) -> Papers:
    """The papers that expectations were written down for."""
    found: Papers = {}
    for name in EXPECTED:
        pages, blocks = lay_out(read_pdf(shared / "pdfs" / f"{name}.pdf"))
        found[name] = pages, blocks, read_references(pages, blocks)
    return found


def placed(written: Iterable[str]) -> Placed:
    """``"3 2.1 Rain"`` as the page and what stands there."""
    return {(int(page), fold(text)) for page, _, text in (line.partition(" ") for line in written)}


def compare(title: str, found: dict[str, Placed], expected: dict[str, Placed]) -> tuple[int, int, int]:
    """Print and count what was found, missed and made up."""
    counts = [0, 0, 0]
    print(f"\n{title:32} found missed false")
    for name, wanted in expected.items():
        row = len(found[name] & wanted), len(wanted - found[name]), len(found[name] - wanted)
        counts = [a + b for a, b in zip(counts, row, strict=True)]
        print(f"{name:32} {row[0]:5} {row[1]:6} {row[2]:5}", *sorted(wanted ^ found[name]))
    print(f"{'all':32} {counts[0]:5} {counts[1]:6} {counts[2]:5}")
    return counts[0], counts[1], counts[2]


def test_the_headings_of_real_papers_are_found_on_their_pages_and_no_others(papers: Papers) -> None:
    found = {
        name: {(b.page, fold(b.text)) for b in blocks if b.role is Role.HEADING}
        for name, (_, blocks, _) in papers.items()
    }
    expected = {name: placed(paper["headings"]) for name, paper in EXPECTED.items()}
    assert sum(map(len, expected.values())) == 292
    _, missed, false = compare("headings", found, expected)
    assert (missed, false) == (0, 0)


def test_nearly_every_title_in_the_files_own_outlines_is_a_heading(shared: Path) -> None:
    number = re.compile(r"^([A-Z]?\d+|[A-Z])?(\.\d+)*[.:]?\s")
    titles, missed = 0, []
    for path in sorted((shared / "pdfs").glob("*/*.pdf")):
        with pymupdf.open(path) as document:
            outline = {fold(normalise(title)) for _, title, _ in document.get_toc()}
        if not outline:
            continue
        found = [b.text for b in lay_out(read_pdf(path))[1] if b.role is Role.HEADING]
        bare = {fold(text).replace(" ", "") for heading in found for text in (heading, number.sub("", heading))}
        titles += len(outline)
        missed += [(path.stem, title) for title in sorted(outline) if title.replace(" ", "") not in bare]
    print(f"\n{titles} titles in outlines, not found: {missed}")
    assert titles > 600
    # One title is printed in other words than the outline has.
    assert len(missed) <= 1


def test_the_captions_of_real_papers_are_found_by_their_labels(papers: Papers) -> None:
    label = re.compile(r"\w+\.?\s*[A-Z]?\.?\d+")
    found = {
        name: {(b.page, fold(match[0])) for b in blocks if b.role is Role.CAPTION and (match := label.match(b.text))}
        for name, (_, blocks, _) in papers.items()
    }
    expected = {name: placed(paper["captions"]) for name, paper in EXPECTED.items()}
    assert sum(map(len, expected.values())) == 137
    _, missed, false = compare("captions", found, expected)
    assert (missed, false) == (0, 0)


def test_the_reference_lists_of_real_papers_have_as_many_entries_as_are_printed(papers: Papers) -> None:
    counts = {name: (refs[0].page, len(refs)) for name, (_, _, refs) in papers.items()}
    expected = {name: (paper["references"]["page"], paper["references"]["entries"]) for name, paper in EXPECTED.items()}
    print("\nreferences, page and entries: as read, as printed")
    for name in expected:
        print(f"{name:32} {counts[name]} {expected[name]}")
    assert counts == expected


def test_every_reference_stands_where_its_spans_say(papers: Papers) -> None:
    for name, (pages, _, references) in papers.items():
        texts = {page.number: page.text for page in pages}
        for reference in references:
            pieces = [texts[s.page or 0][s.start : s.end] for s in reference.spans]
            assert " ".join(pieces) == reference.text, name
            assert reference.label in reference.text
