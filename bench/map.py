"""The map of papers: how true it is to the vectors, how little it moves, how long it takes; and the clusters.

    python bench/map.py --data DIR [--large 10000] [--clusters]

DIR is a library with an index; its papers' vectors are all that is used, and their positions are left alone. UMAP is
compared where it is installed. Vectors beyond those of the library are real ones with seeded noise.
"""

from __future__ import annotations

import importlib.util
import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import posterhall
from browse.clusters import _labels, _reduced
from browse.map import GROWTH, Layout, _main_directions, lay_out

NEIGHBOURS = 15
ADDED = 0.10
NOISE = 0.75
"""Length of the noise beside a vector's 1: a noisy copy has a cosine of 0.8 with its original."""
CLUSTERS = 25
SAMPLES = 4
SAMPLE = 0.8

Array = NDArray[Any]


def quality(vectors: Array, positions: Array) -> str:
    """Trustworthiness: neighbours on the map are neighbours; continuity: neighbours are neighbours on the map."""
    trust = trustworthiness(vectors, positions, n_neighbors=NEIGHBOURS)
    return f"trustworthiness {trust:.3f}, continuity {trustworthiness(positions, vectors, n_neighbors=NEIGHBOURS):.3f}"


def moved(before: Array, after: Array) -> float:
    """The median way that points went, as a share of the map's spread."""
    spread = np.sqrt(((before - before.mean(axis=0)) ** 2).sum(axis=1).mean())
    return float(np.median(np.linalg.norm(after - before, axis=1)) / spread)


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    made = make()
    return made, time.perf_counter() - started


def split(count: int, share: float) -> tuple[Array, Array]:
    order = np.random.default_rng(0).permutation(count)
    cut = round(count / (1 + share))
    return np.sort(order[:cut]), np.sort(order[cut:])


def as_layout(vectors: Array, positions: Array) -> Layout:
    return Layout(tuple(map(str, range(len(vectors)))), vectors, positions)


def grown(vectors: Array, share: float) -> None:
    """Lay out the old, place the new among them, and lay all of it out again from there."""
    old, new = split(len(vectors), share)
    base = lay_out(vectors[old])
    placed, seconds = timed(lambda: as_layout(vectors[old], base).place(vectors[new]))
    positions = np.empty((len(vectors), 2))
    positions[old], positions[new] = base, placed
    way = moved(base, positions[old])
    click.echo(f"  {share:.0%} more placed in {seconds:.1f} s: old moved {way:.3f}; {quality(vectors, positions)}")
    again, seconds = timed(lambda: lay_out(vectors, positions))
    click.echo(
        f"  laid out again in {seconds:.1f} s: old moved {moved(base, again[old]):.3f}; {quality(vectors, again)}"
    )


def umap(vectors: Array) -> None:
    from umap import UMAP  # type: ignore[import-not-found, import-untyped, unused-ignore]

    def model() -> Any:
        return UMAP(n_neighbors=NEIGHBOURS, min_dist=0.1, metric="cosine", random_state=0)

    model().fit(vectors[:200])  # compiles
    fitted, seconds = timed(lambda: model().fit(vectors))
    click.echo(f"umap-learn, {len(vectors):,} papers: {seconds:.1f} s; {quality(vectors, fitted.embedding_)}")
    old, new = split(len(vectors), ADDED)
    base = model().fit(vectors[old])
    placed, seconds = timed(lambda: base.transform(vectors[new]))
    positions = np.empty((len(vectors), 2))
    positions[old], positions[new] = base.embedding_, placed
    click.echo(f"  {ADDED:.0%} more placed in {seconds:.1f} s: {quality(vectors, positions)}")
    again = UMAP(n_neighbors=NEIGHBOURS, min_dist=0.1, metric="cosine", random_state=0, init=positions).fit(vectors)
    way = moved(positions[old], again.embedding_[old])
    click.echo(f"  laid out again from there: old moved {way:.3f}; {quality(vectors, again.embedding_)}")


