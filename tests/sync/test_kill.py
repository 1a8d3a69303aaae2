"""A sync that is killed in the middle, again and again, and resumed: nothing is lost and nothing is fetched twice."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import posterhall
from ingest.pdfs import CONNECTIONS
from tests.services.exchange import Request
from tests.services.server import Services, make_entry
from tests.sync.conftest import small_pdf

pytestmark = pytest.mark.slow

PDFS = 200
KILLS = 10
VOLUME, VENUE = 251, "gram-2024"


class Killer:
    """Kills a process when the services are asked for their n-th PDF, or a moment after."""

    def __init__(self) -> None:
        self.seen = 0
        self._at, self._later, self._pid = -1, 0.0, 0

    def aim(self, pid: int, at: int, later: float) -> None:
        self._pid, self._later, self._at = pid, later, at

    def __call__(self, request: Request) -> bool:
        if request.pdf:
            self.seen += 1
            if self.seen == self._at:
                threading.Timer(self._later, self._kill).start()
        return False

    def _kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)


def test_a_killed_sync_goes_on_where_it_stopped(services: Services, root: Path, tmp_path: Path) -> None:
    keys = [f"author24{n:03}" for n in range(PDFS)]
    entries = [make_entry(VOLUME, key, f"Paper {key}", authors=(f"Ada {key.title()}",)) for key in keys]
    services.pmlr.add_volume(VOLUME, entries, {key: small_pdf(key) for key in keys})
    killer = Killer()
    services.fault(killer, 500, times=None)
    data = tmp_path / "data"
    command = [sys.executable, "-m", "cli", "--data", str(data), "add", VENUE, "--no-index"]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, "POSTERHALL_SERVICES": services.url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    name_of = {hashlib.sha256(small_pdf(key)).hexdigest(): key for key in keys}

    def arrived() -> dict[str, int]:
        """How often each PDF was asked for that has come, in the store or on the way to it."""
        files = [*(data / "pdf").glob("*.pdf"), *(f for f in (data / "pdf" / "incoming").glob("*") if not f.suffix)]
        came = {name_of.get(hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}
        asked = {path.rpartition("/")[2].removesuffix(".pdf"): n for path, n in services.pdf_fetches.items()}
        return {key: asked[key] for key in came if key}

    dice = random.Random(20240721)
    killed = 0
    came: dict[str, int] = {}
    for _ in range(KILLS):
        process = start()
        # At once: the answer is not sent yet. A moment later: anywhere between a file's arrival and its row.
        killer.aim(process.pid, killer.seen + dice.randint(3, 15), dice.choice((0.0, dice.uniform(0, 0.02))))
        killed += process.wait() == -signal.SIGKILL
        now = arrived()
        assert {key: now[key] for key in came} == came  # what has come is never asked for again
        came = now
    assert killed == KILLS
    process = start()
    killer.aim(process.pid, PDFS + len(twice(services)), 1.0)  # while it reads what it fetched
    process.wait()
    assert start().wait() == 0

    hall = posterhall.open(data)
    assert hall.status().documents == PDFS
    assert hall.status().failures == ()
    assert len(list((data / "pdf").iterdir())) == PDFS
    assert len(services.pdf_fetches) == PDFS
    print(f"{killed} kills, {len(twice(services))} of {PDFS} PDFs asked for twice")
    assert arrived().items() >= came.items()
    # Only what was on its way when a kill came is asked for again: at most one file on each connection.
    assert sum(services.pdf_fetches.values()) <= PDFS + killed * CONNECTIONS
    hall.close()


def twice(services: Services) -> list[str]:
    return [path for path, count in services.pdf_fetches.items() if count > 1]
