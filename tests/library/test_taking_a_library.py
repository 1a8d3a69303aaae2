"""Merging: the papers of two libraries, and what two people made of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library import Library
from library.copies import Copy
from library.events import Event
from library.lineage import decision
from library.lists import Entry, Named, ReadingList
from library.merging import MergeReport, merge
from library.observations import Seen
from library.points import Point
from library.references import Reference
from library.text import digest, embedding_text
from library.types import ABSTRACT, BODY, TITLE, Line, Page, PaperRecord, Passage, Span

MODEL = "model@1"
NOW = "2031-05-01T10:00:00+00:00"
VECTOR = b"12345678"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Library, Library]]:
    """Ours and theirs, both empty."""
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(Library.open(tmp_path / name, create=True)) for name in ("ours", "theirs"))
        yield ours, theirs


def add(library: Library, title: str, *identifiers: tuple[str, str], **fields: Any) -> str:
    record = PaperRecord(fields.pop("source", "file:a"), title, identifiers, **fields)
    paper_id = library.papers.merge(record).paper_id
    passages = [passage(paper_id, None, TITLE, 0, title, title)]
    if record.abstract:
        passages.append(passage(paper_id, None, ABSTRACT, 1, record.abstract, title))
    library.passages.replace(paper_id, None, passages)
    return paper_id


def passage(paper_id: str, document_id: int | None, kind: str, ordinal: int, text: str, title: str) -> Passage:
    hashed = digest(embedding_text(kind, title, "S", text))
    spans = (Span(None if document_id is None else 1, 0, len(text)),)
    return Passage(0, paper_id, document_id, kind, ordinal, "S", text, spans, ((0, len(text)),), hashed)


def read_pdf(library: Library, paper_id: str, text: str) -> None:
    paper = library.papers.get(paper_id)
    assert paper is not None
    page = Page(1, 600, 800, text, (Line(0, len(text), (1, 2, 3, 4)),))
    document_id = library.documents.replace(paper_id, stem="a", sha256=digest(text), parser="p", pages=[page])
    library.references.replace(document_id, [Reference("1", text[:5], (Span(1, 0, 5),))])
    library.passages.replace(paper_id, document_id, [passage(paper_id, document_id, BODY, 0, text, paper.title)])


def encode(library: Library) -> None:
    library.vectors.put_many(MODEL, dict.fromkeys(library.vectors.missing(MODEL), VECTOR))


def taken(two: tuple[Library, Library], **options: Any) -> MergeReport:
    return merge(*two, **{"name": "b.posterhall", "now": NOW, "model": MODEL, "topics": {}} | options)


def texts(library: Library, paper_id: str) -> list[tuple[str, int, str]]:
    return [(p.kind, p.ordinal, p.text) for p in library.passages.of_paper(paper_id)]


def sound(library: Library) -> None:
    """Every passage's hash is that of its text under its paper's title."""
    for row in library.passages.index_rows():
        assert row.embed_hash == digest(row.embed_text)


def test_a_paper_that_is_not_here_comes_whole(two: tuple[Library, Library]) -> None:
    ours, theirs = two
    add(ours, "Oars", ("forum", "f1"))
    paper = add(theirs, "Sails", ("forum", "f2"), ("arxiv", "9"), abstract="Wind.", links={"site": "https://a.org"})
    read_pdf(theirs, paper, "Sails need wind.")
    theirs.events.replace(paper, [Event("Poster", "Hall")])
    theirs.observations.put(Seen(paper, "openreview", "forum:f2", "harbour", "accepted", {"title": "Sails"}, None, NOW))
    theirs.copies.replace(paper, "openreview", [Copy(paper, "https://a.org/pdf", "openreview", "1", True, "e" * 64)])
    theirs.papers.set_reader(paper, "chunk-1")
    encode(theirs)

    report = taken(two)

    assert (report.papers_added, report.papers_filled, report.papers_known) == (1, 0, 0)
    assert (report.documents, report.passages, report.vectors) == (1, 3, 3)
    assert ours.papers.get("f2") == theirs.papers.get("f2")
    assert ours.papers.find("arxiv", "9") == "f2"
    assert ours.papers.reader("f2") == "chunk-1"
    assert texts(ours, "f2") == [(TITLE, 0, "Sails"), (ABSTRACT, 1, "Wind."), (BODY, 0, "Sails need wind.")]
    document = ours.documents.of_paper("f2")
    assert document is not None
    assert [p.text for p in ours.documents.pages(document.document_id)] == ["Sails need wind."]
    assert [r.text for r in ours.references.of_document(document.document_id)] == ["Sails"]
    assert ours.events.of_paper("f2") == [Event("Poster", "Hall")]
    assert [(s.source, s.venue) for s in ours.observations.of_paper("f2")] == [("openreview", "")]
    assert ours.vectors.missing(MODEL) == [ours.passages.of_paper("f1")[0].embed_hash]
    sound(ours)


def test_the_pdf_of_a_paper_that_came_is_wanted_by_the_next_sync(two: tuple[Library, Library]) -> None:
    ours, theirs = two
    paper = add(theirs, "Sails", ("forum", "f2"))
    read_pdf(theirs, paper, "Sails need wind.")
    theirs.copies.replace(paper, "openreview", [Copy(paper, "https://a.org/pdf", "openreview", "1", True)])
    theirs.copies.fetched(theirs.copies.of_paper(paper)[0], "e" * 64)
    theirs.db.execute("UPDATE pdf_sources SET state = 'new'")  # as it travels
    taken(two)
    assert [c.url for c in ours.copies.wanted(["f2"], refused_before=NOW)["f2"]] == ["https://a.org/pdf"]


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        ([("forum", "f")], [("forum", "f")], True),
        ([("forum", "f"), ("pmlr", "v1/a")], [("pmlr", "v1/a")], True),
        ([("arxiv", "1")], [("id", "x"), ("arxiv", "1")], True),
        ([("work", "w")], [("work", "w")], True),
        ([("forum", "f"), ("work", "w")], [("forum", "g"), ("work", "w")], False),
        ([("forum", "f")], [("forum", "g")], False),
        ([("forum", "f")], [("arxiv", "1")], False),
    ],
)
def test_papers_are_the_same_by_their_identifiers(
    two: tuple[Library, Library], here: list[tuple[str, str]], there: list[tuple[str, str]], same: bool
) -> None:
    ours, theirs = two
    add(ours, "Oars", *here)
    add(theirs, "Oars", *there)
    assert taken(two).papers_added == (not same)
    assert ours.papers.count() == 1 + (not same)


def test_an_id_that_a_file_gave_means_the_same_paper_under_the_same_title_alone(two: tuple[Library, Library]) -> None:
    ours, theirs = two
    add(ours, "Oars", ("id", "1"), ("work", "a"))
    add(ours, "Sails", ("id", "2"), ("work", "b"))
    add(theirs, "OARS.", ("id", "1"), ("work", "c"))
    add(theirs, "Keels", ("id", "2"), ("work", "d"))
    report = taken(two)
    assert (report.papers_added, ours.papers.count()) == (1, 3)
    [keels] = ours.papers.find_title("Keels")
    assert keels == "id-2-2"
    assert ours.papers.find("id", "2") == "id-2"
    assert ours.papers.find("work", "d") == "id-2-2"


def test_what_a_paper_has_here_stays_and_what_it_lacks_is_taken(two: tuple[Library, Library]) -> None:
    ours, theirs = two
    add(ours, "Oars of ash", ("forum", "f"), tier="oral", links={"site": "https://ours.org"})
    add(
        theirs,
        "Oars",
        *(("forum", "f"), ("arxiv", "1")),
        tier="poster",
        year=2031,
        abstract="Ash bends.",
        links={"site": "https://theirs.org", "pdf": "https://theirs.org/pdf"},
        source="file:b",
    )
    encode(theirs)

    report = taken(two)

    paper = ours.papers.get("f")
    assert paper is not None
    assert (paper.title, paper.tier, paper.year, paper.abstract) == ("Oars of ash", "oral", 2031, "Ash bends.")
    assert dict(paper.links) == {"site": "https://ours.org", "pdf": "https://theirs.org/pdf"}
    assert (paper.provenance["title"], paper.provenance["year"]) == ("file:a", "file:b")
    assert ours.papers.find("arxiv", "1") == "f"
    assert texts(ours, "f") == [(TITLE, 0, "Oars of ash"), (ABSTRACT, 1, "Ash bends.")]
    # The encoder sees an abstract under its title, which is another one here: its vector is of no use.
    assert (report.papers_filled, report.vectors) == (1, 0)
    sound(ours)


def test_a_document_that_is_here_stays_and_a_missing_one_is_taken_under_the_title_here(
    two: tuple[Library, Library],
) -> None:
    ours, theirs = two
    read_pdf(ours, add(ours, "Oars", ("forum", "f1")), "Ours.")
    add(ours, "Sails of old", ("forum", "f2"))
    read_pdf(theirs, add(theirs, "Oars", ("forum", "f1")), "Theirs.")
    read_pdf(theirs, add(theirs, "Sails", ("forum", "f2")), "Theirs, too.")
    assert taken(two).documents == 1
    assert texts(ours, "f1")[-1] == (BODY, 0, "Ours.")
    assert texts(ours, "f2")[-1] == (BODY, 0, "Theirs, too.")
    sound(ours)


def test_vectors_of_passages_on_both_sides_are_taken_where_they_are_missing_here(two: tuple[Library, Library]) -> None:
    for library in two:
        add(library, "Oars", ("forum", "f"), abstract="Ash bends.")
    encode(two[1])
    report = taken(two)
    assert (report.papers_known, report.passages, report.vectors) == (1, 0, 2)
    assert two[0].vectors.missing(MODEL) == []


def test_a_hash_that_is_not_that_of_its_text_brings_no_vector(two: tuple[Library, Library]) -> None:
    ours, theirs = two
    add(ours, "Oars", ("forum", "f"))
    [target] = ours.passages.of_paper("f")
    add(theirs, "Sails", ("forum", "g"))
    theirs.db.execute("UPDATE passages SET embed_hash = ?", ["0" * 64])
    theirs.vectors.put_many(MODEL, {"0" * 64: VECTOR})
    taken(two)
    assert ours.vectors.count() == 0
    assert target.embed_hash in ours.vectors.missing(MODEL)
    sound(ours)


def test_a_withdrawn_paper_comes_as_one(two: tuple[Library, Library]) -> None:
    ours, theirs = two
    add(theirs, "Oars", ("forum", "f"))
    theirs.papers.put("f", (), {"title": "Oars"}, {}, "withdrawn")
    taken(two)
    paper = ours.papers.get("f")
    assert paper is not None
    assert paper.status == "withdrawn"


@pytest.fixture
def lists(two: tuple[Library, Library]) -> tuple[Library, Library]:
    """The same paper under two ids, and a list of it on both sides."""
    ours, theirs = two
    add(ours, "Oars", ("id", "x"), ("arxiv", "1"))
    add(theirs, "Oars", ("forum", "f"), ("arxiv", "1"))
    for library, paper, note in ((ours, "arxiv-1", "ours"), (theirs, "f", "theirs")):
        made = ReadingList("boats", "Boats", entries=(Entry(Named("Oars"), paper, note=note),))
        library.lists.change("boats", lambda _, made=made: made, "made", NOW)
    return two


def notes(library: Library) -> dict[str, list[tuple[str | None, str]]]:
    return {m.list_id: [(e.paper_id, e.note) for e in m.entries] for m in library.lists.all()}


def test_lists_of_both_sides_are_kept_and_name_the_papers_as_they_are_called_here(
    lists: tuple[Library, Library],
) -> None:
    ours = lists[0]
    report = taken(lists)
    assert notes(ours) == {"boats": [("arxiv-1", "ours")], "boats-2": [("arxiv-1", "theirs")]}
    assert [m.name for m in ours.lists.all()] == ["Boats", "Boats (from b.posterhall)"]
    assert (report.lists, report.lists_renamed) == (["boats-2"], {"boats-2": "boats"})


def test_a_list_that_was_taken_can_be_taken_back(lists: tuple[Library, Library]) -> None:
    taken(lists)
    undone = lists[0].lists.undo()
    assert undone is not None
    assert undone.what == "taken from b.posterhall"
    assert list(notes(lists[0])) == ["boats"]


def test_a_merge_of_the_same_library_again_changes_nothing(
    lists: tuple[Library, Library], dump: Callable[[Library], str]
) -> None:
    ours, theirs = lists
    theirs.topics.put("oars", {"id": "oars", "name": "Oars", "description": "d", "seeds": ["f"]}, NOW)
    theirs.topics.judge("oars", "f", "accept", NOW)
    theirs.lineage.put(decision("f", "z", "join"))
    known = {"oars": {"id": "oars", "name": "Other", "description": "d"}}
    taken(lists, topics=known)
    before = dump(ours).replace("'lists',2", "'lists',3")
    own = {row["id"]: row for row in ours.topics.own()}
    report = taken(lists, topics=known | own)
    assert replace(report, papers_known=0) == MergeReport(topics_renamed={"oars": "oars-2"})
    assert [line for line in dump(ours).splitlines() if "'lists'" not in line] == [
        line for line in before.splitlines() if "'lists'" not in line
    ]


def test_an_identical_list_stands_once(lists: tuple[Library, Library]) -> None:
    ours, theirs = lists
    made = ours.lists.get("boats")
    assert made is not None
    entries = tuple(replace(entry, paper_id="f") for entry in made.entries)
    theirs.lists.change("boats", lambda _: replace(made, entries=entries), "made", NOW)
    assert taken(lists).lists == []
    assert list(notes(ours)) == ["boats"]


def test_a_list_goes_to_the_first_id_that_is_free(lists: tuple[Library, Library]) -> None:
    lists[0].lists.change("boats-2", lambda _: ReadingList("boats-2", "Mine, too"), "made", NOW)
    assert taken(lists).lists_renamed == {"boats-3": "boats"}


def test_topics_and_verdicts_of_both_sides_are_kept(lists: tuple[Library, Library]) -> None:
    ours, theirs = lists
    row = {"id": "oars", "name": "Oars", "description": "d", "seeds": ["f"]}
    theirs.topics.put("oars", row, NOW)
    theirs.topics.put("knots", {**row, "id": "knots", "name": "Knots"}, NOW)
    theirs.topics.judge("oars", "f", "accept", NOW)
    theirs.topics.judge("shipped", "f", "accept", NOW)
    theirs.topics.judge("shipped", "gone", "reject", NOW)
    ours.topics.judge("shipped", "arxiv-1", "reject", NOW)

    report = taken(lists, topics={"oars": {**row, "description": "ours"}, "shipped": {"id": "shipped"}})

    assert [(t["id"], t["name"], t["seeds"]) for t in sorted(ours.topics.own(), key=lambda t: t["id"])] == [
        ("knots", "Knots", ["arxiv-1"]),
        ("oars-2", "Oars (2)", ["arxiv-1"]),
    ]
    assert ours.topics.verdicts() == {
        "oars-2": {"arxiv-1": "accept"},
        "shipped": {"arxiv-1": "reject", "gone": "reject"},
    }
    assert (report.topics, report.verdicts, report.verdicts_kept) == (2, 2, 1)
    assert report.topics_renamed == {"oars": "oars-2"}


def test_a_decision_about_versions_is_taken_unless_one_was_made_here(lists: tuple[Library, Library]) -> None:
    ours, theirs = lists
    theirs.lineage.put(decision("f", "a", "join"))
    theirs.lineage.put(decision("f", "z", "join"))
    ours.lineage.put(decision("arxiv-1", "z", "split"))
    assert taken(lists).decisions == 1
    assert {(d.pair, d.decision) for d in ours.lineage.all()} == {
        (("arxiv-1", "z"), "split"),
        (("a", "arxiv-1"), "join"),
    }


def test_places_on_the_map_are_taken_where_there_is_no_map(lists: tuple[Library, Library]) -> None:
    ours, theirs = lists
    theirs.points.add(MODEL, [Point("f", 1.0, 2.0, True)])
    taken(lists)
    assert ours.points.of_space(MODEL) == {"arxiv-1": Point("arxiv-1", 1.0, 2.0, True)}
    ours.points.replace(MODEL, [Point("arxiv-1", 5.0, 5.0, True)])
    taken(lists)
    assert ours.points.of_space(MODEL)["arxiv-1"].x == 5.0


def test_a_merge_that_fails_at_its_end_leaves_the_library_as_it_was(
    lists: tuple[Library, Library], dump: Callable[[Library], str]
) -> None:
    ours, theirs = lists
    read_pdf(theirs, add(theirs, "Sails", ("forum", "g")), "Sails need wind.")
    # The last thing that a merge takes is lists.
    theirs.db.execute("UPDATE lists SET content = 'no list'")
    before = dump(ours)
    with pytest.raises(ValueError, match="Expecting value"):
        taken(lists)
    assert dump(ours) == before


identifiers = st.lists(
    st.tuples(st.sampled_from(("forum", "arxiv", "work")), st.sampled_from("abc")),
    min_size=1,
    max_size=3,
    unique_by=lambda pair: pair[0],
)
libraries = st.lists(st.tuples(identifiers, st.sampled_from(("Oars", "Sails")), st.booleans()), max_size=4)


@settings(max_examples=20)
@given(libraries, libraries)
def test_whatever_two_libraries_hold_every_list_names_a_paper_with_its_identifier(
    tmp_path_factory: pytest.TempPathFactory, here: list[Any], there: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    with (
        Library.open(folder / "a", create=True) as ours,
        Library.open(folder / "b", create=True) as theirs,
    ):
        for library, rows in ((ours, here), (theirs, there)):
            for names, title, abstract in rows:
                add(library, title, *names, abstract="Wind." if abstract else None)
            papers = library.papers.ids()
            entries = tuple(Entry(Named("x"), paper) for paper in papers)
            made = ReadingList("all", "All", entries=entries)
            library.lists.change("all", lambda _, made=made: made, "made", NOW)
        encode(theirs)
        before = set(ours.papers.ids())
        taken((ours, theirs))
        assert before <= set(ours.papers.ids())
        for made in ours.lists.all():
            for entry in made.entries:
                assert entry.paper_id is not None
                assert ours.papers.get(entry.paper_id)
        sound(ours)
        count = ours.papers.count()
        taken((ours, theirs))
        assert ours.papers.count() == count
