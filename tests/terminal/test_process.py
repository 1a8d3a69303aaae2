"""What only a process of its own can show: its streams, its signals, its encodings."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from posterhall import Posterhall
from tests.hall_fixture import PDFS, write_pdf

pytest_plugins = ("tests.hall_fixture",)

Start = Callable[..., "subprocess.Popen[bytes]"]

STOPPED = """
import os, signal
from contextlib import contextmanager
import cli

original = cli.progress

@contextmanager
def progress():
    with original() as update:
        def stop(what, done, total):
            update(what, done, total)
            if what == "PDFs":
                os.killpg(0, signal.SIGINT)  # what a terminal does for Ctrl-C: the workers get it, too
        yield stop

cli.progress = progress
cli.main()
"""


def finished(process: "subprocess.Popen[bytes]") -> tuple[int, bytes, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err.decode()


def test_stdout_has_nothing_but_the_json_although_pdfs_are_broken_and_work_takes_a_while(
    process: Start, empty: Path, tmp_path: Path
) -> None:
    pdfs = tmp_path / "pdfs"
    pdfs.mkdir()
    write_pdf(pdfs / "good.pdf", PDFS["brook31a.pdf"])
    write_pdf(pdfs / "mended-by-mupdf.pdf", PDFS["fOrUm0Veil.pdf"])
    content = (pdfs / "mended-by-mupdf.pdf").read_bytes()
    (pdfs / "mended-by-mupdf.pdf").write_bytes(content.replace(b"\nxref\n", b"\nxxef\n"))
    (pdfs / "broken.pdf").write_bytes(b"%PDF-1.7\n" + content[2000:2500])

    code, out, err = finished(process("--data", empty, "ingest", "files", "--pdfs", pdfs, "--json"))

    assert code == 1
    assert out.endswith(b"}\n")
    assert json.loads(out) | {"passages": 0} == {
        "papers_added": 2,
        "papers_changed": 0,
        "papers_unchanged": 0,
        "pdfs_read": 2,
        "pdfs_unchanged": 0,
        "pdfs_unclaimed": 0,
        "pages": 4,
        "passages": 0,
        "failed": 1,
    }
    assert "broken.pdf: " in err
    assert "PDFs" in err  # the progress
    assert "Traceback" not in err


def test_control_c_keeps_what_was_done_and_the_next_run_completes_it(
    terminal: Any, empty: Path, sources: Path, root: Path, opened: Callable[[Path], Posterhall]
) -> None:
    arguments = ["ingest", "files", "--metadata", sources / "papers.jsonl", "--pdfs", sources / "pdfs"]

    stopped = subprocess.Popen(
        [sys.executable, "-c", STOPPED, "--data", empty, *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    code, out, err = finished(stopped)

    assert (code, out) == (1, b"")
    assert "stopped; what was done is kept" in err
    assert "Traceback" not in err
    hall = opened(empty)
    assert hall.library.documents.counts()[0] == 1
    assert not list(empty.glob("*.writer"))

    again = terminal("--data", empty, *arguments, "--json")

    assert again.code == 0
    assert again.json | {"pages": 0, "passages": 0} == {
        "papers_added": 0,
        "papers_changed": 0,
        "papers_unchanged": 15,
        "pdfs_read": 3,
        "pdfs_unchanged": 1,
        "pdfs_unclaimed": 0,
        "pages": 0,
        "passages": 0,
        "failed": 0,
    }
    assert hall.index().total == 31
    assert hall.search("radar", mode="bm25").hits
    assert hall.library.documents.counts() == (4, 9)


def test_a_reader_that_has_seen_enough_ends_the_output_without_a_traceback(
    process: Start, data: Path, tmp_path: Path
) -> None:
    # Far more output than a pipe holds.
    queries = "\n".join(json.dumps({"qid": n, "text": "radar bandit crystal cache noise"}) for n in range(300))
    (tmp_path / "queries.jsonl").write_text(queries)
    searching = process("--data", data, "search", "--batch", tmp_path / "queries.jsonl", "--mode", "bm25")
    assert searching.stdout is not None
    assert searching.stderr is not None

    first = json.loads(searching.stdout.readline())
    searching.stdout.close()
    err = searching.stderr.read()
    searching.stderr.close()

    assert first["qid"] == 0
    assert searching.wait(60) in (0, 1)
    assert err == b""


def test_json_is_utf_8_whatever_the_terminal_s_encoding_and_the_bytes_of_the_query(process: Start, data: Path) -> None:
    searching = process(
        "--data", data, "search", b"radar \xff \xce\xa9", "--json", "--mode", "bm25", env={"PYTHONIOENCODING": "cp1252"}
    )

    code, out, err = finished(searching)

    assert (code, err) == (0, "")
    assert json.loads(out.decode("utf-8"))["query"] == "radar ? Ω"


def test_a_letter_that_the_terminal_has_not_becomes_a_question_mark(process: Start, data: Path) -> None:
    asking = process("--data", data, "ask", "soft gripper wet fruit", env={"PYTHONIOENCODING": "latin-1"})

    code, out, err = finished(asking)

    assert (code, err) == (0, "")
    assert b"[1] ?A soft gripper learns to lift wet fruit" in out
