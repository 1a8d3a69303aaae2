"""Searching: the best passages or papers for a question, by words, by meaning, or by both."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.encoder import Encoder, load_encoder
from index.fuse import ranked
from index.generation import DENSE, LEXICAL, Generation, Manifest, current, read_manifest
from index.lexical import LexicalIndex
from index.pool import PaperHit as PaperHit
from index.pool import PassageHit as PassageHit
from index.pool import Pool
from library import Library
from library.errors import UsageError
from library.types import BODY, Filter

Once: TypeAlias = Callable[[list[str]], list[str]]
"""Leaves papers out of a ranking that are there already as another version; what it keeps stays in order."""

MODES = ("hybrid", "bm25", "dense")

DEPTH = 200
"""Passages taken from each list. Every candidate gets both scores, so it changes little: from 50 to 1,000
nDCG@10 on the judged questions moves by 0.001."""

FEEDBACK_PAPERS = 3
FEEDBACK_WEIGHT = 0.5
"""The question's vector is moved by this much towards the mean of the best passages of the first three
papers, and asked again (Rocchio). nDCG@10: icml24 .596 to .612, cranfield .565 to .579; any of 1 to 10
papers and weights of 0.3 to 1 gains on both. Thresholds elsewhere are calibrated on the scores that these
two give."""

PASSAGES_PER_PAPER = 3

NOTHING = Filter()


class Searcher:
    """One generation of the index, open for questions.

    It stays with its generation: open another one to see a newer. The indexes may be read from
    several threads; the library's connection wants one at a time.
    """

    def __init__(self, library: Library, generation: Generation) -> None:
        """Open a generation; callers use :meth:`open`."""
        self._library = library
        self._generation = generation
        self._lexical = LexicalIndex(generation.path / LEXICAL)
        self._dense = DenseIndex.load(generation.path / DENSE)
        self._loading = threading.Lock()
        self._encoder: Encoder | None = None

    @classmethod
    def open(cls, library: Library, folder: Path) -> Searcher:
        """Open the current generation of the index in ``folder``.

        Raises:
            IndexUnavailable: There is none, or it does not match; the message has the remedy.
        """
        return cls(library, current(folder))

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._generation.path.name

    @property
    def manifest(self) -> Manifest:
        """What the generation was made from."""
        return self._generation.manifest

    @property
    def revision(self) -> int:
        """The library's when this index was last brought up to date."""
        # Read again: a build that finds nothing to do moves the manifest to the library's revision.
        return read_manifest(self._generation.path).revision

    @property
    def stale(self) -> bool:
        """Whether the library changed since this index was brought up to date."""
        return self._library.revision != self.revision

    @property
    def encoder(self) -> Encoder:
        """The encoder that the vectors were made with, loaded when first needed.

        Raises:
            IndexUnavailable: Its files are missing or altered.
        """
        with self._loading:
            if self._encoder is None:
                self._encoder = load_encoder(self._generation.encoder)
            return self._encoder

    @cached_property
    def passage_ids(self) -> frozenset[int]:
        """The passages in this index."""
        return frozenset(int(i) for i in self._dense.ids())

    def passages(
        self,
        query: str,
        *,
        limit: int = 20,
        mode: str = "hybrid",
        where: Filter = NOTHING,
        within: Iterable[str] | None = None,
    ) -> list[PassageHit]:
        """The best passages for a question, best first, equal ones by id.

        Args:
            query: Any text; no character has a special meaning.
            limit: The most hits wanted.
            mode: ``hybrid``, ``bm25`` (words) or ``dense`` (meaning).
            where: Which papers count.
            within: Ids of the papers to choose from; None allows all.

        Raises:
            UsageError: The question is empty, or the mode, the limit or the venue is not a valid one.
        """
        allowed = self._allowed(query, limit, mode, where, within)
        vector = None if mode == "bm25" else self.encoder.encode([query])[0]
        return self._pool(query, vector, max(DEPTH, limit), mode, allowed).hits()[:limit]

    def papers(
        self,
        query: str,
        *,
        limit: int = 10,
        mode: str = "hybrid",
        where: Filter = NOTHING,
        within: Iterable[str] | None = None,
        passages: int = PASSAGES_PER_PAPER,
        once: Once = list,
    ) -> list[PaperHit]:
        """The best papers for a question, best first, equal ones by id.

        Args:
            query: As in :meth:`passages`, and so are the others.
            limit: The most hits wanted.
            mode: Which ranking.
            where: Which papers count.
            within: Which papers to choose from.
            passages: The most passages wanted with each paper.
            once: Which of the ranked papers are listed; the next take the places of those that it leaves out.

        Raises:
            UsageError: As in :meth:`passages`.
        """
        allowed = self._allowed(query, limit, mode, where, within)
        vector = None if mode == "bm25" else self.encoder.encode([query])[0]
        depth = max(DEPTH, limit)
        while True:
            pool = self._pool(query, vector, depth, mode, allowed)
            scores = pool.paper_scores()
            order = once(ranked(scores))
            # Papers with many passages may fill the lists.
            if len(order) >= limit or depth >= self._dense.count():
                break
            depth *= 4
        found: dict[str, list[PassageHit]] = {}
        for hit in pool.hits():
            found.setdefault(hit.paper_id, []).append(hit)
        best = enumerate(order[:limit], start=1)
        return [PaperHit(n, p, scores[p], tuple(found[p][:passages])) for n, p in best]

    def terms(self, text: str) -> list[str]:
        """A text as the lexical list sees it: folded, stemmed words without stopwords."""
        return self._lexical.terms(text)

    def rarity(self, term: str) -> float:
        """The idf of a term as a share of an unseen term's: 1 for a word that no passage has, 0 for one in all."""
        return self._lexical.rarity(term)

    def nearest(self, vector: NDArray[np.float32], *, limit: int) -> list[tuple[str, float]]:
        """The papers of the passages nearest to a vector, with each passage's cosine; a paper may come twice."""
        found = self._dense.search(vector / max(float(np.linalg.norm(vector)), 1e-9), limit)
        papers = self._library.passages.paper_ids(i for i, _ in found)
        return [(papers[i], cosine) for i, cosine in found if i in papers]

    def vectors(self, passage_ids: Sequence[int]) -> NDArray[np.float32]:
        """The vectors of some passages, in their order: ``[len(passage_ids), dimension]``.

        Raises:
            KeyError: A passage is not in this index (:attr:`passage_ids` are).
        """
        return self._dense.reconstruct(passage_ids)

    def paper_vectors(self) -> tuple[list[str], NDArray[np.float32]]:
        """One unit vector for each paper in this index: the mean of its record's passages.

        A paper whose record has none gets the mean of its document's.

        Returns:
            Paper ids, ascending, and vectors ``[papers, dimension]`` in their order.
        """
        record: dict[str, list[int]] = {}
        body: dict[str, list[int]] = {}
        for row in self._library.passages.index_rows():
            if row.passage_id in self.passage_ids:
                (body if row.kind == BODY else record).setdefault(row.paper_id, []).append(row.passage_id)
        chosen = {**body, **record}
        papers = sorted(chosen)
        means = [self.vectors(chosen[p]).mean(axis=0) for p in papers]
        stacked = np.asarray(means, dtype=np.float32).reshape(len(papers), self._dense.dimension)
        return papers, stacked / np.maximum(np.linalg.norm(stacked, axis=1, keepdims=True), 1e-9)

    def _allowed(
        self, query: str, limit: int, mode: str, where: Filter, within: Iterable[str] | None
    ) -> list[int] | None:
        if not query.strip():
            raise UsageError("the question is empty: say what you look for")
        if limit < 1:
            raise UsageError(f"limit is {limit}: ask for at least one hit")
        if mode not in MODES:
            raise UsageError(f"there is no mode {mode!r}: choose one of {', '.join(MODES)}")
        allowed = self._library.passages.ids(where) if where else None
        if within is not None:
            inside = self._library.passages.ids_of_papers(within)
            allowed = inside if allowed is None else sorted(set(allowed).intersection(inside))
        return allowed

    def _pool(
        self, query: str, vector: NDArray[np.float32] | None, depth: int, mode: str, allowed: list[int] | None
    ) -> Pool:
        bm25 = [] if mode == "dense" else self._lexical.search(query, depth, allowed)
        dense = [] if vector is None else self._dense.search(vector, depth, allowed)
        pool = self._complete(query, vector, bm25, dense, mode)
        if mode != "hybrid" or vector is None:
            return pool
        moved = self._with_feedback(vector, pool)
        return self._complete(query, moved, bm25, self._dense.search(moved, depth, allowed), mode)

    def _with_feedback(self, vector: NDArray[np.float32], pool: Pool) -> NDArray[np.float32]:
        first: dict[str, int] = {}
        for hit in pool.hits():
            first.setdefault(hit.paper_id, hit.passage_id)
        papers = ranked(pool.paper_scores())[:FEEDBACK_PAPERS]
        if not papers:
            return vector
        mean = self.vectors([first[p] for p in papers]).mean(axis=0)
        moved = vector + FEEDBACK_WEIGHT * mean
        return np.asarray(moved / np.linalg.norm(moved), dtype=np.float32)

    def _complete(
        self,
        query: str,
        vector: NDArray[np.float32] | None,
        bm25: list[tuple[int, float]],
        dense: list[tuple[int, float]],
        mode: str,
    ) -> Pool:
        words, cosine = dict(bm25), dict(dense)
        papers = self._library.passages.paper_ids({*words, *cosine})
        if mode == "hybrid" and vector is not None:
            words |= dict(self._lexical.search(query, len(papers), _without(papers, words)))
            unseen = _without(papers, cosine)
            cosine |= zip(unseen, (float(c) for c in self.vectors(unseen) @ vector), strict=True)
        return Pool(
            papers,
            {i: s for i, s in words.items() if i in papers},
            {i: s for i, s in cosine.items() if i in papers},
            {i: n for n, (i, _) in enumerate(bm25, start=1)},
            {i: n for n, (i, _) in enumerate(dense, start=1)},
            bm25[0][1] if bm25 else 0.0,
            mode,
        )


def _without(ids: Iterable[int], known: Collection[int]) -> list[int]:
    return [i for i in ids if i not in known]
