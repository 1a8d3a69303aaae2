"""The library's new tables, on a library that was made before they were there."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from library import Library
from library.schema import migrations
from library.types import Filter


def test_a_library_from_before_is_brought_up_to_date_and_its_papers_stay(tmp_path: Path) -> None:
    db = Database(str(tmp_path / "library.db"))
    migrations.apply(db, stop_before="network_tables")
    db["papers"].insert(
        {"paper_id": "abcdefghij", "forum_id": "abcdefghij", "title": "A paper", "abstract": "Kept.", "revision": 1}
        | dict.fromkeys(("authors", "keywords"), "[]")
        | dict.fromkeys(("links", "provenance"), "{}")
        | dict.fromkeys(("folded", "folded_title"), "a paper")
    )
    db.close()
    with Library.open(tmp_path) as library:
        [paper] = library.papers.select(Filter())
        assert (paper.status, paper.abstract) == ("accepted", "Kept.")
        assert library.following.all() == []


def test_a_paper_that_is_not_accepted_is_in_no_list_count_or_index(library: Library) -> None:
    for forum, status in (("aaaaaaaaaa", "accepted"), ("bbbbbbbbbb", "withdrawn")):
        values = {"title": f"Paper {forum}", "venue": "V", "tier": "oral", "year": 2024}
        library.papers.put(None, [("forum", forum)], values, {"title": "openreview"}, status)
        library.passages.replace(forum, None, [])
    assert [p.paper_id for p in library.papers.select(Filter())] == ["aaaaaaaaaa"]
    assert library.papers.count(Filter(text="paper")) == 1
    assert library.papers.facets().tiers == (("oral", 1),)
    assert library.papers.count(Filter(withdrawn=True)) == 2
    hidden = library.papers.get("bbbbbbbbbb")
    assert hidden is not None
    assert hidden.status == "withdrawn"
