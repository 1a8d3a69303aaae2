"""A small real library of our own words, ingested and indexed once, for trying the front doors and the rooms behind.

A pytest plugin; a test file that wants it says ``pytest_plugins = ("tests.hall_fixture",)``. Its assertions are plain
ones (PYTEST_DONT_REWRITE), because test files also import its words.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from filelock import FileLock

import posterhall
from posterhall import Posterhall

ODD = "~"
"""Printed in a sentence whose file says that this letter is none that Unicode knows."""

MEMORY = (
    "On the Longshore benchmark the tidepool cache needs 37 percent of the memory of a full cache and loses "
    "0.4 points of accuracy."
)
"""Page 2 of tidepool-camera-ready.pdf, section 3."""

CRYSTAL = "Rotating a crystal by any of its symmetries leaves the predicted energy unchanged to within rounding errors."
"""Page 1 of lattice.pdf, the foot of its left column."""

GRIPPER = "A soft gripper learns to lift wet fruit from a conveyor belt after watching forty demonstrations."
"""The note of a paper that has nothing else."""

HOSTILE = "Anomaly Detection \x1b[31min Red\x1b[0m\x07 for \u202esrotom\u202c and \x9b2JPumps"

COLUMN = "||"
"""In a page's pieces: go on in the right column."""

PDFS: dict[str, Sequence[Sequence[str]]] = {
    "tidepool-camera-ready.pdf": (
        (
            "# Tidepool Caches for Reading Long Documents",
            "## Abstract",
            "Language models that read long documents keep a key and a value for every token that they have seen. "
            "The tidepool cache keeps the tokens that later attention returns to and lets the others drain away. "
            "It needs no training and no change to the model.",
            "## 1 Introduction",
            "Memory is scarce. Serving a long conversation fills the memory of an accelerator with keys and values. "
            "Most of these "
            "entries are read once and never again. Earlier work drops the oldest entries first, which forgets the "
            f"beginning of a document. The odd tidepool symbol {ODD} has no meaning that a reader could look up. We "
            "ask which entries a model returns to, and we find that a small share of them receives most of the "
            "attention.",
            "The tidepool benchmark documents were read on a single borrowed accelerator, and each of them was",
        ),
        (
            "read twice so that the order of the two methods could be swapped.",
            "## 2 Method",
            "Every layer keeps a pool of fixed size. An entry joins the pool when it arrives and leaves it when its "
            "share of attention stays under a threshold for sixteen steps. The threshold rises with the number of "
            "entries that wait to join.",
            "## 3 Experiments",
            f"{MEMORY} Dropping the oldest entries at the same size loses 6.1 points of accuracy. Decoding is 1.9 "
            "times as fast as with the full cache. The gain grows with the length of the document.",
        ),
        (
            "## 4 Limitations",
            "The pool is tuned for English prose, and source code needs a larger one. We did not measure documents "
            "beyond two hundred thousand tokens. Music and tables remain for later work.",
        ),
    ),
    "lattice.pdf": (
        (
            "# Lattice Networks that Respect Crystal Symmetry",
            "## Abstract",
            "Crystals repeat themselves, and a network that predicts their energy should know it. Lattice networks "
            "share weights along every translation of the unit cell. They predict the energy of new materials from "
            "few examples.",
            "## 1 Introduction",
            "Searching for new battery materials means computing the energy of many thousand crystals. Physics "
            f"codes need hours for one of them. {CRYSTAL}",
            COLUMN,
            "## 2 Architecture",
            "A lattice network passes messages between the atoms of one unit cell and its neighbours. Edges that a "
            "symmetry maps onto each other carry the same weights. Ordinary graph networks must learn this from "
            "data, which takes ten times as many crystals.",
        ),
        (
            "## 3 Results",
            "With five hundred training crystals the error of the predicted formation energy is 31 meV an atom. "
            "The best earlier network reaches 48 meV with the same crystals. Training takes forty minutes on one "
            "workstation.",
            COLUMN,
            "## 4 Outlook",
            "Molecules in solution have no lattice and are out of reach. Defects break the symmetry locally, and a "
            "network that tolerates them is our next step.",
        ),
    ),
    "fOrUm0Veil.pdf": (
        (
            "# Veiled Averages: Private Learning across Hospitals",
            "## Abstract",
            "Hospitals may not share the records of their patients, yet they would like to learn from all of them. "
            "Veiled averages let each hospital add noise to its update before a server sums them up.",
            "## 1 Method",
            "Each hospital clips the update of its model and adds Gaussian noise. The noise of two neighbouring "
            "hospitals is correlated so that most of it cancels in the sum. The server sees nothing but the sum.",
        ),
        (
            "## 2 Results",
            "At a privacy budget of epsilon equal to two the averaged model detects pneumonia with 91 percent "
            "accuracy. Independent noise at the same budget reaches 84 percent. Eleven hospitals on three "
            "continents took part.",
        ),
    ),
    "brook31a.pdf": (
        (
            "# Patient Bandits for Slow Rewards",
            "## Abstract",
            "A bandit pulls an arm and sees its reward at once, in theory. In practice rewards arrive late, and "
            "some never arrive. Patient bandits keep an account of what is still owed to them.",
            "## 1 Analysis",
            "The regret of a patient bandit grows with the square root of the horizon plus the longest delay. No "
            "algorithm can do without the second term. We prove both statements in the appendix.",
        ),
        (
            "## 2 Advertising",
            "An advertiser learns about a purchase two weeks after the click. On a year of logged clicks the "
            "patient bandit earns seven percent more than one that ignores the delay.",
        ),
    ),
}

