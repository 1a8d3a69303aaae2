"""Exact nearest neighbours of a question's vector among the passages' vectors, in one faiss file.

float16 halves the memory and keeps the order of float32; graph and cluster indexes lose half of
their recall under a filter that leaves 5 % (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from library.errors import IndexUnavailable

SCORE_DIGITS = 6
"""Scores are rounded so that equal texts tie whatever the order of summation."""

SLACK = 16
"""Hits fetched beyond the limit, so that a tie at the limit is mostly seen without a second search."""


class DenseIndex:
    """Vectors by passage id. Reading may be shared between threads."""

    def __init__(self, inner: Any) -> None:
        """Wrap a faiss ``IndexIDMap2``; callers use :meth:`empty` or :meth:`load`."""
        self._inner = inner

    @classmethod
    def empty(cls, dimension: int) -> DenseIndex:
        """An index without vectors."""
        flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap2(flat))

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Read an index.

        Raises:
            IndexUnavailable: The file is missing or is no such index.
        """
        try:
            inner = faiss.read_index(str(path))
        except RuntimeError as error:
            raise IndexUnavailable(f"cannot open the dense index {path}: run `posterhall index --full`") from error
        if not isinstance(inner, faiss.IndexIDMap2):
            raise IndexUnavailable(f"{path} is a {type(inner).__name__}, not ours: run `posterhall index --full`")
        return cls(inner)

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._inner, str(path))

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._inner.d)

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._inner.ntotal)

    def ids(self) -> NDArray[np.int64]:
        """The passage ids, in the order they were added."""
        return np.asarray(faiss.vector_to_array(self._inner.id_map), dtype=np.int64)

    def add(self, ids: Sequence[int], vectors: NDArray[Any]) -> None:
        """Add vectors ``[len(ids), dimension]``; ids must be new."""
        self._inner.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), np.asarray(ids, dtype=np.int64))

    def remove(self, ids: Sequence[int]) -> int:
        """Remove vectors; returns how many there were."""
        return int(self._inner.remove_ids(_selector(ids)))

    def reconstruct(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of some passages, in their order: float32 ``[len(ids), dimension]``.

        Raises:
            KeyError: A passage has none.
        """
        if not len(ids):
            return np.zeros((0, self.dimension), dtype=np.float32)
        try:
            found = self._inner.reconstruct_batch(np.asarray(ids, dtype=np.int64))
        except RuntimeError as error:
            raise KeyError(f"no vector for some of the passages {list(ids)[:5]}…") from error
        return np.asarray(found, dtype=np.float32)

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The passages nearest to a vector, nearest first, equally near ones by id.

        Args:
            vector: ``[dimension]``, of length one.
            limit: The most passages wanted.
            allowed: Passage ids to choose from; None allows all.

        Returns:
            ``(passage_id, cosine)`` pairs.
        """
        total = self.count()
        if limit < 1 or not total or (allowed is not None and not len(allowed)):
            return []
        selector = None if allowed is None else _selector(allowed)
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)
        # One question is never split among threads, yet idle ones cost: p90 24 ms with two, 0.3 with one,
        # on two busy cores. The setting belongs to the calling thread.
        faiss.omp_set_num_threads(1)
        question = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        fetch = min(limit + SLACK, total)
        while True:
            scores, ids = self._inner.search(question, fetch, params=parameters)
            found = np.round(scores[0][ids[0] >= 0].astype(float), SCORE_DIGITS)
            if len(found) < fetch or fetch == total or found[-1] < found[limit - 1]:
                break
            fetch = min(fetch * 4, total)
        hits = zip((int(i) for i in ids[0] if i >= 0), (float(s) for s in found), strict=True)
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:limit]


def _selector(ids: Sequence[int]) -> Any:
    """Selects passage ids. A bitmap is exact and the fastest, but needs memory up to the highest id."""
    wanted = np.asarray(ids, dtype=np.int64)
    inside = np.zeros(int(wanted.max(initial=0)) + 1, dtype=bool)
    inside[wanted] = True
    return faiss.IDSelectorBitmap(np.packbits(inside, bitorder="little"))
