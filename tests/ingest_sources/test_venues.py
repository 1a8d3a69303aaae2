"""The registry of venues."""

from pathlib import Path

import pytest

from ingest.venues import load
from library.errors import InputError, UsageError
from library.proceedings import Proceedings

REGISTRY = load()


@pytest.mark.parametrize(
    ("name", "venue", "tier"),
    [
        ("icml-2024", "icml-2024", None),
        ("ICML 2024", "icml-2024", None),
        ("icml-2024-orals", "icml-2024", "oral"),
        ("ICML 2024 Oral", "icml-2024", "oral"),
        ("iclr-2025-spotlights", "iclr-2025", "spotlight"),
        ("ICML.cc/2024/Conference", "icml-2024", None),
        ("https://openreview.net/group?id=ICML.cc/2024/Conference#tab-accept-oral", "icml-2024", None),
        ("ngsm", "ngsm-2024", None),
        ("scope", "scope-2025", None),
        ("ES-FoMo II", "es-fomo-ii-2024", None),
        ("NeurIPS.cc/2025/Workshop_Mexico_City/ResponsibleFM", "responsiblefm-2025", None),
        ("PRL/2023/ICAPS", "prl-icaps-2023", None),
    ],
)
def test_a_venue_is_found_by_any_of_its_names(name: str, venue: str, tier: str | None) -> None:
    found = REGISTRY.find(name)
    assert (found.venue.name, found.tier) == (venue, tier)


@pytest.mark.parametrize("venue_id", ["ICML.cc/2031/Conference", "PRL/2019/ICAPS", "a.b/2025/Workshop_X/Y-2"])
def test_any_venue_id_is_accepted_even_when_unknown(venue_id: str) -> None:
    venue, tier = REGISTRY.find(venue_id)
    assert (venue.venue_id, venue.name, venue.site, venue.pmlr, tier) == (venue_id, venue_id, None, (), None)


def test_a_typing_error_gets_the_nearest_names() -> None:
    with pytest.raises(UsageError, match=r"no venue called iclm-2024: did you mean .*icml-2024"):
        REGISTRY.find("iclm-2024")


@pytest.mark.parametrize("name", ["", "zzz", "../../etc/passwd", "orals"])
def test_what_is_like_nothing_is_told_where_to_look(name: str) -> None:
    with pytest.raises(UsageError, match="`posterhall venues` lists"):
        REGISTRY.find(name)


def test_the_conferences_have_their_sites_and_volumes() -> None:
    volumes = {2023: 202, 2024: 235, 2025: 267, 2026: 306}
    for year, volume in volumes.items():
        venue = REGISTRY.find(f"icml-{year}").venue
        assert (venue.venue_id, venue.site, venue.pmlr) == (f"ICML.cc/{year}/Conference", ("icml.cc", year), (volume,))
    assert [REGISTRY.find(name).venue.pmlr for name in ("gram", "enlsp", "tag-ml")] == [(251,), (262,), (221,)]


def test_the_long_context_call_says_that_it_is_not_on_openreview_and_what_was_held() -> None:
    call = REGISTRY.find("longllm").venue
    assert call.venue_id is None
    assert len(call.topics) == 10
    assert "No venue of it is on OpenReview" in call.note
    assert "lcfm-2024" in call.note
    assert REGISTRY.find("lcfm-2024").venue.venue_id == "ICML.cc/2024/Workshop/LCFM"


def test_search_needs_every_word_wherever_it_stands() -> None:
    assert [venue.name for venue in REGISTRY.search("icml 2025")] == ["icml-2025"]
    assert [venue.name for venue in REGISTRY.search("state-space")] == ["ngsm-2024"]
    assert REGISTRY.search("zzz") == ()
    assert REGISTRY.search("") == REGISTRY.venues


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[a]\n", "needs a title"),
        ('[a]\ntitle = "A"\nvenueid = "X"\n', "only fields among"),
        ('[a]\ntitle = "A"\nsite = ["icml.cc"]\n', "cannot be read"),
        ('[a]\ntitle = "A"\n[b]\ntitle = "A"\n', r"'a' means both \[a\] and \[b\]"),
        ("not toml", "cannot read the venues"),
    ],
)
def test_a_registry_that_is_not_as_it_must_be_says_where(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "venues.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=problem):
        load(file)


def test_a_known_venue_has_the_full_name_of_its_proceedings() -> None:
    assert load().find("icml-2024").venue.proceedings == Proceedings(
        "Proceedings of the 41st International Conference on Machine Learning",
        "Proceedings of Machine Learning Research",
        "235",
        "PMLR",
    )
    assert load().find("neurips-2024").venue.proceedings == Proceedings(
        "Advances in Neural Information Processing Systems", volume="37"
    )


def test_papers_find_their_venue_by_its_id_or_its_name() -> None:
    known = load()
    for venue_id, name in (("ICML.cc/2024/Conference", "anything"), (None, "icml 2024"), (None, "SCOPE - ICLR 2025")):
        found = known.holding(venue_id, name)
        assert found is not None
        assert found.proceedings is not None
    assert known.holding("X.cc/2031/Conference", "X 2031") is None
    assert known.holding(None, None) is None
