"""A page as a picture, with a quote's lines marked; drawn in a process of its own, as the file is a stranger's."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import TimeoutError as DrawTimeout
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from ingest import workers
from ingest.draw import MAX_PIXELS, WIDTH, draw_page
from ingest.pdf import reason_of
from library.errors import InputError
from library.types import Box, Page, Span

__all__ = ["MAX_PIXELS", "WIDTH", "Renderer", "quote_boxes", "render_page"]

DRAW_SECONDS = 15
"""Until a person who waits for a picture is told that there will be none. The slowest page at hand takes 0.4 s."""

CACHE_BYTES = 32 << 20
"""Some hundred pictures."""


def quote_boxes(page: Page, span: Span) -> tuple[Box, ...]:
    """The boxes of the lines, or parts of lines, that ``page.text[span.start:span.end]`` is printed on.

    Within a line the text is taken to be evenly spaced, which is right to about a letter.
    """
    boxes: list[Box] = []
    for line in page.lines:
        low, high = max(span.start, line.start), min(span.end, line.end)
        if low < high:
            x0, y0, x1, y1 = line.box
            scale = (x1 - x0) / (line.end - line.start)
            boxes.append((x0 + (low - line.start) * scale, y0, x0 + (high - line.start) * scale, y1))
    return tuple(boxes)


def render_page(pdf: Path, number: int, boxes: Iterable[Box] = ()) -> bytes:
    """Draw a page as PNG, in this process: :class:`Renderer` keeps a hostile file away from it.

    Args:
        pdf: The library's copy of the file.
        number: Counts from 1.
        boxes: What to mark, in PDF points.

    Raises:
        InputError: The copy is gone or unreadable, or has no such page.
    """
    try:
        return draw_page(pdf, number, boxes)
    except ValueError as error:
        raise _undrawn(pdf, number, reason_of(error, "broken page", "")[1]) from error


class Renderer:
    """Draws pages under limits, in a process that is kept for the next one.

    May be shared between threads. Pictures are kept, up to :data:`CACHE_BYTES`.
    """

    def __init__(
        self,
        seconds: float = DRAW_SECONDS,
        memory: int = workers.MEMORY_BYTES,
        cache: int = CACHE_BYTES,
    ) -> None:
        """Start nothing yet.

        Args:
            seconds: For one picture, of waiting and of CPU time.
            memory: Address space of the process, in bytes.
            cache: Bytes of the pictures that are kept.
        """
        self._limits = seconds, memory
        self._room = cache
        self._kept: OrderedDict[tuple[Path, int, tuple[Box, ...]], bytes] = OrderedDict()
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()

    def page(self, pdf: Path, number: int, boxes: Iterable[Box] = ()) -> bytes:
        """See :func:`render_page`; the file's name is to be that of its content, as pictures are kept under it.

        Raises:
            InputError: As there, and when the page takes too long, too much memory, or crashes the process.
        """
        key = (pdf, number, tuple(boxes))
        with self._lock:
            if png := self._kept.get(key):
                self._kept.move_to_end(key)
                return png
        try:
            try:
                png = self._drawn(*key)
            except BrokenProcessPool:  # the process died while it rested, and nobody had seen it yet
                png = self._drawn(*key)
        except DrawTimeout as error:
            raise _undrawn(pdf, number, f"not done after {self._limits[0]:g} s") from error
        except ProcessExpired as error:
            raise _undrawn(pdf, number, workers.cause_of_death(error.exitcode)[1]) from error
        except Exception as error:
            raise _undrawn(pdf, number, reason_of(error, "broken page", "")[1]) from error
        with self._lock:
            self._kept[key] = png
            while sum(map(len, self._kept.values())) > self._room:
                self._kept.popitem(last=False)
        return png

    def close(self) -> None:
        """End the process and forget the pictures; the next page starts another."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._kept.clear()
        if pool is not None:
            pool.stop()
            pool.join()

    def _drawn(self, *page: Any) -> bytes:
        with self._lock:
            if self._pool is not None and not self._pool.active:
                self._pool.stop()
                self._pool.join()
                self._pool = None
            if self._pool is None:
                self._pool = workers.pool(1, *self._limits)
            future = self._pool.schedule(workers.on_page, args=[draw_page, *page], timeout=self._limits[0])
        return future.result()


def _undrawn(pdf: Path, number: int, why: str) -> InputError:
    return InputError(f"cannot draw page {number} of {pdf.name}: {why.rstrip('. ')}. Ingest the PDF again")
