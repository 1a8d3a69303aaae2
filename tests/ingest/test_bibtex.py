from pathlib import Path

import pytest

from ingest.sources.files import SourceRow, read_rows
from library.errors import InputError
from library.types import PaperRecord


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "papers.bib"


def entry(path: Path, fields: str, key: str = "brook31") -> PaperRecord:
    path.write_text(f"@inproceedings{{{key},\n{fields}\n}}\n", encoding="utf-8")
    (row,) = read_rows(path)
    assert row.record is not None, row.problem
    return row.record


def test_an_entry_is_a_record(path: Path) -> None:
    found = entry(
        path,
        r"""title = {On {F}og: {GPU}s in the {B}ay},
            author = {Brook, Ada and Ben Castle},
            abstract = "It is grey.",
            booktitle = {Proceedings of the Workshop on Weather},
            year = 2031,
            keywords = {fog, rain; wind},
            url = {https://proceedings.mlr.press/v300/brook31a.html},
            pdf = {https://example.org/brook31a.pdf},
            eprint = {3101.00001}, archivePrefix = {arXiv},
            openreview = {AbC_1-x}""",
    )
    assert found.title == "On Fog: GPUs in the Bay"
    assert found.authors == ("Ada Brook", "Ben Castle")
    assert (found.abstract, found.year) == ("It is grey.", 2031)
    assert found.venue == "Proceedings of the Workshop on Weather"
    assert found.keywords == ("fog", "rain", "wind")
    assert found.links == {
        "proceedings": "https://proceedings.mlr.press/v300/brook31a.html",
        "pdf": "https://example.org/brook31a.pdf",
    }
    identifiers = dict(found.identifiers)
    del identifiers["work"]
    assert identifiers == {"forum": "AbC_1-x", "pmlr": "v300/brook31a", "arxiv": "3101.00001", "id": "brook31"}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (r"M{\"u}ller, J{\'e}r{\^o}me", "Jérôme Müller"),
        (r"Garc{\'\i}a, Ana", "Ana García"),
        (r"\v{C}apek, Karel", "Karel Čapek"),
        (r"{\O}rsted, Hans Christian", "Hans Christian Ørsted"),
        (r"Karl Wei{\ss}", "Karl Weiß"),
        (r"\L{}ukasz Kowalski", "Łukasz Kowalski"),
        ("van der Waals, Johannes", "Johannes van der Waals"),
        ("Johannes van der Waals", "Johannes van der Waals"),
        ("de la Cruz, Maria", "Maria de la Cruz"),
        ("King, Jr., Martin", "Martin King Jr."),
        ("{Weather and Tides Group}", "Weather and Tides Group"),
        ("Müller, Jérôme", "Jérôme Müller"),
    ],
)
def test_names_are_shown_as_their_owners_write_them(path: Path, written: str, name: str) -> None:
    fields = f"title = {{On fog}}, author = {{{written}}}"
    assert entry(path, fields).authors == (name,)
    # The same in the middle of a list, which is where a parser loses a first backslash.
    fields = f"title = {{On fog}}, author = {{Ada Brook and {written} and Ben Castle}}"
    assert entry(path, fields).authors == ("Ada Brook", name, "Ben Castle")


def test_and_others_is_nobody(path: Path) -> None:
    assert entry(path, "title = {On fog}, author = {Ada Brook and others}").authors == ("Ada Brook",)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r"Caf{\'e}s at {N}ight", "Cafés at Night"),
        (r"Saving 50\% of the ships", "Saving 50% of the ships"),
        ("Saving 50% of the ships", "Saving 50% of the ships"),
        (r"Q\&A for hedgehogs", "Q&A for hedgehogs"),
        ("Q&A for hedgehogs", "Q&A for hedgehogs"),
        (r"Fog -- or \emph{rain}?", "Fog – or rain?"),
        (r"{$O(n^2)$} lanterns", "$O(n^2)$ lanterns"),
        ("Ünïcode stays", "Ünïcode stays"),
        ("A title\n    over two lines", "A title over two lines"),
    ],
)
def test_latex_in_a_title_is_what_it_stands_for(path: Path, written: str, title: str) -> None:
    assert entry(path, f"title = {{{written}}}, author = {{Ada Brook}}").title == title


