from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.model import Tokenizer
from ingest.chunk import MODEL_TOKENS, TARGET_TOKENS, document_passages, record_passages
from ingest.sections import Paragraph, Section, Table
from ingest.sentences import sentence_spans
from library.text import digest, embedding_text
from library.types import Paper, Passage, Span

PAPER = Paper("p", "On fog")


def words(count: int, first: str = "Fog") -> str:
    """A sentence of so many of the model's tokens: each word and the full stop are one."""
    return " ".join([first, *["fog"] * (count - 2)]) + "."


def section(*paragraphs: str, title: str = "1 Fog", asides: Sequence[str] = ()) -> tuple[Section, str]:
    """A section whose pieces stand on one page apart from each other; and that page's text."""
    page, parts = "", []
    for text in (*paragraphs, *asides):
        parts.append(Paragraph(text, (Span(1, len(page), len(page) + len(text)),)))
        page += f"{text}§§"
    return Section(title, parts[: len(paragraphs)], parts[len(paragraphs) :]), page


def check(passages: Sequence[Passage], page: str, title: str = PAPER.title) -> None:
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    for p in passages:
        assert " ".join(page[s.start : s.end] for s in p.spans) == p.text
        assert " ".join(p.text[a:b] for a, b in p.sentences) == p.text
        assert p.embed_hash == digest(embedding_text(p.kind, title, p.section, p.text))


def texts(passages: Sequence[Passage]) -> list[str]:
    return [p.text for p in passages]


def test_the_sentences_made_here_have_the_tokens_that_they_say(tokenizer: Tokenizer) -> None:
    assert tokenizer.count_many([words(3), words(190), "On fog. 1 Fog. "]) == [3, 190, 6]


def test_a_short_section_is_one_passage_over_its_paragraphs(tokenizer: Tokenizer) -> None:
    fog, page = section("Fog is wet. It is cold.", "It is grey.")

    (passage,) = found = document_passages(PAPER, [fog], tokenizer)

    check(found, page)
    assert passage.text == "Fog is wet. It is cold. It is grey."
    assert passage.sentences == ((0, 11), (12, 23), (24, 35))
    # The first paragraph's sentences stand side by side on the page, the second is another piece.
    assert passage.spans == (Span(1, 0, 23), Span(1, 25, 36))
    assert (passage.kind, passage.section, passage.paper_id, passage.document_id) == ("body", "1 Fog", "p", None)


def test_a_passage_is_closed_before_the_sentence_that_would_pass_the_target(tokenizer: Tokenizer) -> None:
    assert TARGET_TOKENS == 200
    fog, page = section(f"{words(100)} {words(100)} {words(90)} {words(110)}")

    found = document_passages(PAPER, [fog], tokenizer)

    check(found, page)
    assert texts(found) == [f"{words(100)} {words(100)}", f"{words(90)} {words(110)}"]


@pytest.mark.parametrize(
    ("remainder", "parts"),
    [
        (39, 1),  # 190 + 39 fit the 248 that the context of 6 tokens leaves of 254
        (40, 2),  # long enough to stand alone
    ],
)
def test_a_short_remainder_joins_the_passage_before_it(tokenizer: Tokenizer, remainder: int, parts: int) -> None:
    fog, page = section(f"{words(190)} {words(remainder)}")
    found = document_passages(PAPER, [fog], tokenizer)
    check(found, page)
    assert len(found) == parts


@pytest.mark.parametrize(("title_tokens", "parts"), [(16, 1), (17, 2)])
def test_a_remainder_that_would_not_fit_the_model_stands_alone(
    tokenizer: Tokenizer, title_tokens: int, parts: int
) -> None:
    # Context: the title, a full stop, "1 Fog" and a full stop, so 4 more; 200 + 34 + 20 = 254.
    title = " ".join(["fog"] * title_tokens)
    fog, _ = section(f"{words(200)} {words(34)}")
    found = document_passages(Paper("p", title), [fog], tokenizer)
    assert len(found) == parts
    assert all(tokenizer.count(embedding_text("body", title, "1 Fog", text)) <= 254 for text in texts(found))


def test_a_remainder_never_joins_another_section(tokenizer: Tokenizer) -> None:
    first, _ = section(words(50), title="1 Fog")
    second, _ = section("It is grey.", title="2 Rain")

    found = document_passages(PAPER, [first, second], tokenizer)

    assert [(p.section, p.text, p.ordinal) for p in found] == [("1 Fog", words(50), 0), ("2 Rain", "It is grey.", 1)]


