"""Every export of a library read back by the field's own readers, and set by TeX.

python -m bench exports --data DIR [--out DIR]

The library at DIR should hold ICML 2024. Readers in Python are those of the tests. biber, pdflatex, bibtex and lualatex
are used where they are installed (Debian: biber texlive-latex-extra texlive-bibtex-extra texlive-luatex).
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import posterhall
from export.citations import Collection
from export.formats import FORMATS, write
from library.lists import READ, READING, TO_READ, Entry, Named, ReadingList, Why
from tests.export.reading import HELD, READERS, by_markdown, changed, differences

CITED = 50
SHOWN = 3

TAGS = ("state spaces", "to present", "proofs, long")
NOTE = "Read *section 3* again: is $\\alpha$ tuned?\n\n- ask the authors\n- 100 % of the gain is in table 2"

PLAINNAT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath,amssymb}
\usepackage[numbers]{natbib}
\usepackage{hyperref}
\begin{document}
CITES
\bibliographystyle{plainnat}
\bibliography{bibtex}
\end{document}
"""

BIBLATEX = r"""\documentclass{article}
FONTS
\usepackage{amsmath,amssymb}
\usepackage[style=authoryear,backend=biber,maxbibnames=99]{biblatex}
\addbibresource{biblatex.bib}
\begin{document}
CITES
\printbibliography
\end{document}
"""


def full_list(hall: posterhall.Posterhall) -> ReadingList:
    """All papers as a list with everything that a list can know."""
    rng, entries = random.Random(1), []
    sections = (("To present",), ("Background",), ("Background", "Theory & proofs"))
    for number, paper in enumerate(hall.papers(), 1):
        link = paper.links.get("proceedings") or paper.links.get("forum")
        entries.append(
            Entry(
                Named(paper.title, paper.authors, paper.venue, paper.year, link),
                paper.paper_id,
                section=sections[number % 3],
                note=NOTE if number % 2 else "",
                tags=TAGS[: number % 4],
                state=rng.choice((TO_READ, READING, READ)),
                priority=number % 4,
                why=Why(f"The “sentence” of *paper* {number}_{number}.", "Introduction", number % 9 + 1),
                entry_id=number,
            )
        )
    return ReadingList("all", "Everything & more", "What was read.", sections, tuple(entries))


def losses(collection: Collection) -> None:
    """Print, for each field and reader, whether it is kept; the times; and the first of what changed."""
    table: dict[str, Counter[tuple[str, str]]] = {}
    for name, (form, read) in READERS.items():
        start = time.perf_counter()
        data = write(form, collection)
        wrote = time.perf_counter() - start
        rows = by_markdown(data, listed=True) if form == "markdown" else read(data)
        table[name] = changed(rows, collection)
        took = time.perf_counter() - start - wrote
        print(f"{name}: {len(data):,} bytes written in {wrote:.1f} s, read in {took:.1f} s")
        for key, field, found, wanted in differences(rows, collection)[:SHOWN]:
            print(f"  {key} {field}: {str(found)[:200]!r} was {str(wanted)[:200]!r}")
    print("| field | " + " | ".join(table) + " |")
    print("|---" * (len(table) + 1) + "|")
    for field in HELD:
        cells = []
        for counts in table.values():
            kept, lost = counts[field, "kept"], counts[field, "changed"]
            cells.append("not held" if not kept + lost else f"{lost} changed" if lost else "kept")
        print(f"| {field} | " + " | ".join(cells) + " |")


def apa(collection: Collection) -> None:
    """Print how many references citeproc-py makes of them, and how many lack a part that they should have."""
    start = time.perf_counter()
    lines = write("text", collection, "apa").decode().splitlines()
    short = [line for line in lines if not re.search(r"\((?:19|20)\d\d\)\. \S.*https?://\S+$", line)]
    took = time.perf_counter() - start
    print(f"APA: {len(lines):,} references, {len(short)} without year, title or address, {took:.0f} s")
    for line in short[:SHOWN]:
        print(f"  {line[:200]}")


