import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.search
from index.build import BuildReport
from index.fuse import DENSE_WEIGHT
from index.search import Searcher
from library import Library
from library.errors import UsageError
from library.types import Filter

ALL = 10

SCRIPT = """
import sys
from pathlib import Path
from index.search import Searcher
from library import Library

data = Path(sys.argv[1])
with Library.open(data) as library:
    print(Searcher.open(library, data / "index").papers("what keeps information")[0].paper_id)
unwanted = {"torch", "sentence_transformers", "transformers", "openvino_telemetry"}
print(sorted(unwanted & {name for name, module in sys.modules.items() if module}))
"""


@pytest.mark.parametrize("mode", ["hybrid", "bm25", "dense"])
def test_a_question_finds_its_paper_first(searcher: Searcher, mode: str) -> None:
    hits = searcher.papers("molecules that bind to a protein", mode=mode)

    assert hits[0].paper_id == "Diffusionmodelsdesignmolecules"
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_meaning_finds_what_shares_no_word(searcher: Searcher) -> None:
    question = "medicinal chemistry"

    assert searcher.papers(question, mode="bm25") == []
    assert searcher.papers(question)[0].paper_id == "Diffusionmodelsdesignmolecules"


def test_a_passage_has_its_rank_in_each_list(searcher: Searcher) -> None:
    first, *others = searcher.passages("noise")

    assert {first.bm25, first.dense} <= {1, 2}
    assert sorted(h.bm25 for h in [first, *others] if h.bm25) == [1, 2]
    assert sorted(h.dense or 0 for h in [first, *others]) == list(range(1, ALL + 1))


def test_a_score_by_words_is_the_index_s_own_and_a_hybrid_one_is_a_blend(searcher: Searcher) -> None:
    words = {h.passage_id: h.score for h in searcher.passages("noise", mode="bm25")}
    hybrid = searcher.passages("noise")

    for hit in hybrid:
        share = words.get(hit.passage_id, 0.0) / max(words.values())
        cosine = (hit.score - (1 - DENSE_WEIGHT) * share) / DENSE_WEIGHT
        assert -1 <= cosine <= 1


@pytest.mark.parametrize("mode", ["hybrid", "bm25", "dense"])
def test_a_filter_leaves_only_papers_that_pass_it(searcher: Searcher, mode: str) -> None:
    question = "noise in training and translation"

    oral = searcher.papers(question, mode=mode, where=Filter(venue="icml", tier="oral"))
    later = searcher.papers(question, mode=mode, where=Filter(year=2025))

    assert oral
    assert later
    assert {h.paper_id for h in oral}.isdisjoint(h.paper_id for h in later)
    if mode == "dense":
        assert (len(oral), len(later)) == (5, 5)


def test_a_filter_without_papers_finds_nothing(searcher: Searcher) -> None:
    assert searcher.papers("noise", where=Filter(year=1999)) == []


def test_a_search_may_be_kept_within_some_papers(searcher: Searcher) -> None:
    papers = ["Privatefederatedaveraging", "Banditswithdelayedfeedback"]

    hits = searcher.passages("noise", within=papers)

    assert [h.paper_id for h in hits] == papers
    later = searcher.passages("noise", within=papers, where=Filter(year=2025))
    assert [h.paper_id for h in later] == papers[1:]
    assert searcher.passages("noise", within=[]) == []


def test_passages_that_left_the_library_are_left_out(
    library: Library, folder: Path, fill: Callable[..., list[str]], rebuild: Callable[..., BuildReport]
) -> None:
    gone, stays = fill(library, [("Gone", "Both speak of noise."), ("Stays", "Both speak of noise, too.")])
    rebuild()
    searcher = Searcher.open(library, folder)
    library.passages.replace(gone, None, [])

    for mode in ("hybrid", "bm25", "dense"):
        assert [h.paper_id for h in searcher.papers("noise", mode=mode)] == [stays]
        assert [h.paper_id for h in searcher.passages("noise", mode=mode)] == [stays]


def test_as_many_papers_come_as_were_asked_for_although_one_has_most_passages(
    library: Library, folder: Path, fill: Callable[..., list[str]], rebuild: Callable[..., BuildReport]
) -> None:
    big, *_ = fill(library, [("Noise", "Noise, noise."), ("Music", "Tunes."), ("Food", "Meals.")])
    passage = library.passages.of_paper(big)[1]
    library.passages.replace(big, None, [replace(passage, ordinal=n) for n in range(index.search.DEPTH + 50)])
    rebuild()

    hits = Searcher.open(library, folder).papers("noise", limit=3)

    assert hits[0].paper_id == big
    assert len(hits) == 3
    assert [p.passage_id for p in hits[0].passages] == sorted(p.passage_id for p in hits[0].passages)
    assert len(hits[0].passages) == index.search.PASSAGES_PER_PAPER


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=300))
def test_any_question_is_answered_or_called_empty(searcher: Searcher, query: str) -> None:
    if not query.strip():
        with pytest.raises(UsageError, match="the question is empty"):
            searcher.papers(query)
        return
    hits = searcher.papers(query, limit=4)

    assert len(hits) == 4
    assert hits == searcher.papers(query, limit=4)


def test_a_very_long_question_is_answered(searcher: Searcher) -> None:
    assert searcher.papers("protein " * 20_000)[0].paper_id == "Diffusionmodelsdesignmolecules"


@pytest.mark.parametrize(
    ("query", "options", "message"),
    [(" \n", {}, "empty"), ("x", {"limit": 0}, "at least one"), ("x", {"mode": "magic"}, "no mode 'magic'")],
)
def test_a_wrong_request_says_what_is_wrong(
    searcher: Searcher, query: str, options: dict[str, Any], message: str
) -> None:
    for search in (searcher.papers, searcher.passages):
        with pytest.raises(UsageError, match=message):
            search(query, **options)


def test_vectors_are_those_that_the_encoder_makes(searcher: Searcher) -> None:
    hit = searcher.passages("noise")[0]
    row = next(searcher._library.passages.index_rows([hit.passage_id]))

    vectors = searcher.vectors([hit.passage_id])

    assert float(vectors[0] @ searcher.encoder.encode([row.embed_text])[0]) == pytest.approx(1, abs=1e-3)


def test_the_nearest_papers_of_a_paper_s_own_vector_begin_with_it(searcher: Searcher) -> None:
    papers, vectors = searcher.paper_vectors()

    found = searcher.nearest(5 * vectors[3], limit=4)

    assert found[0] == (papers[3], pytest.approx(1, abs=1e-3))
    assert len(found) == 4


def test_terms_are_folded_and_stemmed_and_have_no_stopwords(searcher: Searcher) -> None:
    assert searcher.terms("The Naïve networks, and why") == ["naiv", "network", "whi"]


def test_a_word_is_the_rarer_the_fewer_passages_have_it(searcher: Searcher) -> None:
    never, once, twice = (searcher.rarity(term) for term in ("zebra", "molecul", "nois"))

    assert (never, once) == pytest.approx((1.0, math.log(1 + 9.5 / 1.5) / math.log(22)))
    assert never > once > twice > 0


def test_every_paper_has_one_unit_vector(searcher: Searcher) -> None:
    papers, vectors = searcher.paper_vectors()

    assert papers == sorted({h.paper_id for h in searcher.papers("noise")})
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_question_imports_no_torch(data: Path) -> None:
    root = Path(index.search.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(data)], cwd=root, capture_output=True, text=True, check=True
    )

    assert done.stdout.split("\n") == ["Recurrentnetworksthatremember", "[]", ""]
