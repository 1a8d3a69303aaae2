"""One venue from every source that knows it: what they say is kept, weighed, and missed when it is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ingest.errors import FixCredentials, SourceError
from ingest.match import Matcher
from ingest.merge import OPENREVIEW, PMLR, SITE, join, kind, take
from ingest.sources.base import Observation, Source, Standing, Venue
from library import Library
from library.copies import Copy
from library.following import Followed
from library.observations import Seen, known_fields
from library.text import author_key, title_key
from library.types import PaperRecord

BATCH = 200
"""Papers written in one transaction: some tenths of a second, in which no other process can write."""

BELIEVED_GONE = 0.05
BELIEVED_GONE_AT_LEAST = 5
"""The share of a source's papers, and the number, that may vanish from its list at once and count as withdrawn. More
is a list that came incomplete: venues lose single papers after their decisions."""

OVERLAP = timedelta(hours=1)
"""Changes are asked for from this long before the newest one that is known: a service may show one a little late."""

Progress = Callable[[str, int, int], None]

_ORDER = (OPENREVIEW, PMLR)
"""Asked first: they know the forum ids by which the others' rows are recognised."""

_OWN_KEY = {OPENREVIEW: "forum", PMLR: "pmlr", SITE: "id"}


@dataclass(slots=True)
class Collected:
    """What the sources of a venue said.

    Attributes:
        problems: By source, why it said nothing or not all.
        doubts: What was seen and not believed, for the user.
    """

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    problems: dict[str, SourceError] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """All rows of one source on one paper."""

    rows: list[Observation]


