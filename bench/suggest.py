"""How good suggested lists are: judged subjects, a suggested list beside the plain search's first papers.

    python bench/suggest.py --shared ../shared [--data DIR]

Reads `<shared>/data`; `--data` names a library that holds the icml2024 papers and is indexed, which is only read;
without it one is made for the time of the bench.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import browse.suggest
import posterhall

RELEVANT = 2
SIZE = 12
POOL = 36
Array = np.ndarray[Any, Any]
Choice = Callable[[Array, Array], list[int]]
"""Gives the papers chosen from relevance (1 for the best) and unit vectors, the best paper first."""


def plain(relevance: Array, vectors: Array) -> list[int]:
    return list(range(SIZE))


def marginal(weight: float) -> Choice:
    def choose(relevance: Array, vectors: Array) -> list[int]:
        shipped, browse.suggest.RELEVANCE = browse.suggest.RELEVANCE, weight
        try:
            return browse.suggest.spread(relevance, vectors, SIZE)
        finally:
            browse.suggest.RELEVANCE = shipped

    return choose


def facility(weight: float) -> Choice:
    """Greedy facility location: chosen papers stand for all that were found, relevance added."""

    def choose(relevance: Array, vectors: Array) -> list[int]:
        alike = np.maximum(vectors @ vectors.T, 0)
        covered, chosen = np.zeros(len(vectors)), list[int]()
        while len(chosen) < SIZE:
            gain = (relevance[:, None] * np.maximum(alike - covered[:, None], 0)).sum(0) / relevance.sum()
            gain += weight * relevance / SIZE
            gain[chosen] = -np.inf
            chosen.append(int(gain.argmax()))
            covered = np.maximum(covered, alike[:, chosen[-1]])
        return chosen

    return choose


def in_turn(groups: int) -> Choice:
    """The best of each k-means cluster in turn."""

    def choose(relevance: Array, vectors: Array) -> list[int]:
        from sklearn.cluster import KMeans

        labels = KMeans(groups, n_init=20, random_state=0).fit_predict(vectors - vectors.mean(axis=0))
        queues = [[int(n) for n in np.flatnonzero(labels == g)] for g in range(groups)]
        turns = sorted((place, queue[0], n) for queue in queues for place, n in enumerate(queue))
        return [n for _, _, n in turns][:SIZE]

    return choose


def judged(shared: Path) -> list[tuple[str, str, dict[str, int]]]:
    """Type, text and grades of every question but those for one known paper."""
    folder = shared / "data" / "eval" / "icml24"
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        qid, paper, grade = line.split("\t")
        grades.setdefault(qid, {})[paper] = int(grade)
    rows = map(json.loads, (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["type"], row["text"], grades[row["qid"]]) for row in rows if row["type"] != "known-item"]


def distance(vectors: Array) -> float:
    """Mean cosine distance of two papers of a list."""
    return float((1 - vectors @ vectors.T)[np.triu_indices(len(vectors), 1)].mean())


def run(hall: posterhall.Posterhall, shared: Path) -> None:
    asked = judged(shared)
    ids, vectors = hall.searcher.paper_vectors()
    row = {paper: n for n, paper in enumerate(ids)}
    found = [hall.search(text, limit=POOL, passages=0).hits for _, text, _ in asked]
    ways: dict[str, Choice] = {"plain search": plain}
    ways |= {f"marginal relevance, {w}": marginal(w) for w in (0.5, 0.6, 0.7, 0.8, 0.9)}
    ways |= {f"facility location, {w}": facility(w) for w in (0.5, 1.0, 2.0)}
    ways |= {f"{k} clusters in turn": in_turn(k) for k in (3, 4)}
    click.echo(f"{SIZE} papers{'topics':>32}{'all':>31}")
    click.echo(f"{'':27}" + f"{'precision':>10}{'unjudged':>10}{'distance':>10} " * 2)

    def line(name: str, lists: list[list[str]]) -> None:
        cells = ""
        for kinds in ({"topic"}, {"topic", "question", "comparative"}):
            rows = [
                (
                    np.mean([grades.get(p, 0) >= RELEVANT for p in papers]),
                    np.mean([p not in grades for p in papers]),
                    distance(vectors[[row[p] for p in papers]]),
                )
                for (kind, _, grades), papers in zip(asked, lists, strict=True)
                if kind in kinds
            ]
            cells += "".join(f"{mean:10.3f}" for mean in np.mean(rows, axis=0)) + " "
        click.echo(f"{name:27}{cells}")

    for name, choose in ways.items():
        lists = []
        for hits in found:
            papers = [hit.paper.paper_id for hit in hits]
            relevance = np.array([hit.score for hit in hits]) / hits[0].score
            lists.append([papers[n] for n in choose(relevance, vectors[[row[p] for p in papers]])])
        line(name, lists)
    started = time.perf_counter()
    made = [hall.suggest_list(text, size=SIZE) for _, text, _ in asked]
    each = (time.perf_counter() - started) / len(asked)
    line("as shipped", [[str(entry.paper_id) for entry in one.entries] for one in made])
    broad = [
        np.mean([grades.get(e.paper_id or "", 0) >= RELEVANT for e in one.entries if e.section == one.sections[0]])
        for (kind, _, grades), one in zip(asked, made, strict=True)
        if kind == "topic"
    ]
    entries = [entry for one in made for entry in one.entries]
    click.echo(
        f"\nas shipped: {1000 * each:.0f} ms a list, {np.mean([len(one.sections) for one in made]):.1f} sections; "
        f"{sum(e.why is not None for e in entries)} of {len(entries)} papers with a verified sentence; "
        f"precision of the broad papers {np.mean(broad):.3f} (topics); "
        f"{sum(not one.entries for one in made)} of {len(made)} declined"
    )


@click.command()
@click.option("--shared", type=click.Path(path_type=Path), default=os.environ.get("POSTERHALL_SHARED", "../shared"))
@click.option("--data", type=click.Path(path_type=Path, exists=True), help="A library with the papers, indexed.")
def main(shared: Path, data: Path | None) -> None:
    """Score suggested lists on the judged questions."""
    shared = shared.parent if shared.name == "data" else shared
    if data is not None:
        hall = posterhall.open(data)
        run(hall, shared)
        hall.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        hall = posterhall.open(folder)
        hall.ingest_files(shared / "data" / "icml2024" / "icml2024_papers.jsonl")
        hall.index()
        run(hall, shared)
        hall.close()


if __name__ == "__main__":
    main()
