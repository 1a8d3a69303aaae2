"""Stand-in services that answer over HTTP, a library of one's own, and the command line as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pymupdf
import pytest

import posterhall
from library import Library
from posterhall import Posterhall
from tests.services.server import Services

USER, PASSWORD = "reader@example.org", "planted-password-7f3a"


class OneWord:
    """A tokenizer for which a word is a token."""

    def count_many(self, texts: list[str]) -> list[int]:
        return [len(text.split()) for text in texts]


@dataclass(slots=True)
class Clock:
    """A time that stands still until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2031, 5, 1, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokenizer() -> OneWord:
    return OneWord()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data", create=True) as opened:
        yield opened


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Services]:
    """Empty stand-ins; everything in this process talks to them, with a login folder of its own."""
    with Services() as started:
        monkeypatch.setenv("POSTERHALL_SERVICES", started.url)
        monkeypatch.setenv("POSTERHALL_CONFIG", str(tmp_path / "config"))
        monkeypatch.delenv("OPENREVIEW_USERNAME", raising=False)
        monkeypatch.delenv("OPENREVIEW_PASSWORD", raising=False)
        started.openreview.accounts.add(USER, PASSWORD)
        yield started


@pytest.fixture
def hall(services: Services, tmp_path: Path) -> Iterator[Posterhall]:
    """An empty data folder, in a world of stand-ins."""
    opened = posterhall.open(tmp_path / "data")
    yield opened
    opened.close()


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(services: Services, root: Path, tmp_path: Path) -> Run:
    """The command line in a process of its own, over the data folder of ``hall``."""

    def ran(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", "--data", str(tmp_path / "data"), *arguments],
            cwd=root,
            env={**os.environ, "POSTERHALL_SERVICES": services.url},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
        )

    return ran


def small_pdf(text: str) -> bytes:
    """A PDF of one page with a line of text; other text, other bytes."""
    document = pymupdf.open()
    page = document.new_page(width=300, height=200)
    page.insert_text((20, 40), text, fontsize=16)
    page.insert_text((20, 80), f"This page says of {text} what a page of a paper says.", fontsize=9)
    data = bytes(document.tobytes())
    document.close()
    return data
