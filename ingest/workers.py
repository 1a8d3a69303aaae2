"""Processes that read files from strangers: bounded in memory, and gone when a page takes too long.

What a file can do to the process that reads it, and what stops it:

- It hangs in native code, where no Python signal handler and no thread runs: the kernel ends the process when its work
  on one page has cost :data:`PAGE_SECONDS` of CPU time, and the pool ends it when its time for the whole task is up.
- It asks for memory without end: above :data:`MEMORY_BYTES` the process gets no more.
- It crashes the process: the pool starts another.

Nothing here follows links or runs scripts: MuPDF does neither, and opens no file beside the one it was given.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from pebble import ProcessPool

T = TypeVar("T")

PAGE_SECONDS = 20.0
"""Of CPU time, so that a busy machine makes no page slow. The slowest of 864 pages at hand takes 0.07 s to read."""

MEMORY_BYTES = 2 << 30
"""Address space of one process. Reading the 64 papers at hand takes 0.15 GiB of it, drawing their pages 0.35."""

TASKS = 200
"""A process ends after so many tasks, and with it whatever memory they leaked; starting another takes half a second."""


def pool(count: int, page_seconds: float, memory: int, notes: Any = None) -> ProcessPool:
    """Processes under limits; give :meth:`~pebble.ProcessPool.schedule` a timeout as well.

    Args:
        count: How many.
        page_seconds: See :data:`PAGE_SECONDS`.
        memory: See :data:`MEMORY_BYTES`.
        notes: A shared array in which :func:`turn_to` leaves the number of the page under way, a slot for each task.
    """
    return ProcessPool(
        max_workers=count,
        max_tasks=TASKS,
        initializer=_begin,
        initargs=(page_seconds, memory, notes),
        context=_Context(),
    )


def turn_to(page: int, slot: int = 0) -> None:
    """Start a page's time, in one of the processes; 0 is the file as a whole."""
    if _notes is not None:
        _notes[slot] = page
    _alarm(_page_seconds)


def rest() -> None:
    """Stop the time: between two tasks no process is to end."""
    _alarm(0)


def on_page(work: Callable[[Path, int, T], bytes], path: Path, page: int, how: T) -> bytes:
    """Do some work on one page, in one of the processes, within a page's time."""
    turn_to(page)
    try:
        return work(path, page, how)
    finally:
        rest()


def die_of_memory() -> None:
    """End this process: what filled its memory may not be given back, and another starts empty."""
    os._exit(_NO_MEMORY)


def cause_of_death(exitcode: int | None) -> tuple[str, str]:
    """Why a process ended, in a few words, and what to do about its file."""
    if exitcode == _NO_MEMORY:
        return "too much memory", "it asks for more memory than a paper needs. Print it to a new PDF"
    if exitcode is not None and -exitcode == getattr(signal, "SIGPROF", None):
        return "too slow", "the parser did not come to an end with it. Look whether it opens elsewhere"
    return "crash", f"the parser died on it (exit code {exitcode}). Fetch it again"


_NO_MEMORY = 77
"""An exit code that nothing else has."""

_page_seconds = 0.0
_notes: Any = None


def _begin(page_seconds: float, memory: int, notes: Any) -> None:
    global _page_seconds, _notes
    _page_seconds, _notes = page_seconds, notes
    # Importing pymupdf would import an analyser of layouts with onnxruntime, 1.8 s in place of 0.3, and sqlite-utils
    # would import numpy, 0.15 s and memory for a thread on each core. Neither is used here, and a process of our own
    # may be told that they are not there.
    for name in ("numpy", "pymupdf.layout"):
        sys.modules[name] = None  # type: ignore[assignment]
    # pebble's way to end a process politely is a Python handler, which a hanging native call never gets to.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _limit(memory)
    # Tens of thousands of small objects a file, none of them in cycles: collecting costs a tenth of the time.
    gc.disable()


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has other means, and no such module
        return
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue  # macOS refuses to limit the address space


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


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
