import json
import math
import string
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ask.evidence import PLACES, PLACES_PER_PAPER, SECOND_SENTENCES, gather
from ask.extract import LARGE, NAME_WEIGHT, SMALL_COST, WORD_WEIGHT, closeness, names
from library.errors import UsageError
from library.types import Filter
from posterhall import Posterhall
from tests.hall_fixture import CRYSTAL, GRIPPER, MEMORY

pytest_plugins = ("tests.hall_fixture",)

QUESTIONS = (
    "memory of the tidepool cache on the Longshore benchmark",
    "tidepool documents read on a single borrowed accelerator",
    "the odd tidepool symbol that a reader could look up",
    "predicted energy of crystals and their symmetries",
    "error of the formation energy with five hundred crystals",
    "privacy budget of hospitals and pneumonia accuracy",
    "noise",
    "regret of a bandit with the longest delay",
    "weather radar forecasts",
    "soft gripper and wet fruit",
    "whispered speech recognition error",
)
"""Each is answered."""


def ask(hall: Posterhall, question: str, **where: Any) -> dict[str, Any]:
    return hall.ask(question, where=Filter(**where)).as_dict()


def cited(answer: dict[str, Any]) -> list[str]:
    return [c["quote"] for c in answer["citations"]]


def test_the_first_citation_is_the_sentence_that_answers_with_its_pdf_page_and_section(hall: Posterhall) -> None:
    answer = ask(hall, QUESTIONS[0])

    assert answer["answered"] is True
    assert answer["citations"][0] == {
        "n": 1,
        "paper_id": "id-tidepool",
        "title": "Tidepool Caches for Reading Long Documents",
        "pdf_stem": "tidepool-camera-ready",
        "page": 2,
        "section": "3 Experiments",
        "quote": MEMORY,
        "verified": True,
    }
    assert answer["answer"].startswith(f"“{MEMORY}” [1] “")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_stands_on_its_page_in_the_library_and_in_the_file(
    hall: Posterhall, sources: Path, question: str
) -> None:
    answer = hall.ask(question)

    assert answer.answered
    for citation in answer.citations:
        assert citation.verified is True
        paper = hall.paper(citation.paper_id)
        assert paper is not None
        assert paper.title == citation.title
        if citation.page is None:
            record = {"Abstract": paper.abstract, "Note": paper.note}[citation.section]
            assert record is not None
            assert record[citation.span.start : citation.span.end] == citation.quote
            continue
        document = hall.library.documents.of_paper(citation.paper_id)
        assert document is not None
        page = hall.library.documents.page(document.document_id, citation.page)
        assert page is not None
        assert page.text[citation.span.start : citation.span.end] == citation.quote
        with pymupdf.open(sources / "pdfs" / f"{citation.pdf_stem}.pdf") as pdf:
            printed = pdf[citation.page - 1].get_text()
        assert citation.quote in " ".join(printed.split())


@pytest.mark.parametrize("question", QUESTIONS)
def test_citations_count_from_one_are_grouped_by_paper_and_keep_the_limits(hall: Posterhall, question: str) -> None:
    answer = ask(hall, question)
    found = answer["citations"]

    assert [c["n"] for c in found] == list(range(1, len(found) + 1))
    assert [s["text"] for s in answer["sentences"]] == cited(answer)
    papers = [paper for paper, _ in groupby(c["paper_id"] for c in found)]
    assert len(papers) == len(set(papers))
    places = [place for place, _ in groupby((c["paper_id"], c["page"]) for c in found)]
    assert len(places) == len(set(places)) <= PLACES
    assert all(sum(paper == p for p, _ in places) <= PLACES_PER_PAPER for paper in papers)
    assert len(found) <= len(places) + SECOND_SENTENCES
    assert len(set(cited(answer))) == len(found)


def test_two_papers_on_the_subject_both_have_a_word(hall: Posterhall) -> None:
    answer = ask(hall, "weather radar forecasts")

    assert [c["paper_id"] for c in answer["citations"]] == ["id-rain", "id-rain", "id-hail", "id-hail"]


