import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "text",
    [
        "We follow Brook et al. and count ships.| They agree.",
        "We follow Brook et al. (2030) closely.| They agree.",
        "We follow Brook et al. [3] closely.| They agree.",
        "We follow Brook et al.| They count at dusk.",
        "As Fig. 3 shows, fog rises.| It falls at noon.",
        "Figs. 2 and 3 agree.| Eqs. 1 and 2 do not.",
        "See Eq. (4) for the count.| It is exact.",
        "See Sec. 3.2, Tab. 4 and Thm. A.1 for more.| Dr. Brook agrees.",
        "Some birds, e.g. herons, wait.| Others, i.e. gulls, do not.",
        "Some birds, e.g., Herons, wait.| Others do not.",
        "The samples are i.i.d. and few.| We pool them.",
        "We compare fog vs. rain.| Rain wins.",
        "We compare Fog vs. Rain.| Rain wins.",
        "The work of J. Smith is old.| We extend it.",
        "The work of J. R. R. Smith is old.| We extend it.",
        "Proofs are in Appendix B.| We sketch one here.",
        "Proofs are in Section A.| We sketch one here.",
        "It took 3.5 hours at 0.25 knots.| Then it stopped.",
        "The rate rose to 3.5.| Then it fell.",
        "We stop after round 1.| Then we rest.",
        'They asked, "Why count at all?"| Nobody knew.',
        "He said “we stop here.”| Then he left.",
        "Is it right?| Yes!| It is.",
        "It holds w.r.t. the norm, cf. Brook and Prof. Castle.| Done.",
        "The clusters stay apart.2| Our rewiring joins them.",
        "They wait outside. [8]| Pilots board them.",
        "It ends there.| This closes the hull. (Marsh, 2030)",
        "Let d1, . . . dL be given.| They are few.",
        "Others do better.|However, they cost more.",
        "We call numpy.random and get.The.Rest of it.| It works.",
        "It is set to x.| k is its square.",
        "1. We count boats.| 2. We count lamps.",
        "We ask this (is it so? We think so) and go on.| It is.",
        "一つ。|二つ。",
        "one without an end",
        "no capital here. and so it goes on.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str) -> None:
    assert sentences(text.replace("|", "")) == [part.strip() for part in text.split("|")]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0"])
def test_text_without_words_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


@pytest.mark.parametrize(
    "text", ["." * 50_000, ". (" * 20_000, "? [" * 20_000, '." ' * 20_000, " ." * 20_000, "( " * 50_000]
)
def test_damaged_text_takes_no_time(text: str) -> None:
    start = time.process_time()
    sentence_spans(text)
    assert time.process_time() - start < 2


PIECES = st.sampled_from(
    [
        "Fog rises. ",
        "et al. ",
        "Fig. 3",
        "e.g. ",
        "i.i.d. ",
        "(4)",
        "J. Smith ",
        "“why?” ",
        "3.5",
        "! ",
        "...",
        "\n",
        " ",
        "é",
        "🐝 ",
        "\u2028",
        "a.",
        ".B",
        "\x1c",
    ]
)


@given(st.text() | st.lists(PIECES, max_size=30).map("".join))
def test_sentences_never_overlap_and_leave_out_only_white_space(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert position <= start < end <= len(text)
        assert text[position:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        position = end
    assert text[position:].strip() == ""
