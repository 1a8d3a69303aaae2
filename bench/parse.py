"""Reading PDFs on every core, beside MuPDF's bare ``page.get_text()`` on every core: pages a second, interleaved.

python bench/parse.py [--shared DIR] [--rounds N]

Both sides run in a pool of the same kind, started anew each time, and send back what they read.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ingest import workers
from ingest.parse import MEMORY_BYTES, PAGE_SECONDS, PDF_SECONDS, ParsedPdf, parse_many


def texts(path: Path) -> list[str]:
    """A file's pages as MuPDF's own text."""
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    with pymupdf.open(path) as document:
        return [page.get_text() for page in document]


def bare(paths: list[Path]) -> int:
    """Read all with MuPDF alone and count the pages."""
    from bench import parse as here  # under a name that the processes can import

    with workers.pool(os.cpu_count() or 1, PAGE_SECONDS, MEMORY_BYTES) as pool:
        futures = [pool.schedule(here.texts, args=[path], timeout=PDF_SECONDS) for path in paths]
        return sum(len(future.result()) for future in futures)


def ours(paths: list[Path]) -> int:
    """Read all as Posterhall does and count the pages."""
    return sum(len(value.pages) for _, value in parse_many(paths) if isinstance(value, ParsedPdf))


def speed(read: Callable[[list[Path]], int], paths: list[Path]) -> float:
    """Pages a second."""
    start = time.perf_counter()
    return read(paths) / (time.perf_counter() - start)


def main() -> None:
    """Run both in turn and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("POSTERHALL_SHARED", "../shared/data")))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    paths = sorted((options.shared / "pdfs").rglob("*.pdf"))
    if not paths:
        raise SystemExit(f"no PDFs in {options.shared / 'pdfs'}: name the folder with --shared")
    ratios = []
    for number in range(1, options.rounds + 1):
        # In turns, so that neither is always the one to find a warm machine.
        order = (ours, bare) if number % 2 else (bare, ours)
        found = {read: speed(read, paths) for read in order}
        ratios.append(found[ours] / found[bare])
        print(f"round {number}: {found[ours]:.0f} pages/s, bare MuPDF {found[bare]:.0f}, ratio {ratios[-1]:.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{len(paths)} PDFs, {os.cpu_count()} cores: ratio median {statistics.median(ratios):.2f}, "
        f"min {min(ratios):.2f}, max {max(ratios):.2f}; the largest process held {peak:.0f} MB"
    )


if __name__ == "__main__":
    main()
