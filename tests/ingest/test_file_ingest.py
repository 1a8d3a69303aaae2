import json
import os
import random
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.model import Tokenizer
from ingest.files import FileIngest, IngestReport
from ingest.sources.files import read_rows
from library import Library
from library.errors import InputError
from library.text import digest
from library.types import BODY

Press = Callable[..., Any]
Dump = Callable[[Library], str]

FOG = "Hedgehogs keep their lanterns low when the fog comes in from the harbour."
RAIN = "Herons stand in the rain all day and do not mind it in the least."
ROWS = (
    {
        "forum_id": "fog",
        "title": "Counting Ships in Fog",
        "abstract": "It is grey.",
        "pdf_file": "fog.pdf",
        "tier": "Oral",
    },
    {"forum_id": "rain", "title": "Standing in the Rain", "authors": ["Ada Brook"], "pdf_file": "Rain.PDF"},
    {"forum_id": "wind", "title": "A Paper About Wind"},
)


@dataclass
class Desk:
    """A data folder, a folder of PDFs and a metadata file, and the ways to take them in."""

    folder: Path
    tokenizer: Tokenizer
    press: Press

    @property
    def pdfs(self) -> Path:
        return self.folder / "pdfs"

    @property
    def store(self) -> Path:
        return self.folder / "data" / "pdf"

    @property
    def library(self) -> Library:
        if "_library" not in vars(self):
            self._library = Library.open(self.folder / "data", create=True)
        return self._library

    def close(self) -> None:
        if "_library" in vars(self):
            self._library.close()

    def write_rows(self, rows: Any = ROWS) -> Path:
        path = self.folder / "papers.jsonl"
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
        return path

    def write_pdf(self, name: str, title: str, text: str, **options: Any) -> Path:
        self.pdfs.mkdir(exist_ok=True)
        printed = self.press().line(title, 17, "tibo").heading("Abstract").prose(text)
        return printed.heading("1 Introduction").prose(f"We look closer. {text}").save(self.pdfs / name, **options)

    def run(self) -> FileIngest:
        return FileIngest(self.library, self.store, self.tokenizer)

    def metadata(self, rows: Any = ROWS, pdfs: Path | None = None) -> IngestReport:
        return self.run().metadata(read_rows(self.write_rows(rows)), pdfs)

    def bodies(self, paper_id: str) -> list[str]:
        return [p.text for p in self.library.passages.of_paper(paper_id) if p.kind == BODY]

    def failures(self) -> dict[str, str]:
        return {Path(f.item).name: f.reason for f in self.library.failures.all()}

    def copies(self) -> set[str]:
        return {path.name for path in self.store.iterdir()} if self.store.exists() else set()


