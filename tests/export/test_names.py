"""Names of people taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.names import Name, name, names


@pytest.mark.parametrize(
    ("full", "given_name", "particle", "family", "suffix"),
    [
        ("Ada Lovelace", "Ada", "", "Lovelace", ""),
        ("Laurens van der Maaten", "Laurens", "van der", "Maaten", ""),
        ("Nando de Freitas", "Nando", "de", "Freitas", ""),
        ("Martin Luther King Jr.", "Martin Luther", "", "King", "Jr."),
        ("Hal Daumé III", "Hal", "", "Daumé", "III"),
        ("Mauricio Breternitz Jr", "Mauricio", "", "Breternitz", "Jr"),
        ("Ruud Van Sloun", "Ruud", "", "Van Sloun", ""),
        ("Guy Van den Broeck", "Guy", "", "Van den Broeck", ""),
        ("Colin de La Higuera", "Colin", "de", "La Higuera", ""),
        ("Nicolas Le Roux", "Nicolas", "", "Le Roux", ""),
        ("Phi Le Nguyen", "Phi Le", "", "Nguyen", ""),
        ("Jubayer Ibn Hamid", "Jubayer Ibn", "", "Hamid", ""),
        ("Jacobus G. M. van der Linden", "Jacobus G. M.", "van der", "Linden", ""),
        ("Guillaume de L’Hôpital", "Guillaume", "de", "L’Hôpital", ""),
        ("Max Dupre la Tour", "Max", "", "Dupre la Tour", ""),
        ("Emanuele la Malfa", "Emanuele", "la", "Malfa", ""),
        ("J. P. la Rosa", "J. P.", "la", "Rosa", ""),
        ("Jan Lab", "Jan", "", "Lab", ""),
        ("The Anh Han", "The Anh", "", "Han", ""),
        ("Liuzhicheng", "", "", "Liuzhicheng", ""),
        ("张 伟", "张", "", "伟", ""),
    ],
)
def test_a_name_is_taken_apart(full: str, given_name: str, particle: str, family: str, suffix: str) -> None:
    assert name(full) == Name(full, family, given_name, particle, suffix)


@pytest.mark.parametrize("full", ["Barnes and Noble", "OpenAI, Inc.", "The {Team}", "Wei Zhang (张伟)", "Madonna"])
def test_what_is_not_given_and_family_name_stays_whole(full: str) -> None:
    assert name(full).whole
    assert name(full).family == full


@pytest.mark.parametrize("full", ["et al.", "et al", "and others", "others"])
def test_people_who_are_not_named_are_others(full: str) -> None:
    assert name(full).others


def test_a_name_sorts_by_its_particle_and_family_with_the_suffix_before_the_given_name() -> None:
    assert name("Laurens van der Maaten").sorted == "van der Maaten, Laurens"
    assert name("Martin Luther King Jr.").sorted == "King, Jr., Martin Luther"
    assert name("Madonna").sorted == "Madonna"


def test_what_a_source_tells_of_a_name_is_believed_before_the_rules() -> None:
    told = [{"given": "Bruno", "family": "Castro da Silva"}, {"given": "Elias", "family": "Abad Rocamora"}]
    bruno, elias, ada = names(["Bruno Castro da Silva", "Elias  Abad Rocamora", "Ada Lovelace"], told)
    assert (bruno.given, bruno.particle, bruno.family) == ("Bruno", "", "Castro da Silva")
    assert (elias.given, elias.family) == ("Elias", "Abad Rocamora")
    assert (ada.given, ada.family) == ("Ada", "Lovelace")


def test_a_particle_that_a_source_writes_into_the_family_name_is_told_from_it() -> None:
    [found] = names(["Laurens van der Maaten"], [{"given": "Laurens", "family": "van der Maaten"}])
    assert (found.particle, found.family) == ("van der", "Maaten")


def test_what_a_source_tells_of_somebody_else_is_left_alone() -> None:
    [found] = names(["Ada Lovelace"], [{"given": "Grace", "family": "Hopper"}, {"family": ["no", "text"]}, {}])
    assert found == name("Ada Lovelace")


@given(st.text())
def test_the_parts_of_any_name_make_up_the_name(full: str) -> None:
    found = name(full)
    assert " ".join(part for part in (found.given, found.particle, found.family, found.suffix) if part) == found.full
    assert found.full == " ".join(full.split())


@pytest.mark.parametrize(
    "full",
    [
        "Gemini Team",
        "The ATLAS Collaboration",
        "Team GLM",
        "Mistral AI",
        "LLM-jp Project",
        "Harbour AI Lab",
        "Quay Group",
    ],
)
def test_an_organisation_stays_whole_whatever_a_source_makes_of_it(full: str) -> None:
    given_name, family = full.rsplit(" ", 1)
    assert names([full], [{"given": given_name, "family": family}]) == (Name(full, full),)