def ran(folder: Path, *command: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=900)
    return done.returncode, done.stdout + done.stderr


def biber(folder: Path) -> None:
    """Check both files against biblatex's data model."""
    for name in ("bibtex.bib", "biblatex.bib"):
        start = time.perf_counter()
        code, said = ran(folder, "biber", "--tool", "--validate-datamodel", "--output-file", f"{name}.out", name)
        told = [line for line in said.splitlines() if line.startswith(("WARN", "ERROR"))]
        print(f"biber, {name}: exit {code}, {len(told)} warnings and errors, {time.perf_counter() - start:.0f} s")
        for line in told[:SHOWN]:
            print(f"  {line}")


def documents(folder: Path, collection: Collection) -> None:
    """Set a document that cites some of the papers, the odd titles among them, by each way."""
    odd = [i.citation.key for i in collection.items if not i.citation.title.isascii() or "$" in i.citation.title]
    odd += [i.citation.key for i in collection.items if any(not n.full.isascii() for n in i.citation.authors)]
    odd = list(dict.fromkeys(odd))
    rest = [i.citation.key for i in collection.items if i.citation.key not in set(odd)]
    random.Random(2).shuffle(odd)
    random.Random(3).shuffle(rest)
    for what, keys in ((f"{CITED}", odd[: CITED // 2] + rest[: CITED // 2]), ("all odd", odd)):
        cites = "\n\n".join(rf"\cite{{{key}}}" for key in keys)
        fonts = r"\usepackage[T1]{fontenc}"
        for name, text, steps in (
            ("pdflatex, bibtex, plainnat", PLAINNAT, ("pdflatex", "bibtex", "pdflatex", "pdflatex")),
            (
                "pdflatex, biber, biblatex",
                BIBLATEX.replace("FONTS", fonts),
                ("pdflatex", "biber", "pdflatex", "pdflatex"),
            ),
            ("lualatex, biber, biblatex", BIBLATEX.replace("FONTS", ""), ("lualatex", "biber", "lualatex", "lualatex")),
        ):
            (folder / "paper.tex").write_text(text.replace("CITES", cites), encoding="utf-8")
            codes, said = [], ""
            for step in steps:
                options = ["-interaction=nonstopmode"] if step.endswith("latex") else []
                code, said_now = ran(folder, step, *options, "paper")
                codes.append(code)
                said = said_now if step.endswith("latex") else said
                told = [
                    line
                    for line in said_now.splitlines()
                    if line.startswith(("Warning--", "WARN", "ERROR", "I couldn't"))
                ]
                for line in told[:SHOWN]:
                    print(f"  {line}")
            bad = [line for line in said.splitlines() if re.match(r"!|.*Citation.*undefined|.*Warning: Empty", line)]
            missing = said.count("Missing character")
            pages = re.search(r"Output written on \S+ \((\d+) pages", said)
            print(
                f"{name}, {len(keys)} cited ({what}): exits {codes}, {len(bad)} errors and undefined citations, "
                f"{missing} missing characters, {pages[1] if pages else 'no'} pages"
            )
            for line in bad[:SHOWN]:
                print(f"  {line}")
            for left in folder.glob("paper.*"):
                left.unlink()


def main() -> None:
    """Print the table, and what the tools say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=Path, help="a library")
    parser.add_argument("--out", type=Path, help="a folder to leave the files in")
    options = parser.parse_args()
    hall = posterhall.open(options.data)
    collection = hall._collection(None, full_list(hall), "")
    print(f"{len(collection.items):,} papers with sections, states, tags, notes and sentences")
    losses(collection)
    apa(collection)
    folder = options.out or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    for name, form in FORMATS.items():
        if name != "text":
            (folder / f"{name}{form.extension}").write_bytes(write(name, collection))
    if shutil.which("biber"):
        biber(folder)
    if all(shutil.which(tool) for tool in ("pdflatex", "bibtex", "biber", "lualatex")):
        documents(folder, collection)
    else:
        print("TeX is not installed: no document was set")
    hall.close()


if __name__ == "__main__":
    main()
