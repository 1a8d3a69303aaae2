"""Filling a library: counts, seconds, passages a second, peak memory.

python bench/filling.py [--shared DIR]

Runs the terminal's own commands, each a process of its own, as a user would.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def command(data: str, *arguments: str) -> tuple[dict[str, Any], float]:
    """Run ``posterhall`` and return its JSON and its seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--data", data, *arguments, "--json"], stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout), time.perf_counter() - start


def main() -> None:
    """Run the bench and print its lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("POSTERHALL_SHARED", "../shared/data")))
    shared: Path = parser.parse_args().shared
    with tempfile.TemporaryDirectory() as data:
        steps: list[tuple[str, list[str]]] = [
            ("2,610 abstracts", ["ingest", "files", "--metadata", str(shared / "icml2024/icml2024_papers.jsonl")])
        ]
        for name in ("enlsp2024", "gram2024"):
            files = ["--metadata", str(shared / f"pdfs/{name}.jsonl"), "--pdfs", str(shared / "pdfs" / name)]
            steps.append((f"PDFs of {name}", ["ingest", "files", *files]))
        for title, arguments in [*steps, *((f"{title}, again", arguments) for title, arguments in steps)]:
            report, seconds = command(data, *arguments)
            shown = ", ".join(f"{name} {count}" for name, count in report.items() if count)
            print(f"{title}: {seconds:.1f} s ({shown})")
        report, seconds = command(data, "index")
        print(
            f"index: {seconds:.1f} s, {report['embedded']} passages encoded, "
            f"{report['embedded'] / seconds:.0f} a second"
        )
        for arguments in (["index"], ["index", "--full"]):
            report, seconds = command(data, *arguments)
            print(f"{' '.join(arguments)}, again: {seconds:.1f} s, {report['embedded']} encoded")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the largest process: {peak:.0f} MB")


if __name__ == "__main__":
    main()
