"""The invariant of the whole way in: what is quoted stands on the page where it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import Tokenizer
from ingest.chunk import MODEL_TOKENS, document_passages
from ingest.layout import lay_out
from ingest.parse import parse_pdf
from ingest.pdf import read_pdf
from ingest.text import normalise
from library.text import embedding_text
from library.types import Paper, Passage

Press = Callable[..., Any]

WORDS = (
    "hedgehogs", "lantern", "lanterns", "low-light", "state-of-the-art", "fog", "harbour", "Café", "naïve", "3.5", "et",
    "al.", "Fig. 2", "(4)", "e.g.", "“ships”", "Brook", "GPT-4", "10%", "x=y", "the", "a", "of", "¨uber", "Smith-Jones",
)  # fmt: skip
FORMULAS = ("f(x) = 3x + 12 / (y - 4)", "a ≤ b. (2)")
ROWS = ("Day Ships", "1 12")
SENTENCES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=14).map(lambda words: f"The {' '.join(words)} rests."),
    min_size=1,
    max_size=6,
).map(" ".join)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("prose"), SENTENCES),
        st.tuples(
            st.just("heading"), st.sampled_from(["Abstract", "1 Fog", "2.1 Rain at dusk", "References", "A Proofs"])
        ),
        st.tuples(st.just("caption"), SENTENCES.map(lambda text: f"Figure 1: {text}")),
        st.tuples(st.just("table"), st.lists(st.sampled_from(WORDS), min_size=2, max_size=4).map("|".join)),
        st.tuples(st.just("captioned"), SENTENCES.map(lambda text: f"Table 1: {text}")),
        st.tuples(st.just("formula"), st.sampled_from(FORMULAS)),
        st.tuples(st.just("turn"), st.just("")),
    ),
    min_size=1,
    max_size=8,
)


def print_paper(press: Press, columns: int, steps: list[tuple[str, str]]) -> Any:
    printed = press(columns).line("Counting Ships", 17, "tibo").prose("We count ships by lantern light, and they rest.")
    for step, text in steps:
        if step == "prose":
            printed.prose(text)
        elif step == "heading":
            printed.heading(text)
        elif step == "caption":
            printed.space(20).prose(text, 9).space(20)
        elif step == "table":
            printed.row(text.split("|"))
        elif step == "captioned":
            printed.space(20).prose(text, 9).row(ROWS[0].split(), 9).row(ROWS[1].split(), 9).space(20)
        elif step == "formula":
            printed.space(8).line(f"      {text}").space(8)
        else:
            printed.turn()
    return printed


@settings(max_examples=30)
@given(columns=st.integers(1, 2), steps=STEPS)
def test_every_passage_stands_on_the_pages_where_its_spans_say(
    press: Press, tokenizer: Tokenizer, tmp_path: Path, columns: int, steps: list[tuple[str, str]]
) -> None:
    parsed = parse_pdf(print_paper(press, columns, steps).save(tmp_path / "paper.pdf"))
    pages = {page.number: page.text for page in parsed.pages}

    paper = Paper("p", parsed.title)
    passages = document_passages(paper, parsed.sections, tokenizer)

    for passage in passages:
        assert " ".join(pages[s.page or 0][s.start : s.end] for s in passage.spans) == passage.text
        assert_sentences_are_in_order_and_only_formulas_and_rows_between(passage, steps)
        context = embedding_text(passage.kind, paper.title, passage.section, passage.text)
        assert tokenizer.count(context) <= MODEL_TOKENS
        for a, b in passage.sentences:
            found = passage.locate(a, b)
            assert " ".join(pages[s.page or 0][s.start : s.end] for s in found) == passage.text[a:b]


def assert_sentences_are_in_order_and_only_formulas_and_rows_between(
    passage: Passage, steps: list[tuple[str, str]]
) -> None:
    # Words set apart below a table with a caption may well be its rows; a font without ≤ prints a dot.
    rows = (*ROWS, "·", *(text.replace("|", " ") for step, text in steps if step == "table"))
    position, between = 0, ""
    for start, end in passage.sentences:
        assert position <= start < end
        between += f" {passage.text[position:start]}"
        position = end
    between += f" {passage.text[position:]}"
    assert set(between.split()) <= {word for text in (*FORMULAS, *rows) for word in text.split()}


@settings(max_examples=12)
@given(columns=st.integers(1, 2), steps=STEPS)
def test_in_every_lines_box_stands_the_lines_text(
    press: Press, tmp_path: Path, columns: int, steps: list[tuple[str, str]]
) -> None:
    printed = print_paper(press, columns, steps)
    pages, blocks = lay_out(read_pdf(printed.save(tmp_path / "paper.pdf")))

    for page, drawn in zip(pages, printed.document, strict=True):
        assert [page.text[b.start : b.end] for b in blocks if b.page == page.number] == [
            b.text for b in blocks if b.page == page.number
        ]
        position = 0
        for line in page.lines:
            x0, y0, x1, y1 = line.box
            assert 0 <= x0 < x1 <= page.width
            assert 0 <= y0 < y1 <= page.height
            middle = (y0 + y1) / 2
            inside = normalise(drawn.get_textbox(pymupdf.Rect(x0 - 1, middle - 1, x1 + 1, middle + 1)))
            kept = page.text[line.start : line.end]
            # A broken word's hyphen is printed and not kept.
            assert inside in (kept, f"{kept}-")
            assert page.text[position : line.start] in ("", " ")
            position = line.end
        assert position == len(page.text)
