import math
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.lexical import LexicalIndex, lexical_text
from library.errors import IndexUnavailable
from library.passages import IndexRow

WORDS = ("attention", "graph", "noise", "protein", "bandit", "scaling", "causal", "recurrent", "private", "token")


def row(passage_id: int, text: str, *, title: str = "", kind: str = "abstract", section: str = "") -> IndexRow:
    return IndexRow(passage_id, f"p{passage_id}", kind, title, section, text, "")


def corpus(size: int) -> list[IndexRow]:
    dice = random.Random(7)
    return [row(i, " ".join(dice.choices(WORDS, k=dice.randint(3, 30)))) for i in range(1, size + 1)]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    index = LexicalIndex(tmp_path_factory.mktemp("lexical") / "tantivy", create=True)
    index.add(corpus(300))
    return index


def fresh(tmp_path: Path, rows: Sequence[IndexRow]) -> LexicalIndex:
    index = LexicalIndex(tmp_path / "tantivy", create=True)
    index.add(rows)
    return index


@pytest.mark.parametrize("query", ["attention", "graph noise", "protein bandit bandit token"])
def test_scores_are_those_of_rank_bm25_with_the_idf_of_lucene(many: LexicalIndex, query: str) -> None:
    documents = [many.terms(lexical_text(r)) for r in corpus(300)]
    oracle = BM25Okapi(documents, k1=1.2, b=0.75)
    for term in oracle.idf:
        n = sum(term in d for d in documents)
        oracle.idf[term] = math.log(1 + (300 - n + 0.5) / (n + 0.5))
    expected = {i: s for i, s in enumerate(oracle.get_scores(many.terms(query)), start=1) if s > 0}

    found = many.search(query, 300)

    assert dict(found) == pytest.approx(expected, abs=2e-4)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))


@settings(max_examples=60)
@given(st.sets(st.integers(1, 300)), st.integers(1, 40))
def test_a_filter_gives_what_the_whole_ranking_has_of_it(many: LexicalIndex, allowed: set[int], limit: int) -> None:
    everything = many.search("graph noise token", 300)

    found = many.search("graph noise token", limit, sorted(allowed))

    assert found == [hit for hit in everything if hit[0] in allowed][:limit]


@settings(max_examples=150)
@given(st.text(max_size=200) | st.text(alphabet="\"'()[]{}:^~*?\\/+-&|!<>AND OR NOT ", max_size=60))
def test_no_text_is_a_syntax_error(many: LexicalIndex, query: str) -> None:
    found = many.search(query, 5)

    assert len(found) <= 5
    assert all(score > 0 for _, score in found)


@pytest.mark.parametrize("query", ["", "   ", "the of and", "§$%", "\ud800", "x" * 100_000])
def test_a_question_without_a_known_word_finds_nothing(many: LexicalIndex, query: str) -> None:
    assert many.search(query, 5) == []


def test_a_question_of_ten_thousand_words_is_answered(many: LexicalIndex) -> None:
    query = " ".join(f"word{i}" for i in range(10_000)) + " protein protein"

    assert many.search(query, 1) == many.search("protein protein", 1)


def test_equal_passages_come_in_the_order_of_their_ids_also_at_the_limit(tmp_path: Path) -> None:
    index = fresh(tmp_path, [row(i, "equal words") for i in reversed(range(1, 101))])

    assert [i for i, _ in index.search("equal", 3)] == [1, 2, 3]


def test_case_accents_and_word_endings_do_not_matter(tmp_path: Path) -> None:
    index = fresh(tmp_path, [row(1, "Naïve Transformers attend")])

    assert [i for i, _ in index.search("NAIVE transformer attending", 5)] == [1]


def test_a_passage_is_found_by_the_words_of_its_title_and_section(tmp_path: Path) -> None:
    index = fresh(tmp_path, [row(1, "text", title="Kernels", kind="body", section="Ablation")])

    assert [index.search(q, 5)[0][0] for q in ("kernels", "ablation", "text")] == [1, 1, 1]


def test_titles_are_those_the_passages_were_added_with(tmp_path: Path) -> None:
    index = fresh(tmp_path, [row(1, "a", title="One title"), row(2, "b", title="Another: title")])

    assert index.titles([2, 1, 99]) == {1: "One title", 2: "Another: title"}


def test_passages_added_later_are_there_after_reopening(tmp_path: Path) -> None:
    index = fresh(tmp_path, [row(1, "graph")])

    assert index.add([row(2, "graph")]) == 1

    assert [i for i, _ in LexicalIndex(tmp_path / "tantivy").search("graph", 5)] == [1, 2]
    assert index.count() == 2


def test_a_folder_without_an_index_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(IndexUnavailable, match="posterhall index --full"):
        LexicalIndex(tmp_path)