@pytest.fixture(scope="module", autouse=True)
def one_worker() -> Iterator[None]:
    """Two small files need no two processes; test_parse.py is about those."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        yield


@pytest.fixture
def desk(tmp_path: Path, tokenizer: Tokenizer, press: Press) -> Iterator[Desk]:
    desk = Desk(tmp_path, tokenizer, press)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, press: Press) -> tuple[Path, IngestReport]:
    """ROWS and their PDFs taken in once, and one PDF that no row names."""
    desk = Desk(tmp_path_factory.mktemp("desk"), tokenizer, press)
    desk.write_pdf("fog.pdf", "Counting Ships in Fog", FOG)
    desk.write_pdf("Rain.PDF", "Standing in the Rain", RAIN)
    desk.write_pdf("nobody.pdf", "Nobody Named This One", RAIN)
    report = desk.metadata(pdfs=desk.pdfs)
    desk.close()
    return desk.folder, report


@pytest.fixture
def full(desk: Desk, taken_in: tuple[Path, IngestReport]) -> Desk:
    """A copy of what was taken in, to do anything with."""
    shutil.copytree(taken_in[0], desk.folder, dirs_exist_ok=True)
    return desk


def test_a_first_run_takes_in_papers_pages_and_passages(full: Desk, taken_in: tuple[Path, IngestReport]) -> None:
    report = taken_in[1]
    assert report == IngestReport(
        papers_added=3, pdfs_read=2, pdfs_unclaimed=1, pages=2, passages=report.passages, failed=0
    )
    assert report.changed
    assert report.passages == full.library.passages.count() == 3 + 1 + 2 * 2
    assert full.bodies("fog") == [FOG, f"We look closer. {FOG}"]
    assert full.bodies("rain") == [RAIN, f"We look closer. {RAIN}"]
    assert full.bodies("wind") == []
    assert full.library.documents.counts() == (2, 2)
    paper = full.library.papers.get("fog")
    assert paper is not None
    assert (paper.title, paper.tier) == ("Counting Ships in Fog", "oral")
    document = full.library.documents.of_paper("rain")
    assert document is not None
    assert document.stem == "Rain"
    assert (full.store / f"{document.sha256}.pdf").read_bytes() == (full.pdfs / "Rain.PDF").read_bytes()
    assert len(full.copies()) == 2


def test_a_second_run_over_the_same_files_writes_no_row(full: Desk, dump: Dump) -> None:
    before, copies = dump(full.library), full.copies()

    report = full.metadata(pdfs=full.pdfs)

    assert dump(full.library) == before
    assert full.copies() == copies
    assert report == IngestReport(papers_unchanged=3, pdfs_unchanged=2, pdfs_unclaimed=1)
    assert not report.changed


def test_a_run_over_other_rows_leaves_the_papers_that_it_does_not_name(full: Desk) -> None:
    full.metadata(rows=[{"forum_id": "snow", "title": "Snow"}])
    assert full.library.papers.count() == 4
    assert full.bodies("fog") == [FOG, f"We look closer. {FOG}"]


def test_a_changed_pdf_takes_its_earlier_passages_and_copy_away(full: Desk, dump: Dump) -> None:
    before = full.library.documents.of_paper("fog")
    assert before is not None
    ids = set(full.library.passages.ids())
    kept = [p.passage_id for p in full.library.passages.of_paper("rain")]
    full.write_pdf("fog.pdf", "Counting Ships in Fog", f"{FOG} And again.")

    report = full.metadata(pdfs=full.pdfs)

    assert (report.pdfs_read, report.pdfs_unchanged) == (1, 1)
    assert full.bodies("fog") == [f"{FOG} And again.", f"We look closer. {FOG} And again."]
    after = full.library.documents.of_paper("fog")
    assert after is not None
    assert f"{before.sha256}.pdf" not in full.copies()
    assert f"{after.sha256}.pdf" in full.copies()
    fresh = {p.passage_id for p in full.library.passages.of_paper("fog") if p.kind == BODY}
    assert not fresh & ids, "new passages have new ids"
    assert [p.passage_id for p in full.library.passages.of_paper("rain")] == kept


def test_a_lost_copy_is_made_again(full: Desk) -> None:
    document = full.library.documents.of_paper("fog")
    assert document is not None
    (full.store / f"{document.sha256}.pdf").unlink()

    full.metadata(pdfs=full.pdfs)

    assert (full.store / f"{document.sha256}.pdf").read_bytes() == (full.pdfs / "fog.pdf").read_bytes()


def test_a_renamed_pdf_costs_no_reading(full: Desk) -> None:
    (full.pdfs / "fog.pdf").rename(full.pdfs / "mist.pdf")
    rows = [{**ROWS[0], "pdf_file": "mist.pdf"}, *ROWS[1:]]

    report = full.metadata(rows, full.pdfs)

    assert (report.pdfs_read, report.pdfs_unchanged) == (0, 2)
    document = full.library.documents.of_paper("fog")
    assert document is not None
    assert document.stem == "mist"


def test_a_changed_abstract_changes_the_record_and_not_the_document(full: Desk) -> None:
    body = [p.passage_id for p in full.library.passages.of_paper("fog") if p.kind == BODY]

    report = full.metadata([{**ROWS[0], "abstract": "It is dark grey."}], full.pdfs)

    assert (report.papers_changed, report.pdfs_unchanged) == (1, 1)
    passages = full.library.passages.of_paper("fog")
    assert [p.text for p in passages][:2] == ["Counting Ships in Fog", "It is dark grey."]
    assert [p.passage_id for p in passages if p.kind == BODY] == body


def test_after_a_change_of_title_the_encoder_sees_every_passage_under_the_new_one(full: Desk) -> None:
    full.metadata([{**ROWS[0], "title": "Counting Boats in Mist"}], full.pdfs)

    rows = list(full.library.passages.index_rows(full.library.passages.ids_of_papers(["fog"])))

    assert len(rows) == 4
    for row in rows:
        assert "Counting Boats in Mist" in row.embed_text
        assert digest(row.embed_text) == row.embed_hash


def test_a_broken_pdf_is_a_failure_until_it_is_mended_and_the_others_go_on(full: Desk) -> None:
    (full.pdfs / "fog.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    full.write_pdf("Rain.PDF", "Standing in the Rain", f"{RAIN} Still.")

    report = full.metadata(pdfs=full.pdfs)

    assert (report.failed, report.pdfs_read) == (1, 1)
    assert full.failures() == {"fog.pdf": "broken pdf"}
    assert full.bodies("fog") == [FOG, f"We look closer. {FOG}"], "what was read before stays"
    assert full.bodies("rain") == [f"{RAIN} Still.", f"We look closer. {RAIN} Still."]

    full.write_pdf("fog.pdf", "Counting Ships in Fog", f"{FOG} Mended.")
    seen: list[tuple[str, int, int]] = []
    run = FileIngest(full.library, full.store, full.tokenizer, lambda *told: seen.append(told))
    run.metadata(read_rows(full.write_rows()), full.pdfs)

    assert full.failures() == {}
    assert full.bodies("fog") == [f"{FOG} Mended.", f"We look closer. {FOG} Mended."]
    assert seen == [("papers", 1, 3), ("papers", 2, 3), ("papers", 3, 3), ("PDFs", 1, 1)]


def test_a_named_pdf_that_is_not_there_is_a_failure_until_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)
    desk.pdfs.mkdir()

    report = desk.metadata(pdfs=Path("pdfs"))

    assert report.failed == 2
    assert desk.failures() == {"fog.pdf": "missing pdf", "Rain.PDF": "missing pdf"}
    details = [f.detail for f in desk.library.failures.all()]
    assert any("papers.jsonl:1" in detail for detail in details)

    desk.write_pdf("fog.pdf", "Counting Ships in Fog", FOG)
    desk.metadata(pdfs=Path("pdfs"))
    assert desk.failures() == {"Rain.PDF": "missing pdf"}


def test_without_a_folder_of_pdfs_none_is_missed(desk: Desk) -> None:
    assert desk.metadata().failed == 0


def test_a_path_in_a_row_never_leaves_the_folder(desk: Desk) -> None:
    outside = desk.write_pdf("secret.pdf", "Counting Ships in Fog", FOG).rename(desk.folder / "secret.pdf")
    rows = [{**ROWS[0], "pdf_file": "../secret.pdf"}, {**ROWS[1], "pdf_file": str(outside)}]

    report = desk.metadata(rows, desk.pdfs)

    assert (report.pdfs_read, report.failed) == (0, 2)
    assert all(Path(f.item) == desk.pdfs / "secret.pdf" for f in desk.library.failures.all())


def test_a_bad_row_is_a_failure_until_it_is_mended_and_the_others_go_on(desk: Desk) -> None:
    report = desk.metadata([ROWS[0], "{not json", ROWS[2]])
    assert (report.papers_added, report.failed) == (2, 1)
    assert desk.failures() == {"papers.jsonl:2": "bad row"}

    desk.metadata([ROWS[0], ROWS[1], ROWS[2]])
    assert desk.failures() == {}


def test_a_bad_row_that_was_taken_out_of_its_file_is_no_failure_any_more(desk: Desk) -> None:
    desk.metadata([ROWS[0], "{not json", ROWS[2], "{nor this"])
    desk.metadata([ROWS[0], ROWS[2], "{nor this"])
    assert desk.failures() == {"papers.jsonl:3": "bad row"}


def test_a_mended_bibtex_entry_is_no_failure_any_more(desk: Desk) -> None:
    path = desk.folder / "papers.bib"
    for author, failures in (("A, B, C, D", {"papers.bib:1": "bad row"}), ("Ada Brook", {})):
        path.write_text(
            f"@article{{one, title = {{On fog}}, author = {{{author}}}}}\n@article{{two, title = {{On wind}}}}"
        )
        desk.run().metadata(read_rows(path))
        assert desk.failures() == failures


def test_a_bare_folder_takes_titles_from_its_pdfs_and_attaches_them_to_papers_known_by_title(
    desk: Desk, dump: Dump
) -> None:
    desk.metadata()
    desk.write_pdf("x1.pdf", "COUNTING SHIPS IN FOG", FOG)
    desk.write_pdf("x2.pdf", "A Study of Thunder", RAIN)

    report = desk.run().folder(desk.pdfs, venue="Weather 2031")

    assert (report.papers_added, report.pdfs_read) == (1, 2)
    assert desk.bodies("fog") == [FOG, f"We look closer. {FOG}"]
    (thunder,) = desk.library.papers.find_title("A Study of Thunder")
    paper = desk.library.papers.get(thunder)
    assert paper is not None
    assert (paper.title, paper.abstract, paper.venue) == ("A Study of Thunder", RAIN, "Weather 2031")
    assert paper.provenance["title"] == "pdf:x2.pdf"
    fog = desk.library.papers.get("fog")
    assert fog is not None
    assert (fog.title, fog.abstract) == ("Counting Ships in Fog", "It is grey."), "the record's own words stay"

    before = dump(desk.library)
    again = desk.run().folder(desk.pdfs, venue="Weather 2031")
    assert again == IngestReport(pdfs_unchanged=2)
    assert dump(desk.library) == before

    desk.write_pdf("x1.pdf", "Counting Ships in Fog", f"{FOG} A second version.")
    desk.write_pdf("x2.pdf", "A Study of Thunder", f"{RAIN} A second version.")
    report = desk.run().folder(desk.pdfs, venue="Weather 2031")
    assert (report.papers_added, report.pdfs_read, desk.library.papers.count()) == (0, 2, 4)
    assert desk.bodies("fog")[0] == f"{FOG} A second version."
    assert desk.bodies(thunder)[0] == f"{RAIN} A second version."


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse a name that is no text")
def test_a_folder_of_odd_names_is_taken_in_whole(desk: Desk) -> None:
    stored = desk.write_pdf("fog.pdf", "Counting Ships in Fog", FOG).rename(desk.folder / "4f2a")
    (desk.pdfs / "fog.pdf").symlink_to(stored)
    untitled = desk.press().prose(" ".join([RAIN] * 8)).save(desk.folder / "untitled")
    untitled.rename(os.fsdecode(os.fsencode(desk.pdfs) + b"/caf\xe9.PDF"))
    Path(os.fsdecode(os.fsencode(desk.pdfs) + b"/empty\xff.pdf")).touch()
    (desk.pdfs / "notes.txt").write_text("no PDF at all")
    (desk.pdfs / "folder.pdf").mkdir()

    report = desk.run().folder(desk.pdfs)

    assert (report.pdfs_read, report.papers_added, report.failed) == (2, 2, 1)
    (fog,) = desk.library.papers.find_title("Counting Ships in Fog")
    document = desk.library.documents.of_paper(fog)
    assert document is not None
    assert document.stem == "fog", "a link is known by its own name"
    (cafe,) = desk.library.papers.find_title(r"caf\udce9")
    assert desk.bodies(cafe), "a PDF without a title is known by its file's name"
    assert desk.failures() == {r"empty\udcff.pdf": "empty file"}


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """As on a full disk: what writes more than so many bytes into one file fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_interrupted_copy_leaves_no_half_file_and_no_document(desk: Desk) -> None:
    path = desk.write_pdf("plain.pdf", "Counting Ships in Fog", FOG)
    printed = desk.press().line("Counting Ships in Fog", 17, "tibo").prose(FOG)
    printed.document.embfile_add("noise", random.Random(7).randbytes(3_000_000))
    path.unlink()
    path = printed.save(desk.pdfs / "fog.pdf")
    desk.metadata()

    with files_no_larger_than(2_000_000), pytest.raises(OSError, match="too large"):
        desk.metadata(ROWS[:1], desk.pdfs)

    assert desk.copies() == set()
    assert desk.library.documents.of_paper("fog") is None

    assert desk.metadata(ROWS[:1], desk.pdfs).pdfs_read == 1
    (copy,) = desk.store.iterdir()
    assert copy.read_bytes() == path.read_bytes()


def test_a_folder_that_is_not_there_or_has_no_pdf_is_an_error(desk: Desk) -> None:
    with pytest.raises(InputError, match=r"no folder at .*check the path given to --pdfs"):
        desk.run().folder(desk.pdfs)
    with pytest.raises(InputError, match="no folder at"):
        desk.metadata(pdfs=desk.pdfs)
    desk.pdfs.mkdir()
    with pytest.raises(InputError, match=r"file names must end in \.pdf"):
        desk.run().folder(desk.pdfs)
    assert desk.library.papers.count() == 0
