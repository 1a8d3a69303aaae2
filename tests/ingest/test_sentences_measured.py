"""How many boundaries that a reader marked are found: in text of our own, and in real papers (by offsets alone)."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pymupdf
import pytest

from ingest.sentences import sentence_spans
from ingest.text import normalise

HERE = Path(__file__).parent

REACHED = 0.985
"""Precision and recall reached 0.99 or more on every set; one more error on the smallest is tolerated."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph, and where its second and later sentences start."""

    text: str
    starts: frozenset[int]


def measure(name: str, sample: Iterable[Marked]) -> tuple[float, float]:
    """Precision and recall of the boundaries; printed with ``pytest -s``."""
    found = right = marked = 0
    for paragraph in sample:
        starts = {start for start, _ in sentence_spans(paragraph.text)[1:]}
        found += len(starts)
        marked += len(paragraph.starts)
        right += len(starts & paragraph.starts)
    precision, recall = right / found, right / marked
    print(f"\n{name}: {marked} boundaries, precision {precision:.3f}, recall {recall:.3f}")
    return precision, recall


def own_words() -> list[Marked]:
    """One sentence a line, an empty line between paragraphs."""
    sample = []
    for paragraph in (HERE / "sentences_marked.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        lines = paragraph.splitlines()
        starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(1, len(lines))]
        sample.append(Marked(" ".join(lines), frozenset(starts)))
    return sample


@pytest.fixture(scope="module")
def papers(shared: Path) -> Callable[[str], list[Marked]]:
    """The marked paragraphs of real papers, ``seen`` or ``held-out``; MuPDF's blocks, not our layout's."""
    sample: dict[str, list[Marked]] = {"seen": [], "held-out": []}
    for line in (HERE / "sentences_marked_papers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        paper, page, digest, half, starts = line.split()
        with pymupdf.open(shared / "pdfs" / f"{paper}.pdf") as document:
            blocks = document[int(page) - 1].get_text("blocks")
        texts = [normalise(re.sub(r"-\n", "", block[4])) for block in blocks]
        found = [text for text in texts if hashlib.sha256(text.encode()).hexdigest().startswith(digest)]
        assert found, f"{paper}, page {page}: MuPDF gives other text now. Mark the paragraph again"
        sample[half].append(Marked(found[0], frozenset(map(int, starts.split(",")))))
    return sample.__getitem__


@pytest.mark.parametrize("half", ["seen", "held-out"])
def test_the_boundaries_marked_in_text_of_our_own_are_found(half: str) -> None:
    sample = own_words()[half == "held-out" :: 2]
    assert sum(len(paragraph.starts) for paragraph in sample) == 135
    assert min(measure(f"own words, {half}", sample)) >= REACHED


@pytest.mark.slow
@pytest.mark.parametrize(("half", "boundaries"), [("seen", 97), ("held-out", 201)])
def test_the_boundaries_marked_in_real_papers_are_found(
    papers: Callable[[str], list[Marked]], half: str, boundaries: int
) -> None:
    sample = papers(half)
    assert sum(len(paragraph.starts) for paragraph in sample) == boundaries
    assert min(measure(f"papers, {half}", sample)) >= REACHED
