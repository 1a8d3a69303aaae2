"""Parsing many PDFs on every core, each in a process that may die without taking the others along."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as ParseTimeout
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import sharedctypes
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from ingest import workers
from ingest.chunk import CHUNKER
from ingest.layout import lay_out
from ingest.pdf import MAX_LOST_PAGES, NO_MEMORY, PARSER, LostPage, UnreadablePdf, read_pdf, reason_of
from ingest.references import read_references
from ingest.sections import ABSTRACT_SECTION, Section, split_sections
from ingest.title import guess_title
from library.references import Reference
from library.types import Page

PDF_SECONDS = 120
"""The slowest of the papers at hand takes under 2 s on one core; what takes this long never ends."""

PAGE_SECONDS = workers.PAGE_SECONDS
MEMORY_BYTES = workers.MEMORY_BYTES

READER = f"{PARSER}+{CHUNKER}"
"""What a document was read with; another value means that it is read again."""


@dataclass(frozen=True, slots=True)
class ParsedPdf:
    """A PDF's pages, sections and references, and the title and abstract that it gives itself ("" when not found).

    ``lost`` are the pages that could not be read; they are among the pages, without text.
    """

    sha256: str
    title: str
    abstract: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...] = ()
    lost: tuple[LostPage, ...] = ()


def parse_pdf(
    path: Path, lost: Sequence[LostPage] = (), on_page: Callable[[int], None] = lambda number: None
) -> ParsedPdf:
    """Read one PDF, in this process; for the arguments and errors see :func:`ingest.pdf.read_pdf`."""
    document = read_pdf(path, lost, on_page)
    pages, blocks = lay_out(document)
    sections = tuple(split_sections(blocks))
    abstract = next((s for s in sections if s.title == ABSTRACT_SECTION), None)
    text = " ".join(p.text for p in abstract.paragraphs) if abstract else ""
    references = read_references(pages, blocks)
    return ParsedPdf(document.sha256, guess_title(document), text, pages, sections, references, document.lost)


def parse_many(paths: Iterable[Path]) -> Iterator[tuple[Path, ParsedPdf | UnreadablePdf]]:
    """Read PDFs on all cores, in the order given; a file that fails gives its error instead.

    A page that kills its process, or does not let it end, costs that page: the file is read again without it, up to
    :data:`ingest.pdf.MAX_LOST_PAGES` times. So no file takes longer than ``PDF_SECONDS`` for the last reading and
    some ``PAGE_SECONDS`` for each page lost.
    """
    waiting = deque(paths)
    suspect = None
    while waiting:
        try:
            yield from _with_one_pool(waiting)
        except RuntimeError as error:
            # A pool ends with all its work when a process dies that it takes to be at rest. If the same file is the
            # next one twice, it may be the cause.
            if suspect == (suspect := waiting[0]):
                yield waiting.popleft(), UnreadablePdf("crash", f"the parsers died ({error}). Fetch it again")


def _with_one_pool(waiting: deque[Path]) -> Iterator[tuple[Path, ParsedPdf | UnreadablePdf]]:
    """Read the files, and take each away once its outcome is known."""
    count = os.cpu_count() or 1
    ahead = 4 * count
    notes = sharedctypes.RawArray("i", ahead)
    with workers.pool(min(count, len(waiting)), PAGE_SECONDS, MEMORY_BYTES, notes) as pool:
        running = deque(_Reading.begin(pool, path, slot) for slot, path in enumerate(islice(waiting, ahead)))
        while running:
            reading = running.popleft()
            outcome = _outcome(pool, reading, notes)
            waiting.popleft()
            yield reading.path, outcome
            if len(waiting) > len(running):
                running.append(_Reading.begin(pool, waiting[len(running)], reading.slot))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that a process is reading, or will be; ``slot`` is where it notes the page under way."""

    path: Path
    slot: int
    lost: tuple[LostPage, ...]
    future: ProcessFuture[ParsedPdf]

    @classmethod
    def begin(cls, pool: ProcessPool, path: Path, slot: int, lost: tuple[LostPage, ...] = ()) -> _Reading:
        return cls(path, slot, lost, pool.schedule(_parse, args=[path, slot, lost], timeout=PDF_SECONDS))


def _outcome(pool: ProcessPool, reading: _Reading, notes: Any) -> ParsedPdf | UnreadablePdf:
    try:
        return reading.future.result()
    except UnreadablePdf as error:
        return error
    except BrokenProcessPool:
        raise
    except ParseTimeout:
        return UnreadablePdf("too slow", f"not read after {PDF_SECONDS} s. Look whether it opens elsewhere")
    except ProcessExpired as error:
        reason, detail = workers.cause_of_death(error.exitcode)
    except Exception as error:  # one file's surprise must not end the others' run
        return UnreadablePdf(*reason_of(error, "parser error", "Please report it"))
    page = notes[reading.slot]
    if not page or len(reading.lost) == MAX_LOST_PAGES:
        return UnreadablePdf(reason, detail)
    notes[reading.slot] = 0
    lost = (*reading.lost, LostPage(page, reason, detail))
    return _outcome(pool, _Reading.begin(pool, reading.path, reading.slot, lost), notes)


def _parse(path: Path, slot: int, lost: tuple[LostPage, ...]) -> ParsedPdf:
    """What a process does with one file."""
    try:
        return parse_pdf(path, lost, partial(workers.turn_to, slot=slot))
    except (UnreadablePdf, MemoryError) as error:
        if isinstance(error, MemoryError) or error.reason == NO_MEMORY:
            workers.die_of_memory()
        raise
    finally:
        workers.rest()
        gc.collect()