@pytest.mark.parametrize(
    ("written", "links"),
    [
        ("https://example.org/a--b%20c?x=1&y=~z", {"site": "https://example.org/a--b%20c?x=1&y=~z"}),
        (r"https://example.org/a\_b\%20c\&d", {"site": "https://example.org/a_b%20c&d"}),
        (r"\url{https://example.org/a_b}", {"site": "https://example.org/a_b"}),
        ("https://example.org/videos/1", {"site": "https://example.org/videos/1"}),
        ("https://openreview.net/forum?id=AbC", {"forum": "https://openreview.net/forum?id=AbC"}),
        ("javascript:alert(1)", {}),
    ],
)
def test_an_address_is_taken_as_it_stands(path: Path, written: str, links: dict[str, str]) -> None:
    assert entry(path, f"title = {{On fog}}, url = {{{written}}}").links == links


def test_field_names_may_be_in_capitals(path: Path) -> None:
    found = entry(path, "Title = {On fog}, AUTHOR = {Ada Brook and Ben Castle}, Year = {2031}")
    assert (found.title, found.authors, found.year) == ("On fog", ("Ada Brook", "Ben Castle"), 2031)


@pytest.mark.parametrize(("date", "year"), [("2031-05-01", 2031), ("May 2031", 2031), ("in press", None)])
def test_a_year_is_found_in_a_date(path: Path, date: str, year: int | None) -> None:
    assert entry(path, f"title = {{On fog}}, date = {{{date}}}").year == year


def test_an_eprint_elsewhere_is_no_arxiv_id(path: Path) -> None:
    assert "arxiv" not in dict(entry(path, "title = {On fog}, eprint = {12345}, eprinttype = {hal}").identifiers)


def rows(path: Path) -> dict[str, SourceRow]:
    return {row.place: row for row in read_rows(path)}


def test_a_broken_entry_is_a_bad_row_with_its_line_and_the_others_are_papers(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(
        "@article{one, title = {On fog}}\n"
        "\n"
        "@article{two, title = {On {rain}, author = {Ada Brook}\n"
        "@article{three, title = {On wind}}\n"
        "@article{one, title = {On fog again}}\n"
        "@article{four, author = {Ada Brook}}\n"
        "@article{five, title = {On snow}, author = {A, B, C, D, E}}\n"
        "@comment{nothing}\n"
        "@article{six, title = {On hail}}\n",
        encoding="utf-8",
    )

    found = rows(path)

    assert [row.record.title for row in found.values() if row.record] == [
        *("On fog", "On wind", "On fog again", "On hail")
    ]
    bad = {place: row.problem for place, row in found.items() if row.record is None}
    assert set(bad) == {"papers.bib:3", "papers.bib:7", "papers.bib:four"}
    assert "not a BibTeX entry" in bad["papers.bib:3"]
    assert "()" not in bad["papers.bib:3"], "it says why"
    assert bad["papers.bib:3"].endswith(": @article{two, title = {On {rain}, author = {Ada Brook}")
    assert "A, B, C, D, E" in bad["papers.bib:7"]
    assert bad["papers.bib:four"] == "no title: every row needs one"
    assert caplog.text == "", "what went wrong is in the rows and nowhere else"


def test_entries_of_one_key_are_two_papers_and_only_the_first_has_it_for_an_id(path: Path) -> None:
    path.write_text("@article{one, title = {On fog}}\n@article{one, title = {On rain}}\n")
    first, second = read_rows(path)
    assert first.record
    assert second.record
    assert (first.place, dict(first.record.identifiers)["id"], first.pdf_names) == (
        "papers.bib:one",
        "one",
        ("one.pdf",),
    )
    assert (second.place, second.record.title, second.pdf_names) == ("papers.bib:2", "On rain", ())
    assert [scheme for scheme, _ in second.record.identifiers] == ["work"]


@pytest.mark.parametrize("content", ["", "nothing of the kind", "@comment{nothing}"])
def test_a_file_without_entries_is_an_error(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(InputError, match="holds no papers"):
        rows(path)


def test_a_bibliography_in_another_encoding_is_an_error(path: Path) -> None:
    path.write_bytes("@article{one, title = {Café}}".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8 text"):
        rows(path)


def test_the_capital_of_the_suffix_does_not_matter_and_a_pdf_may_have_the_keys_name(tmp_path: Path) -> None:
    path = tmp_path / "PAPERS.BIB"
    path.write_text("@article{one, title = {On fog}}")
    (row,) = read_rows(path)
    assert row.place == "PAPERS.BIB:one"
    assert (row.pdf_names, row.pdf_named) == (("one.pdf",), False)


def test_what_only_a_citation_needs_is_kept(path: Path) -> None:
    found = entry(path, "title = {T}, booktitle = {Weather}, volume = 3, pages = {1--9}, publisher = {Quay \\& Sons}")
    assert dict(found.printed) == {"booktitle": "Weather", "volume": "3", "pages": "1–9", "publisher": "Quay & Sons"}