PAPERS: Sequence[dict[str, Any]] = (
    {
        "id": "tidepool",
        "title": "Tidepool Caches for Reading Long Documents",
        "authors": ["Ada Brook", "Ben Castle"],
        "abstract": "Long documents fill a language model's cache of keys and values; a small pool of them is enough.",
        "venue": "Harbour 2031",
        "venueid": "harbour.org/2031/Conference",
        "tier": "oral",
        "year": 2031,
        "pdf_file": "tidepool-camera-ready.pdf",
    },
    {
        "id": "lattice",
        "title": "Lattice Networks that Respect Crystal Symmetry",
        "authors": ["Cleo Dunes"],
        "abstract": "Sharing weights along a crystal's translations predicts the energy of materials from little data.",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
    },
    {
        "forum_id": "fOrUm0Veil",
        "title": "Veiled Averages: Private Learning across Hospitals",
        "authors": ["Eve Field"],
        "abstract": "Correlated noise lets hospitals train one model together without revealing any patient.",
        "venue": "Meadow 2030",
        "tier": "oral",
        "year": 2030,
    },
    {
        "pmlr_id": "brook31a",
        "title": "Patient Bandits for Slow Rewards",
        "authors": ["Finn Grove"],
        "abstract": "Regret bounds for bandits whose rewards arrive late or never.",
        "venue": "Meadow 2030",
        "tier": "poster",
        "year": 2030,
    },
    {
        "id": "rain",
        "title": "Sharpening Rainfall Forecasts",
        "abstract": "Weather models see rain in squares of twenty kilometres. A flow that is trained on radar images "
        "sharpens their forecasts to single valleys and keeps the total amount of rain.",
        "venue": "Meadow 2030",
        "tier": "poster",
        "year": 2030,
    },
    {
        "id": "hail",
        "title": "Warning of Hail an Hour Ahead",
        "abstract": "A network reads radar images and forecasts hail for the next hour. Weather services in two "
        "countries have used its warnings since spring.",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
    },
    {
        "id": "whisper",
        "title": "Recognising Whispered Speech",
        "abstract": "Whispered speech has no pitch, and recognisers trained on voiced recordings fail on it. We turn "
        "ordinary recordings into whispers and halve the word error rate.",
        "venue": "Meadow 2030",
        "tier": "spotlight",
        "year": 2030,
    },
    {
        "id": "protein",
        "title": "Drawing Protein Backbones by Diffusion",
        "abstract": "A diffusion process proposes protein backbones that bind to a chosen target. Of ninety designs "
        "that were made in the laboratory twelve bind.",
        "venue": "Harbour 2031",
        "tier": "oral",
        "year": 2031,
    },
    {
        "id": "translation",
        "title": "Tokenizers for Languages with Little Text",
        "abstract": "Machine translation into languages with little text suffers from tokenizers made for English. "
        "Sharing syllables between related languages gains three points of translation quality.",
        "venue": "Meadow 2030",
        "tier": "poster",
        "year": 2030,
    },
    {
        "id": "smoothing",
        "title": "Certificates from Noise",
        "abstract": "Adding noise to an image and taking a vote certifies that no small adversarial change of the "
        "image alters a classifier's decision. We certify twice the radius of earlier proofs.",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
    },
    {
        "id": "causal",
        "title": "Which Came First",
        "abstract": "From measurements alone it is hard to tell a cause from its effect. We show that time series "
        "with rare shocks reveal the causal order of their variables.",
        "venue": "Meadow 2030",
        "tier": "oral",
        "year": 2030,
    },
    {
        "id": "bits",
        "title": "Training in Four Bits",
        "abstract": "Gradients rounded to four bits train large networks as well as exact ones when the rounding is "
        "random. Training needs a third of the energy.",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
    },
    {
        "id": "hostile",
        "title": HOSTILE,
        "abstract": "Pumps that are about to fail sound different. \x1b]0;taken\x07 A detector of anomalies listens to "
        "them and raises an alarm two days before.",
        "venue": "Meadow 2030",
        "tier": "poster",
        "year": 2030,
    },
    {
        "id": "gripper",
        "title": "Gentle Hands",
        "note": GRIPPER,
        "venue": "Meadow 2030",
        "tier": "poster",
        "year": 2030,
    },
    {
        "id": "quilt",
        "title": "Quilted Optimizers for Sparse Mixtures of Experts",
        "venue": "Harbour 2031",
        "tier": "poster",
        "year": 2031,
    },
)


