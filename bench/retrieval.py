"""How good retrieval is: judged questions, each ranking, and whether the hybrid's lead is more than chance.

    python bench/retrieval.py --shared ../shared

Reads `<shared>/data`; writes nothing but a temporary library. Needs the `bench` extra (ir-measures, scipy).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import ir_measures
import numpy as np
from ir_measures import Judged, R, nDCG
from scipy.stats import permutation_test

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import posterhall

MODES = ("bm25", "dense", "hybrid")
DEPTH = 100
RRF_K = 60
RESAMPLES = 20_000


@dataclass(frozen=True)
class Questions:
    name: str
    rows: list[dict[str, Any]]
    queries: list[dict[str, Any]]
    qrels: dict[str, dict[str, int]]
    relevant: int


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        found.setdefault(query, {})[document] = int(grade)
    return found


def icml24(data: Path) -> Questions:
    folder = data / "eval" / "icml24"
    rows = list(_lines(data / "icml2024" / "icml2024_papers.jsonl"))
    return Questions("icml24", rows, list(_lines(folder / "queries.jsonl")), _qrels(folder / "qrels.tsv"), 2)


def cranfield(data: Path) -> Questions:
    folder = data / "eval" / "cranfield"
    rows = [
        # Not every document has a title, and a paper needs one.
        {"forum_id": r["_id"], "title": r["title"] or "untitled", "abstract": r["text"]}
        for r in _lines(folder / "corpus.jsonl")
    ]
    qrels = _qrels(next((folder / "qrels").iterdir()))
    asked = (r for r in _lines(folder / "queries.jsonl") if r["_id"] in qrels)
    queries = [{"qid": r["_id"], "type": "all", "text": r["text"]} for r in asked]
    return Questions("cranfield", rows, queries, qrels, 1)


def run(hall: posterhall.Posterhall, text: str, mode: str) -> list[str]:
    # Not a search, which lists a work once: papers are judged, and in Cranfield several have one title.
    hits = hall.searcher.papers(text, limit=DEPTH, mode=mode, passages=0)
    papers = hall.library.papers.get_many(hit.paper_id for hit in hits)
    return [str(papers[hit.paper_id].forum_id) for hit in hits]


def fused(first: list[str], second: list[str]) -> list[str]:
    """Plain reciprocal rank fusion, what the hybrid has to beat."""
    scores: dict[str, float] = {}
    for ranking in (first, second):
        for rank, paper in enumerate(ranking, start=1):
            scores[paper] = scores.get(paper, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores, key=lambda p: (-scores[p], p))


def score(questions: Questions, hall: posterhall.Posterhall) -> None:
    measures = [nDCG @ 10, R(rel=questions.relevant) @ 10, Judged @ 10]
    rankings: dict[str, dict[str, list[str]]] = {}
    rows: dict[str, dict[str, np.ndarray[Any, Any]]] = {}
    qids = [q["qid"] for q in questions.queries]
    types = np.array([q["type"] for q in questions.queries])
    click.echo(f"\n{questions.name}: {len(questions.rows)} papers, {len(qids)} questions")
    click.echo(f"{'':10}{'nDCG@10':>9}{'R@10':>8}{'unjudged':>10}{'ms':>7}  nDCG@10 by type")
    for mode in (*MODES, "rrf"):
        started = time.perf_counter()
        if mode == "rrf":
            found = {q: fused(rankings["bm25"][q], rankings["dense"][q]) for q in qids}
        else:
            found = rankings[mode] = {q["qid"]: run(hall, q["text"], mode) for q in questions.queries}
        each_ms = 1000 * (time.perf_counter() - started) / len(qids)
        scored = {q: {p: float(-n) for n, p in enumerate(papers)} for q, papers in found.items()}
        values: dict[str, dict[str, float]] = {str(m): dict.fromkeys(qids, 0.0) for m in measures}
        for metric in ir_measures.iter_calc(measures, questions.qrels, scored):
            values[str(metric.measure)][metric.query_id] = metric.value
        rows[mode] = {m: np.array([v[q] for q in qids]) for m, v in values.items()}
        ndcg, recall, judged = (rows[mode][str(m)] for m in measures)
        kinds = " ".join(f"{t} {ndcg[types == t].mean():.3f}" for t in sorted(set(types)))
        means = f"{ndcg.mean():9.3f}{recall.mean():8.3f}{1 - judged.mean():10.3f}"
        click.echo(f"{mode:10}{means}{each_ms:7.1f}  {kinds}")
    for other in ("bm25", "dense", "rrf"):
        for measure in measures[:2]:
            ours, theirs = rows["hybrid"][str(measure)], rows[other][str(measure)]
            test = permutation_test(
                (ours, theirs),
                lambda a, b, axis: (a - b).mean(axis=axis),
                permutation_type="samples",
                vectorized=True,
                n_resamples=RESAMPLES,
                rng=np.random.default_rng(0),
            )
            click.echo(f"hybrid - {other:6} {measure!s:12} {(ours - theirs).mean():+.3f}  p = {test.pvalue:.4f}")


@click.command()
@click.option("--shared", type=click.Path(path_type=Path), default=os.environ.get("POSTERHALL_SHARED", "../shared"))
@click.option(
    "--set", "sets", multiple=True, type=click.Choice(["icml24", "cranfield"]), default=["icml24", "cranfield"]
)
def main(shared: Path, sets: tuple[str, ...]) -> None:
    """Score bm25, dense and hybrid on the judged questions."""
    for name in sets:
        questions = {"icml24": icml24, "cranfield": cranfield}[name](shared / "data")
        with tempfile.TemporaryDirectory() as folder:
            metadata = Path(folder) / "papers.jsonl"
            metadata.write_text("".join(json.dumps(r) + "\n" for r in questions.rows), encoding="utf-8")
            hall = posterhall.open(Path(folder) / "data")
            hall.ingest_files(metadata)
            made = hall.index()
            click.echo(
                f"{made.total} passages, {made.embedded} encoded, built in {made.seconds:.0f} s {made.encoder_note}"
            )
            score(questions, hall)
            hall.close()


if __name__ == "__main__":
    main()
