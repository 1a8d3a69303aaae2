"""A small library of papers to find, and a way to read a list from text."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.lists import parse
from ingest.lists.draft import Draft
from ingest.sources.record import record_from_row
from library import Library

ROWS = (
    {
        "forum_id": "tidepool01",
        "title": "Tidepool Caches for Reading Long Documents",
        "authors": ["Ada Brook", "Ben Castle"],
        "venue": "Harbour 2031",
        "year": 2031,
        "forum_url": "https://openreview.net/forum?id=tidepool01",
        "site_url": "https://icml.cc/virtual/2031/poster/77",
    },
    {
        "title": "Patient Bandits for Slow Rewards",
        "authors": ["Finn Grove"],
        "venue": "Meadow 2030",
        "year": 2030,
        "proceedings_url": "https://proceedings.mlr.press/v999/grove31a.html",
    },
    {
        "id": "lattice",
        "arxiv_id": "3012.01234",
        "title": "Lattice Networks that Respect Crystal Symmetry",
        "authors": ["Cleo Dunes"],
        "venue": "Harbour 2031",
        "year": 2031,
    },
)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Three papers; only read it."""
    with Library.open(tmp_path_factory.mktemp("lists"), create=True) as opened:
        for row in ROWS:
            opened.papers.merge(record_from_row(row, source="test"))
        yield opened


Draw = Callable[..., Draft]


@pytest.fixture
def draft(tmp_path: Path) -> Draw:
    """Reads a text as the file of a name."""

    def read(text: str | bytes, name: str = "list.md") -> Draft:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return parse(path)

    return read
