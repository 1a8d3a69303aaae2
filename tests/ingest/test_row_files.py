import json
from pathlib import Path

import pytest

from ingest.sources.files import SourceRow, read_rows
from library.errors import InputError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "papers.jsonl"


def problems(path: Path) -> dict[str, str]:
    return {row.place: row.problem for row in read_rows(path) if row.record is None}


def titles(path: Path) -> list[str]:
    return [row.record.title for row in read_rows(path) if row.record]


def only(path: Path) -> SourceRow:
    (row,) = read_rows(path)
    return row


def test_every_line_is_a_paper_and_remembers_its_place(path: Path) -> None:
    path.write_text('\n{"title": "On fog"}\n\n{"title": "On rain"}', encoding="utf-8")

    rows = list(read_rows(path))

    assert [(row.place, row.record and row.record.title) for row in rows] == [
        ("papers.jsonl:2", "On fog"),
        ("papers.jsonl:4", "On rain"),
    ]
    assert rows[0].record is not None
    assert rows[0].record.source == "file:papers.jsonl"


def test_a_bad_line_is_one_bad_row_and_the_others_are_papers(path: Path) -> None:
    lines = [
        '{"title": "On fog"}',
        '{"title": "cut off',
        "[1, 2]",
        '"a text"',
        '{"year": 2024}',
        '{"title": "x", "year": "soon"}',
        '{"title": "x", "year": 1e999}',
        f'{{"title": "x", "year": {"9" * 5000}}}',
        '{"title": "half a \\ud83d character"}',
        "[" * 100_000,
        '{"title": "On rain", "year": NaN}',
        '{"title": "On snow"}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")

    assert titles(path) == ["On fog", "On snow"]
    found = problems(path)
    assert list(found) == [f"papers.jsonl:{n}" for n in range(2, 12)]
    assert "not JSON" in found["papers.jsonl:2"]
    assert "not a JSON object" in found["papers.jsonl:3"]
    assert "not a JSON object" in found["papers.jsonl:4"]
    assert found["papers.jsonl:5"] == "no title: every row needs one"
    assert "not a year" in found["papers.jsonl:6"]
    assert "not a year" in found["papers.jsonl:7"]


def test_a_line_longer_than_any_paper_is_a_bad_row(path: Path) -> None:
    path.write_text(json.dumps({"title": "x", "abstract": "y" * 2_000_001}) + '\n{"title": "On fog"}')
    assert titles(path) == ["On fog"]
    assert "2,000,0" in problems(path)["papers.jsonl:1"]


def test_a_mark_at_the_start_and_windows_line_ends_do_no_harm(path: Path) -> None:
    path.write_bytes('\ufeff{"title": "On fog"}\r\n{"title": "Ons\u2028wind"}\r\n'.encode())
    assert titles(path) == ["On fog", "Ons wind"]


def test_a_file_in_another_encoding_is_an_error_that_names_the_byte(path: Path) -> None:
    good = b'{"title": "On fog"}\n' * 1000
    path.write_bytes(good + '{"title": "Café"}\n'.encode("latin-1"))

    # 20 bytes a line, then 14 to the é.
    with pytest.raises(InputError, match=r"papers\.jsonl is not UTF-8 text \(byte 20014\): save it as UTF-8"):
        list(read_rows(path))


@pytest.mark.parametrize("content", ["", "\n \n\t\n", "\ufeff"])
def test_a_file_without_rows_is_an_error(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="holds no papers: expected one JSON object a line"):
        list(read_rows(path))


def test_a_missing_file_or_a_folder_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(InputError, match="no metadata file at"):
            list(read_rows(path))


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({"pdf_file": "fog.pdf"}, ("fog.pdf",)),
        ({"pdf_file": "../../etc/passwd.pdf"}, ("passwd.pdf",)),
        ({"pdf_file": "/etc/passwd.pdf"}, ("passwd.pdf",)),
        ({"pdf_file": "..\\..\\secret.pdf"}, ("secret.pdf",)),
        ({"pdf_file": "C:\\secret.pdf"}, ("secret.pdf",)),
        ({"forum_id": "../../x", "id": "a/../b"}, ("x.pdf", "b.pdf")),
        ({"pdf_file": "fog.pdf", "forum_id": "AbC", "pmlr_id": "wu24a", "id": "w"},
         ("fog.pdf", "AbC.pdf", "wu24a.pdf", "w.pdf")),
        ({"pdf_file": None}, ()),
        ({"pdf_file": 7}, ()),
    ],
)  # fmt: skip
def test_a_pdf_is_only_ever_a_name_in_the_folder_that_was_given(
    path: Path, row: dict[str, object], names: tuple[str, ...]
) -> None:
    path.write_text(json.dumps({"title": "On fog", **row}))
    found = only(path)
    assert found.pdf_names == names
    assert found.pdf_named == isinstance(row.get("pdf_file"), str)


def test_a_venue_given_by_the_caller_stands_in_every_row(path: Path) -> None:
    path.write_text('{"title": "On fog", "venue": "ICML 2024"}\n{"title": "On rain"}')
    assert [row.record.venue for row in read_rows(path, venue="Weather") if row.record] == ["Weather", "Weather"]
