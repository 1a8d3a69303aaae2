"""Trying again what failed, and PDFs that are not their papers'."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posterhall import Posterhall
from tests.services.server import Services
from tests.sync.conftest import small_pdf
from tests.sync.test_sync import SMALL, small_venue


def metadata(folder: Path, *rows: dict[str, Any]) -> Path:
    file = folder / "papers.jsonl"
    file.write_text("\n".join(json.dumps({"authors": ["Ada Author"], **row}) for row in rows))
    return file


def test_a_pdf_that_came_broken_is_fetched_again_and_one_that_is_not_there_too(
    services: Services, hall: Posterhall
) -> None:
    forums = small_venue(services, 3)
    services.openreview.set_pdf(forums[0], b"%PDF-1.5 and then nothing that can be read")
    services.openreview.set_pdf(forums[1], b"<html>not a PDF</html>")
    hall.add(SMALL)
    assert [f.paper_id for f in hall.status().failures] == sorted(forums[:2], key=lambda f: f"?id={f}")
    services.forget()
    assert (hall.retry().mended, len(services.pdf_fetches)) == (0, 2)

    for forum in forums[:2]:
        services.openreview.set_pdf(forum, small_pdf(forum))
    report = hall.retry()
    assert (report.tried, report.mended, report.left) == (2, 2, ())
    assert hall.status().documents == 3


def test_a_file_that_was_broken_is_read_again_under_its_paper(hall: Posterhall, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdfs"
    pdfs.mkdir()
    (pdfs / "a.pdf").write_bytes(b"%PDF-1.5 and then nothing that can be read")
    rows = metadata(tmp_path, {"id": "a", "title": "A paper", "pdf_file": "a.pdf"}, {"id": "b", "title": ""})
    hall.ingest_files(rows, pdfs)
    (paper,) = hall.papers()
    assert [f.reason for f in hall.failures(paper.paper_id)] == ["broken pdf"]

    (pdfs / "a.pdf").write_bytes(small_pdf("A paper"))
    report = hall.retry()
    assert (report.tried, report.mended) == (1, 1)
    assert [f.kind for f in report.left] == ["metadata"]  # a row is mended in its file
    assert hall.document(paper.paper_id) is not None
    assert hall.failures(paper.paper_id) == []


def test_two_files_that_were_swapped_are_warned_of_until_they_are_put_right(hall: Posterhall, tmp_path: Path) -> None:
    pdfs = tmp_path / "pdfs"
    pdfs.mkdir()
    titles = {"a": "Lantern Scheduling for Lean Training", "b": "Heron Attention Keeps a Small Table"}
    for name, title in titles.items():
        (pdfs / f"{name}.pdf").write_bytes(paper_pdf(title))
    rows = [{"id": name, "title": title, "pdf_file": f"{name}.pdf"} for name, title in titles.items()]
    hall.ingest_files(metadata(tmp_path, *rows), pdfs)
    assert hall.status().warnings == ()

    rows = [{**row, "pdf_file": f"{other}.pdf"} for row, other in zip(rows, "ba", strict=True)]
    hall.ingest_files(metadata(tmp_path, *rows), pdfs)
    warned = hall.status().warnings
    assert sorted(w.title for w in warned) == sorted(titles.values())
    assert "it may be another paper's PDF" in warned[0].warning

    # The record is what was wrong: the warning goes with it.
    swapped = {"a": titles["b"], "b": titles["a"]}
    rows = [{**row, "title": swapped[str(row["id"])]} for row in rows]
    hall.ingest_files(metadata(tmp_path, *rows), pdfs)
    assert hall.status().warnings == ()


def paper_pdf(title: str) -> bytes:
    import pymupdf

    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((60, 80), title, fontsize=16)
    page.insert_text((60, 110), "Ben Castle, Cleo Dunes", fontsize=10)
    sentence = "Every step of the method touches all of the weights, yet few of them change by much. "
    for n, heading in enumerate(("Abstract", "1 Introduction", "References")):
        page.insert_text((60, 150 + 180 * n), heading, fontsize=12)
        page.insert_textbox((60, 160 + 180 * n, 540, 320 + 180 * n), sentence * 12, fontsize=10)
    data = bytes(document.tobytes())
    document.close()
    return data
