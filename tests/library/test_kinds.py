import pytest

from library import Library
from library.kinds import CONFERENCE, PREPRINT, WORKSHOP, kind, order, tier_name
from library.types import Paper


@pytest.mark.parametrize(
    ("venue", "venue_id", "expected"),
    [
        ("Harbour 2031", None, CONFERENCE),
        ("Harbour 2031", "harbour.org/2031/Conference", CONFERENCE),
        ("Journal of Tides", None, CONFERENCE),
        ("Workshop on Reefs", None, WORKSHOP),
        (None, "harbour.org/2031/Workshop/Reefs", WORKSHOP),
        ("Reefs 2031", "harbour.org/2031/Workshop_North_Sea/Reefs", WORKSHOP),
        ("Reefs @ Harbour 2031 (Volume 7)", None, WORKSHOP),
        ("Reefs - Harbour 2031", None, WORKSHOP),
        ("Reefs at Harbour 2031", None, WORKSHOP),
        ("Tides - Harbour 2031", "harbour.org/2031/Conference", CONFERENCE),
        ("arXiv", None, PREPRINT),
        ("CoRR 2031", None, PREPRINT),
        ("Submitted to Harbour 2031", "harbour.org/2031/Conference/Submission", PREPRINT),
        (None, None, PREPRINT),
    ],
)
def test_a_venue_is_known_for_what_it_is_by_its_id_and_its_name(
    venue: str | None, venue_id: str | None, expected: str
) -> None:
    assert kind(Paper("p", "T", venue=venue, venue_id=venue_id)) == expected


def test_a_workshops_oral_is_called_that_and_a_conferences_is_an_oral() -> None:
    assert tier_name(Paper("p", "T", venue="Reefs @ Harbour 2031", tier="oral")) == "workshop oral"
    assert tier_name(Paper("p", "T", venue="Harbour 2031", tier="oral")) == "oral"
    assert tier_name(Paper("p", "T", venue="Reefs @ Harbour 2031")) is None


def test_a_tier_in_sql_is_the_one_that_is_shown(library: Library) -> None:
    sql = "SELECT shown_tier(?, ?, ?)"
    for tier, venue, venue_id, shown in (
        ("oral", "Harbour 2031", None, "oral"),
        ("oral", "Reefs @ Harbour 2031", None, "workshop oral"),
        ("poster", None, "harbour.org/2031/Workshop/Reefs", "workshop poster"),
        ("oral", None, None, "oral"),
        (None, "Reefs @ Harbour 2031", None, None),
    ):
        assert library.db.execute(sql, [tier, venue, venue_id]).fetchone() == (shown,)
        assert tier_name(Paper("p", "T", venue=venue, venue_id=venue_id, tier=tier)) == shown


def test_versions_sort_by_kind_and_then_by_year() -> None:
    papers = [Paper("c", "T", venue="Harbour", year=2030), Paper("w", "T", venue="A Workshop", year=2032)]
    papers += [Paper("p", "T", venue="arXiv", year=2033), Paper("d", "T", venue="Harbour")]
    assert [p.paper_id for p in sorted(papers, key=order)] == ["p", "w", "d", "c"]
