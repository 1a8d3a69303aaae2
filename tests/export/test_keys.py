"""Citation keys."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.keys import apart, stem, unique
from export.names import names


@pytest.mark.parametrize(
    ("authors", "title", "key"),
    [
        (["Yi Zhao"], "Probabilistic Inference", "zhao2024probabilistic"),
        (["Laurens van der Maaten"], "On the Way to t-SNE", "vandermaaten2024way"),
        (["Łukasz Kaiser"], "A Model", "kaiser2024model"),
        (["Sören Müller-Groß"], "Position: The Case", "mullergross2024case"),
        (["Øyvind Dæhli"], "An Étude", "daehli2024etude"),
        (["Guillaume de L’Hôpital"], "$\\ell_p$ Regression", "delhopital2024regression"),
        (["伟 张"], "Learning", "2024learning"),
        (["et al."], "Learning", "2024learning"),
        ([], "The The", "2024the"),
        (["Ada Lovelace"], "$f$", "lovelace2024f"),
        (["Ada Lovelace"], "学习", "lovelace2024"),
    ],
)
def test_a_key_is_the_family_name_the_year_and_the_first_telling_word(authors: list[str], title: str, key: str) -> None:
    assert stem(names(authors), 2024, title) == key


def test_a_paper_of_which_nothing_is_known_has_a_key_still() -> None:
    assert stem((), None, "学习") == "untitled"


def test_later_papers_of_the_same_stem_have_letters() -> None:
    assert unique([("x", "a2024b"), ("y", "a2024b"), ("z", "a2024b"), ("w", "c2024d")]) == {
        "x": "a2024b",
        "y": "a2024ba",
        "z": "a2024bb",
        "w": "c2024d",
    }


def test_after_z_come_two_letters() -> None:
    keys = list(unique([(str(n), "k") for n in range(29)]).values())
    assert keys[:2] + keys[26:] == ["k", "ka", "kz", "kaa", "kab"]


def test_a_key_that_another_paper_has_is_not_given_again() -> None:
    assert unique([("x", "k"), ("y", "k")], {"held": "k", "other": "kb"}) == {"x": "ka", "y": "kc"}


@given(st.lists(st.sampled_from(["k", "ka", "kb", "kaa", "l"]), max_size=80))
def test_keys_are_unlike_each_other_and_new_papers_change_none(stems: list[str]) -> None:
    pairs = [(str(n), one) for n, one in enumerate(stems)]
    keys = unique(pairs)
    assert len(set(keys.values())) == len(stems)
    half = unique(pairs[: len(pairs) // 2])
    assert half.items() <= keys.items()


def test_a_paper_of_a_list_alone_has_letters_of_its_title_where_another_has_its_stem() -> None:
    # sha256 of "tides elsewhere" begins with 30aa, of "tides gone" with 8629
    found = apart(
        [("1", "k", "Tides Elsewhere"), ("2", "k", "Tides Gone"), ("3", "l", "Tides"), ("4", "l", "tides")], []
    )
    assert found == {"1": "kjgaa", "2": "komip", "3": "l", "4": "l"}
    assert apart([("1", "k", "Tides Elsewhere")], []) == {"1": "k"}
    assert apart([("1", "k", "Tides Elsewhere")], ["k"]) == {"1": "kjgaa"}
    assert apart([("1", "k", "Tides Elsewhere")], ["k", "kjgaa"]) == {"1": "kjgaap"}


@given(st.lists(st.text(), max_size=2), st.none() | st.integers(1900, 2100), st.text())
def test_every_key_can_stand_in_a_citation(authors: list[str], year: int | None, title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+", stem(names(authors), year, title))
