"""How far apart the versions of works and other works by the same people are, and what tracing them costs.

python -m bench lineage --data DIR

The library at DIR should hold every shared set, indexed; its papers are compared as if no venue were known.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from browse import lineage
from browse.works import Works
from library import Library
from library.types import Paper

SHOWN = 5
MANY = 10_000


def signals(papers: list[Paper], works: Works) -> Iterator[tuple[str, str, float, str, str]]:
    """For each pair of papers with the same authors: what is compared, and how alike they are."""
    sketches = [lineage._sketch(paper) for paper in papers]
    pairs = [(a, b) for a, b in lineage._pairs(sketches) if lineage._agree(a, b) and a.title != b.title]
    vectors = works._vectors({s.paper_id for pair in pairs for s in pair})
    yield "pairs", "", float(len(pairs)), "", ""
    for a, b in pairs:
        ids = a.paper_id, b.paper_id
        yield "title", "", len(a.words & b.words) / len(a.words | b.words), *ids
        if a.abstract and b.abstract:
            yield "words", "", lineage._shared(lineage._runs(a.abstract), lineage._runs(b.abstract)), *ids
        if a.paper_id in vectors and b.paper_id in vectors:
            yield "meaning", "", float(vectors[a.paper_id] @ vectors[b.paper_id]), *ids
        if a.name and a.name == b.name:
            yield "name", a.name, 1.0, *ids


def seconds(papers: list[Paper]) -> tuple[float, int]:
    """The best of three traces, and how many works it finds."""
    best, found = float("inf"), 0
    for _ in range(3):
        start = time.perf_counter()
        found = len(lineage.trace(papers).works)
        best = min(best, time.perf_counter() - start)
    return best, found


def crowd(papers: list[Paper]) -> list[Paper]:
    """As many papers as a large library has: names and words of real ones, mixed, at a dozen venues."""
    chance, made = random.Random(1), list(papers)
    while len(made) < MANY:
        title, authors, mates, text = (chance.choice(papers) for _ in range(4))
        made.append(
            Paper(
                f"made-{len(made)}",
                f"{title.title} {len(made)}",
                authors.authors[:2] + mates.authors[2:],
                text.abstract,
                venue=f"Venue {chance.randrange(12)}",
                year=2031,
            )
        )
    return made[:MANY]


def main() -> None:
    """Print the works, the nearest pairs by each signal, and seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path, help="a library with an index")
    with Library.open(parser.parse_args().data) as library:
        works, papers = Works(library), list(library.papers.of_year(None))
        titles = {p.paper_id: f"{p.title[:60]} [{p.venue or p.venue_id}]" for p in papers}
        for (first, second), link in works.lineage().links.items():
            print(f"linked ({link.why}): {titles[first]} | {titles[second]}")
        nowhere = [replace(p, venue=None, venue_id=None) for p in papers]
        found = sorted(signals(nowhere, works), key=lambda row: (row[0], -row[2]))
        for signal, rows in itertools.groupby(found, key=lambda row: row[0]):
            for _, name, value, first, second in itertools.islice(rows, SHOWN):
                print(f"{signal} {value:.3f} {name} {titles.get(first, '')} | {titles.get(second, '')}")
        venue = Counter(p.venue or "" for p in papers).most_common(1)[0][0]
        for what, some in ((venue, [p for p in papers if p.venue == venue]), ("all", papers), ("made", crowd(papers))):
            took, count = seconds(some)
            print(f"{what}: {len(some):,} papers, {count} works, {took:.2f} s")


if __name__ == "__main__":
    main()
