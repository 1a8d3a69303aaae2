import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from posterhall import Posterhall
from tests.hall_fixture import PAPERS, PDFS, write_pdf

pytest_plugins = ("tests.hall_fixture",)

UNCHANGED = {
    "papers_added": 0,
    "papers_changed": 0,
    "papers_unchanged": len(PAPERS),
    "pdfs_read": 0,
    "pdfs_unchanged": len(PDFS),
    "pdfs_unclaimed": 0,
    "pages": 0,
    "passages": 0,
    "failed": 0,
}

SHORT = (("# A Short Paper of Ours", "## Abstract", "It has a sentence. It has another one."),)


def write_rows(path: Path, *rows: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def ingest(terminal: Any, data: Path, *arguments: str | Path) -> Any:
    return terminal("--data", data, "ingest", "files", *arguments)


def status(terminal: Any, data: Path) -> Any:
    return terminal("--data", data, "status", "--json").json


def test_a_second_ingest_of_the_same_files_reports_everything_unchanged(
    terminal: Any, copied: Path, sources: Path
) -> None:
    before = status(terminal, copied)

    ran = ingest(terminal, copied, "--metadata", sources / "papers.jsonl", "--pdfs", sources / "pdfs", "--json")

    assert ran.code == 0
    assert ran.json == UNCHANGED
    assert "posterhall index" not in ran.err
    after = status(terminal, copied)
    assert after == before
    assert after["index"]["stale"] is False
    indexed = terminal("--data", copied, "index", "--json")
    assert (indexed.code, indexed.json["changed"], indexed.json["embedded"]) == (0, False, 0)


def test_a_pdf_is_named_by_the_row_or_by_any_of_its_ids(hall: Posterhall, terminal: Any, tmp_path: Path) -> None:
    stems = {d.paper_id: d.stem for d in hall.library.documents.of_papers(p.paper_id for p in hall.papers()).values()}

    assert stems == {
        "id-tidepool": "tidepool-camera-ready",
        "id-lattice": "lattice",
        "fOrUm0Veil": "fOrUm0Veil",
        "pmlr-meadow-2030-brook31a": "brook31a",
    }
    write_pdf(tmp_path / "12.pdf", SHORT)
    rows = write_rows(tmp_path / "rows.jsonl", {"title": "A Numbered Paper", "id": 12})
    assert ingest(terminal, tmp_path / "new", "--metadata", rows, "--pdfs", tmp_path, "--json").json["pdfs_read"] == 1


def test_a_first_ingest_says_what_it_did_and_what_comes_next(terminal: Any, tmp_path: Path) -> None:
    write_pdf(tmp_path / "short.pdf", SHORT)
    write_pdf(tmp_path / "stray.pdf", SHORT)
    rows = write_rows(
        tmp_path / "rows.jsonl",
        {"title": "A Short Paper of Ours", "id": "short", "venue": "Elsewhere"},
        {"title": "Another", "abstract": "It has an abstract."},
    )

    ran = ingest(terminal, tmp_path / "new", "--metadata", rows, "--pdfs", tmp_path, "--venue", "Harbour 2031")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "papers: 2 added, 0 changed, 0 unchanged",
        "PDFs: 1 read (1 pages), 0 unchanged",
        "passages: 4 new",  # two titles, an abstract, and the PDF's one section
    ]
    assert f"1 PDFs in {tmp_path} belong to no row of {rows}" in ran.err
    assert "run `posterhall index`" in ran.err
    assert status(terminal, tmp_path / "new")["venues"] == [["Harbour 2031", 2]]
    search = terminal("--data", tmp_path / "new", "search", "sentence")
    assert (search.code, search.out) == (1, "")
    assert "there is no index" in search.err


def test_a_broken_pdf_is_listed_with_its_reason_until_it_is_mended_and_the_rest_is_taken_in(
    terminal: Any, tmp_path: Path
) -> None:
    pdfs = tmp_path / "pdfs"
    pdfs.mkdir()
    for name in ("good", "locked", "cut"):
        write_pdf(pdfs / f"{name}.pdf", SHORT)
    (pdfs / "login.pdf").write_text("<html>Please log in</html>")
    (pdfs / "nothing.pdf").touch()
    (pdfs / "cut.pdf").write_bytes((pdfs / "cut.pdf").read_bytes()[:200])
    with pymupdf.open(pdfs / "good.pdf") as document:
        document.save(pdfs / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="secret")
    names = ("good", "locked", "cut", "login", "nothing", "missing")
    rows = write_rows(
        tmp_path / "rows.jsonl",
        *({"title": f"The {name} paper", "id": name, "pdf_file": f"{name}.pdf"} for name in names),
    )
    arguments = ("--metadata", rows, "--pdfs", pdfs)

    ran = ingest(terminal, tmp_path / "new", *arguments, "--json")

    assert ran.code == 1
    assert (ran.json["papers_added"], ran.json["pdfs_read"], ran.json["failed"]) == (6, 1, 5)
    assert "5 failed:" in ran.err
    found = status(terminal, tmp_path / "new")
    reasons = {Path(f["item"]).name: f["reason"] for f in found["failures"]}
    assert reasons.pop("cut.pdf") in {"broken pdf", "truncated pdf"}
    assert reasons == {
        "locked.pdf": "encrypted pdf",
        "login.pdf": "not a pdf",
        "nothing.pdf": "empty file",
        "missing.pdf": "missing pdf",
    }
    for failure in found["failures"]:
        assert failure.keys() == {"kind", "item", "reason", "detail", "attempts", "last_seen", "paper_id"}
        assert f"{failure['item']}: {failure['reason']}: {failure['detail']}" in ran.err
    assert (found["papers"], found["documents"]) == (6, 1)

    for n, name in enumerate(names):
        write_pdf(pdfs / f"{name}.pdf", (*SHORT, (f"Page {n} has a sentence that the others have not.",)))
    again = ingest(terminal, tmp_path / "new", *arguments, "--json")

    assert (again.code, again.json["pdfs_read"], again.json["failed"]) == (0, 6, 0)
    assert status(terminal, tmp_path / "new")["failures"] == []


