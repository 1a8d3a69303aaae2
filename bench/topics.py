"""How well papers are placed on topics: judged topics, membership beside plain search, and what verdicts change.

    python bench/topics.py --shared ../shared [--data DIR | --titles]

Reads `<shared>/data`; `--data` names a library that holds the icml2024 papers and is indexed, which is only read;
without it one is made for the time of the bench, with `--titles` of the papers' titles alone. Needs the `bench` extra
(scipy).
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import posterhall
from browse.membership import BIAS, WEIGHTS, place
from browse.parts import Part, Parts, Vectors, measure
from browse.topics import Topic, load, topics_file

RELEVANT = 2
CLICKS = 20
CLICKED_AMONG = 30
CLICKED_TOPICS = 5
REPEATS = 50
LARGE = 20
RIDGE = 0.1
RAISED = 1.4
"""What is added to the bias of equal odds (browse/membership.py)."""


@dataclass(frozen=True)
class Judged:
    qid: str
    text: str
    topic: Topic
    grades: Mapping[str, int]

    @property
    def relevant(self) -> set[str]:
        return {p for p, grade in self.grades.items() if grade >= RELEVANT}


@dataclass(frozen=True)
class Line:
    size: int
    precision: float
    recall: float
    unjudged: float


def judged_topics(shared: Path) -> list[Judged]:
    """The topic questions, each with the topic that stands under its mark in data/topics.toml."""
    folder = shared / "data" / "eval" / "icml24"
    texts = {}
    for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts[row["qid"]] = row["text"]
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        qid, paper, grade = line.split("\t")
        grades.setdefault(qid, {})[paper] = int(grade)
    registry = load(topics_file())
    marks = re.findall(r'^# icml24: (d\d+)\n\[\[topic\]\]\nid = "(.+)"', topics_file().read_text(), re.MULTILINE)
    return [Judged(qid, texts[qid], registry.find(topic_id), grades[qid]) for qid, topic_id in sorted(marks)]


def scored(found: Iterable[str], judged: Judged, left_out: set[str]) -> Line:
    shown = [p for p in found if p not in left_out]
    hits = len(judged.relevant.intersection(shown))
    return Line(
        len(shown),
        hits / max(len(shown), 1),
        hits / max(len(judged.relevant - left_out), 1),
        sum(p not in judged.grades for p in shown) / max(len(shown), 1),
    )


def line(name: str, lines: list[Line]) -> str:
    """Means over topics; precision over those with anything shown, recall over those with anything to find."""
    p = np.mean([x.precision for x in lines if x.size])
    means = (np.mean([getattr(x, f) for x in lines]) for f in ("size", "recall", "unjudged"))
    size, recall, unjudged = means
    return f"{name:44}{size:7.1f}{p:11.3f}{recall:8.3f}{unjudged:10.3f}"


def search(hall: posterhall.Posterhall, text: str, size: int, left_out: set[str]) -> list[str]:
    if not size:
        return []
    hits = hall.search(text, limit=size + len(left_out), passages=0).hits
    return [h.paper.paper_id for h in hits if h.paper.paper_id not in left_out][:size]


def logits(rows: np.ndarray[Any, Any], weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(rows @ weights[:-1] + weights[-1])


def refitted(parts: Mapping[str, Parts], topics: list[Judged]) -> np.ndarray[Any, Any]:
    """Weights and bias (at equal odds) of a ridge logistic regression on some topics; unjudged papers count as off.

    ``common`` is a ratio of odds, so it keeps its weight: it differs between topics, and 14 are too few to fit it to.
    """
    rows = np.vstack([parts[j.topic.topic_id].values for j in topics])
    free = np.array([name != "common" for name in Part._fields] + [True])
    wanted = np.concatenate([[p in j.relevant for p in parts[j.topic.topic_id].papers] for j in topics])

    def loss(w: np.ndarray[Any, Any]) -> tuple[float, np.ndarray[Any, Any]]:
        z = logits(rows, w)
        odds = 1 / (1 + np.exp(-z))
        slope = np.append(rows.T @ (odds - wanted), (odds - wanted).sum())
        penalty = np.append(w[:-1], 0.0) * free
        value = np.logaddexp(0, z).sum() - z[wanted].sum() + RIDGE / 2 * (penalty**2).sum()
        return float(value), (slope + RIDGE * penalty) * free

    return np.asarray(minimize(loss, np.where(free, 0.0, WEIGHTS.common), jac=True, method="L-BFGS-B").x)


def members(parts: Parts, weights: np.ndarray[Any, Any] | None) -> list[str]:
    if weights is None:
        return [m.paper_id for m in place(parts, {}, set(parts.papers)).members]
    z = logits(parts.values, weights)
    return [parts.papers[n] for n in np.argsort(-z, kind="stable") if z[n] >= 0]


def table(hall: posterhall.Posterhall, topics: list[Judged], shipped: dict[str, Parts], bare: dict[str, Parts]) -> None:
    click.echo(
        f"\n{'mean of ' + str(len(topics)) + ' topics':44}{'shown':>7}{'precision':>11}{'recall':>8}{'unjudged':>10}"
    )
    refit = {j.qid: refitted(bare, [o for o in topics if o is not j]) for j in topics}
    for weights in refit.values():
        weights[-1] += RAISED
    cases = (
        ("as shipped", shipped, False, None),
        ("as shipped, seeds left out of every list", shipped, True, None),
        ("without seeds, as at another venue", bare, False, None),
        ("the same, weights of the other 13 topics", bare, False, refit),
    )
    for name, parts, leave, weights in cases:
        ours, plain, described = [], [], []
        for j in topics:
            out = set(shipped[j.topic.topic_id].seeds) if leave else set[str]()
            mine = scored(members(parts[j.topic.topic_id], weights and weights[j.qid]), j, out)
            ours.append(mine)
            plain.append(scored(search(hall, j.text, mine.size, out), j, out))
            described.append(scored(search(hall, j.topic.query, mine.size, out), j, out))
        click.echo(line(name, ours))
        click.echo(line("  plain search, as many", plain))
        click.echo(line("  search with the description, as many", described))
        if weights is None and not leave:
            for j, mine, other in zip(topics, ours, plain, strict=True):
                click.echo(
                    f"    {j.qid} {j.topic.topic_id:32} {mine.size:3} shown  "
                    f"P {mine.precision:.2f} ({other.precision:.2f})  R {mine.recall:.2f} ({other.recall:.2f})"
                )
    for name, parts in (("without seeds", bare), ("with seeds", shipped)):
        *weights, bias = (round(float(w), 1) for w in refitted(parts, topics))
        click.echo(f"fitted on all, {name}: {Part(*weights)}, bias {bias}")
    click.echo(f"in use: {WEIGHTS}, bias {BIAS}")


def clicks(topics: list[Judged], parts: dict[str, Parts], vectors: Vectors) -> None:
    """Verdicts on 20 of the first 30 judged papers; the other judged papers are placed before and after."""
    rng = np.random.default_rng(0)
    most = sorted(topics, key=lambda j: (-len(j.relevant), j.qid))[:CLICKED_TOPICS]
    totals = {"before": np.zeros(3), "after": np.zeros(3), "list before": np.zeros(3), "list after": np.zeros(3)}
    for j in most:
        mine = parts[j.topic.topic_id]
        order = np.argsort(-logits(mine.values, np.array([*WEIGHTS, BIAS])), kind="stable")
        judged = [mine.papers[n] for n in order if mine.papers[n] in j.grades]
        for _ in range(REPEATS):
            clicked = {str(p) for p in rng.permutation(judged[:CLICKED_AMONG])[:CLICKS]}
            rest = set(judged) - clicked
            told = {p: "accept" if p in j.relevant else "reject" for p in clicked}
            for when, verdicts in (("before", {}), ("after", told)):
                found = {m.paper_id for m in place(mine, verdicts, set(mine.papers), vectors).members}
                for name, among in ((when, rest), (f"list {when}", set(judged))):
                    hits = len(found & among & j.relevant)
                    totals[name] += hits, len(found & among), len(among & j.relevant)
    for name, (hits, shown, relevant) in totals.items():
        click.echo(f"  {name:12} precision {hits / shown:.3f}  recall {hits / relevant:.3f}")


def one_click(parts: dict[str, Parts], vectors: Vectors) -> None:
    """What one rejection takes off a large topic besides its paper, and five acceptances after five rejections."""
    lost, dropped = [], 0
    for mine in parts.values():
        best = [m.paper_id for m in place(mine, {}, set(mine.papers)).members]
        if len(best) < LARGE:
            continue

        def size(told: dict[str, str], mine: Parts = mine) -> int:
            return len(place(mine, told, set(mine.papers), vectors).members)

        lost += [len(best) - 1 - size({paper: "reject"}) for paper in best[:: max(1, len(best) // 6)]]
        told = dict.fromkeys(best[-5:], "reject")
        before = size(told)
        for paper in best[:5]:
            told[paper] = "accept"
            after = size(told)
            dropped, before = max(dropped, before - after), after
    click.echo(
        f"\none rejection takes {np.mean(lost):.1f} others off a topic of {LARGE} or more ({np.max(lost)} at most), "
        f"one acceptance, after five rejections, {dropped} at most"
    )


def offered(hall: posterhall.Posterhall) -> None:
    """Topics made of the clusters on offer, as they are offered: how much of a cluster they hold, and what else."""
    clusters = {c.name: c.paper_ids for c in hall.clusters()}
    offers = [each.offer for each in hall.topic_offers()]
    topics = [Topic(f"offer-{n}", o.name, o.description, o.synonyms, seeds=o.seeds) for n, o in enumerate(offers)]
    parts, held = measure(hall.library, hall.searcher, hall.papers(), topics), np.zeros(6)
    for offer, topic in zip(offers, topics, strict=True):
        mine = parts[topic.topic_id]
        found, papers = {m.paper_id for m in place(mine, {}, set(mine.papers)).members}, clusters[offer.name]
        for n, wanted in enumerate((papers[: len(papers) // 4], papers[: len(papers) // 2])):
            held[2 * n : 2 * n + 2] += len(found.intersection(wanted)), len(wanted)
        held[4:] += len(found.intersection(papers)), len(found)
    quarter, half, inside = held[::2] / np.maximum(held[1::2], 1)
    click.echo(
        f"\n{len(offers)} of {len(clusters)} clusters offered; of the nearest quarter {quarter:.2f} and of the nearer "
        f"half {half:.2f} on the topic; of its members {inside:.2f} in the cluster"
    )


def run(hall: posterhall.Posterhall, shared: Path) -> None:
    topics = judged_topics(shared)
    registry = load(topics_file())
    papers = hall.papers()
    hall.search("warm", limit=1)
    started = time.perf_counter()
    shipped = measure(hall.library, hall.searcher, papers, registry.topics)
    measured = time.perf_counter() - started
    started = time.perf_counter()
    placed = {t: place(parts, {}, set(parts.papers)) for t, parts in shipped.items()}
    placing = time.perf_counter() - started
    click.echo(
        f"{len(registry.topics)} topics over {len(papers)} papers: measured in {measured:.1f} s, "
        f"placed in {1000 * placing:.0f} ms; {sum(len(m.members) for m in placed.values())} places, "
        f"{len(papers) - len({p.paper_id for m in placed.values() for p in m.members})} papers on no topic"
    )
    bare_topics = [replace(j.topic, seeds=()) for j in topics]
    bare = measure(hall.library, hall.searcher, papers, bare_topics)
    table(hall, topics, shipped, bare)
    vectors = Vectors(*hall.searcher.paper_vectors())
    for name, parts in (("as shipped", shipped), ("without seeds", bare)):
        click.echo(
            f"\n{CLICKS} verdicts on {CLICKED_TOPICS} topics, {name} (list: with the papers that have a verdict)"
        )
        clicks(topics, parts, vectors)
    one_click(shipped, vectors)
    offered(hall)


def without_abstracts(papers: Path, folder: Path) -> Path:
    """A copy of a file of papers that has their titles alone to say what they are about."""
    made = folder / "titles.jsonl"
    rows = (json.loads(text) for text in papers.read_text(encoding="utf-8").splitlines())
    kept = ({k: v for k, v in row.items() if k not in ("abstract", "keywords")} for row in rows)
    made.write_text("\n".join(map(json.dumps, kept)), encoding="utf-8")
    return made


@click.command()
@click.option("--shared", type=click.Path(path_type=Path), default=os.environ.get("POSTERHALL_SHARED", "../shared"))
@click.option("--data", type=click.Path(path_type=Path, exists=True), help="A library with the papers, indexed.")
@click.option("--titles", is_flag=True, help="Leave the papers' abstracts and keywords out.")
def main(shared: Path, data: Path | None, titles: bool) -> None:
    """Score membership on the judged topics."""
    shared = shared.parent if shared.name == "data" else shared
    if data is not None:
        hall = posterhall.open(data)
        run(hall, shared)
        hall.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        hall, papers = posterhall.open(folder), shared / "data" / "icml2024" / "icml2024_papers.jsonl"
        hall.ingest_files(without_abstracts(papers, Path(folder)) if titles else papers)
        hall.index()
        run(hall, shared)
        hall.close()


if __name__ == "__main__":
    main()
