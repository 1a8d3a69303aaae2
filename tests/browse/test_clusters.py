"""Clusters: which papers are together, and what they are called."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from browse.clusters import find_clusters
from library.types import Paper
from posterhall import Posterhall

pytest_plugins = ("tests.hall_fixture",)

SUBJECTS = ("tidal pumps", "silk kites", "clay ovens")
USES = (
    "harbours",
    "islands",
    "deserts",
    "villages",
    "schools",
    "ships",
    "farms",
    "museums",
    "parks",
    "mines",
    "inns",
    "hills",
)


def library() -> tuple[list[Paper], NDArray[np.float32]]:
    """Twelve papers on each subject, one direction a subject; 36 papers make three clusters."""
    papers, rows = [], []
    rng = np.random.default_rng(0)
    for axis, subject in enumerate(SUBJECTS):
        for n, use in enumerate(USES):
            papers.append(Paper(f"{axis}-{n:02}", f"Report {n}", abstract=f"We propose {subject} for the {use}."))
            rows.append(np.eye(8)[axis] + 0.05 * rng.standard_normal(8))
    vectors = np.array(rows)
    return papers, (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_papers_on_a_subject_are_together_under_its_words() -> None:
    papers, vectors = library()
    found = find_clusters(papers, vectors)
    assert len(found) == 3  # half the root of 36
    assert {frozenset(p.split("-")[0] for p in cluster.paper_ids) for cluster in found} == {
        frozenset("0"),
        frozenset("1"),
        frozenset("2"),
    }
    assert {cluster.terms[0] for cluster in found} == set(SUBJECTS)
    assert all(cluster.name.startswith(cluster.terms[0]) for cluster in found)


def test_words_that_any_paper_says_name_nothing() -> None:
    papers, vectors = library()
    said = {word for cluster in find_clusters(papers, vectors) for term in cluster.terms for word in term.split()}
    assert not said & {"we", "propose", "for", "the"}


def test_the_most_central_papers_stand_for_a_cluster() -> None:
    papers, vectors = library()
    index = {paper.paper_id: n for n, paper in enumerate(papers)}
    for cluster in find_clusters(papers, vectors):
        assert cluster.representatives == cluster.paper_ids[:5]
        middle = vectors[[index[p] for p in cluster.paper_ids]].mean(axis=0)
        first, last = (float(vectors[index[p]] @ middle) for p in (cluster.paper_ids[0], cluster.paper_ids[-1]))
        assert first > last


def test_the_same_papers_give_the_same_clusters() -> None:
    papers, vectors = library()
    assert find_clusters(papers, vectors) == find_clusters(papers, vectors)


def test_every_paper_is_in_exactly_one_cluster_and_names_differ(hall: Posterhall) -> None:
    found = hall.clusters()
    held = [paper for cluster in found for paper in cluster.paper_ids]
    assert sorted(held) == sorted(paper.paper_id for paper in hall.papers())
    assert len({cluster.name for cluster in found}) == len(found)
    assert all(cluster.name for cluster in found)


def test_papers_on_one_subject_that_join_a_library_are_together(
    copied: Path, opened: Callable[[Path], Posterhall], tmp_path: Path
) -> None:
    hall = opened(copied)
    file = tmp_path / "kelp.jsonl"
    rows = [
        {"id": f"kelp-{n}", "title": f"Kelp of {u}", "abstract": f"Kelp forests of {u} feed urchins."}
        for n, u in enumerate(USES)
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall.ingest_files(file)
    hall.index()
    with_kelp = [cluster for cluster in hall.clusters() if any("kelp" in paper for paper in cluster.paper_ids)]
    assert len(with_kelp) == 1
    assert "kelp" in with_kelp[0].name


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_papers_make_one_cluster_or_none(count: int) -> None:
    papers, vectors = library()
    found = find_clusters(papers[:count], vectors[:count])
    assert len(found) == min(count, 1)
    assert sum(len(cluster.paper_ids) for cluster in found) == count


def test_papers_that_say_nothing_still_have_a_cluster_with_a_name() -> None:
    papers = [Paper(f"p{n}", "?!") for n in range(20)]
    found = find_clusters(papers, np.tile(np.eye(4, dtype=np.float32)[:1], (20, 1)))
    assert [cluster.name for cluster in found] == ["papers"]
