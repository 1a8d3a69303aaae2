"""An open data folder: what every part of the Python interface stands on."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from library import Library
from library.errors import LibraryError
from library.types import Filter

if TYPE_CHECKING:
    from browse.atlas import Atlas
    from browse.shelves import Shelves
    from browse.topics import Registry
    from browse.works import Works
    from index.search import Searcher
    from ingest.render import Renderer

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B", bound="Base")


def one_at_a_time(method: Callable[Concatenate[B, P], T]) -> Callable[Concatenate[B, P], T]:
    """Let one thread in at a time: a library's connection wants no more."""

    @functools.wraps(method)
    def held(hall: B, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with hall._lock:
            return method(hall, *args, **kwargs)

    return held


class Base:
    """A data folder, its library and its index."""

    def __init__(self, data: Path) -> None:
        """Use a data folder: ``library.db``, ``index/`` and ``pdf/`` inside it."""
        self.data = data
        self._library: Library | None = None
        self._searcher: Searcher | None = None
        self._renderer: Renderer | None = None
        self._works: Works | None = None
        self._shelves_open: Shelves | None = None
        self._atlas: Atlas | None = None
        self._lock = threading.RLock()

    @property
    def library(self) -> Library:
        """The open library.

        Raises:
            LibraryError: There is none yet, or it cannot be used.
        """
        with self._lock:
            if self._library is None:
                self._library = Library.open(self.data)
            return self._library

    @property
    def exists(self) -> bool:
        """There is a library with at least one paper."""
        try:
            return self.library.papers.count() > 0
        except LibraryError:
            if (self.data / "library.db").exists():
                raise
            return False

    def close(self) -> None:
        """Close the library and end the process that draws pages; the next use opens them again."""
        with self._lock:
            if self._library is not None:
                self._library.close()
            if self._renderer is not None:
                self._renderer.close()
            self._library = self._searcher = self._renderer = None
            self._works = self._shelves_open = self._atlas = None

    @property
    def searcher(self) -> Searcher:
        """A reader of the current index; one that was replaced by a newer is opened anew.

        Raises:
            IndexUnavailable: There is none, or it does not match.
        """
        from index.generation import current_name
        from index.search import Searcher

        folder = self.data / "index"
        with self._lock:
            if self._searcher is None or self._searcher.generation != current_name(folder):
                self._searcher = Searcher.open(self.library, folder)
            return self._searcher

    @property
    def _lineage(self) -> Works:
        from browse.works import Works

        if self._works is None:
            self._works = Works(self.library)
        return self._works

    def _registry(self) -> Registry:
        from browse.topics import registry

        return registry(self.data, self.library.topics.own())

    def _shelves(self) -> Shelves:
        from browse.shelves import Shelves

        searcher = self.searcher
        if self._shelves_open is None or self._shelves_open.generation != searcher.generation:
            self._shelves_open = Shelves(self.library, searcher, self.data / "index", self._lineage)
        return self._shelves_open

    def _maps(self) -> Atlas:
        from browse.atlas import Atlas

        with self._lock:
            self._atlas = self._atlas or Atlas(self.data, self._lock)
            return self._atlas

    def _where(self, where: Filter | None) -> Filter:
        """A filter as the library takes it: the papers on its topic, as of now, are those to choose from.

        Raises:
            UsageError: There is no such topic.
            InputError: The user's topics.toml cannot be used.
            IndexUnavailable: There is no usable index to place papers on topics with.
        """
        where = where or Filter()
        if not where.topic:
            return where
        registry = self._registry()
        found = self._shelves().one(registry, registry.find(where.topic))
        members = {m.paper_id for m in found.members}
        papers = members if where.papers is None else members.intersection(where.papers)
        return replace(where, topic=None, papers=tuple(sorted(papers)))
