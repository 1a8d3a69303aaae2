import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import UNKNOWN_GLYPH, Hyphens, normalise

# Characters that the rules are about, so that chance puts them side by side.
TRICKY = (
    "´¨ˆ˜˙ˇ˘¯˚˝¸eEcinıKq\u212a\u1ffd\u0301\u030c\u0327\u00ad\u200b\u202e\ufeff\ufb01\ufb05\ue000\uffff\ud800 \t\x00-é"
)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("e\ufb03cient \ufb01ne \ufb02ow o\ufb00 ra\ufb04e \ufb06ory", "efficient fine flow off raffle story"),
        ("re\u00admem\u00adber", "remember"),
        ("zero\u200bwidth\u200d \ufeffmark", "zerowidth mark"),
        ("be\x07ll\x00", "bell"),
        ("\u202eright to left\u202c", "right to left"),
        ("glyph \ue042 here", "glyph \ufffd here"),
        ("noncharacter \uffff and half \ud83d", "noncharacter \ufffd and half \ufffd"),
        ("  wide \u00a0\u2003 space\t\n", "wide space"),
        ("e\u0301tude", "étude"),
        ("´etude, Caf´e", "étude, Café"),
        ("ˇCapek, Koˇse", "Čapek, Koše"),
        ("na¨ıve, Garc´ıa", "naïve, García"),
        ("Fran¸cais, ˆıle, ˜nandu, ˚Angstr¨om", "Français, île, ñandu, Ångström"),
        ("Erd˝os, Ho‘om¯auna", "Erdős, Ho‘omāuna"),
        ("Li`o, Carri`ere, Ermis¸, Wałe˛sa", "Liò, Carrière, Ermiş, Wałe˛sa"),
        ("the ‘`quote’ and `all` of it", "the ‘`quote’ and `all` of it"),  # marks, not accents
        ("´q and ´ and ´1", "´q and ´ and ´1"),  # no such letter, so as printed
        ("“Quotes” – dashes — ‘and’ case: GPT-4 ≥ 3×10²", "“Quotes” – dashes — ‘and’ case: GPT-4 ≥ 3×10²"),
        ("", ""),
        ("\u200b \u00ad", ""),
    ],
)
def test_a_printed_line_is_kept_as_the_rules_say(printed: str, kept: str) -> None:
    assert normalise(printed) == kept


def test_a_soft_hyphen_is_a_hyphen_where_the_line_ends_with_it() -> None:
    assert normalise("the trans\u00ad") == "the trans-"
    assert normalise("the trans\u00ad ") == "the trans-"
    assert normalise("12\u00ad") == "12"


def test_a_sign_that_composes_to_an_accent_is_one() -> None:
    assert normalise("\u1ffdetude") == "étude"  # the Greek oxia is canonically an acute accent
    assert normalise("\u212a") == "K"  # and the kelvin sign a letter


@given(st.text() | st.text(TRICKY))
def test_normalising_twice_is_normalising_once(line: str) -> None:
    assert normalise(normalise(line)) == normalise(line)


@given(st.text() | st.text(TRICKY))
def test_what_is_kept_can_be_stored_shown_and_searched(line: str) -> None:
    kept = normalise(line)
    assert kept == unicodedata.normalize("NFC", kept)
    assert kept == " ".join(kept.split())
    assert {unicodedata.category(c) for c in kept}.isdisjoint({"Cc", "Cf", "Co", "Cn", "Cs"})
    kept.encode()


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"], exclude_characters="`")))
def test_plain_text_is_kept_as_it_is(line: str) -> None:
    assert normalise(line) == line


def test_an_unknown_glyph_is_the_replacement_character() -> None:
    assert UNKNOWN_GLYPH == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("first", "second", "joint"),
    [
        ("keep their lan-", "terns low", (1, "")),  # a broken word
        ("keep their lan\u2010", "terns low", (1, "")),
        ("keep their lanterns", "low", (0, " ")),
        ("the Haw-", "Thorne effect", (0, "")),  # a capital is never the middle of a word
        ("in all low-", "light scenes", (0, "")),  # the document has "low-light"
        ("in all LOW-", "light scenes", (0, "")),
        ("the light-", "house keeper", (1, "")),  # it has both: a break is likelier
        ("the state-of-the-", "art lamp", (0, "")),
        ("the state-", "of-the-art lamp", (0, "")),
        ("the state-of-", "the-art lamp", (0, "")),
        ("it grew, 20-", "fold", (0, "")),
        ("from GPT-", "4 to", (0, "")),
        ("on pages 12–", "15 and", (0, "")),
        ("fog and/", "or rain", (0, "")),
        ("the day—", "it rained", (0, "")),
        ("a dash –", "then", (0, " ")),
        ("minus -", "one", (0, " ")),
        ("", "low", (0, " ")),
    ],
)
def test_lines_join_by_what_the_document_knows_of_the_word(first: str, second: str, joint: tuple[int, str]) -> None:
    document = [
        "a low-light lamp of the state-of-the-art kind, or so",
        "the lighthouse by the light-house in the bay, where lan- and terns are no words of",
        "the Haw- and",
    ]
    assert Hyphens([*document, first, second]).joint(first, second) == joint


def test_the_half_word_at_a_lines_end_is_no_word_of_the_document() -> None:
    # "lan-terns" would be one if line ends counted.
    hyphens = Hyphens(["they keep lan-", "terns low"])
    assert hyphens.joint("they keep lan-", "terns low") == (1, "")
    assert Hyphens(["the word self-made"]).joint("a self-", "made lamp") == (1, "")
    assert Hyphens(["the word self-made here"]).joint("a self-", "made lamp") == (0, "")
