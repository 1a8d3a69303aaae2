"""An empty library, and records and passages of our own words to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from library import Library
from library.text import digest, embedding_text
from library.types import BODY, PaperRecord, Passage, Span


def make_record(forum: str | None = None, title: str = "Moss on old roofs", **fields: object) -> PaperRecord:
    """A record known by its forum id, or by ``identifiers`` where these are given."""
    names = fields.pop("identifiers", None) or (("forum", forum),)
    source = fields.pop("source", "test")
    return PaperRecord(source, title, names, **fields)  # type: ignore[arg-type]


def make_passage(paper_id: str, text: str, ordinal: int = 0, *, kind: str = BODY, page: int | None = 1) -> Passage:
    """A passage of one piece and one sentence, not stored yet."""
    return Passage(
        *(0, paper_id, None, kind, ordinal, "1 Moss", text, (Span(page, 0, len(text)),), ((0, len(text)),)),
        embed_hash=digest(embedding_text(kind, "Moss on old roofs", "1 Moss", text)),
    )


@pytest.fixture(name="record", scope="session")
def record_fixture() -> Callable[..., PaperRecord]:
    """See :func:`make_record`."""
    return make_record


@pytest.fixture(name="passage", scope="session")
def passage_fixture() -> Callable[..., Passage]:
    """See :func:`make_passage`."""
    return make_passage


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open(tmp_path / "data", create=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def dump() -> Callable[[Library], str]:
    """Everything in a library's file, as SQL."""
    return lambda library: "\n".join(library.db.conn.iterdump())