def test_a_sentence_over_a_page_break_is_not_quoted_although_it_has_all_the_words(hall: Posterhall) -> None:
    answer = ask(hall, "tidepool documents read on a single borrowed accelerator")

    assert {"id-tidepool"} == {c["paper_id"] for c in answer["citations"]}
    assert not any("borrowed" in quote or "swapped" in quote for quote in cited(answer))


def test_a_sentence_with_a_glyph_that_nobody_can_name_is_not_quoted_although_it_has_all_the_words(
    hall: Posterhall,
) -> None:
    answer = ask(hall, "the odd tidepool symbol that a reader could look up")

    assert {"id-tidepool"} == {c["paper_id"] for c in answer["citations"]}
    assert not any("\ufffd" in quote or "symbol" in quote for quote in cited(answer))


def test_a_quote_from_two_columns_holds_no_word_of_the_other_column(hall: Posterhall) -> None:
    answer = ask(hall, "predicted energy of crystals and their symmetries")

    citation = next(c for c in answer["citations"] if c["quote"] == CRYSTAL)
    assert (citation["pdf_stem"], citation["page"], citation["section"]) == ("lattice", 1, "1 Introduction")


def test_a_paper_without_a_pdf_is_quoted_from_its_abstract(hall: Posterhall) -> None:
    answer = ask(hall, "whispered speech recognition error")

    assert cited(answer) == [
        "Whispered speech has no pitch, and recognisers trained on voiced recordings fail on it.",
        "We turn ordinary recordings into whispers and halve the word error rate.",
    ]
    for citation in answer["citations"]:
        assert (citation["pdf_stem"], citation["page"], citation["section"]) == (None, None, "Abstract")


def test_a_paper_with_a_note_alone_is_quoted_from_the_note(hall: Posterhall) -> None:
    answer = ask(hall, "soft gripper and wet fruit")

    assert cited(answer) == [GRIPPER]
    citation = answer["citations"][0]
    assert (citation["pdf_stem"], citation["page"], citation["section"]) == (None, None, "Note")


@pytest.mark.parametrize(
    ("where", "papers"),
    [
        ({"year": 2030}, {"id-rain"}),
        ({"year": 2031}, {"id-hail"}),
        ({"venue": "meadow"}, {"id-rain"}),
        ({"venue": "harbour.org/2031/Conference", "tier": "poster"}, {"id-hail"}),
        ({"tier": "POSTER"}, {"id-rain", "id-hail"}),
        ({"text": "valleys"}, {"id-rain"}),
    ],
)
def test_only_papers_that_pass_the_filter_are_quoted(hall: Posterhall, where: dict[str, Any], papers: set[str]) -> None:
    assert {c["paper_id"] for c in ask(hall, "weather radar forecasts", **where)["citations"]} == papers


@pytest.mark.parametrize(
    "question",
    [
        "How long must sourdough bread with rye flour rest before baking?",
        "Who won the football world cup?",
        "best beaches of Portugal",
        "zzyzx",
        "?!",
        "to be or not to be",
        "\ud800",
    ],
)
def test_a_question_about_another_subject_is_not_answered(hall: Posterhall, question: str) -> None:
    answer = ask(hall, question)

    assert answer["answered"] is False
    assert answer["citations"] == answer["sentences"] == []
    assert answer["answer"].startswith("Nothing in this library comes close")


@pytest.mark.parametrize("where", [{"year": 1999}, {"tier": "keynote"}, {"text": "unheard-of"}])
def test_a_filter_that_leaves_no_paper_leaves_no_answer(hall: Posterhall, where: dict[str, Any]) -> None:
    assert ask(hall, "weather radar forecasts", **where)["answered"] is False


def test_a_filter_that_leaves_only_other_subjects_leaves_no_answer(hall: Posterhall) -> None:
    assert ask(hall, QUESTIONS[0], venue="harbour")["answered"] is True
    assert ask(hall, QUESTIONS[0], venue="meadow")["answered"] is False


def test_a_name_that_no_paper_mentions_is_not_answered_by_its_neighbours(hall: Posterhall) -> None:
    assert ask(hall, "memory of the tidepool cache on the Longshore benchmark")["answered"] is True
    assert ask(hall, "memory of the tidepool cache on the Fjordbank benchmark")["answered"] is False