def write_pdf(path: Path, pages: Sequence[Sequence[str]]) -> None:
    """Set pieces as paragraphs: ``# `` a title, ``## `` a heading, :data:`COLUMN` a break of columns."""
    columns = any(COLUMN in page for page in pages)
    with pymupdf.open() as document:
        for pieces in pages:
            page, left, y = document.new_page(), 60.0, 90.0
            for piece in pieces:
                if piece == COLUMN:
                    left, y = 310.0, 90.0
                    continue
                size, font = {"# ": (16, "hebo"), "##": (12, "hebo")}.get(piece[:2], (10, "helv"))
                right = left + 225 if columns else 535
                y = _set(page, piece.lstrip("# "), pymupdf.Rect(left, y, right, 780), size, font) + 9
        _forget(document, ODD)
        document.save(path)


def _set(page: Any, text: str, box: Any, size: float, font: str) -> float:
    """Set one paragraph, line by line; returns where it ends."""
    y, line = float(box.y0), ""
    for word in [*text.split(), ""]:
        longer = f"{line} {word}".strip()
        if word and pymupdf.get_text_length(longer, font, size) <= box.width:
            line = longer
            continue
        page.insert_text((box.x0, y + size), line, fontsize=size, fontname=font)
        y, line = y + 1.25 * size, word
    assert y < box.y1, "a page of ours is too long"
    return y


def _forget(document: Any, letter: str) -> None:
    """Let the file say that a letter of its text font stands for a private character."""
    fonts = {entry[0] for page in document for entry in page.get_fonts() if entry[4] == "helv"}
    for font in fonts:
        table = document.get_new_xref()
        document.update_object(table, "<<>>")
        document.update_stream(
            table,
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Odd def /CMapType 2 def "
            b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar "
            + f"<{ord(letter):02X}> <E000>".encode()
            + b" endbfchar endcmap end end",
        )
        document.xref_set_key(font, "ToUnicode", f"{table} 0 R")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is filled once, by whichever of the workers comes first."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, part = base / f"hall-{name}", base / f"hall-{name}-part"
    with FileLock(base / f"hall-{name}.lock"):
        if not folder.exists():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers.jsonl and pdfs/."""

    def make(folder: Path) -> None:
        (folder / "pdfs").mkdir()
        for name, pages in PDFS.items():
            write_pdf(folder / "pdfs" / name, pages)
        (folder / "papers.jsonl").write_text("\n".join(json.dumps(row) for row in PAPERS), encoding="utf-8")

    return once(tmp_path_factory, "sources", make)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, compiled: Path, sources: Path) -> Path:
    """A data folder with everything in ``sources``, indexed; only read it."""

    def make(folder: Path) -> None:
        with_model(folder, compiled)
        hall = posterhall.open(folder)
        report = hall.ingest_files(sources / "papers.jsonl", sources / "pdfs")
        assert (report.papers_added, report.pdfs_read, report.failed) == (len(PAPERS), len(PDFS), 0)
        hall.index()
        hall.close()

    return once(tmp_path_factory, "data", make)


@pytest.fixture(scope="session")
def hall(data: Path) -> Iterator[Posterhall]:
    """``data``, open; only read it."""
    opened = posterhall.open(data)
    yield opened
    opened.close()


@pytest.fixture
def copied(data: Path, tmp_path: Path) -> Path:
    """A copy of ``data`` to do anything with."""
    shutil.copytree(data, tmp_path / "copied", copy_function=link_or_copy)
    return tmp_path / "copied"


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Posterhall]]:
    """Opens data folders, and closes them at the end."""
    halls: list[Posterhall] = []

    def open_(folder: Path) -> Posterhall:
        halls.append(posterhall.open(folder))
        return halls[-1]

    yield open_
    for each in halls:
        each.close()


@pytest.fixture
def empty(tmp_path: Path, compiled: Path) -> Path:
    """A data folder that has the compiled model and no library."""
    with_model(tmp_path / "empty", compiled)
    return tmp_path / "empty"


@pytest.fixture
def cache(tmp_path: Path, compiled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that bundles are unpacked in, which has the compiled model."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(compiled, tmp_path / "cache" / "posterhall" / "encoders", copy_function=link_or_copy)
    return tmp_path / "cache" / "posterhall"


def with_model(folder: Path, compiled: Path) -> None:
    """Give a data folder the compiled model, so that its first index need not make it."""
    shutil.copytree(compiled, folder / "index" / "encoders", copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> str:
    """Share the model's weights; copy what may be written to.

    SQLite copies a library, which may be open: closing a file of it that was opened any other way would drop the locks
    of this process, and another process might then put the write-ahead log away that we still read.
    """
    if source.endswith("model.bin"):
        os.link(source, target)
    elif source.endswith(".db"):
        with closing(sqlite3.connect(source)) as library, closing(sqlite3.connect(target)) as copy:
            library.backup(copy)
    elif not source.endswith((".db-wal", ".db-shm")):
        shutil.copyfile(source, target)
    return target