def test_a_sentence_longer_than_the_target_that_fits_the_model_is_whole(tokenizer: Tokenizer) -> None:
    fog, page = section(f"It is grey. {words(248)} {words(60)}")
    found = document_passages(PAPER, [fog], tokenizer)
    check(found, page)
    assert texts(found) == ["It is grey.", words(248), words(60)]


def test_an_endless_run_without_a_sentences_end_is_cut_at_words_and_nothing_is_lost(tokenizer: Tokenizer) -> None:
    run = " ".join(["fog"] * 1000)
    fog, page = section(run)

    found = document_passages(PAPER, [fog], tokenizer)

    check(found, page)
    assert " ".join(texts(found)) == run
    assert max(tokenizer.count_many(texts(found))) == 248
    assert len(found) == 5  # 4 * 248 + 8, and 8 more would not fit the one before


def test_one_endless_word_is_a_passage_of_its_own(tokenizer: Tokenizer) -> None:
    word = "fog" * 400
    fog, page = section(f"It is grey. {word} and wet.")
    found = document_passages(PAPER, [fog], tokenizer)
    check(found, page)
    assert " ".join(texts(found)) == f"It is grey. {word} and wet."


def test_a_title_of_hundreds_of_words_leaves_half_of_the_model_to_the_text(tokenizer: Tokenizer) -> None:
    assert MODEL_TOKENS == 254
    fog, _ = section(f"{words(100)} {words(100)}")
    found = document_passages(Paper("p", "fog " * 300), [fog], tokenizer)
    assert texts(found) == [words(100), words(100)]


def test_captions_and_footnotes_are_passages_of_their_own_when_they_say_something(tokenizer: Tokenizer) -> None:
    caption = "Figure 1: Fog over the bay, seen from the lighthouse."
    fog, page = section("It is grey.", asides=[caption, "Figure 2: It has only seven words.", "1 See above."])

    found = document_passages(PAPER, [fog], tokenizer)

    check(found, page)
    assert texts(found) == ["It is grey.", caption]


@pytest.mark.parametrize(
    ("text", "formula", "sentences"),
    [
        # In a sentence: what stands before and behind it can be quoted, and its full stop ends nothing.
        ("We see f = 3. 4 x for the fog. It is grey.", "f = 3. 4 x", ["We see", "for the fog.", "It is grey."]),
        ("It is grey. f = 3.", "f = 3.", ["It is grey."]),
        ("f = 3. It is grey.", "f = 3.", ["It is grey."]),
    ],
)  # fmt: skip
def test_a_formula_is_kept_whole_in_the_passage_and_is_no_sentence(
    tokenizer: Tokenizer, text: str, formula: str, sentences: list[str]
) -> None:
    start = text.index(formula)
    paragraph = Paragraph(text, (Span(1, 0, len(text)),), ((start, start + len(formula)),))

    (passage,) = document_passages(PAPER, [Section("1 Fog", [paragraph])], tokenizer)

    assert (passage.text, passage.spans) == (text, (Span(1, 0, len(text)),))
    assert [passage.text[a:b] for a, b in passage.sentences] == sentences


def table(caption: str, *rows: str) -> tuple[Table, str]:
    """A table whose caption and rows stand on one page apart from each other; and that page's text."""
    page = "§§".join([caption, *rows])
    parts = [Paragraph(text, (Span(1, page.index(text), page.index(text) + len(text)),)) for text in (caption, *rows)]
    return Table(parts[0], tuple(parts[1:])), page


def test_a_table_is_a_passage_of_its_caption_and_rows_of_which_only_the_caption_is_quoted(tokenizer: Tokenizer) -> None:
    fog, page = table("Table 1: Fog.", "Day Fog", "One 0.3", "Two 0.7")

    (passage,) = document_passages(PAPER, [Section("1 Fog", tables=[fog])], tokenizer)

    assert passage.text == "Table 1: Fog. Day Fog One 0.3 Two 0.7"
    assert " ".join(page[s.start : s.end] for s in passage.spans) == passage.text
    assert passage.sentences == ((0, 13),)