@pytest.mark.parametrize("question", ["", "  \n\t"])
def test_an_empty_question_is_an_error(hall: Posterhall, question: str) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        hall.ask(question)


def test_an_unknown_venue_is_an_error_that_names_the_nearest(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match=r"no paper of venue 'Medow': did you mean 'Meadow 2030'"):
        ask(hall, "weather", venue="Medow")


def test_answers_are_the_same_to_the_byte_whoever_asks(
    hall: Posterhall, copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    def all_of(asked: Posterhall) -> bytes:
        return json.dumps([ask(asked, q) for q in QUESTIONS], ensure_ascii=False).encode()

    once, again = all_of(hall), all_of(hall)

    assert once == again
    other = opened(copied)
    other.index(full=True)
    assert all_of(other) == once


def test_a_quote_whose_page_was_altered_gives_way_to_another(
    copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    hall = opened(copied)
    hall.library.db.execute("UPDATE pages SET text = replace(text, '37 percent', '73 percent')")

    answer = ask(hall, QUESTIONS[0])

    assert answer["answered"] is True
    assert not any("percent of the memory" in quote for quote in cited(answer))
    assert any(c["page"] == 2 for c in answer["citations"])


def test_when_no_page_bears_its_passages_out_there_is_no_answer(
    copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    hall = opened(copied)
    hall.library.db.execute("UPDATE pages SET text = upper(text)")

    assert ask(hall, QUESTIONS[0])["answered"] is False


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How does attention work?", []),
        ("How much does GPT-4 cost?", ["GPT-4"]),
        ("BERT or word2vec?", ["BERT"]),
        ("Llama2 compared with Mamba", ["Llama2", "Mamba"]),
        ("Mixture-of-Experts models", ["Mixture-of-Experts"]),
        ("Was it tried? Yes, in Kenya. Did it fail!  Then why", ["Kenya"]),
        ("k-NN and LoRA by J. Smith", ["k-NN", "LoRA"]),
        ("I and A are letters", []),
        ("what is ℝ or 3D", []),
        ("le théorème de Bayes, l'École", ["Bayes", "École"]),
        ("", []),
    ],
)
def test_names_are_words_with_capitals_where_a_plain_word_has_none(question: str, expected: list[str]) -> None:
    assert names(question) == expected


@given(st.text(string.ascii_letters + string.digits + " .?!-_'é", max_size=60))
def test_a_name_is_a_word_of_the_question_with_a_capital_and_lower_case_has_none(question: str) -> None:
    for name in names(question):
        assert name in question
        assert len(name) > 1
        assert name != name.lower()
    assert names(question.lower()) == []


def test_closeness_is_the_best_paper_s_score_less_what_its_dearest_missing_word_weighs(hall: Posterhall) -> None:
    library, searcher = hall.library, hall.searcher
    found = gather(library, searcher, "tidepool cache memory", Filter())
    best = found.papers[0].score
    elsewhere = searcher.rarity(searcher.terms("pneumonia")[0])
    assert 0 < elsewhere < 1

    def close(question: str) -> float:
        return closeness(library, searcher, question, found)

    # In a library this small a missing word weighs a part of its weight, and the score must make up for the rest.
    trust = math.log(len(searcher.passage_ids) + 1) / math.log(LARGE + 1)
    assert 0.3 < trust < 0.7
    whole = pytest.approx(best - SMALL_COST * (1 - trust))
    assert WORD_WEIGHT < NAME_WEIGHT
    assert close("tidepool cache memory") == whole
    assert close("the Tidepool memory of Longshore") == whole
    assert close("tidepool pneumonia") == pytest.approx(whole.expected - trust * WORD_WEIGHT * elsewhere)
    # No passage has these: their rarity is 1, and the dearest alone counts.
    assert close("tidepool zebra") == pytest.approx(whole.expected - trust * WORD_WEIGHT)
    assert close("tidepool zebra quagga pneumonia") == pytest.approx(whole.expected - trust * WORD_WEIGHT)
    assert close("tidepool on Zebra") == pytest.approx(whole.expected - trust * NAME_WEIGHT)
