from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ask.evidence import (
    MIN_TERMS,
    PAPER_WEIGHT,
    PASSAGE_WEIGHT,
    PLACE_WEIGHT,
    PLACES,
    PLACES_PER_PAPER,
    RELEVANT,
    SECOND_SENTENCES,
    SENTENCE_WEIGHT,
    Evidence,
    choose,
    gather,
)
from library.types import ABSTRACT, BODY, NOTE, Filter, Passage, Span
from posterhall import Posterhall
from tests.hall_fixture import MEMORY

pytest_plugins = ("tests.hall_fixture",)

Place = tuple[str, str, int | None]


def evidence(paper: str, page: int | None, start: int, text: str, score: float) -> Evidence:
    kind = BODY if page else ABSTRACT
    passage = Passage(1, paper, 1 if page else None, kind, 0, "1 Results", text, (), (), "")
    return Evidence(passage, 0, len(text), Span(page, start, start + len(text)), score)


def candidates(*rows: tuple[str, int | None, int, str]) -> list[Evidence]:
    """Evidence whose scores fall from the first to the last."""
    return [evidence(*row, score=10.0 - n / 10) for n, row in enumerate(rows)]


def texts(chosen: list[Evidence]) -> list[str]:
    return [e.text for e in chosen]


def anything(_: Evidence) -> bool:
    return True


STATEMENTS = st.integers(0, 40).map("Sentence {}.".format)
QUESTIONS = st.integers(0, 10).map("Question {}?".format)


def sentences(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Evidence]]:
    """Evidence from some pages of three papers, best first."""
    rows = st.tuples(st.sampled_from("abc"), st.sampled_from((None, *range(1, 8))), st.integers(0, 50), texts)
    return st.lists(rows, max_size=60).map(lambda drawn: candidates(*drawn))


def test_the_best_two_places_give_two_sentences_in_reading_order_and_the_others_one() -> None:
    found = candidates(
        ("a", 4, 90, "Late on four."),
        ("a", 4, 10, "Early on four."),
        ("a", 4, 50, "Third on four."),
        ("a", 2, 10, "First on two."),
        ("a", 2, 50, "Second on two."),
        ("a", 7, 10, "First on seven."),
        ("a", 7, 50, "Second on seven."),
    )

    assert texts(choose(found, anything)) == [
        "Early on four.",
        "Late on four.",
        "First on two.",
        "Second on two.",
        "First on seven.",
    ]


def test_a_second_paper_has_a_word_although_the_first_has_more_good_pages_than_are_quoted() -> None:
    many = [("a", page, 0, f"Page {page} of a.") for page in range(1, 9)]

    chosen = choose(candidates(*many, ("b", 1, 0, "The only one of b.")), anything)

    assert texts(chosen) == [f"Page {page} of a." for page in range(1, 6)] + ["The only one of b."]


def test_a_sentence_that_fails_its_check_gives_way_to_the_next_of_its_place() -> None:
    found = candidates(("a", 1, 0, "False."), ("a", 1, 9, "True."), ("b", 1, 0, "Also true."))

    assert texts(choose(found, lambda e: e.text != "False.")) == ["True.", "Also true."]
    assert choose(found, lambda e: False) == []


def test_what_two_papers_say_in_the_same_words_is_quoted_once() -> None:
    found = candidates(("a", 1, 0, "We thank."), ("b", 3, 0, "We thank."), ("b", 4, 0, "We differ."))

    assert [(e.passage.paper_id, e.text) for e in choose(found, anything)] == [("a", "We thank."), ("b", "We differ.")]


def test_a_question_in_a_paper_is_not_quoted_but_shows_the_place_that_answers_it() -> None:
    found = candidates(
        ("a", 3, 0, "Is it cheap?"),
        ("b", 1, 0, "It costs a dollar."),
        ("a", 3, 20, "It is cheap."),
        ("a", 3, 40, "It is also good."),
        ("c", 1, 0, "Who knows?"),
    )

    assert texts(choose(found, anything)) == ["It is cheap.", "It is also good.", "It costs a dollar."]
    assert choose(found[:1], anything) == []


@given(sentences(STATEMENTS | QUESTIONS), st.sets(STATEMENTS))
def test_a_choice_keeps_every_named_limit(found: list[Evidence], false: set[str]) -> None:
    chosen = choose(found, lambda e: e.text not in false)

    places = [place for place, _ in groupby(chosen, key=lambda e: e.place)]
    groups = [len(list(group)) for _, group in groupby(chosen, key=lambda e: e.place)]
    papers = [paper for paper, _ in groupby(chosen, key=lambda e: e.passage.paper_id)]
    assert len(places) == len(set(places)) <= PLACES
    assert len(papers) == len(set(papers))
    assert all(sum(place[0] == paper for place in places) <= PLACES_PER_PAPER for paper in papers)
    assert max(groups, default=0) <= 2
    assert groups.count(2) <= SECOND_SENTENCES
    assert len(set(texts(chosen))) == len(chosen)
    assert not false & set(texts(chosen))
    assert all(text.endswith(".") for text in texts(chosen))
    for _, group in groupby(chosen, key=lambda e: e.place):
        starts = [e.span.start for e in group]
        assert starts == sorted(starts)


