"""Taking in papers and PDFs from files: what changed is read, the rest costs a hash."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.chunk import Tokenizer
from ingest.keep import OF_PDF, PDF, Keeper, sha256_of
from ingest.merge import take_row
from ingest.parse import READER, ParsedPdf, parse_many
from ingest.pdf import UnreadablePdf
from ingest.sources.files import SourceRow
from ingest.sources.record import work_identifier
from library import Library
from library.errors import InputError
from library.types import Failure, PaperRecord

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""

METADATA = "metadata"

_PAGE_OF = re.compile(r", page \d+$")


@dataclass(slots=True)
class IngestReport:
    """What one run did. ``failed`` items are in the library's failure table with their reasons."""

    papers_added: int = 0
    papers_changed: int = 0
    papers_unchanged: int = 0
    pdfs_read: int = 0
    pdfs_unchanged: int = 0
    pdfs_unclaimed: int = 0
    pages: int = 0
    passages: int = 0
    failed: int = 0

    @property
    def changed(self) -> bool:
        """The run changed something that a reader could see."""
        return bool(self.papers_added or self.papers_changed or self.pdfs_read)


class FileIngest:
    """One run over a metadata file, a folder of PDFs, or both."""

    def __init__(
        self, library: Library, pdf_store: Path, tokenizer: Tokenizer, on_progress: Progress | None = None
    ) -> None:
        """Prepare a run.

        Args:
            library: Open for writing.
            pdf_store: The folder of the library's own copies, ``<sha256>.pdf``.
            tokenizer: The embedding model's, so that passages fit it.
            on_progress: Told of every paper and PDF.
        """
        self._library = library
        self._keeper = Keeper(library, pdf_store, tokenizer)
        self._progress = on_progress or (lambda what, done, total: None)
        self.report = IngestReport()

    def metadata(self, rows: Iterable[SourceRow], pdfs: Path | None = None) -> IngestReport:
        """Take in rows, and the PDFs that they name from a folder."""
        files = pdf_files(pdfs) if pdfs else {}
        wanted: list[tuple[str, Path]] = []
        claimed: set[str] = set()
        rows = list(rows)
        with self._library.db.atomic():
            self._forget_mended(rows)
            for number, row in enumerate(rows, 1):
                self._progress("papers", number, len(rows))
                if row.record is None:
                    self._fail(METADATA, row.place, "bad row", row.problem)
                    continue
                paper_id = self._paper(row.record)
                name = next((n for n in row.pdf_names if n.casefold() in files), None)
                if name and name.casefold() not in claimed:
                    claimed.add(name.casefold())
                    wanted.append((paper_id, files[name.casefold()]))
                elif pdfs and row.pdf_named and not name:
                    # The path that the file will have once it is there.
                    missing = _text(pdfs.resolve() / row.pdf_names[0])
                    self._fail(
                        PDF, missing, "missing pdf", f"{row.place} names it. Put it into {_text(pdfs)}", paper_id
                    )
        self.report.pdfs_unclaimed = len(files) - len(claimed)
        self._read_pdfs(wanted)
        return self.report

    def folder(self, pdfs: Path, *, venue: str | None = None) -> IngestReport:
        """Take in a bare folder of PDFs: the title, and the abstract where one is marked, come from each file."""
        paths = list(pdf_files(pdfs).values())
        if not paths:
            raise InputError(f"no PDF in {pdfs}: file names must end in .pdf")
        self._each(
            [
                (path, held[0].paper_id if (held := self._library.documents.with_hash(sha256_of(path))) else None)
                for path in paths
            ],
            lambda path, parsed: self._owner(path, parsed, venue),
        )
        return self.report

    def file(self, path: Path, *, venue: str | None = None) -> str:
        """Take in one PDF; returns its paper's id.

        Raises:
            InputError: It cannot be read; the failure table has it too.
        """
        path = path.resolve()
        held = self._library.documents.with_hash(sha256_of(path))
        self._each([(path, held[0].paper_id if held else None)], lambda p, parsed: self._owner(p, parsed, venue))
        held = self._library.documents.with_hash(sha256_of(path))
        if not held:
            failure = next((f for f in self._library.failures.all() if f.item == str(path)), None)
            raise InputError(
                f"cannot take in {path}: {failure.reason if failure else 'not read'}"
                f"{f' ({failure.detail})' if failure else ''}"
            )
        return held[0].paper_id

    def again(self, failures: Iterable[Failure]) -> IngestReport:
        """Read the files anew that could not be read, or lost pages."""
        owners: dict[Path, str | None] = {}
        for failure in failures:
            owners.setdefault(Path(_PAGE_OF.sub("", failure.item)), failure.paper_id)
        self._library.documents.read_anew(paper_id for paper_id in owners.values() if paper_id)
        self._each(list(owners.items()), lambda path, parsed: owners[path] or self._owner(path, parsed, None))
        return self.report

    def _forget_mended(self, rows: list[SourceRow]) -> None:
        """Drop the failures of earlier runs over the same files, but for the rows that still are bad."""
        files = {row.place.partition(":")[0] for row in rows}
        bad = {row.place for row in rows if row.record is None}
        for failure in self._library.failures.all():
            if failure.kind == METADATA and failure.item.partition(":")[0] in files and failure.item not in bad:
                self._library.failures.clear(METADATA, failure.item)

    def _owner(self, path: Path, parsed: ParsedPdf, venue: str | None) -> str:
        """The paper of a PDF that no row names: its own, or one of its title that has no other PDF, or a new one."""
        record = _record_of_pdf(path, parsed, venue)
        if self._library.papers.find(*record.identifiers[0]) is None:
            known = self._library.papers.find_title(parsed.title) if parsed.title else []
            held = self._library.documents.of_papers(known)
            if len(known) == 1 and (known[0] not in held or held[known[0]].stem == _text(path.stem)):
                return known[0]
            if known:
                # The title is taken: what two PDFs call themselves does not make them one paper.
                record = replace(record, identifiers=record.identifiers[:1])
        return self._paper(record)

    def _read_pdfs(self, wanted: list[tuple[str, Path]]) -> None:
        owners = {path: paper_id for paper_id, path in wanted}
        self._each([(path, paper_id) for paper_id, path in wanted], lambda path, parsed: owners[path])

    def _each(self, files: list[tuple[Path, str | None]], owner: Callable[[Path, ParsedPdf], str]) -> None:
        """Read the files whose content, or whose reader, is new; keep what they hold under their paper.

        A page that was lost is a row in the failures for as long as its file, and what reads it, stay as they are: the
        file is not read again for it. The next reading writes the rows of its pages anew.
        """
        changed = []
        for path, paper_id in files:
            held = self._library.documents.of_paper(paper_id) if paper_id else None
            if (
                held
                and held.parser == READER
                and held.sha256 == sha256_of(path)
                and self._keeper.copy(held.sha256).exists()
            ):
                self.report.pdfs_unchanged += 1
                self._library.failures.clear(PDF, _text(path))
                if held.stem != _text(path.stem):
                    self._library.documents.rename(held.document_id, _text(path.stem))
            else:
                changed.append(path)
        if not changed:
            return
        known = dict(files)
        for number, (path, parsed) in enumerate(parse_many(changed), 1):
            if isinstance(parsed, UnreadablePdf):
                self._fail(PDF, _text(path), parsed.reason, parsed.detail, known[path])
                self._keeper.lost_pages(_text(path), ())
            else:
                paper_id = self._keep(path, parsed, owner)
                self.report.failed += self._keeper.lost_pages(_text(path), parsed.lost, paper_id)
            self._progress("PDFs", number, len(changed))

    def _keep(self, path: Path, parsed: ParsedPdf, owner: Callable[[Path, ParsedPdf], str]) -> str:
        library = self._library
        self._keeper.store(path, parsed.sha256)
        with library.db.atomic():
            paper_id = owner(path, parsed)
            before = library.documents.of_paper(paper_id)
            passages = self._keeper.document(paper_id, _text(path.stem), parsed)
            library.failures.clear(PDF, _text(path))
        if before and before.sha256 != parsed.sha256:
            self._keeper.drop(before.sha256)
        self.report.pdfs_read += 1
        self.report.pages += len(parsed.pages)
        self.report.passages += passages
        return paper_id

    def _paper(self, record: PaperRecord) -> str:
        merge = take_row(self._library, record, datetime.now(UTC).isoformat())
        setattr(self.report, f"papers_{merge.change}", getattr(self.report, f"papers_{merge.change}") + 1)
        self.report.passages += self._keeper.record(merge.paper_id)
        return merge.paper_id

    def _fail(self, kind: str, item: str, reason: str, detail: str, paper_id: str | None = None) -> None:
        self._library.failures.record(kind, item, reason, detail, paper_id)
        self.report.failed += 1


