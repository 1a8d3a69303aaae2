"""A folder of hostile files beside one good paper, taken in once; each case asserts what became of its own."""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest.parse
import posterhall
from ingest.parse import ParsedPdf, parse_many
from ingest.pdf import MAX_BYTES, UnreadablePdf
from library.types import Failure
from posterhall import Posterhall
from tests.ingest.hostile import EITHER_LIMIT, LIMITS, READ, Case, bomb, good, paper, shown, stream, truetype
from tests.ingest.hostile_cases import CASES

PAGE_SECONDS = 1.0
"""Of CPU time: fourteen times what the slowest page of a real paper takes."""

MEMORY_BYTES = 400 << 20

FOLDER = next(case for case in CASES if case.name == "folder")


@pytest.fixture(scope="module")
def limits() -> Iterator[None]:
    """Limits that the hanging cases meet soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest.parse, "PAGE_SECONDS", PAGE_SECONDS)
        patch.setattr(ingest.parse, "MEMORY_BYTES", MEMORY_BYTES)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every case's file, and the good paper."""
    made = tmp_path_factory.mktemp("hostile")
    for case in CASES:
        case.make(made / f"{case.name}.pdf")
    good(made / "good.pdf")
    return made


@pytest.fixture(scope="module")
def hall(folder: Path, limits: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Posterhall]:
    """A library that has taken in the folder."""
    opened = posterhall.open(tmp_path_factory.mktemp("data"))
    opened.ingest_files(pdfs=folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def failures(hall: Posterhall, folder: Path) -> dict[str, Failure]:
    """The failures by the file's name, or the file's name and the page."""
    rows = hall.status().failures
    assert all(row.kind == "pdf" and Path(row.item).parent == folder for row in rows)
    return {Path(row.item).name.replace(".pdf", ""): row for row in rows}


@pytest.fixture(scope="module")
def stems(hall: Posterhall) -> set[str]:
    """The names of the files that were read."""
    papers = [paper.paper_id for paper in hall.papers()]
    return {document.stem for document in hall.library.documents.of_papers(papers).values()}


def test_there_are_enough_of_them_and_no_two_have_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100


@pytest.mark.parametrize("case", [case for case in CASES if case is not FOLDER], ids=lambda case: case.name)
def test_a_hostile_file_ends_in_what_it_is_to_end_in(case: Case, stems: set[str], failures: dict[str, Failure]) -> None:
    row = failures.get(case.name)
    assert ends_so(READ if row is None else row.reason, case.outcome)
    assert (case.name in stems) == (case.outcome == READ)
    lost = {name: f.reason for name, f in failures.items() if name.startswith(f"{case.name}, page ")}
    wanted = {f"{case.name}, page {number}": reason for number, reason in case.lost}
    assert lost.keys() == wanted.keys()
    assert all(ends_so(lost[page], reason) for page, reason in wanted.items())


def ends_so(reason: str, wanted: str) -> bool:
    return reason in LIMITS if wanted == EITHER_LIMIT else reason == wanted


def test_every_failure_says_what_to_do(failures: dict[str, Failure]) -> None:
    for row in failures.values():
        what = row.detail.rpartition(". ")[2] if row.reason != "page count" else "are read"
        assert (
            what.startswith(("Fetch", "Look", "Save", "Print", "Run", "Check", "are read")) or "then ingest" in what
        ), row


def test_a_folder_named_like_a_file_is_passed_over_and_an_error_when_it_is_asked_for(
    folder: Path, failures: dict[str, Failure]
) -> None:
    assert FOLDER.name not in failures
    ((_, error),) = parse_many([folder / f"{FOLDER.name}.pdf"])
    assert isinstance(error, UnreadablePdf)
    assert error.reason == FOLDER.outcome


def test_the_good_paper_among_them_is_in_and_the_library_answers(
    hall: Posterhall, folder: Path, stems: set[str], failures: dict[str, Failure]
) -> None:
    files = {path.stem for path in folder.glob("*.pdf") if not path.is_dir()}

    assert "good" in stems
    assert files == stems | {name for name in failures if ", page " not in name}
    status = hall.status()
    assert status.documents == len(stems)
    assert hall.library.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    hall.index()
    hits = hall.search("counting ships by lantern light", mode="bm25", limit=3).hits
    assert hits[0].paper.title == "Counting Ships by Lantern Light, part 1"


def test_a_lost_page_keeps_its_number_and_has_no_text(hall: Posterhall) -> None:
    lost = next(case for case in CASES if case.lost == ((1, "broken page"),))
    documents = hall.library.documents.of_papers([paper.paper_id for paper in hall.papers()])
    document = next(d for d in documents.values() if d.stem == lost.name)
    first, second = (hall.library.documents.page(document.document_id, n) for n in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.text, bool(second.text)) == ("", True)


def test_a_file_with_a_lost_page_is_read_again_only_when_it_changes(limits: None, tmp_path: Path) -> None:
    name, pdfs = "a", tmp_path / "pdfs"
    pdfs.mkdir()
    path = pdfs / f"{name}.pdf"
    line, slow = stream(shown()), bomb(b"q Q ", 1 << 24)
    hall = posterhall.open(tmp_path / "data")

    def taken_in(*contents: bytes) -> tuple[int, int, list[tuple[str, int]]]:
        path.write_bytes(paper(list(contents)))
        report = hall.ingest_files(pdfs=pdfs)
        rows = [(row.item.removeprefix(str(path)), row.attempts) for row in hall.status().failures]
        return report.pdfs_read, report.failed, rows

    assert taken_in(line, slow, line, slow) == (1, 2, [(", page 2", 1), (", page 4", 1)])
    assert taken_in(line, slow, line, slow) == (0, 0, [(", page 2", 1), (", page 4", 1)])
    assert taken_in(line, slow, line) == (1, 1, [(", page 2", 2)])
    assert taken_in(line, line, line) == (1, 0, [])
    hall.close()


def test_three_pages_may_be_lost_and_a_fourth_costs_the_file(limits: None, tmp_path: Path) -> None:
    line, broken = stream(shown()), stream(b"[" * 200_000 + b"] TJ")
    for count in (3, 4):
        (tmp_path / f"{count}.pdf").write_bytes(paper([line, *[broken] * count]))

    (_, three), (_, four) = parse_many([tmp_path / "3.pdf", tmp_path / "4.pdf"])

    assert isinstance(three, ParsedPdf)
    assert [(page.number, page.reason) for page in three.lost] == [(n, "broken page") for n in (2, 3, 4)]
    assert [bool(page.text) for page in three.pages] == [True, False, False, False]
    assert isinstance(four, UnreadablePdf)
    assert four.reason == "broken pdf"
    assert "more than 3 pages are lost; page 5" in four.detail


RIGGED = """
import os
from pathlib import Path
import ingest.pdf

read_page = ingest.pdf._page

def page(page, flags):
    if page.number == 1:
        os.abort()
    return read_page(page, flags)

class Rigged(type(Path())):
    def read_bytes(self):
        ingest.pdf._page = page
        return super().read_bytes()
"""


def test_a_page_that_crashes_the_process_costs_that_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rigged_paths.py").write_text(RIGGED)
    monkeypatch.syspath_prepend(tmp_path)
    from rigged_paths import Rigged  # type: ignore[import-not-found]

    ((_, parsed),) = parse_many([Rigged(good(tmp_path / "a.pdf"))])

    assert isinstance(parsed, ParsedPdf)
    assert [(page.number, page.reason) for page in parsed.lost] == [(2, "crash")]
    assert "exit code -6" in parsed.lost[0].detail
    assert [bool(page.text) for page in parsed.pages] == [True, False, True]


RINGING = """
from pathlib import Path

class Ringing(type(Path())):
    def read_bytes(self):
        self.with_suffix(".rang").touch()
        raise OSError(5, "rang")
"""


def test_processes_that_die_at_rest_take_no_file_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ringing_paths.py").write_text(RINGING)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    from ringing_paths import Ringing  # type: ignore[import-not-found]

    fine = good(tmp_path / "a.pdf")
    others = set(multiprocessing.active_children())
    # With one process, four files are handed out at a time.
    reading = parse_many([fine, fine, fine, Ringing(fine), fine, fine])
    found = [next(reading)[1]]
    while not fine.with_suffix(".rang").exists():
        pass
    (process,) = set(multiprocessing.active_children()) - others
    process.kill()
    process.join()

    found += [value for _, value in reading]

    reasons = [value.reason if isinstance(value, UnreadablePdf) else READ for value in found]
    assert reasons[:3] + reasons[4:] == [READ] * 5
    assert reasons[3] in ("unreadable file", "crash")  # as far as it had come when its process was killed


PEAK = """
import json, resource, sys
from pathlib import Path
import ingest.parse
from ingest.parse import parse_many
ingest.parse.MEMORY_BYTES = int(sys.argv[1])
found = [getattr(value, "lost", value) for _, value in parse_many(map(Path, sys.argv[2:]))]
reasons = [value.reason if isinstance(value, Exception) else [page.reason for page in value] for value in found]
print(json.dumps([reasons, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the memory of a process")
def test_no_process_holds_more_memory_than_it_is_given(root: Path, tmp_path: Path) -> None:
    letters = bomb(b"BT /F1 9 Tf 9 9 Td (" + b"fog and rain " * 20 + b") Tj ET ", 1 << 14)
    (tmp_path / "page.pdf").write_bytes(paper([stream(shown()), letters, stream(shown())]))
    (tmp_path / "font.pdf").write_bytes(truetype(bomb(b" " * 64, 1 << 22)))
    memory = 200 << 20

    ran = subprocess.run(
        [sys.executable, "-c", PEAK, str(memory), *(tmp_path / f"{name}.pdf" for name in ("page", "font"))],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    reasons, peak = json.loads(ran.stdout)
    assert reasons == [["too much memory"], "too much memory"]
    assert peak < memory


def test_a_file_of_the_largest_size_is_not_read_into_memory_first(tmp_path: Path) -> None:
    with (tmp_path / "a.pdf").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    ((_, error),) = parse_many([tmp_path / "a.pdf"])
    assert isinstance(error, UnreadablePdf)
    assert error.reason == "too large"