@given(sentences(STATEMENTS))
def test_the_best_sentence_is_always_chosen_and_its_paper_comes_first(found: list[Evidence]) -> None:
    chosen = choose(found, anything)

    if found:
        assert found[0] in chosen
        assert chosen[0].place == found[0].place
        left = {e.passage.paper_id for e in found if e.text not in texts(chosen)} - {found[0].passage.paper_id}
        assert not left or len({e.passage.paper_id for e in chosen}) > 1
    else:
        assert chosen == []


def test_a_paper_speaks_through_its_pages_else_its_abstract_else_its_note(hall: Posterhall) -> None:
    kinds = {}
    for question, paper in (
        ("tidepool cache memory", "id-tidepool"),
        ("hail warnings from radar", "id-hail"),
        ("soft gripper wet fruit", "id-gripper"),
    ):
        found = gather(hall.library, hall.searcher, question, Filter())
        kinds[paper] = {e.passage.kind for e in found.sentences if e.passage.paper_id == paper}

    assert kinds == {"id-tidepool": {BODY}, "id-hail": {ABSTRACT}, "id-gripper": {NOTE}}


def test_a_paper_with_nothing_but_a_title_is_found_and_has_no_evidence(hall: Posterhall) -> None:
    found = gather(hall.library, hall.searcher, "quilted optimizers for sparse experts", Filter())

    assert found.papers[0].paper_id == "id-quilt"
    assert "id-quilt" not in {e.passage.paper_id for e in found.sentences}


def test_papers_far_behind_the_best_one_are_left_out(hall: Posterhall) -> None:
    found = gather(hall.library, hall.searcher, "weather radar forecasts", Filter())
    all_hits = hall.searcher.papers("weather radar forecasts", limit=5)

    assert [h.paper_id for h in found.papers] == ["id-rain", "id-hail"]
    assert all_hits[1].score >= RELEVANT * all_hits[0].score > all_hits[2].score
    assert {e.passage.paper_id for e in found.sentences} <= {"id-rain", "id-hail"}


def test_evidence_is_sentences_of_some_length_that_stand_as_one_piece_best_first(hall: Posterhall) -> None:
    found = gather(hall.library, hall.searcher, "tidepool documents on a borrowed accelerator", Filter())

    assert found == gather(hall.library, hall.searcher, "tidepool documents on a borrowed accelerator", Filter())
    scores = [e.score for e in found.sentences]
    assert scores == sorted(scores, reverse=True)
    for each in found.sentences:
        assert each.passage.text[each.start : each.end] == each.text
        assert (each.start, each.end) in each.passage.sentences
        assert len(hall.searcher.terms(each.text)) >= MIN_TERMS
        assert "\ufffd" not in each.text
    texts_found = texts(list(found.sentences))
    assert any(text.startswith("Serving a long conversation") for text in texts_found)
    assert "Memory is scarce." not in texts_found  # two words that count
    # Page 1 ends, and page 2 begins, in the middle of this one.
    assert not any("borrowed accelerator" in text for text in texts_found)


def test_the_page_that_has_the_words_beats_the_other_pages_of_its_paper(hall: Posterhall) -> None:
    found = gather(hall.library, hall.searcher, "memory of the tidepool cache on the Longshore benchmark", Filter())

    assert found.sentences[0].text == MEMORY
    assert found.sentences[0].place == ("id-tidepool", BODY, 2)


def test_a_score_adds_up_what_paper_passage_page_and_sentence_are_worth(hall: Posterhall) -> None:
    question = "Longshore"  # stands in one sentence of one page
    searcher = hall.searcher
    vector = searcher.encoder.encode([question])[0]

    found = gather(hall.library, searcher, question, Filter())

    paper = found.papers[0]
    assert paper.paper_id == "id-tidepool"
    pages = set()
    for each in found.sentences:
        if each.passage.paper_id == "id-tidepool":
            cosine = float(searcher.vectors([each.passage.passage_id])[0] @ vector)
            on_page, in_sentence = float(each.span.page == 2), float(each.text == MEMORY)
            assert each.score == pytest.approx(
                PAPER_WEIGHT * paper.score
                + PASSAGE_WEIGHT * cosine
                + PLACE_WEIGHT * on_page
                + SENTENCE_WEIGHT * in_sentence
            )
            pages.add(each.span.page)
    assert pages == {1, 2, 3}


def test_a_pdf_that_is_not_indexed_yet_leaves_the_word_to_the_abstract(
    copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    hall = opened(copied)
    library = hall.library
    body = next(p for p in hall.passages("id-lattice") if p.kind == BODY)
    document_id = library.documents.replace("id-rain", stem="rain", sha256="0", parser="x", pages=())
    library.passages.replace("id-rain", document_id, [body])

    found = gather(library, hall.searcher, "weather radar forecasts", Filter())

    assert {e.passage.kind for e in found.sentences if e.passage.paper_id == "id-rain"} == {ABSTRACT}
    [citation, *_] = hall.ask("weather radar forecasts").citations
    assert (citation.paper_id, citation.section) == ("id-rain", "Abstract")
    assert (citation.pdf_stem, citation.page) == (None, None)


def test_what_changed_since_the_index_was_built_is_no_evidence_yet(
    copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    hall = opened(copied)
    held = hall.passages("id-hail")
    assert [p.kind for p in held] == ["title", ABSTRACT]
    hall.library.passages.replace("id-hail", None, [held[0]])
    hall.library.passages.replace("id-hail", None, held)  # the same text under a new id

    found = gather(hall.library, hall.searcher, "radar images forecast hail", Filter())

    assert "id-hail" not in {e.passage.paper_id for e in found.sentences}
