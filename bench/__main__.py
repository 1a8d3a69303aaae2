"""``python -m bench NAME [options]``: one of the benches beside this file."""

import runpy
import sys
from pathlib import Path

NAMES = (
    *("filling", "syncing", "parse", "retrieval", "answers", "topics"),
    *("suggest", "map", "lineage", "exports", "bundle", "cold"),
)

if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
    print(f"usage: python -m bench {{{','.join(NAMES)}}} [options]", file=sys.stderr)
    raise SystemExit(2)
sys.argv = sys.argv[1:]
runpy.run_path(str(Path(__file__).parent / f"{sys.argv[0]}.py"), run_name="__main__")
