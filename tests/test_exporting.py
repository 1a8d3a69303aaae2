"""Exports through the Python interface: keys, venues and lists of papers in a library."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import posterhall
from library.errors import UsageError
from library.lists import READ, Entry, Named, ReadingList
from posterhall import Posterhall

ROWS = (
    {
        "title": "Tides and LLMs",
        "authors": ["Ada Sea"],
        "venue": "ICML 2024 Oral",
        "year": 2024,
        "forum_id": "tidesAndA1",
    },
    {"title": "Tides Again", "authors": ["Bo Sea"], "venue": "Harbour 2031", "year": 2024, "arxiv_id": "2401.00001"},
)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Posterhall]:
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    hall = posterhall.open(tmp_path / "data")
    hall.ingest_files(tmp_path / "papers.jsonl")
    yield hall
    hall.close()


def ids(hall: Posterhall) -> list[str]:
    return [paper.paper_id for paper in hall.papers(sort="title")][::-1]


def keys(bib: bytes) -> list[str]:
    return [line.split("{")[1].rstrip(",") for line in bib.decode().splitlines() if line.startswith("@")]


def test_a_paper_has_the_same_key_in_every_list(hall: Posterhall) -> None:
    first, second = ids(hall)
    assert keys(hall.export("bibtex", papers=[first, second])) == ["sea2024tides", "sea2024tidesa"]
    assert keys(hall.export("bibtex", papers=[second])) == ["sea2024tidesa"]


def test_new_papers_change_no_key(hall: Posterhall, tmp_path: Path) -> None:
    first, second = ids(hall)
    (tmp_path / "more.jsonl").write_text(json.dumps(ROWS[0] | {"title": "Tides: A Third", "forum_id": "aaaaaaaaaa"}))
    hall.ingest_files(tmp_path / "more.jsonl")
    assert keys(hall.export("bibtex", papers=[first, second])) == ["sea2024tides", "sea2024tidesa"]


def test_known_venues_are_named_in_full_and_others_as_they_are(hall: Posterhall) -> None:
    rows = json.loads(hall.export("csl", papers=ids(hall)))
    assert [row["container-title"] for row in rows] == [
        "Proceedings of the 41st International Conference on Machine Learning",
        "Harbour 2031",
    ]
    assert rows[1]["custom"]["arxiv"] == "2401.00001"


def test_a_list_keeps_its_order_and_papers_that_no_library_holds(hall: Posterhall) -> None:
    stranger = Entry(Named("Tides Elsewhere", ("Cy Sea",), "Quay 2024", 2024), state=READ)
    gone = Entry(Named("Tides Gone", ("Di Sea",), "Quay 2024", 2024), "gone")
    held = Entry(Named("Tides", ("Ada Sea",)), ids(hall)[1])
    made = ReadingList("l", "Mine", entries=(stranger, held, gone))
    assert keys(hall.export("bibtex", made=made)) == ["sea2024tidesb", "sea2024tidesa", "sea2024tidesc"]
    assert b"  - state: read\n" in hall.export("markdown", made=made)


def test_either_papers_or_a_list_are_exported(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match="give papers, or a reading list"):
        hall.export("bibtex")
    with pytest.raises(UsageError, match="the library has no paper 'nobody'"):
        hall.export("bibtex", papers=["nobody"])
    with pytest.raises(UsageError, match="no format 'word'"):
        hall.export("word", papers=[])


def test_a_vault_is_a_folder_or_a_zip(hall: Posterhall, tmp_path: Path) -> None:
    assert hall.write_export(tmp_path / "v", "obsidian", papers=ids(hall)) == []
    notes = sorted(path.name for path in (tmp_path / "v" / "papers").iterdir())
    assert notes == ["Tides Again.md", "Tides and LLMs.md"]
    hall.write_export(tmp_path / "v.zip", "obsidian", papers=ids(hall))
    assert (tmp_path / "v.zip").read_bytes() == hall.export("obsidian", papers=ids(hall))
    with pytest.raises(UsageError, match="has no citation styles"):
        hall.write_export(tmp_path / "w", "obsidian", papers=ids(hall), style="apa")
    assert not (tmp_path / "w").exists()
