"""Keeping what was read: a paper's own passages, and a document with its pages, passages and copy of the file."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from ingest.chunk import CHUNKER, Tokenizer, document_passages, record_passages, under_title
from ingest.identity import check_identity
from ingest.parse import READER, ParsedPdf
from ingest.pdf import MAX_BYTES, LostPage
from library import Library
from library.types import Page, Paper

PDF = "pdf"
"""The kind of the failures of PDFs and their pages."""


OF_PDF = "pdf:"
"""How the name of a source begins that is a PDF and nothing else."""


class Keeper:
    """Writes what was read into a library and its store of PDFs."""

    def __init__(self, library: Library, pdf_store: Path, tokenizer: Tokenizer) -> None:
        """Prepare to write.

        Args:
            library: Open for writing.
            pdf_store: The folder of the library's own copies, ``<sha256>.pdf``.
            tokenizer: The embedding model's, so that passages fit it.
        """
        self._library, self._store, self._tokenizer = library, pdf_store, tokenizer

    def record(self, paper_id: str) -> int:
        """Bring a paper's own passages up to its record; returns how many are new."""
        library = self._library
        if library.papers.reader(paper_id) == CHUNKER:
            return 0
        paper = library.papers.get(paper_id)
        assert paper is not None, "it was merged a moment ago"
        passages = record_passages(paper, self._tokenizer)
        new = library.passages.replace(paper_id, None, passages)
        if document := library.documents.of_paper(paper_id):
            # The encoder sees them under the paper's title, which may be another now.
            held = [p for p in library.passages.of_paper(paper_id) if p.document_id == document.document_id]
            library.passages.replace(paper_id, document.document_id, [under_title(p, paper.title) for p in held])
            pages = library.documents.pages(document.document_id)
            library.documents.warn(document.document_id, _doubt(paper, pages, ""))
        library.papers.set_reader(paper_id, CHUNKER)
        return len(passages) if new else 0

    def document(self, paper_id: str, stem: str, parsed: ParsedPdf) -> int:
        """Make this the paper's document; returns how many passages it has. Inside the caller's transaction."""
        library = self._library
        paper = library.papers.get(paper_id)
        assert paper is not None, "the owner was merged a moment ago"
        document_id = library.documents.replace(
            paper_id,
            stem=stem,
            sha256=parsed.sha256,
            parser=READER,
            pages=parsed.pages,
            warning=_doubt(paper, parsed.pages, parsed.title),
        )
        library.references.replace(document_id, parsed.references)
        passages = document_passages(paper, parsed.sections, self._tokenizer)
        library.passages.replace(paper_id, document_id, passages)
        return len(passages)

    def lost_pages(self, item: str, lost: Sequence[LostPage], paper_id: str | None = None) -> int:
        """List the pages that a file lost, in place of those that an earlier reading of it did.

        Args:
            item: What the file is called in the failures: its path, or its URL.
            lost: Empty when the file was read whole, or not at all.
            paper_id: The paper that the file is of, where that is known.

        Returns:
            How many there are.
        """
        failures = self._library.failures
        names = {f"{item}, page {page.number}": page for page in lost}
        failures.keep_only(PDF, f"{item}, page ", names)
        for name, page in names.items():
            failures.record(PDF, name, page.reason, page.detail, paper_id)
        return len(names)

    def copy(self, sha256: str) -> Path:
        """Where the store has, or would have, the file with this hash."""
        return self._store / f"{sha256}.pdf"

    def store(self, path: Path, sha256: str) -> None:
        """Put a copy of a file into the store, whole or not at all."""
        target = self.copy(sha256)
        if target.exists():
            return
        self._store.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        try:
            shutil.copyfile(path, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def drop(self, sha256: str) -> None:
        """Remove a file from the store when no document is of it any more."""
        if not self._library.documents.with_hash(sha256):
            self.copy(sha256).unlink(missing_ok=True)


def _doubt(paper: Paper, pages: Iterable[Page], printed_title: str) -> str | None:
    """Why the pages may not be the paper's, if they look so."""
    if paper.provenance.get("title", "").startswith(OF_PDF):
        return None  # the file itself is all that is known of the paper
    found = check_identity(paper.title, paper.authors, [page.text for page in pages], printed_title)
    if found is None:
        return None
    return f"{found.detail}; it begins with “{found.seen}”" if found.seen else found.detail


def sha256_of(path: Path) -> str:
    """sha256 of a file, or "" when it cannot be read, or is too large: the parser then gives the reason."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
