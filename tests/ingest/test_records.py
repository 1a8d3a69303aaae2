import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.record import BadRow, record_from_row, work_identifier
from library.types import PaperRecord


def record(**row: object) -> PaperRecord:
    return record_from_row({"title": "On fog", **row}, source="test")


def test_a_full_row_is_a_full_record() -> None:
    found = record(
        forum_id="AbC",
        authors=["Ada Brook", " Ben  Castle "],
        abstract="It is\n grey.",
        note="Our words.",
        venue="ICML 2024 Oral",
        venueid="ICML.cc/2024/Conference",
        year=2024,
        keywords=["fog", "rain"],
        forum_url="https://openreview.net/forum?id=AbC",
        pdf_url="https://example.org/fog.pdf",
        licence="CC BY 4.0",
        affiliations=["left alone"],
    )
    assert found == PaperRecord(
        source="test",
        title="On fog",
        identifiers=(("forum", "AbC"), ("work", work_identifier("On fog", "Ada Brook", "ICML 2024", 2024))),
        authors=("Ada Brook", "Ben Castle"),
        abstract="It is grey.",
        note="Our words.",
        venue="ICML 2024",
        venue_id="ICML.cc/2024/Conference",
        tier="oral",
        year=2024,
        keywords=("fog", "rain"),
        links={"forum": "https://openreview.net/forum?id=AbC", "pdf": "https://example.org/fog.pdf"},
        licence="CC BY 4.0",
    )


@pytest.mark.parametrize(
    ("row", "tier"),
    [
        ({"tier": "Oral"}, "oral"),
        ({"status": "OralPoster"}, "oral"),
        ({"status": "spotlightposter"}, "spotlight"),
        ({"status": "Spotlight"}, "spotlight"),
        ({"status": "regular"}, "poster"),
        ({"status": "Accept (poster)"}, "poster"),
        ({"venue": "SCOPE - ICLR 2025 Oral"}, "oral"),
        ({"venue": "ICML 2025 Position Paper Track poster"}, "poster"),
        ({"venue": "ICML 2024 Poster", "tier": "oral"}, "oral"),  # the row's own word counts first
        ({"venue": "ICML 2024 Poster", "status": "accepted"}, "poster"),
        ({"venue": "Moral Philosophy 2024"}, None),  # whole words only
        ({"status": "posterior"}, None),
        ({}, None),
    ],
)
def test_a_tier_is_read_in_every_venues_spelling(row: dict[str, str], tier: str | None) -> None:
    assert record(**row).tier == tier


@pytest.mark.parametrize(
    ("named", "venue"),
    [
        ("ICML 2024 Oral", "ICML 2024"),
        ("ICML 2023 OralPoster", "ICML 2023"),
        ("ICML 2025 spotlightposter", "ICML 2025"),
        ("SCOPE - ICLR 2025 Oral", "SCOPE - ICLR 2025"),
        ("ICLR 2025 - Spotlight", "ICLR 2025"),
        ("ICML 2026, regular", "ICML 2026"),
        ("ResponsibleFM @ NeurIPS 2025", "ResponsibleFM @ NeurIPS 2025"),
        ("Temporal 2024", "Temporal 2024"),
        ("Behavioral", "Behavioral"),
    ],
)
def test_a_venue_is_shown_without_its_tier(named: str, venue: str) -> None:
    assert record(venue=named).venue == venue


def test_a_venue_given_by_the_caller_replaces_the_rows_but_not_its_tier() -> None:
    found = record_from_row({"title": "On fog", "venue": "ICML 2024 Oral"}, source="test", venue="Orals of 2024")
    assert (found.venue, found.tier) == ("Orals of 2024", "oral")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<b>",
        "file:///etc/passwd",
        "//example.org/x",
        "example.org/x",
        "https://",
        "https://exa mple.org",
        'https://example.org/"onclick="x',
        "https://example.org/<script>",
        "http://[broken",
        "ftp://example.org/x",
        7,
        None,
        ["https://example.org"],
    ],
)
def test_a_link_that_is_no_web_address_is_left_out(url: object) -> None:
    assert record(forum_url=url, pdf_url=url, site_url=url, proceedings_url=url).links == {}


def test_the_first_usable_pdf_link_is_taken() -> None:
    found = record(pdf_url="ftp://example.org/a.pdf", openreview_pdf_url=" https://example.org/b.pdf ")
    assert found.links == {"pdf": "https://example.org/b.pdf"}


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        (["Ada Brook", "", "  Ben\tCastle "], ("Ada Brook", "Ben Castle")),
        ("Ada Brook and Ben Castle", ("Ada Brook", "Ben Castle")),
        ("Ada Brook  and\nBen Castle and Cleo Dunes", ("Ada Brook", "Ben Castle", "Cleo Dunes")),
        ("Ada Brook; Ben Castle", ("Ada Brook", "Ben Castle")),
        ("Alexandra Sandvik", ("Alexandra Sandvik",)),
        ("", ()),
        ([], ()),
        (None, ()),
    ],
)
def test_authors_may_be_a_list_or_one_text(authors: object, names: tuple[str, ...]) -> None:
    assert record(authors=authors).authors == names