def pdf_files(folder: Path) -> dict[str, Path]:
    """The PDFs of a folder by lower-case name, in the order of their names.

    A link to nothing is among them, as reading it says what is wrong. Folders, pipes and devices are not: a reader
    could wait for the latter without end.

    Raises:
        InputError: It is not a folder.
    """
    if not folder.is_dir():
        raise InputError(f"no folder at {folder}: check the path given to --pdfs")
    # Not the files' own paths: a link's name is what rows and people know.
    folder = folder.resolve()
    named = (p for p in sorted(folder.iterdir()) if p.suffix.lower() == ".pdf")
    return {p.name.casefold(): p for p in named if p.is_file() or not p.exists()}


def _text(path: Path | str) -> str:
    """A path as text that can be stored: bytes in a name that are no text are shown as their code."""
    return str(path).encode(errors="backslashreplace").decode()


def _record_of_pdf(path: Path, parsed: ParsedPdf, venue: str | None) -> PaperRecord:
    stem = _text(path.stem)
    title = parsed.title or stem
    return PaperRecord(
        source=f"{OF_PDF}{_text(path.name)}",
        title=title,
        identifiers=(
            ("file", f"{_text(path.parent.name)}/{stem}"),
            ("work", work_identifier(title, "", venue or "", None)),
        ),
        abstract=parsed.abstract or None,
        venue=venue,
    )
