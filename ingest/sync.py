"""Following venues: what changed is taken in, what is gone is hidden, and the PDFs that are missing are fetched.

A run can be ended at any point and goes on where it stopped. When a budget is spent the run ends cleanly, with all
else done, and says when there will be more.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ingest.chunk import CHUNKER, Tokenizer
from ingest.collect import Collector, first_problem
from ingest.errors import MustWait, NothingAccepted, SourceError
from ingest.keep import PDF, Keeper
from ingest.parse import READER, parse_many
from ingest.pdf import UnreadablePdf
from ingest.pdfs import Download, FetchReport, PdfQueue
from ingest.quota import PDFS, Clock, Ledger, utc_now
from ingest.report import SyncReport, VenueReport
from ingest.sources.base import Observation, Source, Venue
from library import Library
from library.errors import UsageError
from library.following import Followed
from library.types import Failure

Progress = Callable[[str, int, int], None]

LONGEST_WAIT = timedelta(hours=2)
"""A budget that is said to be spent for longer is not waited for: a service's clock is wrong, or its rules changed."""

WAIT_MARGIN = timedelta(seconds=2)
"""Asking at the very second of a reset spends the first request on a refusal."""

KEPT_FROM = {"openreview": "authors' own words, licences, tiers and PDFs of their latest versions"}
"""What a source adds, for the user who has no login to it."""