class Collector:
    """Takes in one venue."""

    def __init__(
        self,
        library: Library,
        venue: Venue,
        followed: Followed,
        now: datetime,
        on_progress: Progress | None = None,
        *,
        whole: bool = False,
    ) -> None:
        """Prepare to take in a venue that is followed.

        Args:
            library: Open for writing.
            venue: What the sources are asked for.
            followed: What it is called in the library.
            now: The time of this run.
            on_progress: Told of every batch.
            whole: Read everything, not only what changed since the last run.
        """
        self._whole = whole
        self._library, self._venue, self._followed = library, venue, followed
        self._now = now.isoformat()
        self._progress = on_progress or (lambda what, done, total: None)
        self._matcher = Matcher(library, venue)
        self._changes: dict[str, str] = {}
        self._report = Collected()

    def collect(self, sources: Iterable[Source]) -> Collected:
        """Ask every source that serves the venue; one that fails does not stop the others."""
        before = set(self._library.observations.accepted(self._followed.name))
        serving = [s for s in sources if s.serves(self._venue)]
        serving.sort(key=lambda s: _ORDER.index(kind(s.name)) if kind(s.name) in _ORDER else len(_ORDER))
        for source in serving:
            self._take_all(source)
        after = set(self._library.observations.accepted(self._followed.name))
        self._report.withdrawn = len(before - after)
        self._report.added = sum(change == "added" for change in self._changes.values())
        self._report.changed = sum(change == "changed" for change in self._changes.values())
        return self._report

    def one(self, source: str, told: Observation) -> str | None:
        """Take in a single paper, accepted or known already; its id, or None when it is neither."""
        with self._library.db.atomic():
            return self._take(source, _Group([told]))

    def _take_all(self, source: Source) -> None:
        rows: list[Observation] = []
        whole = complete = False
        try:
            changes = self._changed(source)
            whole = changes is None
            for row in source.observe(self._venue) if changes is None else changes:
                rows.append(row)
                self._progress(source.name, len(rows), 0)
            complete = True
        except SourceError as error:
            self._report.problems[source.name] = error
        groups = _grouped(rows)
        told: set[str] = set()
        for start in range(0, len(groups), BATCH):
            with self._library.db.atomic():
                for group in groups[start : start + BATCH]:
                    if paper_id := self._take(source.name, group):
                        told.add(paper_id)
            self._progress(source.name, min(start + BATCH, len(groups)), len(groups))
        if complete:
            if whole:
                self._miss(source.name, told)
            if newest := max((row.modified for row in rows if row.modified), default=None):
                self._library.following.set_watermark(self._followed.name, source.name, newest.isoformat())

    def _changed(self, source: Source) -> list[Observation] | None:
        """What changed since the last run; None when the whole list has to be read.

        A paper that is gone is in no list of changes, so they are believed only when they explain the source's count.
        """
        mark = self._library.following.watermark(self._followed.name, source.name)
        if self._whole or mark is None:
            return None
        count = source.accepted_count(self._venue)
        if count is None:
            return None
        held = self._library.observations.of_venue(self._followed.name, source.name)
        accepted = {seen.key for seen in held.values() if seen.standing == Standing.ACCEPTED.value}
        changes = list(source.observe(self._venue, datetime.fromisoformat(mark) - OVERLAP))
        for row in changes:
            (accepted.add if row.standing is Standing.ACCEPTED else accepted.discard)(_key(source.name, row.record))
        return changes if len(accepted) == count else None

    def _take(self, source: str, group: _Group) -> str | None:
        record = self._matcher.record(group.rows[0].record)
        paper_id = self._matcher.find(record)
        seen = self._seen(paper_id or "", source, group.rows)
        if paper_id is None and seen.standing != Standing.ACCEPTED.value:
            return None
        merge = take(self._library, seen, record.identifiers, new=paper_id is None)
        if merge.change != "unchanged":
            self._matcher.learn(merge.paper_id)
            self._changes.setdefault(merge.paper_id, merge.change)
        copies = {
            ref.url: Copy(merge.paper_id, ref.url, source, ref.version, ref.metered)
            for row in group.rows
            for ref in row.pdfs
        }
        self._library.copies.replace(merge.paper_id, source, list(copies.values()))
        if events := [event for row in group.rows for event in row.events]:
            self._library.events.replace(merge.paper_id, events)
        return merge.paper_id

    def _seen(self, paper_id: str, source: str, rows: Sequence[Observation]) -> Seen:
        found: Seen | None = None
        for row in rows:
            record = self._matcher.record(row.record)
            key = _key(source, record)
            fields = known_fields(record)
            modified = row.modified.isoformat() if row.modified else None
            seen = Seen(paper_id, source, key, self._followed.name, row.standing.value, fields, modified, self._now)
            found = join(found, seen) if found else seen
        assert found is not None, "a group has a row"
        return found

    def _miss(self, source: str, told: set[str]) -> None:
        """Papers that the whole of a source's list does not name any more are withdrawn, as far as it knows."""
        held = self._library.observations.of_venue(self._followed.name, source)
        accepted = {p: seen for p, seen in held.items() if seen.standing == Standing.ACCEPTED.value}
        gone = sorted(accepted.keys() - told)
        if len(gone) > max(BELIEVED_GONE_AT_LEAST, BELIEVED_GONE * len(accepted)) or (gone and not told):
            self._report.doubts.append(
                f"{source} names {len(gone)} of its {len(accepted)} papers of {self._followed.title} no more: too many "
                "to be withdrawals, so they stay; if the next sync says so again, look at the venue's page"
            )
            return
        with self._library.db.atomic():
            for paper_id in gone:
                seen = replace(accepted[paper_id], standing=Standing.WITHDRAWN.value, seen_at=self._now)
                merge = take(self._library, seen, (), new=False)
                self._changes.setdefault(merge.paper_id, merge.change)


def first_problem(problems: dict[str, SourceError]) -> SourceError | None:
    """What the user should hear of when nothing came: a login that is missing before a service's trouble."""
    found = sorted(problems.values(), key=lambda error: not isinstance(error, FixCredentials))
    return found[0] if found else None


def _key(source: str, record: PaperRecord) -> str:
    """What the source itself calls the paper."""
    own = _OWN_KEY.get(kind(source))
    return next((v for scheme, v in record.identifiers if scheme == own), record.identifiers[0][1])


def _grouped(rows: Iterable[Observation]) -> list[_Group]:
    """The rows of one source by the paper that they are on: an oral and its poster are two rows of one."""
    groups: dict[object, _Group] = {}
    for row in rows:
        record = row.record
        forum = dict(record.identifiers).get("forum")
        key = forum or (title_key(record.title), author_key(record.authors[0]) if record.authors else None)
        groups.setdefault(key, _Group([])).rows.append(row)
    return list(groups.values())
