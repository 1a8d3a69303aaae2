import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.text import digest, embedding_text, fold, one_line


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Jérôme Müller", "jerome muller"),
        ("  BERT:  Pre-training!? ", "bert pre training"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("Ω-networks", "ω networks"),
        ("snake_case", "snake_case"),
        ("50% — ½", "50 1 2"),
        ("…", ""),
    ],
)
def test_folding_drops_case_accents_and_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folded_text_is_words_between_single_spaces(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())


@given(st.text())
def test_one_line_has_single_spaces_and_all_the_words(text: str) -> None:
    assert one_line(text).split() == text.split()
    assert one_line(one_line(text)) == one_line(text)


def test_a_digest_is_the_sha256_of_the_text_even_with_a_lone_surrogate() -> None:
    assert digest("moss") == hashlib.sha256(b"moss").hexdigest()
    assert digest("\ud800") == hashlib.sha256(b"\xed\xa0\x80").hexdigest()


def test_the_encoder_sees_a_passage_under_its_title_and_a_body_also_under_its_section() -> None:
    assert embedding_text("title", "Moss", "Title", "Moss") == "Moss"
    assert embedding_text("abstract", "Moss", "Abstract", "It is green.") == "Moss. It is green."
    assert embedding_text("body", "Moss", "2 Roofs", "It is wet.") == "Moss. 2 Roofs. It is wet."
    assert embedding_text("body", "Moss", "", "It is wet.") == "Moss. It is wet."