class Sync:
    """Brings followed venues up to date."""

    def __init__(
        self,
        library: Library,
        pdf_store: Path,
        tokenizer: Tokenizer,
        sources: Sequence[Source],
        download: Download,
        ledger: Ledger,
        *,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        on_progress: Progress | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            library: Open for writing, by this process alone.
            pdf_store: The folder of the library's own copies.
            tokenizer: The embedding model's.
            sources: Those that may be asked; each says which venues it serves.
            download: Fetches a URL into a file.
            ledger: Keeps the budgets that ``sources`` and ``download`` spend.
            clock: The time, aware.
            sleep: Waits for some seconds.
            on_progress: Told of what is being done.
        """
        self._library, self._sources, self._ledger = library, sources, ledger
        self._download, self._clock, self._sleep = download, clock, sleep
        self._keeper = Keeper(library, pdf_store, tokenizer)
        self._progress = on_progress or (lambda what, done, total: None)
        self.report = SyncReport()

    def add(self, venue: Venue, *, tier: str | None = None, pdfs: bool = True, wait: bool = False) -> SyncReport:
        """Follow a venue and read all of it, also when it is followed already. All its accepted papers are taken in.

        Args:
            venue: Which.
            tier: PDFs are fetched of papers of this tier alone.
            pdfs: PDFs are fetched at all.
            wait: Sleep until a spent budget is whole again, as often as it takes.

        Raises:
            UsageError: No source knows this venue.
            SourceError: Nothing came from any source; the venue is not followed then.
        """
        if not any(source.serves(venue) for source in self._sources):
            raise UsageError(f"{venue.title} is on none of the services{': ' if venue.note else ''}{venue.note}")
        known = self._library.following.get(venue.name)
        followed = Followed(venue.name, venue.venue_id, venue.title, tier, pdfs)
        self._library.following.follow(followed, self._clock().isoformat())
        try:
            self._collect(venue, followed, wait, whole=True)
        except SourceError:
            if known is None:
                self._library.following.unfollow(venue.name)
            else:
                self._library.following.follow(known, self._clock().isoformat())
            raise
        self._documents([followed], wait)
        return self.report

    def sync(self, venues: Iterable[tuple[Venue, Followed]], *, wait: bool = False) -> SyncReport:
        """Bring followed venues up to date; one that fails does not stop the others.

        Raises:
            SourceError: No venue could be read.
        """
        first: SourceError | None = None
        done: list[Followed] = []
        for venue, followed in venues:
            try:
                self._collect(venue, followed, wait)
                done.append(followed)
            except SourceError as error:
                first = first or error
                self.report.problems.append(f"{followed.title}: {error}")
        if first is not None and not done:
            raise first
        self._documents(done, wait)
        return self.report

    def paper(self, venue: Venue, source: str, told: Observation) -> str:
        """Take in one paper and its PDF; returns its id.

        Raises:
            NothingAccepted: The venue did not accept it.
        """
        followed = self._library.following.get(venue.name) or Followed("", venue.venue_id, venue.title)
        collector = Collector(self._library, venue, followed, self._clock(), self._progress)
        paper_id = collector.one(source, told)
        if paper_id is None:
            raise NothingAccepted(
                f"{told.record.title!r} is not accepted by {venue.title or 'any venue'} ({told.standing.value})",
                remedy="its PDF can be added as a file: `posterhall add-paper FILE`",
            )
        self._read_records()
        report = VenueReport("", venue.title, 1)
        self.report.venues.append(report)
        self._fetch_into(report, PdfQueue(*self._fetching()).fetch([paper_id]))
        self._read_documents()
        return paper_id

    def retry(self, failures: Iterable[Failure]) -> SyncReport:
        """Fetch the PDFs again that did not come or could not be read, and read those again that lost pages."""
        failures = list(failures)
        self._library.documents.read_anew(f.paper_id for f in failures if f.paper_id)
        paper_ids = self._library.copies.again(f.item for f in failures)
        report = VenueReport("", "retried")
        self.report.venues.append(report)
        queue = PdfQueue(*self._fetching())
        self._fetch_into(report, queue.fetch(paper_ids))
        self._read_documents()
        queue.clean()
        return self.report

    def _collect(self, venue: Venue, followed: Followed, wait: bool, *, whole: bool = False) -> None:
        library = self._library
        while True:
            collector = Collector(library, venue, followed, self._clock(), self._progress, whole=whole)
            collected = collector.collect(self._sources)
            spent = [error.until for error in collected.problems.values() if isinstance(error, MustWait)]
            if not wait or not self._waited(max(filter(None, spent), default=None)):
                break
        accepted = library.observations.accepted(followed.name)
        if not accepted:
            if problem := first_problem(collected.problems):
                raise problem
            raise NothingAccepted(f"no source knows an accepted paper of {venue.title}")
        self._read_records()
        tiers = Counter(tier or "none" for tier in accepted.values())
        title = followed.title if followed.title != followed.venue_id else self._own_name(accepted) or followed.title
        report = VenueReport(followed.name, title, len(accepted), dict(sorted(tiers.items())))
        report.added, report.changed = collected.added, collected.changed
        report.withdrawn = collected.withdrawn
        report.conflicting = library.observations.conflicting(followed.name)
        report.notes += collected.doubts
        for source, error in collected.problems.items():
            adds = f" (it adds {KEPT_FROM[source]})" if source in KEPT_FROM else ""
            report.notes.append(f"without {source}{adds}: {error}")
        library.following.synced(followed.name, self._clock().isoformat())
        self.report.venues.append(report)

    def _own_name(self, paper_ids: Iterable[str]) -> str | None:
        """What a venue that the registry does not know is called by its papers."""
        papers = self._library.papers.get_many(paper_ids).values()
        found = Counter(p.venue for p in papers if p.venue).most_common(1)
        return found[0][0] if found else None

    def _read_records(self) -> None:
        unread = self._library.papers.unread(CHUNKER)
        for start in range(0, len(unread), 100):
            with self._library.db.atomic():
                for paper_id in unread[start : start + 100]:
                    self.report.passages += self._keeper.record(paper_id)
            self._progress("passages", min(start + 100, len(unread)), len(unread))

    def _documents(self, followed: Sequence[Followed], wait: bool) -> None:
        """Fetch and read PDFs until none is left, or a budget is spent that is not waited for."""
        queue = PdfQueue(*self._fetching())
        reports = {v.name: v for v in self.report.venues}
        while True:
            rounds: list[FetchReport] = []
            for venue in followed:
                if not venue.pdfs:
                    continue
                accepted = self._library.observations.accepted(venue.name)
                fetched = queue.fetch(p for p, tier in accepted.items() if venue.tier in (None, tier))
                rounds.append(fetched)
                self._fetch_into(reports[venue.name], fetched)
            self._read_documents()
            until = max((r.until for r in rounds if r.until), default=None)
            if not wait or not self._waited(until):
                queue.clean()
                return

    def _waited(self, until: datetime | None) -> bool:
        """Sleep until a budget is whole again; False when there is nothing to wait for, or it is too far away."""
        if until is None or until - self._clock() > LONGEST_WAIT:
            return False
        self._progress(f"waiting until {until.astimezone():%H:%M}", 0, 0)
        self._sleep(max((until + WAIT_MARGIN - self._clock()).total_seconds(), 0.0))
        return True

    def _fetching(self) -> tuple[Library, Keeper, Download, Ledger, Progress]:
        return self._library, self._keeper, self._download, self._ledger, self._progress

    def _fetch_into(self, report: VenueReport, fetched: FetchReport) -> None:
        report.pdfs_fetched += fetched.fetched
        report.pdfs_failed, report.pdfs_left = fetched.failed, fetched.left
        until = fetched.until
        self.report.until = until.astimezone().isoformat(timespec="minutes") if until else None
        self.report.budget = self._ledger.words(PDFS) if until else ""
        if fetched.stopped is not None and until is None:
            report.notes.append(f"{fetched.left} PDFs wait: {fetched.stopped}")

    def _read_documents(self) -> None:
        """Make documents of the PDFs in the store that are not any yet, or were read otherwise than now."""
        library = self._library
        owners: dict[Path, list[str]] = {}
        for copy in library.copies.unread():
            path = self._keeper.copy(copy.sha256 or "")
            if path.exists():
                owners.setdefault(path, []).append(copy.paper_id)
            else:
                library.copies.lost(copy)
        newer = {paper_id for paper_ids in owners.values() for paper_id in paper_ids}
        for document in library.documents.read_otherwise(READER):
            path = self._keeper.copy(document.sha256)
            if path.exists() and document.paper_id not in newer:
                owners.setdefault(path, []).append(document.paper_id)
        if not owners:
            return
        for number, (path, parsed) in enumerate(parse_many(owners), 1):
            for paper_id in owners[path]:
                if isinstance(parsed, UnreadablePdf):
                    self._unreadable(paper_id, path.stem, parsed)
                    continue
                with library.db.atomic():
                    before = library.documents.of_paper(paper_id)
                    self.report.passages += self._keeper.document(paper_id, paper_id, parsed)
                url = next((c.url for c in library.copies.of_paper(paper_id) if c.sha256 == parsed.sha256), str(path))
                self.report.unreadable_pages += self._keeper.lost_pages(url, parsed.lost, paper_id)
                if before and before.sha256 != parsed.sha256:
                    self._keeper.drop(before.sha256)
                self.report.pdfs_read += 1
            self._progress("read", number, len(owners))

    def _unreadable(self, paper_id: str, sha256: str, problem: UnreadablePdf) -> None:
        for copy in self._library.copies.of_paper(paper_id):
            if copy.sha256 == sha256:
                with self._library.db.atomic():
                    self._library.copies.unreadable(copy)
                    self._library.failures.record(PDF, copy.url, problem.reason, problem.detail, paper_id)
                self.report.unreadable += 1


def chosen(library: Library, name: str | None) -> list[Followed]:
    """The followed venues that a name means; all of them without one.

    Raises:
        UsageError: It is not followed, or nothing is.
    """
    followed = library.following.all()
    if not followed:
        raise UsageError("no venue is followed yet: run `posterhall add NAME` (`posterhall venues` lists them)")
    if name is None:
        return followed
    found = library.following.get(name)
    if found is None:
        raise UsageError(
            f"{name!r} is not followed: add it with `posterhall add`, or name one of "
            f"{', '.join(v.name for v in followed)}"
        )
    return [found]
