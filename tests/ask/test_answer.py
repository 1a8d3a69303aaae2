import json

from hypothesis import given
from hypothesis import strategies as st

from ask.answer import ABSTENTION, Citation, abstain, compose
from library.types import Span

TEXTS = st.text('ab 1.[]“”é\n"\\', min_size=1, max_size=40)


def citation(n: int, quote: str, page: int | None = 2) -> Citation:
    return Citation(
        n=n,
        paper_id="p1",
        title="A Paper",
        pdf_stem="paper" if page else None,
        page=page,
        section="3 Results" if page else "Abstract",
        quote=quote,
        passage_id=7,
        span=Span(page, 10, 10 + len(quote)),
        verified=True,
    )


def test_an_answer_is_every_quote_in_quotation_marks_with_its_number() -> None:
    answer = compose("Why?", [citation(1, "It rains."), citation(2, "It pours.", page=None)])

    assert answer.answered
    assert answer.text == "“It rains.” [1] “It pours.” [2]"
    assert [(s.text, s.citations) for s in answer.sentences] == [("It rains.", (1,)), ("It pours.", (2,))]


def test_the_json_of_an_answer_is_what_the_terminal_promises() -> None:
    answer = compose("Why?", [citation(1, "It rains."), citation(2, "It pours.", page=None)])

    assert answer.as_dict() == {
        "question": "Why?",
        "answered": True,
        "answer": "“It rains.” [1] “It pours.” [2]",
        "sentences": [{"text": "It rains.", "citations": [1]}, {"text": "It pours.", "citations": [2]}],
        "citations": [
            {
                "n": 1,
                "paper_id": "p1",
                "title": "A Paper",
                "pdf_stem": "paper",
                "page": 2,
                "section": "3 Results",
                "quote": "It rains.",
                "verified": True,
            },
            {
                "n": 2,
                "paper_id": "p1",
                "title": "A Paper",
                "pdf_stem": None,
                "page": None,
                "section": "Abstract",
                "quote": "It pours.",
                "verified": True,
            },
        ],
    }


def test_an_abstention_says_what_to_try_and_cites_nothing() -> None:
    assert abstain("Why?").as_dict() == {
        "question": "Why?",
        "answered": False,
        "answer": ABSTENTION,
        "sentences": [],
        "citations": [],
    }


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=8))
def test_the_markers_count_up_and_each_sentence_has_its_own_citation(question: str, quotes: list[str]) -> None:
    found = json.loads(
        json.dumps(compose(question, [citation(n, quote) for n, quote in enumerate(quotes, 1)]).as_dict())
    )

    numbers = list(range(1, len(quotes) + 1))
    assert found["answer"] == " ".join(f"“{quote}” [{n}]" for n, quote in enumerate(quotes, 1))
    assert [s["citations"] for s in found["sentences"]] == [[n] for n in numbers]
    assert [s["text"] for s in found["sentences"]] == [c["quote"] for c in found["citations"]] == quotes
