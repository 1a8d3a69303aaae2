"""Cited answers on judged questions: gold pages, verified quotes, abstention.

python bench/answers.py [--shared DIR] [--data DIR] [--abstracts]

Ingests the 64 PDFs of eval/pdfqa into a temporary library (or uses the one in --data), asks every question
and prints: the share of questions with a gold page among the first 1, 3 and 5 cited pages (a page is a hit if it is
a gold page or a ``full`` alternate; questions over several papers count each paper); the share of quotes that an
independent reading of the PDF confirms; how often the unanswerable ones are declined.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import Any

import pymupdf

import posterhall

SETS = ("enlsp2024", "gram2024")


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def squeeze(text: str) -> str:
    """For comparing quotes: without ligatures, accents, case, hyphens, quote marks and white space."""
    plain = unicodedata.normalize("NFKD", text).replace("ı", "i")
    kept = (c for c in plain if not unicodedata.combining(c) and not c.isspace())
    # Accents that a PDF draws apart from their letters are spacing characters of their own.
    return re.sub(
        r"[\-\u2010-\u2015\u00ad'\"`\u2018-\u201f\u02c6-\u02dd\u00b4\u00a8\u00b8]", "", "".join(kept).casefold()
    )


def cited_pages(answer: dict[str, Any], sets: dict[str, str]) -> list[tuple[str, str, int]]:
    """The distinct cited pages in the answer's order."""
    pages = [(sets[c["title"]], c["pdf_stem"], c["page"]) for c in answer["citations"] if c["page"]]
    return list(dict.fromkeys(pages))


def page_hits(row: dict[str, Any], full: dict[str, set[Any]], pages: list[Any]) -> list[float]:
    """Whether a good page is among the first 1, 3 and 5; over several papers, the share that is."""
    gold = {(e["set"], e["paper"], e["page"]) for e in row["evidence"]}
    good = gold | full.get(row["qid"], set())
    papers = {page[:2] for page in gold}
    return [
        statistics.mean(any(p in good and p[:2] == paper for p in pages[:k]) for paper in papers) for k in (1, 3, 5)
    ]


def main() -> None:
    """Run the bench and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("POSTERHALL_SHARED", "../shared/data")))
    parser.add_argument("--data", type=Path, help="a library that has the PDFs already")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    shared: Path = options.shared
    with tempfile.TemporaryDirectory() as scratch:
        hall = posterhall.open(options.data or scratch)
        if not options.data:
            for name in SETS:
                hall.ingest_files(shared / "pdfs" / f"{name}.jsonl", shared / "pdfs" / name)
            hall.index()
        run(hall, shared, verbose=options.verbose)


def run(hall: posterhall.Posterhall, shared: Path, *, verbose: bool) -> None:
    """Ask, score and print."""
    folder = shared / "eval" / "pdfqa"
    sets = {row["title"]: name for name in SETS for row in read(shared / "pdfs" / f"{name}.jsonl")}
    full: dict[str, set[Any]] = {}
    for row in read(folder / "alternates.jsonl"):
        full[row["qid"]] = {(a["set"], a["paper"], a["page"]) for a in row["alternates"] if a["support"] == "full"}
    hits, seconds, quotes, confirmed, answered, lengths = [], [], 0, 0, 0, []
    by_type: dict[str, list[list[float]]] = {}
    texts: dict[Path, list[str]] = {}
    for row in read(folder / "dev.jsonl"):
        start = time.perf_counter()
        answer = hall.ask(row["question"]).as_dict()
        seconds.append(time.perf_counter() - start)
        answered += answer["answered"]
        lengths.append(len(answer["citations"]))
        found = page_hits(row, full, cited_pages(answer, sets))
        hits.append(found)
        by_type.setdefault(row["type"], []).append(found)
        for citation in answer["citations"]:
            if citation["page"] is None:
                continue
            path = shared / "pdfs" / sets[citation["title"]] / f"{citation['pdf_stem']}.pdf"
            if path not in texts:
                with pymupdf.open(path) as document:
                    texts[path] = [squeeze(page.get_text()) for page in document]
            quotes += 1
            good = squeeze(citation["quote"]) in texts[path][citation["page"] - 1]
            confirmed += good
            if not good:
                print("not confirmed:", path.name, citation["page"], citation["quote"], file=sys.stderr)
        if verbose:
            print(row["qid"], found, [(c["pdf_stem"], c["page"]) for c in answer["citations"]], file=sys.stderr)
    print(f"answerable: {len(hits)}, answered {answered}, quotes an answer {statistics.mean(lengths):.1f}")
    print("gold page among the cited, at 1 / 3 / 5:", *(f"{statistics.mean(h[i] for h in hits):.3f}" for i in range(3)))
    for name, group in sorted(by_type.items()):
        print(f"  {name:10} {len(group):2}", *(f"{statistics.mean(h[i] for h in group):.2f}" for i in range(3)))
    print(f"quotes confirmed on the PDF by an independent reading: {confirmed} of {quotes}")
    for kind in ("absent", "near-miss"):
        rows = [r for r in read(folder / "dev_unanswerable.jsonl") if (r["subtype"] == "absent") == (kind == "absent")]
        declined = [not hall.ask(r["question"]).answered for r in rows]
        print(f"unanswerable ({kind}): declined {sum(declined)} of {len(rows)}")
    print(f"seconds a question, warm: median {statistics.median(seconds):.3f}")


if __name__ == "__main__":
    main()