@pytest.mark.parametrize(("caption_tokens", "starts"), [(60, ["Table", "Table"]), (61, ["Table", "Row"])])
def test_a_long_table_is_cut_between_rows_under_its_caption_again_where_that_is_short(
    tokenizer: Tokenizer, caption_tokens: int, starts: list[str]
) -> None:
    # The context's 6 tokens leave 248: the caption and one row of 100 tokens fit, a second row does not.
    fog, _ = table(words(caption_tokens, "Table"), words(100, "Row"), words(101, "Row"))

    found = document_passages(PAPER, [Section("1 Fog", tables=[fog])], tokenizer)

    assert [p.text.split()[0] for p in found] == starts
    assert all(tokenizer.count(embedding_text("body", PAPER.title, "1 Fog", p.text)) <= MODEL_TOKENS for p in found)


def test_passages_overlap_by_whole_sentences_when_they_are_told_to(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.chunk.OVERLAP", 1)
    fog, page = section(f"{words(100)} {words(90, 'Rain')} {words(80)} {words(199)}")

    found = document_passages(PAPER, [fog], tokenizer)

    check(found, page)
    # The last sentence leaves no room for the one before it.
    assert texts(found) == [f"{words(100)} {words(90, 'Rain')}", f"{words(90, 'Rain')} {words(80)}", words(199)]


def test_a_record_has_a_passage_for_each_text_it_has(tokenizer: Tokenizer) -> None:
    paper = Paper("p", "On  fog", abstract="It is\ngrey. It is wet.", note="On weather.")

    found = record_passages(paper, tokenizer)

    assert [(p.kind, p.section, p.text, p.ordinal, p.spans) for p in found] == [
        ("title", "Title", "On fog", 0, (Span(None, 0, 6),)),
        ("abstract", "Abstract", "It is grey. It is wet.", 1, (Span(None, 0, 22),)),
        ("note", "Note", "On weather.", 2, (Span(None, 0, 11),)),
    ]
    assert [p.text for p in record_passages(Paper("p", "On fog", abstract="  ", note=""), tokenizer)] == ["On fog"]


def test_a_long_abstract_is_several_passages_that_together_are_all_of_it(tokenizer: Tokenizer) -> None:
    abstract = " ".join([words(90)] * 5)

    found = [p for p in record_passages(Paper("p", "On fog", abstract=abstract), tokenizer) if p.kind == "abstract"]

    assert texts(found) == [f"{words(90)} {words(90)}"] * 2 + [words(90)]
    assert [s for p in found for s in p.spans] == [
        Span(None, 0, len(words(90)) * 2 + 1),
        Span(None, len(words(90)) * 2 + 2, len(words(90)) * 4 + 3),
        Span(None, len(words(90)) * 4 + 4, len(abstract)),
    ]


WORD = st.sampled_from(
    ["fog", "lantern", "Hedgehogs", "antidisestablishmentarianism", "3.5", "é", "🐝", "(4)", "x_1", "%"]
)
SENTENCE = st.builds(
    lambda body, end: f"The {' '.join(body)}{end}",
    st.lists(WORD, min_size=1, max_size=9) | st.tuples(WORD, st.integers(60, 400)).map(lambda run: [run[0]] * run[1]),
    st.sampled_from([".", ".", ".", "?", ""]),
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=6).map(" ".join)


@settings(max_examples=40)
@given(
    paragraphs=st.lists(PARAGRAPH, min_size=1, max_size=4),
    asides=st.lists(SENTENCE, max_size=2),
    title=st.lists(WORD, min_size=1, max_size=12).map(" ".join),
)
def test_passages_fit_the_model_break_no_sentence_and_lose_no_word(
    tokenizer: Tokenizer, paragraphs: list[str], asides: list[str], title: str
) -> None:
    fog, page = section(*paragraphs, asides=asides)
    context = tokenizer.count(embedding_text("body", title, "1 Fog", ""))

    found = document_passages(Paper("p", title), [fog], tokenizer)

    check(found, page, title)
    for p in found:
        assert tokenizer.count(embedding_text("body", title, "1 Fog", p.text)) <= MODEL_TOKENS
    said = [a for a in asides if len(a.split()) >= 8]
    assert " ".join(texts(found)).split() == " ".join([*paragraphs, *said]).split()
    whole = {p.text[a:b] for p in found for a, b in p.sentences}
    for text in (*paragraphs, *said):
        for a, b in sentence_spans(text):
            assert text[a:b] in whole or tokenizer.count(text[a:b]) > MODEL_TOKENS - context
