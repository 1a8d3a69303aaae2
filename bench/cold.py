"""A question from a standing start, beside importing sentence-transformers: whole processes, interleaved.

python bench/cold.py --data DIR [--runs N]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

QUESTION = "How much optimizer memory can be saved?"


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of one process."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Run the pair in turn and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="a library with an index")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    ask = [sys.executable, "-m", "cli", "--data", options.data, "ask", QUESTION]
    load = [sys.executable, "-c", "import sentence_transformers"]
    pairs = [(seconds(ask), seconds(load)) for _ in range(options.runs + 1)][1:]
    asked, loaded = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"ask {asked:.2f} s, import sentence_transformers {loaded:.2f} s, ratio {ratio:.2f} (medians of {options.runs})"
    )


if __name__ == "__main__":
    main()
