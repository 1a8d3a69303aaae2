"""Taking papers in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import library as library_room
from front.base import Base
from front.values import (
    Progress,
    RetryReport,
    VenueRow,
)
from library import Library
from library.errors import UsageError
from library.types import Paper

if TYPE_CHECKING:
    from index.build import BuildReport
    from ingest.connect import Connection
    from ingest.files import IngestReport
    from ingest.report import SyncReport
    from ingest.sync import Sync


class Taking(Base):
    """Files, venues, single papers, and the index over them."""

    def ingest_files(
        self,
        metadata: str | Path | None = None,
        pdfs: str | Path | None = None,
        *,
        venue: str | None = None,
        on_progress: Progress | None = None,
    ) -> IngestReport:
        """Take in a metadata file (JSON Lines or BibTeX), with the PDFs it names, or a bare folder of PDFs.

        A second run with the same files changes nothing. What fails is listed in the library's failures.

        Raises:
            UsageError: Neither is given.
            InputError: The file or folder is missing or unreadable as a whole.
            LibraryBusy: Another process is writing.
        """
        if metadata is None and pdfs is None:
            raise UsageError("nothing to ingest: give --metadata, --pdfs, or both")
        from index.model import Tokenizer
        from ingest.files import FileIngest, pdf_files
        from ingest.sources.files import read_rows

        # Looked at before a library is made, so that a typing error leaves nothing behind.
        rows = list(read_rows(Path(metadata), venue=venue)) if metadata is not None else []
        folder = Path(pdfs) if pdfs is not None else None
        if folder is not None:
            pdf_files(folder)
        with Library.open(self.data, create=True) as library, library.writing():
            run = FileIngest(library, self.data / "pdf", Tokenizer(), on_progress)
            if metadata is not None:
                return run.metadata(rows, folder)
            assert folder is not None
            return run.folder(folder, venue=venue)

    def venues(self, text: str = "") -> list[VenueRow]:
        """The venues that can be added: the known ones that hold every word, else those that OpenReview has.

        Args:
            text: Words, or an OpenReview id or its beginning (``ICML.cc/2024/Workshop``), which asks OpenReview.

        Raises:
            SourceError: OpenReview did not answer.
        """
        from ingest.connect import search_groups
        from ingest.venues import load

        known = load()
        found = known.search(text)
        if text.strip() and ("/" in text or not found):
            names = {v.venue_id for v in found}
            found += tuple(v for v in search_groups(text) if v.venue_id not in names)
        followed = {v.name for v in self.library.following.all()} if self.exists else set()
        return [VenueRow(v.name, v.title, v.venue_id, v.name in followed, v.topics, v.note) for v in found]

    def add(
        self,
        name: str,
        *,
        tier: str | None = None,
        pdfs: bool = True,
        wait: bool = False,
        on_progress: Progress | None = None,
    ) -> SyncReport:
        """Follow a venue: take in its accepted papers, and their PDFs.

        Args:
            name: A name that :meth:`venues` gives, perhaps with a tier (``icml-2024-orals``), or an OpenReview id.
            tier: PDFs are fetched of papers of this tier alone. All accepted papers are taken in: tiers change,
                and a paper's neighbours tell much of it.
            pdfs: PDFs are fetched at all.
            wait: Sleep until a spent budget is whole again.
            on_progress: Told of every step.

        Raises:
            UsageError: There is no such venue, or no service has it.
            SourceError: Nothing came; the kind says what happens next.
            LibraryBusy: Another process is writing.
        """
        from ingest.venues import load

        venue, own_tier = load().find(name)
        with self._online(on_progress) as (run, _):
            return run.add(venue, tier=tier or own_tier, pdfs=pdfs, wait=wait)

    def sync(self, venue: str | None = None, *, wait: bool = False, on_progress: Progress | None = None) -> SyncReport:
        """Bring a followed venue, or all of them, up to date. Nothing new costs a few requests and no PDF.

        Raises:
            UsageError: It is not followed, or nothing is.
            SourceError: No venue could be read.
            LibraryBusy: Another process is writing.
        """
        from ingest.sources.base import Venue
        from ingest.sync import chosen
        from ingest.venues import load

        followed = chosen(self.library, venue)
        known = {v.name: v for v in load().venues}
        with self._online(on_progress) as (run, _):
            return run.sync(
                [(known.get(f.name) or Venue(f.name, f.title, venue_id=f.venue_id), f) for f in followed], wait=wait
            )

    def add_paper(self, text: str, *, on_progress: Progress | None = None) -> tuple[Paper, SyncReport]:
        """Take in one paper: a forum's address or id, a paper's page at PMLR, or the path of a PDF.

        Returns:
            The paper, and what became of its PDF.

        Raises:
            UsageError: It is none of these.
            InputError: The PDF cannot be read.
            SourceError: The service did not give it.
        """
        from index.model import Tokenizer
        from ingest.files import FileIngest
        from ingest.report import SyncReport
        from ingest.single import address, find
        from ingest.venues import load

        path = Path(text)
        if path.suffix.lower() == ".pdf" and path.is_file():
            with Library.open(self.data, create=True) as library, library.writing():
                files = FileIngest(library, self.data / "pdf", Tokenizer(), on_progress)
                paper_id = files.file(path)
                report = SyncReport(pdfs_read=files.report.pdfs_read, passages=files.report.passages)
        else:
            where = address(text)
            with self._online(on_progress) as (run, connection):
                paper_id, report = run.paper(*find(where, connection, load())), run.report
        paper = self.library.papers.get(paper_id)
        assert paper is not None, "it was taken in a moment ago"
        return paper, report

    def retry(self, *, on_progress: Progress | None = None) -> RetryReport:
        """Try once more what failed: files that could not be read, pages that were lost, PDFs that did not come.

        Rows of metadata files are not tried: they are mended in their files and taken in with them.

        Raises:
            SourceError: OpenReview did not answer a login that the environment names.
            LibraryBusy: Another process is writing.
        """
        from index.model import Tokenizer
        from ingest.files import FileIngest

        before = self.library.failures.all()
        urls = {f for f in before if f.item.startswith(("http://", "https://"))}
        files = [f for f in before if f.kind == "pdf" and f not in urls]
        if files:
            with Library.open(self.data) as library, library.writing():
                FileIngest(library, self.data / "pdf", Tokenizer(), on_progress).again(files)
        if urls:
            with self._online(on_progress) as (run, _):
                run.retry(urls)
        left = tuple(self.library.failures.all())
        kept = {(f.kind, f.item) for f in left}
        return RetryReport(len(files) + len(urls), sum((f.kind, f.item) not in kept for f in before), left)

    def login(self, username: str, password: str, ask_code: Callable[[str], str] | None = None) -> str:
        """Log in to OpenReview; the token is kept for a week, the password never.

        Args:
            username: An e-mail address or a profile id.
            password: Used once.
            ask_code: Asks for a second factor's code; None when nobody is there.

        Returns:
            Where the token is kept.

        Raises:
            SourceError: It was refused, or OpenReview did not answer.
        """
        from ingest.login import login, token_file
        from ingest.sources.base import Endpoints

        login(Endpoints.from_environment(), username, password, ask_code)
        return str(token_file())

    def logout(self) -> str | None:
        """Forget the token; the name it belonged to, or None when nobody was logged in."""
        from ingest.login import logout

        return logout()

    @contextmanager
    def _online(self, on_progress: Progress | None) -> Iterator[tuple[Sync, Connection]]:
        """The services and a run over them, as the library's one writer."""
        from index.model import Tokenizer
        from ingest.connect import connected
        from ingest.sync import Sync

        with Library.open(self.data, create=True) as library, library.writing(), connected(library) as found:
            run = Sync(
                *(library, self.data / "pdf", Tokenizer(), found.sources, found.download, found.ledger),
                on_progress=on_progress,
            )
            if found.login_problem:
                run.report.notes.append(str(found.login_problem))
            yield run, found

    def index(self, *, full: bool = False, on_progress: Progress | None = None) -> BuildReport:
        """Bring the index up to the library; what is in it already costs nothing.

        Args:
            full: Build it anew from the library's rows (kept vectors are used, not made again).
            on_progress: Told of every batch.

        Raises:
            LibraryBusy: Another process is writing.
            ModelError: The embedding model is missing or altered.
        """
        from index.build import build
        from ingest.chunk import CHUNKER

        with Library.open(self.data) as library, library.writing():
            return build(library, self.data / "index", full=full, chunker=CHUNKER, on_progress=on_progress)

    def start(self, on_progress: Progress | None = None) -> bool:
        """Fill an empty data folder with the starter library; returns whether there was need to."""
        if self.exists:
            return False
        self.ingest_files(starter_file(), on_progress=on_progress)
        self.index(on_progress=on_progress)
        return True


def starter_file() -> Path:
    """The starter library's papers: inside an installed wheel, or in the checkout."""
    shipped = Path(library_room.__file__).parent / "starter" / "papers.jsonl"
    return shipped if shipped.exists() else Path(__file__).parent.parent / "data" / "starter" / "papers.jsonl"
