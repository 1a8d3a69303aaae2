"""Asking for papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from front.base import Base, one_at_a_time
from front.values import (
    Hit,
    Match,
    Results,
    Status,
    Warned,
)
from library.errors import InputError, PosterhallError
from library.events import Event
from library.facets import Author, Facets, Kind, Trends
from library.observations import Conflict
from library.types import ACCEPTED, Document, Failure, Filter, Paper, Passage, Span

if TYPE_CHECKING:
    from ask.answer import Answer

_WITHOUT_PDF = (
    "the text of this paper is here and its PDF is not, as in a library that came in a bundle: follow its venue with "
    "`posterhall add`, or run `posterhall sync` where you do, in a library of your own, and the PDF is fetched"
)


class Reading(Base):
    """Searching, asking, listing, and what is held of one paper."""

    @one_at_a_time
    def search(
        self, query: str, *, limit: int = 10, mode: str = "hybrid", where: Filter | None = None, passages: int = 3
    ) -> Results:
        """Find papers; a work that has several versions is found once, by the one that matches best.

        Args:
            query: Words or a question.
            limit: The most papers wanted.
            mode: ``hybrid``, ``bm25`` or ``dense``.
            where: Which papers count.
            passages: The most passages shown of a paper.

        Raises:
            UsageError: The query is empty, no paper is of the wanted venue, or there is no such topic.
            IndexUnavailable: There is no usable index.
        """
        once = self._lineage.lineage().first
        found = self.searcher.papers(
            query, limit=limit, mode=mode, where=self._where(where), passages=passages, once=once
        )
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

    @one_at_a_time
    def ask(self, question: str, *, where: Filter | None = None) -> Answer:
        """Answer with verified quotes, or abstain.

        Raises:
            UsageError: The question is empty, no paper is of the wanted venue, or there is no such topic.
            IndexUnavailable: There is no usable index.
        """
        from ask.extract import answer

        once = self._lineage.lineage().first
        return answer(self.library, self.searcher, question, where=self._where(where), once=once)

    @one_at_a_time
    def papers(
        self, where: Filter | None = None, *, sort: str = "title", limit: int = -1, offset: int = 0
    ) -> list[Paper]:
        """Papers that pass a filter, sorted by ``title``, ``newest`` or ``tier``."""
        return self.library.papers.select(self._where(where), sort=sort, limit=limit, offset=offset)

    @one_at_a_time
    def count(self, where: Filter | None = None) -> int:
        """How many papers pass a filter."""
        return self.library.papers.count(self._where(where))

    @one_at_a_time
    def facets(self, where: Filter | None = None, *, most: int | None = None) -> Facets:
        """How many papers carry each venue, tier, year, keyword and author, and how many have their full text.

        Each facet is counted among the papers that pass the rest of the filter. A work counts once with each value that
        its versions have, as :meth:`works` lists it once under a filter by that value.

        Args:
            where: Which papers count.
            most: The most keywords and authors wanted; those that the filter names come besides.
        """
        return self.library.papers.facets(self._where(where), most=most, works=self._lineage.lineage().work_of)

    @one_at_a_time
    def trends(self, where: Filter | None = None) -> Trends:
        """How many papers of each year and venue pass a filter, and how many there are; a work once in each."""
        return self.library.papers.trends(self._where(where), self._lineage.lineage().work_of)

    @one_at_a_time
    def spelling(self, kind: Kind, text: str) -> str | None:
        """A name (``authors``) or a keyword (``keywords``) as most papers write it, or None where no paper has it."""
        return self.library.papers.spelling(kind, text)

    @one_at_a_time
    def author(self, name: str, *, most: int | None = None) -> Author | None:
        """An author's works, coauthors, venues, years and keywords, or None where no paper has that name."""
        return self.library.papers.author(name, most=most, works=self._lineage.lineage().work_of)

    @one_at_a_time
    def paper(self, paper_id: str) -> Paper | None:
        """One paper, or None."""
        return self.library.papers.get(paper_id)

    @one_at_a_time
    def papers_by_id(self, paper_ids: Iterable[str]) -> list[Paper]:
        """The papers that exist among these and are shown, by title."""
        found = self.library.papers.get_many(paper_ids).values()
        return sorted((p for p in found if p.status == ACCEPTED), key=lambda p: (p.title.casefold(), p.paper_id))

    @one_at_a_time
    def passages(self, paper_id: str) -> list[Passage]:
        """A paper's passages in reading order."""
        return self.library.passages.of_paper(paper_id)

    @one_at_a_time
    def similar(self, paper_id: str, *, limit: int = 8) -> list[tuple[Paper, float]]:
        """Papers like a paper, with the cosine that says how much; none is another version of it, or of one before."""
        return self.similar_to([paper_id], limit=limit)

    @one_at_a_time
    def similar_to(self, paper_ids: Iterable[str], *, limit: int = 8) -> list[tuple[Paper, float]]:
        """Papers like a set of papers, with the cosine that says how much: no work of the set, and no work twice."""
        from browse.similar import similar_to_set

        shown = [p.paper_id for p in self.library.papers.get_many(paper_ids).values() if p.status == ACCEPTED]
        near = similar_to_set(self.library, self.searcher, self._lineage.lineage(), shown, limit=limit)
        papers = self.library.papers.get_many(p for p, _ in near)
        return [(papers[p], score) for p, score in near if p in papers]

    @one_at_a_time
    def events(self, paper_id: str) -> list[Event]:
        """When and where a paper is shown, as its conference's site has it."""
        return self.library.events.of_paper(paper_id)

    @one_at_a_time
    def conflicts(self, paper_id: str) -> list[Conflict]:
        """The fields in which a paper's sources disagree, with what each says."""
        return self.library.observations.conflicts(paper_id)

    def page_image(self, paper_id: str, page: int, span: Span | None = None) -> bytes:
        """A page of the paper's PDF as PNG, with a span of its text marked.

        Raises:
            InputError: The paper has no PDF here, or the PDF no such page, or one that cannot be drawn.
        """
        from ingest.render import Renderer, quote_boxes

        with self._lock:
            document = self.library.documents.of_paper(paper_id)
            held = self.library.documents.page(document.document_id, page) if document else None
            if document is None or held is None:
                raise InputError(f"there is no page {page} of paper {paper_id} in the library: ingest its PDF")
            pdf = self.data / "pdf" / f"{document.sha256}.pdf"
            if not pdf.exists():
                raise InputError(_WITHOUT_PDF)
            renderer = self._renderer = self._renderer or Renderer()
        # Without the lock: questions need not wait for a page that takes long to draw.
        boxes = quote_boxes(held, span) if span else ()
        return renderer.page(pdf, page, boxes)

    @one_at_a_time
    def document(self, paper_id: str) -> Document | None:
        """The paper's PDF as it was read, or None."""
        return self.library.documents.of_paper(paper_id)

    @one_at_a_time
    def failures(self, paper_id: str) -> list[Failure]:
        """What could not be fetched or read of a paper."""
        return self.library.failures.of_paper(paper_id)

    def _warned(self) -> Iterator[Warned]:
        doubtful = self.library.documents.doubtful()
        papers = self.library.papers.get_many(d.paper_id for d in doubtful)
        return (Warned(d.paper_id, papers[d.paper_id].title, d.warning or "") for d in doubtful)

    @one_at_a_time
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
            library.bundle or str(self.data),
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
