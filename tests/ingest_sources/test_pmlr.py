"""Volumes of PMLR."""

import pytest

from ingest.errors import Garbled, NotFound, NothingAccepted
from ingest.http import Http
from ingest.sources.base import Endpoints, Observation, Standing, Venue
from ingest.sources.pmlr import Pmlr
from ingest.sources.record import work_identifier
from tests.services.server import Services, make_entry

VENUE = Venue("icml-2024", "ICML 2024", venue_id="ICML.cc/2024/Conference", pmlr=(235,))


def seen(endpoints: Endpoints, venue: Venue = VENUE) -> list[Observation]:
    with Http(endpoints) as http:
        return list(Pmlr(http, endpoints).observe(venue))


def test_an_entry_is_read_with_its_ids_and_its_pdf(services: Services, endpoints: Endpoints) -> None:
    entry = make_entry(235, "author24a", "On Sums", authors=("Ada Author", "Ben Author"), openreview="sumsForum1")
    services.pmlr.add_volume(235, [entry])
    (one,) = seen(endpoints)
    record = one.record
    assert (record.source, record.title, record.authors) == ("pmlr", "On Sums", ("Ada Author", "Ben Author"))
    assert (record.abstract, record.tier, record.year) == ("An abstract.", None, 2024)
    assert (record.venue, record.venue_id) == ("ICML 2024", "ICML.cc/2024/Conference")
    assert record.identifiers == (
        ("forum", "sumsForum1"),
        ("pmlr", "v235/author24a"),
        ("work", work_identifier("On Sums", "Ada Author", "ICML 2024", 2024)),
    )
    assert record.links["proceedings"] == "https://proceedings.mlr.press/v235/author24a.html"
    (pdf,) = one.pdfs
    assert pdf.url == f"{services.url}/raw/mlresearch/v235/main/assets/author24a/author24a.pdf"
    assert (pdf.version, pdf.metered, one.standing) == ("", False, Standing.ACCEPTED)


def test_an_older_volume_has_its_pdf_at_pmlr_and_no_forum(services: Services, endpoints: Endpoints) -> None:
    old = make_entry(221, "a23a", "Old", PDF="http://proceedings.mlr.press/v221/a23a/a23a.pdf", issued=None)
    services.pmlr.add_volume(221, [old])
    (one,) = seen(endpoints, Venue("tag-ml", "TAG-ML @ ICML 2023", pmlr=(221,)))
    assert one.pdfs[0].url == f"{services.url}/pmlr/v221/a23a/a23a.pdf"
    assert one.record.links["pdf"] == "https://proceedings.mlr.press/v221/a23a/a23a.pdf"
    assert "forum" not in dict(one.record.identifiers)
    assert one.record.year == 2023


def test_names_are_joined_as_people_write_them(services: Services, endpoints: Endpoints) -> None:
    people = [
        {"given": "Laurens", "non-dropping-particle": "van der", "family": "Maaten"},
        {"given": "Martin Luther", "family": "King", "suffix": "Jr."},
        {"given": "Guillaume", "dropping-particle": "de", "family": "L’Hôpital"},
        {"given": "", "family": "Liuzhicheng"},
        {"literal": "The Team"},
        {},
    ]
    services.pmlr.add_volume(235, [make_entry(235, "a24a", "T", author=people)])
    assert seen(endpoints)[0].record.authors == (
        "Laurens van der Maaten",
        "Martin Luther King Jr.",
        "Guillaume de L’Hôpital",
        "Liuzhicheng",
        "The Team",
    )


def test_what_only_a_citation_needs_is_kept_as_the_volume_prints_it(services: Services, endpoints: Endpoints) -> None:
    people = [{"given": "Bruno", "family": "Castro da Silva"}, {"literal": "The Team"}]
    editors = [{"given": "Grace", "family": "Hopper"}]
    entry = make_entry(235, "a24a", "T", author=people, editor=editors, series="A Series")
    services.pmlr.add_volume(235, [entry])
    assert dict(seen(endpoints)[0].record.printed) == {
        "booktitle": "Proceedings of volume 235",
        "series": "A Series",
        "volume": "235",
        "publisher": "PMLR",
        "pages": "1-10",
        "people": [{"given": "Bruno", "family": "Castro da Silva"}],
        "editors": editors,
    }


def test_a_control_character_does_not_break_a_volume(services: Services, endpoints: Endpoints) -> None:
    raw = "---\n- title: A \x02 title\x7f\n  abstract: 'before\x00after'\n  id: a24a\n- title: Next 𝔸\n  id: b24b\n"
    services.pmlr.add_volume(235, raw_yaml=raw)
    first, second = seen(endpoints)
    assert (first.record.title, first.record.abstract) == ("A title", "before after")
    assert second.record.title == "Next 𝔸"


def test_words_that_yaml_would_read_as_values_stay_words(services: Services, endpoints: Endpoints) -> None:
    raw = "- title: No\n  id: 12e3\n  issued:\n    date-parts:\n    - 2024\n- title: 2048\n  id: 'null'\n"
    services.pmlr.add_volume(235, raw_yaml=raw)
    assert [(one.record.title, dict(one.record.identifiers)["pmlr"]) for one in seen(endpoints)] == [
        ("No", "v235/12e3"),
        ("2048", "v235/null"),
    ]


def test_front_matter_and_entries_without_a_title_are_no_papers(services: Services, endpoints: Endpoints) -> None:
    rows = [make_entry(235, "p24", "Preface"), make_entry(235, "x24", ""), make_entry(235, "a24a", "A Paper")]
    services.pmlr.add_volume(235, rows)
    assert [one.record.title for one in seen(endpoints)] == ["A Paper"]


def test_every_volume_of_a_venue_is_read(services: Services, endpoints: Endpoints) -> None:
    services.pmlr.add_volume(1, [make_entry(1, "a24a", "A")])
    services.pmlr.add_volume(2, [make_entry(2, "a24a", "B")])
    found = seen(endpoints, Venue("two", "Two 2024", pmlr=(1, 2)))
    assert [dict(one.record.identifiers)["pmlr"] for one in found] == ["v1/a24a", "v2/a24a"]


def test_a_volume_that_is_not_out_is_not_found(endpoints: Endpoints) -> None:
    with pytest.raises(NotFound, match=r"PMLR has no volume 235, or not yet: .* when the proceedings are out"):
        seen(endpoints)


@pytest.mark.parametrize("raw", ["title: not a list", "- title: 'cut of", "- [" * 5000, "<html>Error</html>"])
def test_a_volume_that_cannot_be_read_is_garbled(services: Services, endpoints: Endpoints, raw: str) -> None:
    services.pmlr.add_volume(235, raw_yaml=raw)
    with pytest.raises(Garbled, match="PMLR"):
        seen(endpoints)


def test_a_volume_without_papers_is_not_an_empty_success(services: Services, endpoints: Endpoints) -> None:
    services.pmlr.add_volume(235, [make_entry(235, "p24", "Preface")])
    with pytest.raises(NothingAccepted, match="volume 235 of PMLR lists no papers"):
        seen(endpoints)


def test_pmlr_serves_venues_that_have_volumes(endpoints: Endpoints) -> None:
    with Http(endpoints) as http:
        assert Pmlr(http, endpoints).serves(VENUE)
        assert not Pmlr(http, endpoints).serves(Venue("w", "W"))
