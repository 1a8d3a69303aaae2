"""Parsing many PDFs on every core, each in a process that may die without taking the others along."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as ParseTimeout
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType

from pebble import ProcessExpired, ProcessPool

from ingest.chunk import CHUNKER
from ingest.layout import lay_out
from ingest.pdf import PARSER, UnreadablePdf, read_pdf
from ingest.references import read_references
from ingest.sections import ABSTRACT_SECTION, Section, split_sections
from ingest.title import guess_title
from library.references import Reference
from library.types import Page

PDF_SECONDS = 120
"""The slowest of the papers at hand takes under 2 s on one core; what takes this long never ends."""

READER = f"{PARSER}+{CHUNKER}"
"""What a document was read with; another value means that it is read again."""


@dataclass(frozen=True, slots=True)
class ParsedPdf:
    """A PDF's pages, sections and references, and the title and abstract that it gives itself ("" when not found)."""

    sha256: str
    title: str
    abstract: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...] = ()


def parse_pdf(path: Path) -> ParsedPdf:
    """Read one PDF.

    Raises:
        UnreadablePdf: See :func:`ingest.pdf.read_pdf`.
    """
    document = read_pdf(path)
    pages, blocks = lay_out(document)
    sections = tuple(split_sections(blocks))
    abstract = next((s for s in sections if s.title == ABSTRACT_SECTION), None)
    text = " ".join(p.text for p in abstract.paragraphs) if abstract else ""
    return ParsedPdf(document.sha256, guess_title(document), text, pages, sections, read_references(pages, blocks))


def parse_many(paths: Iterable[Path]) -> Iterator[tuple[Path, ParsedPdf | UnreadablePdf]]:
    """Read PDFs on all cores, in the order given; a file that fails gives its error instead."""
    workers = os.cpu_count() or 1
    waiting = deque(paths)
    with ProcessPool(max_workers=min(workers, len(waiting)) or 1, context=_Context()) as pool:
        running = deque(
            (p, pool.schedule(parse_pdf, args=[p], timeout=PDF_SECONDS)) for p in _take(waiting, 4 * workers)
        )
        while running:
            path, future = running.popleft()
            try:
                yield path, future.result()
            except UnreadablePdf as error:
                yield path, error
            except ParseTimeout:
                yield (
                    path,
                    UnreadablePdf("too slow", f"not read after {PDF_SECONDS} s. Look whether it opens elsewhere"),
                )
            except ProcessExpired as error:
                yield (
                    path,
                    UnreadablePdf("crash", f"the parser died on it (exit code {error.exitcode}). Fetch it again"),
                )
            except Exception as error:  # one file's surprise must not end the others' run
                yield path, UnreadablePdf("parser error", f"{type(error).__name__}: {error}. Please report it")
            running.extend((p, pool.schedule(parse_pdf, args=[p], timeout=PDF_SECONDS)) for p in _take(waiting, 1))


class _Worker(SpawnProcess):
    """Spawned, because a fork of a process that runs an encoder's threads can hang.

    A spawned process runs the main script again, which for a user's own script means: ingest again, in every worker.
    Ours need nothing of it, so it is out of sight while one starts.
    """

    _starting = threading.Lock()

    def start(self) -> None:
        with self._starting:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main


class _Context(SpawnContext):
    Process = _Worker


def _take(waiting: deque[Path], count: int) -> list[Path]:
    return [waiting.popleft() for _ in range(min(count, len(waiting)))]
