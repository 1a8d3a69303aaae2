import hashlib
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ingest.parse
from ingest.parse import parse_many, parse_pdf
from ingest.pdf import UnreadablePdf

Press = Callable[..., Any]

FOG = "Hedgehogs keep their lanterns low when the fog comes in from the harbour."

DEADLY = """
import os
from pathlib import Path

class Deadly(type(Path())):
    def read_bytes(self):
        os._exit(9)

class Odd(type(Path())):
    def read_bytes(self):
        raise KeyError("what was that")
"""


@pytest.fixture
def paper(press: Press, tmp_path: Path) -> Path:
    printed = press().line("Counting Ships by Lantern Light", 17, "tibo").heading("Abstract").prose(FOG)
    return printed.heading("1 Fog").prose(f"{FOG} It is grey.").save(tmp_path / "paper.pdf")


def test_a_parsed_pdf_has_its_title_abstract_pages_and_sections(paper: Path) -> None:
    parsed = parse_pdf(paper)

    assert (parsed.title, parsed.abstract) == ("Counting Ships by Lantern Light", FOG)
    assert [section.title for section in parsed.sections] == ["Abstract", "1 Fog"]
    (page,) = parsed.pages
    assert page.text == f"Counting Ships by Lantern Light Abstract {FOG} 1 Fog {FOG} It is grey."


def test_files_come_back_in_their_order_the_broken_ones_as_errors_and_a_dead_worker_takes_only_its_own_along(
    paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(multiprocessing.active_children())
    (tmp_path / "deadly_paths.py").write_text(DEADLY)
    monkeypatch.syspath_prepend(tmp_path)
    from deadly_paths import Deadly, Odd  # type: ignore[import-not-found]

    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    paths = [paper, broken, Deadly(paper), tmp_path / "none.pdf", Odd(paper), paper]

    found = list(parse_many(paths))

    assert [path for path, _ in found] == paths
    assert [value.reason if isinstance(value, UnreadablePdf) else value.title[:8] for _, value in found] == [
        "Counting",
        "broken pdf",
        "crash",
        "unreadable file",
        "parser error",
        "Counting",
    ]
    details = {value.reason: value.detail for _, value in found if isinstance(value, UnreadablePdf)}
    assert "exit code 9" in details["crash"]
    assert details["parser error"] == "KeyError: 'what was that'. Please report it"
    assert set(multiprocessing.active_children()) <= before


def test_a_file_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.parse, "PDF_SECONDS", 1)
    os.mkfifo(tmp_path / "pipe.pdf")  # nobody ever writes to it

    ((_, endless),) = parse_many([tmp_path / "pipe.pdf"])

    assert isinstance(endless, UnreadablePdf)
    assert endless.reason == "too slow"
    assert "not read after 1 s" in endless.detail


def test_no_files_need_no_workers() -> None:
    assert list(parse_many([])) == []


def test_a_script_without_a_main_guard_is_run_once(paper: Path, tmp_path: Path, root: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom ingest.parse import parse_many\n"
        "print('run', flush=True)\n"
        "print([v.title for _, v in parse_many([Path(sys.argv[1])])])\n"
    )

    ran = subprocess.run(
        [sys.executable, script, paper],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"run\n{['Counting Ships by Lantern Light']}\n"


def test_the_errors_reason_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(UnreadablePdf("no text", "a scan?")))
    assert (error.reason, error.detail, str(error)) == ("no text", "a scan?", "a scan?")


def test_the_files_hash_is_of_its_bytes(paper: Path) -> None:
    assert parse_pdf(paper).sha256 == hashlib.sha256(paper.read_bytes()).hexdigest()
