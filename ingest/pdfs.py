"""Fetching PDFs: the copies that cost nothing first, and never one twice.

A file comes whole into ``incoming/`` under its address's hash, is linked into the store under its own, its row is
committed, and only then the incoming name goes. Wherever a run is ended, the next one finds either the row or
the whole file, so that only what was under way is asked for again.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ingest.errors import FixCredentials, GiveUp, MustWait, RetryLater, SourceError
from ingest.keep import PDF, Keeper, sha256_of
from ingest.quota import Ledger, utc_now
from library import Library
from library.copies import Copy
from library.text import digest

CONNECTIONS = 2
"""Files fetched at once from the hosts that do not count; a host that counts is asked for one at a time."""

PATIENCE = 3
"""Files of one source that fail in a row for the service's own trouble before its others are left for later."""

REFUSED_FOR = timedelta(days=1)
"""A copy that is not there is not asked for again within this time: some venues list PDFs that they never publish."""

Download = Callable[[str, Path], object]
"""Fetches a URL into a file, which is there only when it came whole.

Raises:
    SourceError: Of the kind that says what happens next.
"""

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class FetchReport:
    """What a run fetched.

    Attributes:
        left: Papers whose PDF is still to be had.
        until: When the budget that ended the run is whole again, if one did.
        stopped: What ended the metered part before its time, if anything did.
    """

    fetched: int = 0
    failed: int = 0
    left: int = 0
    until: datetime | None = None
    stopped: SourceError | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    copy: Copy
    error: SourceError | None


class PdfQueue:
    """Fetches what papers lack."""

    def __init__(
        self, library: Library, keeper: Keeper, download: Download, ledger: Ledger, on_progress: Progress | None = None
    ) -> None:
        """Prepare to fetch.

        Args:
            library: Open for writing.
            keeper: Knows the store of PDFs.
            download: Fetches one file.
            ledger: Told to write down what other threads counted.
            on_progress: Told of every paper.
        """
        self._library, self._keeper, self._download, self._ledger = library, keeper, download, ledger
        self._progress = on_progress or (lambda what, done, total: None)
        self._incoming = keeper.copy("").parent / "incoming"
        self._trouble: Counter[str] = Counter()
        self._done, self._total = 0, 0

    def fetch(self, paper_ids: Iterable[str]) -> FetchReport:
        """Fetch the PDFs that these papers lack; what fails is in the failure table with its reason."""
        report = FetchReport()
        before = utc_now() - REFUSED_FOR  # the failure table has the machine's time
        wanted = self._library.copies.wanted(paper_ids, refused_before=before.isoformat(timespec="seconds"))
        if not wanted:
            return report
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._total = len(wanted)
        missing = dict(wanted)
        for paper_id, copies in wanted.items():
            if copy := next((c for c in copies if self._incoming_file(c).exists()), None):
                self._keep(copy)
                self._finish(report, missing, paper_id)
        self._free(report, missing)
        self._metered(report, missing)
        report.left = len(missing)
        return report

    def clean(self) -> None:
        """Remove what runs that were ended left of files that nobody wants any more."""
        shutil.rmtree(self._incoming, ignore_errors=True)

    def _free(self, report: FetchReport, missing: dict[str, list[Copy]]) -> None:
        free = {p: [c for c in copies if not c.metered] for p, copies in missing.items()}
        pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="pdf")
        try:
            futures = {pool.submit(self._try, copies): p for p, copies in free.items() if copies}
            for future in as_completed(futures):
                if self._settle(report, future.result()):
                    self._finish(report, missing, futures[future])
        finally:
            # Also when the user stops it: what is under way ends first, what waits is not begun.
            pool.shutdown(cancel_futures=True)
            self._ledger.save()

    def _metered(self, report: FetchReport, missing: dict[str, list[Copy]]) -> None:
        for paper_id, copies in list(missing.items()):
            outcomes = self._try([c for c in copies if c.metered])
            stop = next((o.error for o in outcomes if isinstance(o.error, (MustWait, FixCredentials))), None)
            if self._settle(report, outcomes):
                self._finish(report, missing, paper_id)
            if stop is not None:
                report.stopped = stop
                report.until = stop.until if isinstance(stop, MustWait) else None
                return

    def _try(self, copies: Iterable[Copy]) -> list[_Outcome]:
        """Fetch the first of a paper's copies that comes. Touches no row: it may run in any thread."""
        outcomes: list[_Outcome] = []
        for copy in copies:
            if self._trouble[copy.source] >= PATIENCE:
                continue
            try:
                self._download(copy.url, self._incoming_file(copy))
            except SourceError as error:
                self._trouble[copy.source] += isinstance(error, RetryLater)
                outcomes.append(_Outcome(copy, error))
                if isinstance(error, (MustWait, FixCredentials)):
                    break
            else:
                self._trouble[copy.source] = 0
                outcomes.append(_Outcome(copy, None))
                break
        return outcomes

    def _settle(self, report: FetchReport, outcomes: list[_Outcome]) -> bool:
        """Write down what became of a paper's copies; True when one came."""
        for outcome in outcomes:
            copy, error = outcome.copy, outcome.error
            if error is None:
                self._keep(copy)
                return True
            if isinstance(error, (MustWait, FixCredentials)):
                continue
            with self._library.db.atomic():
                refused = isinstance(error, GiveUp)
                again = f"It is asked for again after {REFUSED_FOR.days} day" if refused else "Sync again later"
                seen = str(error).removesuffix(f": {error.remedy}")
                self._library.copies.failed(copy, refused=refused)
                self._library.failures.record(PDF, copy.url, _reason(error), f"{seen}. {again}", copy.paper_id)
            report.failed += 1
        return False

    def _keep(self, copy: Copy) -> None:
        arrived = self._incoming_file(copy)
        sha256 = sha256_of(arrived)
        _link(arrived, self._keeper.copy(sha256))
        with self._library.db.atomic():
            self._library.copies.fetched(copy, sha256)
            for other in self._library.copies.of_paper(copy.paper_id):
                self._library.failures.clear(PDF, other.url)
        arrived.unlink(missing_ok=True)

    def _finish(self, report: FetchReport, missing: dict[str, list[Copy]], paper_id: str) -> None:
        del missing[paper_id]
        report.fetched += 1
        self._done += 1
        self._progress("fetch", self._done, self._total)

    def _incoming_file(self, copy: Copy) -> Path:
        return self._incoming / digest(f"{copy.url} {copy.version}")[:32]


def _link(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the file system has no links."""
    if target.exists():
        return
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        os.link(source, part)
    except OSError:
        shutil.copyfile(source, part)
    part.replace(target)


def _reason(error: SourceError) -> str:
    """Two words for people who count."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in type(error).__name__)
    return words.strip()
