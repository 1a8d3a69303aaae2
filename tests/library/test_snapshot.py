"""What of a library travels: everything that others may have, and nothing that is this machine's or a secret."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library import Library
from library.copies import Copy
from library.events import Event
from library.following import Followed
from library.lineage import decision
from library.lists import Entry, Named, ReadingList
from library.observations import Seen
from library.points import Point
from library.references import Reference
from library.snapshot import STAYS, TRAVELS, counts, public_id, public_url, snapshot
from library.types import BODY, Line, Page, PaperRecord, Passage, Span

NOW = "2031-05-01T10:00:00+00:00"
MODEL = "model@1"

SECRET = "sekrit"
"""In everything that must stay."""

HOME = f"/home/{SECRET}/papers"


def fill(library: Library) -> None:
    """A library with a secret in every place that could hold one."""
    library.papers.merge(
        PaperRecord(
            f"file:{HOME}/rows.jsonl",
            "A Harbour at Night",
            (("forum", "f1"), ("work", "w1")),
            ("Ada Brook",),
            abstract="Lamps.",
            links={
                "forum": "https://openreview.net/forum?id=f1",
                "pdf": f"https://store.org/a.pdf?X-Amz-Signature={SECRET}",
                "site": f"https://ada:{SECRET}@site.org/1",
                "proceedings": f"https://pmlr.org/x#access_token={SECRET}",
            },
        )
    )
    folder = f"{SECRET}/night"
    library.papers.merge(PaperRecord(f"pdf:{HOME}/night.pdf", "Night", (("file", folder), ("work", "w2"))))
    own = f"file-{SECRET}-night"
    assert library.papers.get(own)
    pages = [Page(1, 600, 800, "Night falls.", (Line(0, 12, (1, 2, 3, 4)),))]
    for paper, sha in (("f1", "a" * 64), (own, "b" * 64)):
        document = library.documents.replace(paper, stem=f"{HOME}/night", sha256=sha, parser="p-1", pages=pages)
        library.references.replace(document, [Reference("1", "Night", (Span(1, 0, 5),))])
        passage = Passage(0, paper, document, BODY, 0, "", "Night falls.", (Span(1, 0, 12),), ((0, 12),), "c" * 64)
        library.passages.replace(paper, document, [passage])
        library.copies.replace(
            paper,
            "openreview",
            [
                Copy(paper, "https://openreview.net/pdf?id=f1", "openreview", "1", True),
                Copy(paper, f"https://store.org/b.pdf?token={SECRET}", "openreview", "1", False),
            ],
        )
        library.copies.fetched(library.copies.of_paper(paper)[0], "e" * 64)
        library.observations.put(
            Seen(paper, f"file:{HOME}/rows.jsonl", f"file:{folder}", "", "accepted",
                 {"title": "N", "links": {"pdf": f"https://x.org/?key={SECRET}"}}, None, NOW)
        )  # fmt: skip
        library.events.replace(paper, [Event("Poster", "Hall 1")])
    library.vectors.put_many(MODEL, {"c" * 64: b"12345678", "d" * 64: SECRET.encode()})
    library.vectors.put_many("older", {"c" * 64: SECRET.encode()})
    library.failures.record("pdf", f"{HOME}/broken.pdf", SECRET, SECRET, own)
    library.following.follow(Followed("harbour", SECRET, SECRET), NOW)
    library.following.set_watermark("harbour", SECRET, NOW)
    library.lineage.put(decision("f1", own, "split"))
    library.topics.put("lamps", {"id": "lamps", "name": "Lamps", "description": "Of lamps.", "seeds": [own]}, NOW)
    library.topics.judge("lamps", own, "accept", NOW)
    library.points.add(MODEL, [Point(own, 1.0, 2.0, True)])
    entries = (
        Entry(Named("Night", link=f"https://a.org/?auth={SECRET}"), own, note="mine"),
        Entry(Named("Elsewhere", link="https://b.org/x")),
    )
    made = ReadingList("nights", "Nights", entries=entries)
    library.lists.change("nights", lambda _: ReadingList("nights", SECRET), SECRET, NOW)
    library.lists.change("nights", lambda _: made, "filled", NOW)
    library.db.execute("INSERT OR REPLACE INTO quota VALUES (?, 1, 2, 3, ?)", [SECRET, NOW])


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data", create=True) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def copy(library: Library, tmp_path: Path) -> Path:
    (tmp_path / "copy").mkdir()
    target = tmp_path / "copy" / "library.db"
    snapshot(library.path, target, model=MODEL)
    return target


def test_of_every_table_it_is_decided_whether_it_travels(library: Library) -> None:
    tables = {name for name in library.db.table_names() if not name.startswith(("_", "sqlite_"))}
    assert set(TRAVELS) | set(STAYS) == tables
    assert not set(TRAVELS) & set(STAYS)


def test_every_column_of_a_table_that_travels_is_filled(library: Library, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as db:
        for table in TRAVELS:
            theirs = db.execute(f"SELECT * FROM {table}").description
            ours = library.db.execute(f"SELECT * FROM {table}").description
            assert [column[0] for column in theirs] == [column[0] for column in ours]
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0, table


def test_no_secret_travels_wherever_it_was(library: Library, copy: Path) -> None:
    for place in library.path.parent.glob("library.db*"):
        if SECRET.encode() in place.read_bytes():
            break
    else:
        pytest.fail("nothing was planted")
    held = copy.read_bytes()
    assert SECRET.encode() not in held
    assert b"/home" not in held


def test_what_others_may_have_travels(copy: Path) -> None:
    with Library.open(copy.parent) as found:
        paper = found.papers.get("f1")
        assert paper is not None
        assert (paper.title, paper.abstract) == ("A Harbour at Night", "Lamps.")
        assert dict(paper.links) == {"forum": "https://openreview.net/forum?id=f1"}
        assert paper.provenance["title"] == "file:rows.jsonl"
        own = public_id(f"file-{SECRET}-night")
        assert own is not None
        assert found.papers.identifiers(own) == (("work", "w2"),)
        assert found.documents.of_paper(own) is not None
        assert found.lineage.all()[0].pair == tuple(sorted(("f1", own)))
        assert found.topics.verdicts() == {"lamps": {own: "accept"}}
        assert found.topics.own()[0]["seeds"] == [own]
        assert [(c.state, c.sha256) for c in found.copies.of_paper("f1")] == [("new", "a" * 64)]
        made = found.lists.get("nights")
        assert made is not None
        assert [(e.paper_id, e.named.link, e.note) for e in made.entries] == [
            (own, None, "mine"),
            (None, "https://b.org/x", ""),
        ]
        assert found.vectors.count() == 1


def test_the_counts_are_those_of_the_rows(copy: Path, library: Library) -> None:
    revision, found = counts(copy)
    assert revision == library.revision
    assert found == {
        **{"papers": 2, "documents": 2, "pages": 2, "passages": 2, "vectors": 1},
        **{"topics": 1, "verdicts": 1, "lists": 1},
    }


def test_the_same_rows_give_the_same_bytes_whatever_was_done_before(
    library: Library, copy: Path, tmp_path: Path
) -> None:
    library.failures.record("pdf", "another", "x", "y")
    library.lists.change("more", lambda _: ReadingList("more", "More"), "made", NOW)
    library.lists.undo("more")
    library.db.execute("VACUUM")
    snapshot(library.path, tmp_path / "again.db", model=MODEL)
    assert (tmp_path / "again.db").read_bytes() == copy.read_bytes()


def test_a_topic_that_stands_in_a_file_travels_unless_the_library_has_its_id(library: Library, tmp_path: Path) -> None:
    rows = [("lamps", {"id": "lamps", "name": "Other"}), ("tides", {"id": "tides", "name": "Tides"})]
    snapshot(library.path, tmp_path / "library.db", model=MODEL, topics=rows)
    with Library.open(tmp_path) as found:
        assert sorted(t["name"] for t in found.topics.own()) == ["Lamps", "Tides"]


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://openreview.net/forum?id=aB3", True),
        ("https://openreview.net/attachment?id=aB3&name=pdf", True),
        ("http://proceedings.mlr.press/v235/scott24a.html", True),
        ("https://x.org/a.pdf?sig=1", False),
        ("https://x.org/a.pdf?x-amz-credential=1", False),
        ("https://x.org/a.pdf#session=1", False),
        ("https://x.org/?v=" + "a" * 41, False),
        ("https://ada@x.org/", False),
        ("https://:pw@x.org/", False),
        ("file:///home/ada/a.pdf", False),
        ("/home/ada/a.pdf", False),
        ("https://[x", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_is_public_when_nothing_in_it_looks_like_a_secret(url: str | None, public: bool) -> None:
    assert (public_url(url) is not None) == public


@given(st.text(max_size=80))
def test_a_public_id_is_the_same_when_it_is_made_public_again(paper_id: str) -> None:
    for name in (paper_id, f"file-{paper_id}"):
        assert public_id(public_id(name)) == public_id(name)
