"""A compiled model made once, and small libraries of our own words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.build import BuildReport, build
from index.encoder import Encoder, load_encoder
from index.search import Searcher
from library import Library
from library.text import digest, embedding_text
from library.types import ABSTRACT, BODY, TITLE, PaperRecord, Passage, Span
from tests.hall_fixture import link_or_copy

Paper = tuple[str, str]
"""A title and an abstract; the forum id is the title without spaces."""

PAPERS: Sequence[Paper] = (
    ("Sparse attention for long documents", "We prune attention heads so that transformers read long documents."),
    ("Recurrent networks that remember", "A gated recurrence keeps information over thousands of steps."),
    ("Certified robustness by smoothing", "Random noise gives classifiers a proof against adversarial examples."),
    ("Private federated averaging", "Clients add noise to their updates, so the server learns no secrets."),
    ("Diffusion models design molecules", "A denoising process proposes molecules that bind to a protein."),
    ("Bandits with delayed feedback", "Regret bounds for exploration when rewards arrive late."),
    ("Graph networks and their depth", "Deep message passing makes all nodes look alike; we explain why."),
    ("Scaling laws for translation", "Loss falls as a power of data and parameters in machine translation."),
    ("Causal discovery from time series", "Which variable drives which, from observations alone."),
    ("Quantised training at four bits", "Gradients rounded to four bits train language models as well."),
)


def fill(library: Library, papers: Sequence[Paper], body: str = "", **fields: object) -> list[str]:
    """Put papers into a library with a title, an abstract and perhaps a body passage; returns their ids."""
    found = []
    for title, abstract in papers:
        record = PaperRecord("test", title, (("forum", title.replace(" ", "")),), abstract=abstract, **fields)  # type: ignore[arg-type]
        paper_id = library.papers.merge(record).paper_id
        kinds = [(TITLE, "Title", title), (ABSTRACT, "Abstract", abstract), (BODY, "1 Introduction", body)]
        passages = [
            Passage(
                *(0, paper_id, None, kind, n, section, text, (Span(None, 0, len(text)),), ((0, len(text)),)),
                embed_hash=digest(embedding_text(kind, title, section, text)),
            )
            for n, (kind, section, text) in enumerate(kinds)
            if text
        ]
        library.passages.replace(paper_id, None, passages)
        found.append(paper_id)
    return found


@pytest.fixture(scope="session")
def encoders(compiled: Path) -> Path:
    """A folder with the compiled model."""
    return compiled


@pytest.fixture(scope="session")
def encoder(encoders: Path) -> Encoder:
    """The compiled model."""
    return load_encoder(next(encoders.iterdir()))


@pytest.fixture(name="fill", scope="session")
def fill_fixture() -> Callable[..., list[str]]:
    """See :func:`fill`."""
    return fill


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open(tmp_path / "data", create=True) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path, encoders: Path) -> Path:
    """An index folder that has a compiled model and nothing else."""
    shutil.copytree(encoders, tmp_path / "index" / "encoders", copy_function=link_or_copy)
    return tmp_path / "index"


@pytest.fixture
def rebuild(library: Library, folder: Path) -> Callable[..., BuildReport]:
    """Builds the library's index."""
    return lambda **options: build(library, folder, chunker="test-1", **options)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, encoders: Path) -> Path:
    """A data folder with a library of PAPERS and its index; only read it."""
    data = tmp_path_factory.mktemp("data")
    shutil.copytree(encoders, data / "index" / "encoders", copy_function=link_or_copy)
    with Library.open(data, create=True) as library:
        fill(library, PAPERS[:5], venue="ICML 2024", tier="oral", year=2024)
        fill(library, PAPERS[5:], venue="COLM 2025", tier="poster", year=2025)
        build(library, data / "index", chunker="test-1")
    return data


@pytest.fixture
def copied(data: Path, tmp_path: Path) -> Path:
    """A copy of ``data`` to do anything with."""
    shutil.copytree(data, tmp_path / "copied", copy_function=link_or_copy)
    return tmp_path / "copied"


@pytest.fixture(scope="session")
def searcher(data: Path) -> Iterator[Searcher]:
    """The index of PAPERS, open."""
    with Library.open(data) as library:
        yield Searcher.open(library, data / "index")
