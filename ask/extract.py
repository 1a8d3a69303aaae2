"""Answering without a language model: the closest sentences, verified, or a plain abstention."""

from __future__ import annotations

import math
import re

from ask.answer import Answer, Citation, abstain, compose
from ask.evidence import PAPERS, Evidence, Found, choose, gather
from index.search import Once, Searcher
from library import Library
from library.quotes import verify
from library.types import SECTION_OF_KIND, Filter

CLOSE_ENOUGH = -0.03
"""Closeness under which a question is not answered. On the judged questions it turns away 4 of 10 unanswerable
ones over the PDFs and 8 of 12 over the abstracts, and 1 of 40 and 4 of 44 that have an answer."""

NEAR = 0.4
"""Cosine of its nearest passage from which on a subject is treated here, whatever its words: papers to read may put it
otherwise, where an answer may not. Measured in bench/README.md, "Suggested lists"."""

WORD_WEIGHT = 0.8
NAME_WEIGHT = 1.5
"""What a missing word costs. People put things in their own words, but a benchmark, a method or a country has
one name: where the nearest papers never mention it, they do not answer. With equal weights, 2 of 10 and 9 of 12 are
turned away at the same loss."""

LARGE = 5000
SMALL_COST = 0.5
"""From so many passages on a missing word weighs in full. In a small library plain words are missing too ("introduced",
"happens"), so there it weighs less, and the score itself must be higher. Of 11 questions that the starter library's
100 passages treat all are answered with this, of 8 others (eggs, football, whales) none is."""

NAMING_PAPERS = 3

_WORD = re.compile(r"[^\W\d_][\w-]*")
_SENTENCE_START = re.compile(r"(?:^|[.?!]\s+)$")


def answer(library: Library, searcher: Searcher, question: str, *, where: Filter, once: Once = list) -> Answer:
    """Answer with verified quotes, grouped by paper, or abstain when nothing is close enough.

    Args:
        library: The library.
        searcher: A reader of its current index.
        question: Any text.
        where: Which papers count.
        once: Which of the papers found are read, as in :meth:`Searcher.papers`.

    Raises:
        UsageError: The question is empty, or no paper is of the wanted venue.
    """
    found = gather(library, searcher, question, where, once)
    # A question without a word that counts ("?!") comes close to anything.
    if not found.sentences or not searcher.terms(question):
        return abstain(question)
    if closeness(library, searcher, question, found) < CLOSE_ENOUGH:
        return abstain(question)
    chosen = choose(found.sentences, lambda e: verify(library, e.passage, e.span, e.text))
    if not chosen:
        return abstain(question)
    return compose(question, _cite(library, chosen))


def treats(library: Library, searcher: Searcher, subject: str, *, where: Filter) -> bool:
    """Whether any paper comes close enough to a subject to be suggested.

    It is the judgement of an answer, but for a subject that is near in meaning to what a paper says.

    Raises:
        UsageError: The subject is empty, or no paper is of the wanted venue.
    """
    hits = searcher.papers(subject, limit=PAPERS, where=where)
    if not hits or not searcher.terms(subject):
        return False
    # A hit's own cosine is to the question as moved towards what it found, which makes anything near.
    passages = searcher.vectors([passage.passage_id for hit in hits for passage in hit.passages])
    if float((passages @ searcher.encoder.encode([subject])[0]).max()) >= NEAR:
        return True
    return closeness(library, searcher, subject, Found(tuple(hits), ())) >= CLOSE_ENOUGH


def closeness(library: Library, searcher: Searcher, question: str, found: Found) -> float:
    """How near the best paper comes: its search score, less what the words weigh that it lacks.

    A question about something that no paper here treats still finds papers around it; what gives it away is that
    its rarest word, or a name in it, stands in none of their text.

    Returns:
        About 0.8 for a question in a paper's own words, under 0 for one about another subject.
    """
    known = [
        {t for p in library.passages.of_paper(hit.paper_id) for t in searcher.terms(p.text)}
        for hit in found.papers[:NAMING_PAPERS]
    ]
    words = set(searcher.terms(question)) - known[0]
    named = {t for name in names(question) for t in searcher.terms(name)} - set().union(*known)
    costs = [WORD_WEIGHT * searcher.rarity(t) for t in words] + [NAME_WEIGHT * searcher.rarity(t) for t in named]
    trust = min(1.0, math.log1p(len(searcher.passage_ids)) / math.log1p(LARGE))
    return found.papers[0].score - trust * max(costs, default=0.0) - SMALL_COST * (1 - trust)


def names(question: str) -> list[str]:
    """The words of a question that name something: written with capitals where a plain word has none."""
    found = []
    for match in _WORD.finditer(question):
        word = match[0]
        capitals = sum(c.isupper() for c in word)
        plain_capital = capitals == 1 and word[0].isupper() and not any(c.isdigit() for c in word)
        starts = _SENTENCE_START.search(question[: match.start()])
        if capitals and len(word) > 1 and not (plain_capital and starts):
            found.append(word)
    return found


def _cite(library: Library, chosen: list[Evidence]) -> list[Citation]:
    papers = library.papers.get_many({e.passage.paper_id for e in chosen})
    documents = library.documents.of_papers(papers)
    citations = []
    for n, evidence in enumerate(chosen, 1):
        passage, paper = evidence.passage, papers[evidence.passage.paper_id]
        document = documents.get(paper.paper_id) if evidence.span.page is not None else None
        citations.append(
            Citation(
                n=n,
                paper_id=paper.paper_id,
                title=paper.title,
                pdf_stem=document.stem if document else None,
                page=evidence.span.page,
                section=SECTION_OF_KIND.get(passage.kind, passage.section),
                quote=evidence.text,
                passage_id=passage.passage_id,
                span=evidence.span,
                verified=True,
            )
        )
    return citations