def test_a_bad_row_is_told_with_its_line_and_the_rest_is_taken_in(terminal: Any, tmp_path: Path) -> None:
    rows = write_rows(
        tmp_path / "rows.jsonl",
        {"title": "Good", "id": "good"},
        '{"title": "No end',
        {"abstract": "No title."},
        '{"title": "Half a pair \\ud800"}',
        {"title": "Odd year", "year": "soon"},
        {"title": "Also good", "id": "also"},
    )

    ran = ingest(terminal, tmp_path / "new", "--metadata", rows, "--json")

    assert (ran.code, ran.json["papers_added"], ran.json["failed"]) == (1, 2, 4)
    for line in (2, 3, 4, 5):
        assert f"  rows.jsonl:{line}: bad row: " in ran.err
    assert len(status(terminal, tmp_path / "new")["failures"]) == 4


def test_a_hostile_file_name_cannot_drive_the_terminal(terminal: Any, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdfs"
    pdfs.mkdir()
    (pdfs / "a\x1b[31mb.pdf").write_text("no pdf")

    ran = ingest(terminal, tmp_path / "new", "--pdfs", pdfs)

    assert ran.code == 1
    assert "not a pdf" in ran.err
    assert all(c.isprintable() or c == "\n" for c in ran.err)


def test_a_bare_folder_gives_papers_with_the_titles_and_abstracts_of_its_pdfs(
    terminal: Any, tmp_path: Path, sources: Path, opened: Callable[[Path], Posterhall]
) -> None:
    shutil.copytree(sources / "pdfs", tmp_path / "pdfs")

    ran = ingest(terminal, tmp_path / "new", "--pdfs", tmp_path / "pdfs", "--venue", "Harbour 2031", "--json")

    assert (ran.code, ran.json["papers_added"], ran.json["pdfs_read"]) == (0, 4, 4)
    papers = {p.title: p for p in opened(tmp_path / "new").papers()}
    assert set(papers) == {pages[0][0].removeprefix("# ") for pages in PDFS.values()}
    for pages in PDFS.values():
        paper = papers[pages[0][0].removeprefix("# ")]
        assert (paper.abstract, paper.venue) == (pages[0][2], "Harbour 2031")


def test_two_pdfs_of_one_title_are_two_papers_and_the_next_run_changes_nothing(terminal: Any, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdfs"
    pdfs.mkdir()
    write_pdf(pdfs / "first.pdf", SHORT)
    write_pdf(pdfs / "second.pdf", (*SHORT, ("A second page has a sentence that the first version lacks.",)))

    ran = ingest(terminal, tmp_path / "new", "--pdfs", pdfs, "--json")
    again = ingest(terminal, tmp_path / "new", "--pdfs", pdfs, "--json")

    assert (ran.code, ran.json["papers_added"], ran.json["pdfs_read"]) == (0, 2, 2)
    assert (again.code, again.json["pdfs_read"], again.json["pdfs_unchanged"]) == (0, 0, 2)
    found = status(terminal, tmp_path / "new")
    assert (found["papers"], found["documents"], found["pages"]) == (2, 2, 3)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "nothing to ingest: give --metadata, --pdfs, or both"),
        (["--metadata", "nowhere.jsonl"], 1, "no metadata file at nowhere.jsonl"),
        (["--pdfs", "nowhere"], 1, "no folder at nowhere"),
        (["--metadata", "empty.jsonl"], 1, "holds no papers"),
        (["--metadata", "latin.jsonl"], 1, "not UTF-8 text"),
        (["--unknown"], 2, "No such option"),
        (["papers.jsonl"], 2, "unexpected extra argument"),
    ],
)
def test_a_wrong_request_to_ingest_makes_no_library(
    terminal: Any, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "latin.jsonl").write_bytes('{"title": "Café"}'.encode("latin-1"))

    ran = ingest(terminal, tmp_path / "new", *arguments)

    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert not (tmp_path / "new").exists()


def test_ingesting_stopped_by_control_c_among_the_papers_keeps_none_of_them_and_can_be_repeated(
    copied: Path, sources: Path, opened: Callable[[Path], Posterhall], tmp_path: Path
) -> None:
    hall = opened(copied)
    rows = write_rows(tmp_path / "rows.jsonl", *({"title": f"New paper {n}", "id": f"n{n}"} for n in range(5)))
    seen = []

    def stop(what: str, done: int, total: int) -> None:
        seen.append((what, done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hall.ingest_files(rows, on_progress=stop)

    assert seen == [("papers", 1, 5), ("papers", 2, 5), ("papers", 3, 5)]
    assert hall.count() == len(PAPERS)
    assert not hall.searcher.stale
    assert hall.ingest_files(rows).papers_added == 5
