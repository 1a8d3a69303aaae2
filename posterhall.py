"""Posterhall's Python interface, and the one place that puts the rooms together.

import posterhall

hall = posterhall.open("data")
hall.ingest_files(metadata="papers.jsonl", pdfs="pdfs")
hall.index()
for hit in hall.search("state space models for long context").hits:
    print(hit.rank, hit.paper.title)
print(hall.ask("How much memory does the method save?").text)
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import library as library_room
from browse.shown import Member, TopicMembers, TopicRow
from library import Library
from library.errors import InputError, LibraryError, PosterhallError, UsageError
from library.events import Event
from library.facets import Author, Facets, Kind, Trends
from library.observations import Conflict
from library.topics import ACCEPT, REJECT
from library.types import ACCEPTED, Document, Failure, Filter, Paper, Passage, Span

if TYPE_CHECKING:
    from ask.answer import Answer
    from browse.atlas import Atlas, MapPoint
    from browse.changes import Change
    from browse.clusters import Cluster
    from browse.membership import Placed
    from browse.reasons import Reason as Reason
    from browse.shelves import Shelves
    from browse.topics import Registry
    from browse.topics import Topic as Topic
    from browse.works import Works
    from index.build import BuildReport
    from index.search import Searcher
    from ingest.connect import Connection
    from ingest.files import IngestReport
    from ingest.render import Renderer
    from ingest.report import SyncReport as SyncReport
    from ingest.report import VenueReport as VenueReport
    from ingest.sync import Sync

__version__ = "0.1.0"

__all__ = [
    "Filter",
    "Hit",
    "Match",
    "Member",
    "Posterhall",
    "PosterhallError",
    "Results",
    "RetryReport",
    "Status",
    "TopicMembers",
    "TopicRow",
    "VenueRow",
    "Version",
    "open",
]

Progress = Callable[[str, int, int], None]

MODES = ("hybrid", "bm25", "dense")

MAP_COLOURS = ("cluster", "venue", "tier")
"""What a map can be coloured by; the first is what it shows when nothing is said."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that matched, with its rank in each list (None: not in it)."""

    passage: Passage
    bm25: int | None
    dense: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that was found and the passages that found it, the best first."""

    rank: int
    paper: Paper
    score: float
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The outcome of a search."""

    query: str
    hits: tuple[Hit, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``posterhall search --json``."""
        return {"query": self.query, "hits": [_hit(hit) for hit in self.hits]}


@dataclass(frozen=True, slots=True)
class Status:
    """What the library and its index hold.

    Attributes:
        index: None when there is none; ``stale`` in it tells that the library has changed since.
    """

    data: str
    revision: int
    papers: int
    documents: int
    pages: int
    passages: int
    vectors: int
    venues: tuple[tuple[str, int], ...]
    tiers: tuple[tuple[str, int], ...]
    failures: tuple[Failure, ...]
    warnings: tuple[Warned, ...]
    index: dict[str, Any] | None
    index_problem: str | None


@dataclass(frozen=True, slots=True)
class RetryReport:
    """What became of what had failed.

    Attributes:
        tried: Items that were tried again; rows of metadata files are not.
        mended: Items that failed before and do not now.
        left: What fails still, or newly.
    """

    tried: int
    mended: int
    left: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """A paper whose PDF may be another's, and why."""

    paper_id: str
    title: str
    warning: str


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A venue that can be added.

    Attributes:
        name: What ``add`` takes; a venue that only OpenReview knows has its id for a name.
    """

    name: str
    title: str
    venue_id: str | None
    followed: bool
    topics: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Version:
    """Another version of a paper's work.

    Attributes:
        kind: ``preprint``, ``workshop`` or ``conference``.
        why: What links it to the paper; "" where a third version does.
    """

    paper: Paper
    kind: str
    why: str


def open(data: str | Path = "data") -> Posterhall:
    """Open a data folder; nothing is read before it is needed."""
    return Posterhall(Path(data))


def _one_at_a_time(
    method: Callable[Concatenate[Posterhall, P], T],
) -> Callable[Concatenate[Posterhall, P], T]:
    """Let one thread in at a time: a library's connection wants no more."""

    @functools.wraps(method)
    def held(hall: Posterhall, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with hall._lock:
            return method(hall, *args, **kwargs)

    return held


class Posterhall:
    """A library, its index, and what can be asked of them.

    May be shared between threads: questions wait for each other, but not for a thread that takes in papers or indexes
    them, which has the file open for itself.
    """

    def __init__(self, data: Path) -> None:
        """Use a data folder: ``library.db``, ``index/`` and ``pdf/`` inside it."""
        self.data = data
        self._library: Library | None = None
        self._searcher: Searcher | None = None
        self._renderer: Renderer | None = None
        self._works: Works | None = None
        self._shelves_open: Shelves | None = None
        self._atlas: Atlas | None = None
        self._lock = threading.RLock()

    @property
    def library(self) -> Library:
        """The open library.

        Raises:
            LibraryError: There is none yet, or it cannot be used.
        """
        with self._lock:
            if self._library is None:
                self._library = Library.open(self.data)
            return self._library

    @property
    def exists(self) -> bool:
        """There is a library with at least one paper."""
        try:
            return self.count() > 0
        except LibraryError:
            if (self.data / "library.db").exists():
                raise
            return False

    def close(self) -> None:
        """Close the library and end the process that draws pages; the next use opens them again."""
        with self._lock:
            if self._library is not None:
                self._library.close()
            if self._renderer is not None:
                self._renderer.close()
            self._library = self._searcher = self._renderer = None
            self._works = self._shelves_open = self._atlas = None

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
        paper = self.paper(paper_id)
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

    @_one_at_a_time
    def events(self, paper_id: str) -> list[Event]:
        """When and where a paper is shown, as its conference's site has it."""
        return self.library.events.of_paper(paper_id)

    @_one_at_a_time
    def conflicts(self, paper_id: str) -> list[Conflict]:
        """The fields in which a paper's sources disagree, with what each says."""
        return self.library.observations.conflicts(paper_id)

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

    @property
    def searcher(self) -> Searcher:
        """A reader of the current index; one that was replaced by a newer is opened anew.

        Raises:
            IndexUnavailable: There is none, or it does not match.
        """
        from index.generation import current_name
        from index.search import Searcher

        folder = self.data / "index"
        with self._lock:
            if self._searcher is None or self._searcher.generation != current_name(folder):
                self._searcher = Searcher.open(self.library, folder)
            return self._searcher

    @_one_at_a_time
    def search(
        self, query: str, *, limit: int = 10, mode: str = "hybrid", where: Filter | None = None, passages: int = 3
    ) -> Results:
        """Find papers.

        Args:
            query: Words or a question.
            limit: The most papers wanted.
            mode: ``hybrid``, ``bm25`` or ``dense``.
            where: Which papers count.
            passages: The most passages shown of a paper.

        Raises:
            UsageError: The query is empty, or no paper is of the wanted venue.
            IndexUnavailable: There is no usable index.
        """
        found = self.searcher.papers(query, limit=limit, mode=mode, where=where or Filter(), passages=passages)
        papers = self.library.papers.get_many(hit.paper_id for hit in found)
        texts = self.library.passages.get_many(p.passage_id for hit in found for p in hit.passages)
        return Results(
            query,
            tuple(
                Hit(
                    hit.rank,
                    papers[hit.paper_id],
                    hit.score,
                    tuple(Match(texts[p.passage_id], p.bm25, p.dense) for p in hit.passages if p.passage_id in texts),
                )
                for hit in found
                if hit.paper_id in papers
            ),
        )

    @_one_at_a_time
    def ask(self, question: str, *, where: Filter | None = None) -> Answer:
        """Answer with verified quotes, or abstain.

        Raises:
            UsageError: The question is empty, or no paper is of the wanted venue.
            IndexUnavailable: There is no usable index.
        """
        from ask.extract import answer

        return answer(self.library, self.searcher, question, where=where or Filter())

    @_one_at_a_time
    def papers(
        self, where: Filter | None = None, *, sort: str = "title", limit: int = -1, offset: int = 0
    ) -> list[Paper]:
        """Papers that pass a filter, sorted by ``title``, ``newest`` or ``tier``."""
        return self.library.papers.select(where or Filter(), sort=sort, limit=limit, offset=offset)

    @_one_at_a_time
    def count(self, where: Filter | None = None) -> int:
        """How many papers pass a filter."""
        return self.library.papers.count(where)

    @_one_at_a_time
    def facets(self, where: Filter | None = None, *, most: int | None = None) -> Facets:
        """How many papers carry each venue, tier, year, keyword and author, and how many have their full text.

        Each facet is counted among the papers that pass the rest of the filter.

        Args:
            where: Which papers count.
            most: The most keywords and authors wanted; those that the filter names come besides.
        """
        return self.library.papers.facets(where, most=most)

    @_one_at_a_time
    def trends(self, where: Filter | None = None) -> Trends:
        """How many papers of each year and venue pass a filter, and how many there are."""
        return self.library.papers.trends(where)

    @_one_at_a_time
    def spelling(self, kind: Kind, text: str) -> str | None:
        """A name (``authors``) or a keyword (``keywords``) as most papers write it, or None where no paper has it."""
        return self.library.papers.spelling(kind, text)

    @_one_at_a_time
    def author(self, name: str, *, most: int | None = None) -> Author | None:
        """An author's coauthors, venues, years and keywords, or None where no paper has that name."""
        return self.library.papers.author(name, most=most)

    @_one_at_a_time
    def paper(self, paper_id: str) -> Paper | None:
        """One paper, or None."""
        return self.library.papers.get(paper_id)

    @_one_at_a_time
    def papers_by_id(self, paper_ids: Iterable[str]) -> list[Paper]:
        """The papers that exist among these and are shown, by title."""
        found = self.library.papers.get_many(paper_ids).values()
        return sorted((p for p in found if p.status == ACCEPTED), key=lambda p: (p.title.casefold(), p.paper_id))

    @_one_at_a_time
    def passages(self, paper_id: str) -> list[Passage]:
        """A paper's passages in reading order."""
        return self.library.passages.of_paper(paper_id)

    @_one_at_a_time
    def similar(self, paper_id: str, *, limit: int = 8) -> list[tuple[Paper, float]]:
        """Papers like a paper, with the cosine that says how much."""
        return self.similar_to([paper_id], limit=limit)

    @_one_at_a_time
    def similar_to(self, paper_ids: Iterable[str], *, limit: int = 8) -> list[tuple[Paper, float]]:
        """Papers like a set of papers, none of them in it, with the cosine that says how much."""
        from browse.similar import similar_to_set

        shown = [p.paper_id for p in self.library.papers.get_many(paper_ids).values() if p.status == ACCEPTED]
        near = similar_to_set(self.library, self.searcher, shown, limit=limit)
        papers = self.library.papers.get_many(p for p, _ in near)
        return [(papers[p], score) for p, score in near if p in papers]

    @property
    def _lineage(self) -> Works:
        from browse.works import Works

        if self._works is None:
            self._works = Works(self.library)
        return self._works

    @_one_at_a_time
    def versions(self, paper_id: str) -> list[Version]:
        """The other versions of a paper's work: preprints, then workshops', then conferences', each by year."""
        from library.kinds import kind

        lineage = self._lineage.lineage()
        others = [p for p in lineage.versions(paper_id) if p != paper_id]
        papers = self.library.papers.get_many(others) if others else {}
        return [Version(papers[p], kind(papers[p]), lineage.why(paper_id, p)) for p in others if p in papers]

    @_one_at_a_time
    def works(
        self, where: Filter | None = None, *, sort: str = "title", limit: int = -1, offset: int = 0
    ) -> tuple[list[Paper], int]:
        """Papers that pass a filter with each work once, under its main version among them; and how many works.

        The main version is the conference's before a workshop's before a preprint, and the newest of these. Sorts are
        those of :meth:`papers`.
        """
        wanted, store, lineage = where or Filter(), self.library.papers, self._lineage.lineage()
        # Few papers have other versions: what stands behind them is left out of a list that SQLite sorts and cuts.
        hidden = lineage.hidden(store.among(lineage.papers, wanted))
        total = store.count(wanted) - len(hidden)
        return store.select(wanted, sort=sort, limit=limit, offset=offset, without=sorted(hidden)), total

    @_one_at_a_time
    def changes(self, before: str, after: str) -> tuple[Change, ...] | None:
        """What changed between the abstracts of two papers; None where one has none, or they are too long."""
        from browse.changes import word_changes

        papers = self.library.papers.get_many([before, after])
        old, new = (papers[p].abstract if p in papers else None for p in (before, after))
        return word_changes(old, new) if old and new else None

    @_one_at_a_time
    def join(self, first: str, second: str) -> None:
        """Say that two papers are versions of one work; this undoes a split of the two.

        Raises:
            UsageError: There is no such paper, or a split of other versions keeps their works apart.
            LibraryBusy: Another process is writing.
        """
        self._lineage.join(first, second)

    @_one_at_a_time
    def split(self, first: str, second: str) -> None:
        """Say that two papers are not the same work; this undoes a join of the two, and no link overrules it.

        Raises:
            UsageError: There is no such paper.
            LibraryBusy: Another process is writing.
        """
        self._lineage.split(first, second)

    @_one_at_a_time
    def apart(self, paper_id: str) -> list[Paper]:
        """The papers that were split from a paper."""
        ids = self._lineage.apart(paper_id)
        papers = self.library.papers.get_many(ids)
        return [papers[p] for p in ids if p in papers and papers[p].status == ACCEPTED]

    @_one_at_a_time
    def find(self, text: str) -> Paper:
        """The paper of an id or a whole title.

        Raises:
            UsageError: There is none, or several have the title.
        """
        return self._lineage.find(text)

    @_one_at_a_time
    def topics(self) -> list[TopicRow]:
        """The topics, those that ship and the user's, with the number of papers on each.

        The first call after the index changed measures every paper (about six seconds for a conference of 2,610); what
        it finds is kept beside the index.

        Raises:
            InputError: The user's topics.toml cannot be used; the message says where and why.
            IndexUnavailable: There is no usable index.
        """
        registry = self._registry()
        found = self._shelves().all(registry)
        return [TopicRow(t, len(found[t.topic_id].members)) for t in registry.topics]

    @_one_at_a_time
    def topic(self, name: str, *, limit: int | None = None, offset: int = 0) -> TopicMembers:
        """The papers on a topic, each with the sentence that put it there.

        Args:
            name: A topic's id or name.
            limit: The most members wanted; None is all.
            offset: Members to pass over first.

        Raises:
            UsageError: There is no such topic; the message suggests the nearest.
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        registry = self._registry()
        topic, shelves = registry.find(name), self._shelves()
        found = shelves.one(registry, topic)
        members = found.members[offset : None if limit is None else offset + limit]
        return TopicMembers(topic, self._members(topic, members), self._members(topic, found.rejected))

    @_one_at_a_time
    def topics_of(self, paper_id: str) -> list[tuple[Topic, Member]]:
        """The topics that a paper is on, the surest first; empty for one that is on none or not shown.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        registry = self._registry()
        found = self._shelves().all(registry)
        placed = [(t, m) for t in registry.topics for m in found[t.topic_id].members if m.paper_id == paper_id]
        placed.sort(key=lambda each: (-each[1].score, each[0].topic_id))
        return [(topic, member) for topic, each in placed for member in self._members(topic, [each])]

    @_one_at_a_time
    def unsorted(self, *, limit: int | None = None, offset: int = 0) -> list[Paper]:
        """The papers that are on no topic, by title; as many as :meth:`count_unsorted` says.

        Raises:
            InputError: As in :meth:`topics`.
            IndexUnavailable: There is no usable index.
        """
        wanted = self._shelves().unsorted(self._registry())[offset : None if limit is None else offset + limit]
        papers = self.library.papers.get_many(wanted)
        return [papers[p] for p in wanted if p in papers]

    @_one_at_a_time
    def count_unsorted(self) -> int:
        """How many papers are on no topic."""
        return len(self._shelves().unsorted(self._registry()))

    @_one_at_a_time
    def verdict(self, topic: str, paper: str, verdict: str | None) -> Paper:
        """Say that a paper is on a topic, or not; the topic's other papers are placed anew at once.

        Args:
            topic: The topic's id or name.
            paper: A paper's id or its forum's.
            verdict: ``accept``, ``reject``, or None to take back what was said.

        Raises:
            UsageError: There is no such topic or paper, or the verdict is none of these.
        """
        known = self._registry().find(topic)
        if verdict not in (ACCEPT, REJECT, None):
            raise UsageError(f"there is no verdict {verdict!r}: say {ACCEPT} or {REJECT}")
        found = self.library.papers.get(self.library.papers.find("forum", paper) or paper)
        if found is None or found.status != ACCEPTED:
            raise UsageError(
                f"there is no paper {paper[:80]!r} among those shown: `posterhall topics show {known.topic_id} --json` "
                "and `posterhall search --json` tell papers' ids"
            )
        self.library.topics.judge(known.topic_id, found.paper_id, verdict, _now())
        return found

    @_one_at_a_time
    def add_topic(
        self,
        name: str,
        description: str,
        *,
        topic_id: str | None = None,
        synonyms: Iterable[str] = (),
        acronyms: Iterable[str] = (),
        excluded: Iterable[str] = (),
        seeds: Iterable[str] = (),
        replace: bool = False,
    ) -> Topic:
        """Keep a topic of the user's in the library; papers are placed on it at the next look.

        Args:
            name: As it is shown.
            description: What a paper on it does; it is asked as it stands.
            topic_id: Lower-case letters, digits and dashes; made of the name when None.
            synonyms: Words and phrases that name it, in any case.
            acronyms: Short forms, in exactly this case.
            excluded: Senses that share words with it and are something else.
            seeds: Ids of papers that are on it.
            replace: Take the place of a topic of the same id, shipped or not.

        Raises:
            UsageError: A field cannot be used, or the id or name is taken.
        """
        from browse.topics import parse, slug

        row = {"id": topic_id or slug(name), "name": name, "description": description}
        lists = {"synonyms": synonyms, "acronyms": acronyms, "excluded": excluded, "seeds": seeds}
        try:
            topic = parse({**row, **{field: list(values) for field, values in lists.items()}})
        except InputError as error:
            raise UsageError(str(error)) from None
        for taken in self._registry().clashes(topic):
            if not (replace and taken.topic_id == topic.topic_id):
                raise UsageError(
                    f"there is a topic {taken.topic_id} ({taken.name}) already: choose another id and name"
                )
        self.library.topics.put(topic.topic_id, topic.as_row(), _now())
        return topic

    @_one_at_a_time
    def remove_topic(self, name: str) -> Topic:
        """Forget a topic that :meth:`add_topic` kept; one that ships and was replaced by it is back.

        Raises:
            UsageError: There is no such topic, or it ships, or it stands in a file.
        """
        topic = self._registry().find(name)
        if not self.library.topics.remove(topic.topic_id):
            where = f"remove it from {self.data / 'topics.toml'}" if topic.own else "it ships with Posterhall"
            raise UsageError(f"topic {topic.topic_id} is not kept in the library: {where}")
        return topic

    def _registry(self) -> Registry:
        from browse.topics import registry

        return registry(self.data, self.library.topics.own())

    def _shelves(self) -> Shelves:
        from browse.shelves import Shelves

        searcher = self.searcher
        if self._shelves_open is None or self._shelves_open.generation != searcher.generation:
            self._shelves_open = Shelves(self.library, searcher, self.data / "index")
        return self._shelves_open

    def _members(self, topic: Topic, placed: Iterable[Placed]) -> tuple[Member, ...]:
        placed = list(placed)
        papers = self.library.papers.get_many(p.paper_id for p in placed)
        reasons = self._shelves().reasons(topic, placed)
        return tuple(
            Member(papers[p.paper_id], p.score, reason, p.verdict)
            for p, reason in zip(placed, reasons, strict=True)
            if p.paper_id in papers
        )

    def map(self, *, anew: bool = False) -> list[MapPoint]:
        """Every paper in the index with its place on the map and its cluster.

        Papers keep their places: new ones are placed among them, and only a library that has grown by half is laid out
        again.

        Args:
            anew: Lay it out again all the same, starting from the places there are.

        Raises:
            IndexUnavailable: There is no usable index.
            LibraryBusy: Another process is writing (``anew`` only; else new places are found but not kept).
        """
        return self._maps().points(self.library, self.searcher, anew=anew)

    def clusters(self) -> tuple[Cluster, ...]:
        """Groups of papers near each other in meaning, named by the words that set them apart, the largest first.

        Every paper is in one, as it was when the index was last brought up to date.

        Raises:
            IndexUnavailable: There is no usable index.
        """
        return self._maps().clusters(self.library, self.searcher)

    def place(self, question: str) -> tuple[float, float]:
        """Where a question would stand on the map.

        Raises:
            UsageError: It is empty.
            IndexUnavailable: There is no usable index.
        """
        if not question.strip():
            raise UsageError("the question is empty: say what you look for")
        with self._lock:
            searcher = self.searcher
            vector = searcher.encoder.encode([question])[0]
        return self._maps().place(self.library, searcher, vector)

    def map_page(self, colour: str = MAP_COLOURS[0]) -> str:
        """The map as one HTML file that works by itself.

        Args:
            colour: One of :data:`MAP_COLOURS`, what it shows at first.

        Raises:
            UsageError: It cannot be coloured by that.
            IndexUnavailable: There is no usable index.
        """
        from browse.picture import page

        if colour not in MAP_COLOURS:
            raise UsageError(f"a map cannot be coloured by {colour!r}: choose one of {', '.join(MAP_COLOURS)}")
        return page(self.map(), colour)

    def _maps(self) -> Atlas:
        from browse.atlas import Atlas

        with self._lock:
            self._atlas = self._atlas or Atlas(self.data, self._lock)
            return self._atlas

    def page_image(self, paper_id: str, page: int, span: Span | None = None) -> bytes:
        """A page of the paper's PDF as PNG, with a span of its text marked.

        Raises:
            InputError: The paper has no PDF, or the PDF no such page, or one that cannot be drawn.
        """
        from ingest.render import Renderer, quote_boxes

        with self._lock:
            document = self.library.documents.of_paper(paper_id)
            held = self.library.documents.page(document.document_id, page) if document else None
            if document is None or held is None:
                raise InputError(f"there is no page {page} of paper {paper_id} in the library: ingest its PDF")
            renderer = self._renderer = self._renderer or Renderer()
        # Without the lock: questions need not wait for a page that takes long to draw.
        boxes = quote_boxes(held, span) if span else ()
        return renderer.page(self.data / "pdf" / f"{document.sha256}.pdf", page, boxes)

    def _warned(self) -> Iterator[Warned]:
        doubtful = self.library.documents.doubtful()
        papers = self.library.papers.get_many(d.paper_id for d in doubtful)
        return (Warned(d.paper_id, papers[d.paper_id].title, d.warning or "") for d in doubtful)

    @_one_at_a_time
    def document(self, paper_id: str) -> Document | None:
        """The paper's PDF as it was read, or None."""
        return self.library.documents.of_paper(paper_id)

    @_one_at_a_time
    def failures(self, paper_id: str) -> list[Failure]:
        """What could not be fetched or read of a paper."""
        return self.library.failures.of_paper(paper_id)

    @_one_at_a_time
    def status(self) -> Status:
        """What there is, what failed, and whether the index is up to date."""
        from index.generation import current

        library = self.library
        documents, pages = library.documents.counts()
        facets = library.papers.facets()
        try:
            generation = current(self.data / "index")
            made = generation.manifest
            index: dict[str, Any] | None = {
                "generation": generation.path.name,
                "model": made.model,
                "passages": made.passages,
                "revision": made.revision,
                "stale": made.revision != library.revision,
            }
            problem = None
        except PosterhallError as error:
            index, problem = None, str(error)
        return Status(
            str(self.data),
            library.revision,
            library.papers.count(),
            documents,
            pages,
            library.passages.count(),
            library.vectors.count(),
            facets.venues,
            facets.tiers,
            tuple(library.failures.all()),
            tuple(self._warned()),
            index,
            problem,
        )


def map_payload(points: Sequence[MapPoint]) -> dict[str, Any]:
    """A map's points as the columns that :func:`map_parts`'s script draws."""
    from browse.picture import payload

    return payload(points)


def map_parts() -> tuple[str, str]:
    """The script that draws a map (it defines ``drawMap(root, data, options)``), and its style."""
    from browse.picture import parts

    return parts()


def starter_file() -> Path:
    """The starter library's papers: inside an installed wheel, or in the checkout."""
    shipped = Path(library_room.__file__).parent / "starter" / "papers.jsonl"
    return shipped if shipped.exists() else Path(__file__).parent / "data" / "starter" / "papers.jsonl"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "paper_id": hit.paper.paper_id,
        "forum_id": hit.paper.forum_id,
        "title": hit.paper.title,
        "score": hit.score,
        "passages": [
            {
                "passage_id": m.passage.passage_id,
                "section": m.passage.section,
                "page": m.passage.page,
                "text": m.passage.text,
                "ranks": {"bm25": m.bm25, "dense": m.dense},
            }
            for m in hit.matches
        ],
    }