def test_keywords_may_be_one_text() -> None:
    assert record(keywords="fog, rain;  wind ,").keywords == ("fog", "rain", "wind")


@pytest.mark.parametrize(
    ("year", "found"), [(2024, 2024), ("2024", 2024), (" 2024 ", 2024), (2024.0, 2024), ("", None), (None, None)]
)
def test_a_year_may_be_a_number_or_a_text(year: object, found: int | None) -> None:
    assert record(year=year).year == found


@pytest.mark.parametrize(
    "year", ["soon", "24", 24, 1899, 2200, -2024, True, [2024], {}, float("inf"), float("nan"), "2024-05"]
)
def test_what_is_no_year_makes_a_bad_row(year: object) -> None:
    with pytest.raises(BadRow, match="not a year"):
        record(year=year)


@pytest.mark.parametrize("title", [None, "", "  \n", "\x00"])
def test_a_row_without_a_title_is_bad(title: object) -> None:
    with pytest.raises(BadRow, match="no title"):
        record(title=title)


@pytest.mark.parametrize(
    "row",
    [
        {"title": ["On fog"]},
        {"title": True},
        {"abstract": {"value": "text"}},
        {"authors": [{"fullname": "Ada Brook"}]},
        {"authors": 7},
        {"keywords": ["fog", None]},
        {"venue": ["ICML 2024"]},
        {"forum_id": {}},
    ],
)
def test_a_field_of_the_wrong_type_makes_a_bad_row_that_names_it(row: dict[str, object]) -> None:
    with pytest.raises(BadRow, match=next(iter(row))):
        record(**row)


def test_a_number_is_text_where_text_is_due() -> None:
    assert record(title=1984, id=17).title == "1984"
    assert dict(record(id=17).identifiers)["id"] == "17"


def identifiers(**row: object) -> dict[str, str]:
    found = dict(record(**row).identifiers)
    del found["work"]
    return found


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"forum_id": "AbC"}, {"forum": "AbC"}),
        ({"forum_url": "https://openreview.net/forum?noteId=z&id=AbC_1-x"}, {"forum": "AbC_1-x"}),
        ({"forum_id": "AbC", "forum_url": "https://openreview.net/forum?id=other"}, {"forum": "AbC"}),
        ({"forum_url": "https://openreview.net/about"}, {}),
        (
            {"pmlr_id": "wu24a", "proceedings_url": "https://proceedings.mlr.press/v262/wu24a.html"},
            {"pmlr": "v262/wu24a"},
        ),
        (
            {"pmlr_id": "wu24a", "proceedings_url": "https://proceedings.mlr.press/v251/wu24a.html"},
            {"pmlr": "v251/wu24a"},
        ),
        ({"pmlr_id": "wu24a", "venue": "ENLSP-IV @ NeurIPS 2024"}, {"pmlr": "enlsp-iv-neurips-2024/wu24a"}),
        ({"pmlr_id": "wu24a"}, {"pmlr": "unknown/wu24a"}),
        ({"arxiv_id": "2401.00001", "id": "fog"}, {"arxiv": "2401.00001", "id": "fog"}),
    ],
)
def test_a_row_is_known_by_its_ids(row: dict[str, str], expected: dict[str, str]) -> None:
    assert identifiers(**row) == expected


def test_one_short_name_in_two_volumes_is_two_papers() -> None:
    urls = [f"https://proceedings.mlr.press/{volume}/wu24a.html" for volume in ("v251", "v262")]
    first, second = (identifiers(pmlr_id="wu24a", proceedings_url=url)["pmlr"] for url in urls)
    assert first != second


def test_a_work_is_the_same_whatever_the_spelling_and_another_with_another_venue_or_author() -> None:
    work = work_identifier("Éclairs: a Study", "José Brook", "ICML 2024", 2024)
    assert work == work_identifier("ECLAIRS — A study!", "Jose  Brook", "icml 2024", 2024)
    others = {
        work_identifier("Éclairs: a Study", "José Brook", "ICML 2025", 2024),
        work_identifier("Éclairs: a Study", "Ben Castle", "ICML 2024", 2024),
        work_identifier("Éclairs: a Study", "José Brook", "ICML 2024", 2025),
        work_identifier("Éclairs: another", "José Brook", "ICML 2024", 2024),
    }
    assert len(others | {work}) == 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    ["title", "authors", "abstract", "venue", "tier", "status", "year", "keywords", "forum_id", "forum_url", "pdf_url",
     "proceedings_url", "pmlr_id", "arxiv_id", "id", "venueid", "license", "note"]
)  # fmt: skip


@given(st.dictionaries(FIELDS, JSON | st.text().map("https://openreview.net/forum?id={}".format)))
def test_any_row_is_a_record_or_a_bad_row(row: dict[str, object]) -> None:
    try:
        found = record_from_row(row, source="test")
    except BadRow:
        return
    assert found.title == " ".join(found.title.split()) != ""
    assert dict(found.identifiers)["work"]
    assert all(url.startswith(("http://", "https://")) for url in found.links.values())
