"""Taking in papers and PDFs from files: what changed is read, the rest costs a hash."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.chunk import CHUNKER, Tokenizer, document_passages, record_passages, under_title
from ingest.parse import READER, ParsedPdf, parse_many
from ingest.pdf import UnreadablePdf
from ingest.sources.files import SourceRow
from ingest.sources.record import work_identifier
from library import Library
from library.errors import InputError
from library.types import PaperRecord

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and of how many."""

PDF = "pdf"
METADATA = "metadata"


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
        self._store = pdf_store
        self._tokenizer = tokenizer
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
                    self._fail(PDF, missing, "missing pdf", f"{row.place} names it. Put it into {_text(pdfs)}")
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
                (path, held[0].paper_id if (held := self._library.documents.with_hash(_sha256(path))) else None)
                for path in paths
            ],
            lambda path, parsed: self._owner(path, parsed, venue),
        )
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
        """Read the files whose content, or whose reader, is new; keep what they hold under their paper."""
        changed = []
        for path, paper_id in files:
            held = self._library.documents.of_paper(paper_id) if paper_id else None
            if held and held.parser == READER and held.sha256 == _sha256(path) and self._copy(held.sha256).exists():
                self.report.pdfs_unchanged += 1
                self._library.failures.clear(PDF, _text(path))
                if held.stem != _text(path.stem):
                    self._library.documents.rename(held.document_id, _text(path.stem))
            else:
                changed.append(path)
        if not changed:
            return
        for number, (path, parsed) in enumerate(parse_many(changed), 1):
            if isinstance(parsed, UnreadablePdf):
                self._fail(PDF, _text(path), parsed.reason, parsed.detail)
            else:
                self._keep(path, parsed, owner)
            self._progress("PDFs", number, len(changed))

    def _keep(self, path: Path, parsed: ParsedPdf, owner: Callable[[Path, ParsedPdf], str]) -> None:
        library = self._library
        self._store_copy(path, parsed.sha256)
        with library.db.atomic():
            paper_id = owner(path, parsed)
            paper = library.papers.get(paper_id)
            assert paper is not None, "the owner was merged a moment ago"
            before = library.documents.of_paper(paper_id)
            document_id = library.documents.replace(
                paper_id, stem=_text(path.stem), sha256=parsed.sha256, parser=READER, pages=parsed.pages
            )
            library.references.replace(document_id, parsed.references)
            passages = document_passages(paper, parsed.sections, self._tokenizer)
            library.passages.replace(paper_id, document_id, passages)
            library.failures.clear(PDF, _text(path))
        if before and before.sha256 != parsed.sha256 and not library.documents.with_hash(before.sha256):
            self._copy(before.sha256).unlink(missing_ok=True)
        self.report.pdfs_read += 1
        self.report.pages += len(parsed.pages)
        self.report.passages += len(passages)

    def _paper(self, record: PaperRecord) -> str:
        library = self._library
        merge = library.papers.merge(record)
        setattr(self.report, f"papers_{merge.change}", getattr(self.report, f"papers_{merge.change}") + 1)
        if library.papers.reader(merge.paper_id) == CHUNKER:
            return merge.paper_id
        paper = library.papers.get(merge.paper_id)
        assert paper is not None, "it was merged a moment ago"
        passages = record_passages(paper, self._tokenizer)
        if library.passages.replace(merge.paper_id, None, passages):
            self.report.passages += len(passages)
        if document := library.documents.of_paper(merge.paper_id):
            # The encoder sees them under the paper's title, which may be another now.
            held = [p for p in library.passages.of_paper(merge.paper_id) if p.document_id == document.document_id]
            library.passages.replace(merge.paper_id, document.document_id, [under_title(p, paper.title) for p in held])
        library.papers.set_reader(merge.paper_id, CHUNKER)
        return merge.paper_id

    def _fail(self, kind: str, item: str, reason: str, detail: str) -> None:
        self._library.failures.record(kind, item, reason, detail)
        self.report.failed += 1

    def _copy(self, sha256: str) -> Path:
        return self._store / f"{sha256}.pdf"

    def _store_copy(self, path: Path, sha256: str) -> None:
        target = self._copy(sha256)
        if target.exists():
            return
        self._store.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        try:
            shutil.copyfile(path, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def pdf_files(folder: Path) -> dict[str, Path]:
    """The PDFs of a folder by lower-case name, in the order of their names.

    Raises:
        InputError: It is not a folder.
    """
    if not folder.is_dir():
        raise InputError(f"no folder at {folder}: check the path given to --pdfs")
    # Not the files' own paths: a link's name is what rows and people know.
    folder = folder.resolve()
    return {p.name.casefold(): p for p in sorted(folder.iterdir()) if p.suffix.lower() == ".pdf" and p.is_file()}


def _text(path: Path | str) -> str:
    """A path as text that can be stored: bytes in a name that are no text are shown as their code."""
    return str(path).encode(errors="backslashreplace").decode()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # Reading it again in the parser gives the reason its row in the failures.
        return ""


def _record_of_pdf(path: Path, parsed: ParsedPdf, venue: str | None) -> PaperRecord:
    stem = _text(path.stem)
    title = parsed.title or stem
    return PaperRecord(
        source=f"pdf:{_text(path.name)}",
        title=title,
        identifiers=(
            ("file", f"{_text(path.parent.name)}/{stem}"),
            ("work", work_identifier(title, "", venue or "", None)),
        ),
        abstract=parsed.abstract or None,
        venue=venue,
    )
