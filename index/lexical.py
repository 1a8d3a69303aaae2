"""BM25 over passages, in a tantivy folder. Questions are analysed, never parsed: no input is a syntax error."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from index.model import printable
from library.errors import IndexUnavailable
from library.passages import IndexRow
from library.types import BODY, TITLE

ANALYZER = "posterhall_1"
"""Part of the index: a change of the analyzer below needs a new name and generation.FORMAT."""

MAX_WORD = 40
"""Longer words are not indexed: they are formulas and addresses."""

MAX_QUERY_TERMS = 512
"""Distinct terms of a question that count, the most frequent first; a pasted page has some 300."""

TITLE_REPEATS = 2
"""How often a paper's title stands before the text of each of its passages. On the judged questions
nDCG@10 0.448 without the title, 0.481 once, 0.488 twice, 0.471 three times; as a field of its own, 0.465 at best."""

SCORE_DIGITS = 4
"""Scores are rounded so that equal passages tie in whatever order their terms were added up."""

SLACK = 16
"""Hits fetched beyond the limit, so that a tie at the limit is mostly seen without a second search."""

NARROW = 0.05
"""A filter that leaves a smaller share of the passages is part of the query, at 1.2 µs an allowed id;
a wider one masks the hits, which the share then bounds. At 100,000 passages and the hundred best:
100 allowed 1.6 ms (masking 140), 5,000 13 ms (22), 50,000 2.3 ms (in the query 51)."""

WRITER_HEAP = 64_000_000


class LexicalIndex:
    """An open tantivy index. Reading may be shared between threads."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index in ``folder``, or make an empty one.

        Raises:
            IndexUnavailable: There is none, or it cannot be read.
        """
        self._analyzer = _analyzer()
        try:
            if create:
                folder.mkdir(parents=True)
                self._index = tantivy.Index(_schema(), path=str(folder))
            else:
                self._index = tantivy.Index.open(str(folder))
            self._index.register_tokenizer(ANALYZER, self._analyzer)
            self._schema: Any = self._index.schema
            self._searcher: Any = self._index.searcher()
        except (ValueError, OSError) as error:
            message = f"cannot open the lexical index {folder}: {error}: run `posterhall index --full`"
            raise IndexUnavailable(message) from error

    def add(self, rows: Iterable[IndexRow]) -> int:
        """Add passages and commit; returns how many. Their ids must not be there yet."""
        writer = self._index.writer(heap_size=WRITER_HEAP, num_threads=1)
        count = 0
        for row in rows:
            document = tantivy.Document()
            document.add_unsigned("passage_id", row.passage_id)
            document.add_text("title", row.title)
            document.add_text("text", lexical_text(row))
            writer.add_document(document)
            count += 1
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()
        return count

    def count(self) -> int:
        """How many passages there are."""
        return int(self._searcher.num_docs)

    def titles(self, passage_ids: Sequence[int]) -> dict[int, str]:
        """The paper title that each passage was added with."""
        if not passage_ids:
            return {}
        query = tantivy.Query.term_set_query(self._schema, "passage_id", list(passage_ids))
        found = self._searcher.search(query, limit=len(passage_ids), count=False).hits
        documents = [self._searcher.doc(address) for _, address in found]
        return {int(d.get_first("passage_id")): str(d.get_first("title")) for d in documents}

    def terms(self, text: str) -> list[str]:
        """The text as the index sees it: folded, stemmed words without stopwords."""
        return list(self._analyzer.analyze(printable(text)))

    def rarity(self, term: str) -> float:
        """The term's idf as a share of an unseen term's, from 0 to 1. ``term`` is one of :meth:`terms`."""
        total = self.count()
        seen = self._searcher.doc_freq("text", term)
        return math.log(1 + (total - seen + 0.5) / (seen + 0.5)) / math.log(2 * total + 2)

    def search(self, query: str, limit: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """The passages with the highest BM25 scores, highest first, equal ones by id.

        Args:
            query: Any text; words that no passage has are ignored.
            limit: The most passages wanted.
            allowed: Passage ids to choose from; None allows all.

        Returns:
            ``(passage_id, score)`` pairs with scores above zero.
        """
        counts = Counter(self.terms(query)).most_common(MAX_QUERY_TERMS)
        total = self.count()
        if not counts or not total or limit < 1 or (allowed is not None and not len(allowed)):
            return []
        wanted = self._any_of(counts)
        inside: set[int] | None = None
        fetch = limit + SLACK
        if allowed is not None and len(allowed) < NARROW * total:
            wanted = self._restrict(wanted, allowed)
        elif allowed is not None:
            inside = set(allowed)
            fetch = int(fetch * max(1.0, total / len(inside)))
        while True:
            hits, exhausted = self._fetch(wanted, fetch)
            kept = [hit for hit in hits if inside is None or hit[0] in inside]
            # The last hit may tie with ones that were not fetched: it must lie below the last one returned.
            if exhausted or (len(kept) >= limit and hits[-1][1] < kept[limit - 1][1]):
                break
            fetch *= 4
        return sorted(kept, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _fetch(self, query: Any, fetch: int) -> tuple[list[tuple[int, float]], bool]:
        found = self._searcher.search(query, limit=fetch, count=False).hits
        ids = self._searcher.fast_field_values("passage_id", [address for _, address in found])
        hits = [(int(i), round(score, SCORE_DIGITS)) for i, (score, _) in zip(ids, found, strict=True)]
        return hits, len(hits) < fetch

    def _any_of(self, counts: list[tuple[str, int]]) -> Any:
        parts = []
        for term, n in counts:
            part = tantivy.Query.term_query(self._schema, "text", term, index_option="freq")
            parts.append((tantivy.Occur.Should, part if n == 1 else tantivy.Query.boost_query(part, float(n))))
        return tantivy.Query.boolean_query(parts)

    def _restrict(self, query: Any, allowed: Sequence[int]) -> Any:
        inside = tantivy.Query.term_set_query(self._schema, "passage_id", [int(i) for i in allowed])
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(inside, 0.0))])


def lexical_text(row: IndexRow) -> str:
    """What a passage's words are counted in: its text under its paper's title and its section."""
    if row.kind == TITLE:
        return row.text
    section = [row.section] if row.kind == BODY else []
    return "\n".join([*[row.title] * TITLE_REPEATS, *section, row.text])


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", stored=True, indexed=True, fast=True)
    builder.add_text_field("title", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=False, tokenizer_name=ANALYZER, index_option="freq")
    return builder.build()


def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(MAX_WORD),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()
