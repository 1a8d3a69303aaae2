"""A small real library of our own making, the app served from it, and a browser to look at it with."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymupdf
import pytest
from streamlit.testing.v1 import AppTest

import posterhall
from tests.app.pages import Visit
from tests.hall_fixture import with_model

HOSTILE = "<img src=x onerror=alert(1)> **bold** $x^2$ :red[hi]"

QUOTE = "The lantern scheduler keeps only one quarter of the optimizer state in memory during training."

PAGES = {
    "lantern.pdf": (
        (
            "Lantern Scheduling for Lean Training",
            "Abstract",
            "Training a large network needs room for weights, gradients and optimizer state.",
            QUOTE,
            "1 Introduction",
            "Every step of gradient descent touches all of the weights, yet few of them change by much.",
            "We let most of the optimizer rest on disk, where room is cheap and nobody is in a hurry.",
        ),
        (
            "2 Results",
            "On four translation tasks the lantern scheduler loses less than a tenth of a point of accuracy.",
            "Its training runs take eleven percent longer than the usual ones on the same machine.",
        ),
    ),
    "heron.pdf": (
        (
            "Heron Attention",
            "Abstract",
            "Linear attention forgets the beginning of long documents, and we show where the loss happens.",
            "1 Introduction",
            "Heron attention keeps a small table of early tokens and reads from it at every layer of the network.",
        ),
    ),
}


def papers() -> list[dict[str, object]]:
    """Rows of a metadata file; every word in them is ours."""
    rows: list[dict[str, object]] = [
        {
            "id": "lantern",
            "title": "Lantern Scheduling for Lean Training",
            "authors": ["Ada Brook", "Ben Castle"],
            "abstract": "Large networks train in a quarter of the usual optimizer memory when most of it rests.",
            "venue": "Harbour 2031",
            "tier": "oral",
            "year": 2031,
            "keywords": ["memory", "optimizers"],
            "licence": "CC BY 4.0",
            "pdf_file": "lantern.pdf",
        },
        {
            "id": "heron",
            "title": "Heron Attention",
            "authors": ["Cleo Dunes"],
            "abstract": "A small table of early tokens mends what linear attention forgets.",
            "venue": "Harbour 2031",
            "tier": "poster",
            "year": 2031,
            "pdf_file": "heron.pdf",
        },
        {
            "id": "noted",
            "title": "A Paper With a Note Alone",
            "authors": ["Eve Field"],
            "note": "Shows that careful bookkeeping beats clever pruning on small robots.",
            "venue": "Meadow 2030",
            "tier": "oral",
            "year": 2030,
        },
        {
            "id": "hostile",
            "title": HOSTILE,
            "authors": ["<script>alert(2)</script>", "[click](javascript:alert(3))"],
            "abstract": "<b onmouseover=alert(4)>Hover</b> :material/home: $$y$$ </div></details><h1>taken</h1>",
            "venue": "Meadow 2030",
            "tier": "poster",
            "year": 2030,
            "keywords": ["<i>k</i>", ":blue[k]"],
        },
    ]
    rows += [
        {
            "id": f"study-{n:02}",
            "title": f"Study {n:02} of Patient Sorting",
            "authors": ["Finn Grove"],
            "abstract": f"Sorting pebbles by weight, attempt {n}, done slowly on a windy beach.",
            "venue": "Meadow 2030",
            "tier": "poster",
            "year": 2030,
        }
        for n in range(1, 31)
    ]
    return rows


@pytest.fixture(scope="session")
def hostile() -> str:
    """The title of a paper by someone who means harm."""
    return HOSTILE


@pytest.fixture(scope="session")
def quote() -> str:
    """A sentence on page 1 of one of the PDFs."""
    return QUOTE


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Path:
    """A data folder with papers, two PDFs and an index."""
    folder = tmp_path_factory.mktemp("app")
    pdfs = folder / "pdfs"
    pdfs.mkdir()
    for name, pages in PAGES.items():
        write_pdf(pdfs / name, pages)
    metadata = folder / "papers.jsonl"
    metadata.write_text("\n".join(json.dumps(row) for row in papers()), encoding="utf-8")
    with_model(folder / "data", compiled)
    hall = posterhall.open(folder / "data")
    hall.ingest_files(metadata, pdfs)
    hall.index()
    hall.close()
    return folder / "data"


def write_pdf(path: Path, pages: tuple[tuple[str, ...], ...]) -> None:
    """A PDF with large titles and headings, as papers have them."""
    with pymupdf.open() as document:
        for lines in pages:
            page, y = document.new_page(), 90.0
            for n, line in enumerate(lines):
                heading = line[:1].isdigit() or line == "Abstract"
                size = 16 if n == 0 and not heading else 13 if heading else 10
                font = "hebo" if size > 10 else "helv"
                y += size * 0.9
                page.insert_text((72, y), line, fontsize=size, fontname=font)
                y += 12
        document.save(path)


@pytest.fixture
def folder(data: Path) -> Path:
    """The data folder that ``visit`` opens; a file of tests may have its own."""
    return data


@pytest.fixture
def visit(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open a page of the app with its address's parameters."""

    def visit(view: str, folder: Path = folder, **params: str) -> AppTest:
        monkeypatch.setenv("POSTERHALL_DATA", str(folder))
        app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        app.run()
        app.switch_page(f"views/{view}.py")
        for name, value in params.items():
            app.query_params[name] = value
        return app.run()

    return visit


@pytest.fixture(scope="session")
def address(data: Path, root: Path) -> Iterator[str]:
    """The address of the app, served by the command as a user runs it."""
    with serving(root, "--data", str(data), "app", "--port", "0") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"Posterhall is at (http://127\.0\.0\.1:\d+)\n", line)
        assert found, line
        yield found[1]
        assert stopped(process, signal.SIGTERM) == 0


@contextmanager
def serving(root: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command; whatever happens, nothing of it is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=root,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with process:
            yield process
    finally:
        if alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)


def stopped(process: subprocess.Popen[str], number: int) -> int:
    """The exit code after a signal."""
    process.send_signal(number)
    return process.wait(30)


def alive(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
