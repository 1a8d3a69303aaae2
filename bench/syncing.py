"""Following venues: accepted papers by tier, requests, PDFs and seconds, the first time and again.

python bench/syncing.py [--shared DIR]

The services are the tests' stand-ins on loopback, filled with the real papers: ICML 2024 with and without a login,
SCOPE at ICLR 2025 and LCFM at ICML 2024 on OpenReview, and GRaM 2024 at PMLR with its 23 PDFs. Requests are those that
the services counted; ``posterhall`` runs as a process of its own, as a user would start it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the stand-ins are not installed

from tests.services.fill import LCFM, SCOPE, fill_icml_2024, fill_lcfm, fill_pdfs, fill_scope
from tests.services.server import Services

USER, PASSWORD = "reader@example.org", "a password of the bench"


def command(services: Services, data: str, *arguments: str) -> tuple[dict[str, Any], float]:
    """Run ``posterhall`` and return its JSON and its seconds."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "--data", data, *arguments],
        env={**os.environ, "POSTERHALL_SERVICES": services.url, "POSTERHALL_CONFIG": f"{data}/login"},
        input=f"{USER}\n{PASSWORD}\n",
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - start
    return (json.loads(done.stdout) if done.stdout.startswith("{") else {}), seconds


def follow(services: Services, data: str, name: str, *options: str) -> None:
    """Add a venue, then sync it again with nothing new, and print both."""
    for what, arguments in (("add", ["add", name, *options]), ("sync", ["sync", name.removesuffix("-orals")])):
        services.forget()
        report, seconds = command(services, data, *arguments, "--json")
        (venue,) = report["venues"]
        print(
            f"{what} {name}: {venue['accepted']:,} accepted {venue['tiers']}, {venue['added']:,} added, "
            f"{venue['changed']} changed, {venue['pdfs_fetched']} PDFs, {report['passages']:,} new passages, "
            f"{report['index']['embedded']:,} embedded, {len(services.requests)} requests, {seconds:.1f} s"
        )


def main() -> None:
    """Run the bench and print its lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("POSTERHALL_SHARED", "../shared/data")))
    shared: Path = parser.parse_args().shared
    with Services() as services, tempfile.TemporaryDirectory() as data:
        for fill in (fill_icml_2024, fill_scope, fill_lcfm, fill_pdfs):
            fill(services, shared)
        services.openreview.accounts.add(USER, PASSWORD)
        services.openreview.require_login = True
        print("without a login")
        follow(services, f"{data}/anonymous", "icml-2024-orals", "--no-pdfs")
        print("with a login")
        _, seconds = command(services, f"{data}/member", "login")
        print(f"login: {seconds:.1f} s")
        follow(services, f"{data}/member", "icml-2024-orals", "--no-pdfs")
        for name in (SCOPE, LCFM):
            follow(services, f"{data}/member", name, "--no-pdfs")
        follow(services, f"{data}/member", "gram-2024")


if __name__ == "__main__":
    main()
