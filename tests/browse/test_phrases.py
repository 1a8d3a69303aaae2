"""Phrases of topics in texts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.phrases import EXCLUDED, Phrases
from browse.topics import parse

TOPIC: dict[str, Any] = {
    "id": "tides",
    "name": "Moonpull",
    "description": "Studies what the moon does.",
    "synonyms": ["spring tide", "tide-table", "class of wave"],
    "acronyms": ["NTS", "Low-W"],
    "excluded": ["spring tide festival", "tide of opinion"],
}


def named(text: str, **fields: Any) -> list[str]:
    found = Phrases.of([parse({**TOPIC, **fields})]).mentions(text)
    return [text[m.start : m.end] for m in found if m.kind != EXCLUDED]


def excluded(text: str) -> list[str]:
    found = Phrases.of([parse(TOPIC)]).mentions(text)
    return [text[m.start : m.end] for m in found if m.kind == EXCLUDED]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Spring-Tides rise", ["Spring-Tides"]),
        ("A SPRING\nTIDE rises", ["SPRING\nTIDE"]),
        ("Reading tide tables", ["tide tables"]),
        ("wellspring tidewater", []),
        ("classes of wave, class of waves", ["class of waves"]),
        ("The clas of wave", []),
    ],
)
def test_synonyms_are_whole_words_in_any_case_with_dashes_or_spaces_and_plurals(text: str, found: list[str]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("An NTS and two NTSs", ["NTS", "NTSs"]),
        ("nts, Nts, NTSx, xNTS, NTSS", []),
        ("(NTS-like)", ["NTS"]),
        ("Low-W and Low-Ws, low-w", ["Low-W", "Low-Ws"]),
    ],
)
def test_acronyms_count_in_exactly_their_case_with_or_without_a_plural_s(text: str, found: list[str]) -> None:
    assert named(text) == found


def test_a_name_inside_an_excluded_sense_is_not_one_and_beside_it_is() -> None:
    assert named("The spring tide festival") == []
    assert excluded("The spring tide festival") == ["spring tide festival"]
    assert named("The spring tide festival and a spring tide") == ["spring tide"]


def test_two_spellings_of_one_phrase_are_one_mention() -> None:
    assert named("a spring tide", synonyms=["spring tide", "spring-tides", "Spring Tide"]) == ["spring tide"]


@given(st.text(), st.text())
def test_a_phrase_is_found_wherever_it_stands_and_any_text_can_be_read(before: str, after: str) -> None:
    text = f"{before} . spring tide . {after}"

    assert "spring tide" in named(text)
    assert all(m.strip() == m and m for m in named(text))