def enlarged(vectors: Array, count: int) -> Array:
    """Real vectors first, then noisy copies."""
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((max(count - len(vectors), 0), vectors.shape[1]))
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    copies = vectors[rng.integers(len(vectors), size=len(noise))] + noise
    found = np.vstack([vectors, copies])[:count]
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def agreement(vectors: Array, cluster: Callable[[Array], Array]) -> str:
    """How well clusterings of overlapping samples agree on the papers that both hold and cluster."""
    rng = np.random.default_rng(0)
    size = int(SAMPLE * len(vectors))
    samples = [np.sort(rng.choice(len(vectors), size, replace=False)) for _ in range(SAMPLES)]
    labels = [cluster(vectors[sample]) for sample in samples]
    scores = []
    for (one, a), (two, b) in itertools.combinations(zip(samples, labels, strict=True), 2):
        _, left, right = np.intersect1d(one, two, return_indices=True)
        both = (a[left] >= 0) & (b[right] >= 0)
        scores.append(adjusted_rand_score(a[left][both], b[right][both]))
    covered = np.mean([(each >= 0).mean() for each in labels])
    return f"agreement {np.mean(scores):.3f}, covered {covered:.2f}"


def clusterings(vectors: Array) -> None:
    ways: dict[str, Callable[[Array], Array]] = {
        "k-means, 50 directions (in use)": lambda v: _labels(_reduced(v), CLUSTERS),
        "k-means, all": lambda v: KMeans(CLUSTERS, n_init=4, random_state=0).fit_predict(v),
        "Ward, all": lambda v: AgglomerativeClustering(CLUSTERS).fit_predict(v),
        "Ward, 50 directions": lambda v: AgglomerativeClustering(CLUSTERS).fit_predict(_reduced(v)),
        "HDBSCAN, all": lambda v: HDBSCAN(min_cluster_size=10, min_samples=5, copy=True).fit_predict(v),
        "HDBSCAN leaves, 50 directions": lambda v: HDBSCAN(
            min_cluster_size=8, min_samples=2, cluster_selection_method="leaf", copy=True
        ).fit_predict(_reduced(v)),
    }
    for name, way in ways.items():
        said, seconds = timed(lambda way=way: agreement(vectors, way))
        click.echo(f"  {name}: {said}, {seconds / SAMPLES:.1f} s each")


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="A library with an index.")
@click.option("--large", type=int, default=10_000, show_default=True, help="Papers of the large map; 0 leaves it out.")
@click.option("--clusters", is_flag=True, help="Compare ways of clustering too.")
def main(data: Path, large: int, clusters: bool) -> None:
    """Measure the map of a library's papers."""
    hall = posterhall.open(data)
    vectors = hall.searcher.paper_vectors()[1]
    hall.close()
    click.echo(f"two main directions, {len(vectors):,} papers: {quality(vectors, _main_directions(vectors))}")
    positions, seconds = timed(lambda: lay_out(vectors))
    click.echo(f"openTSNE, {len(vectors):,} papers: {seconds:.1f} s; {quality(vectors, positions)}")
    click.echo(f"  the same again: {np.array_equal(positions, lay_out(vectors))}")
    grown(vectors, ADDED)
    grown(vectors, GROWTH - 1)
    if importlib.util.find_spec("umap"):
        umap(vectors)
    if large:
        many = enlarged(vectors, large)
        positions, seconds = timed(lambda: lay_out(many))
        click.echo(f"openTSNE, {large:,} papers: {seconds:.1f} s")
        more = enlarged(vectors, round(large * (1 + ADDED)))[large:]
        layout = as_layout(many, positions)
        _, seconds = timed(lambda: layout.place(more))
        click.echo(f"  {len(more):,} more placed in {seconds:.1f} s")
        _, seconds = timed(lambda: layout.place(more[:1]))
        click.echo(f"  one more in {seconds:.2f} s")
    if clusters:
        click.echo(f"{CLUSTERS} clusters, {SAMPLES} samples of {SAMPLE:.0%}:")
        clusterings(vectors)


if __name__ == "__main__":
    main()
