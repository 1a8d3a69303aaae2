"""Reading lists through the Python interface, over a real library with two versions of a work in it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import posterhall
from library import editing
from library.editing import Edit
from library.errors import UsageError
from library.lists import READ, Entry, Named, ReadingList, Why
from posterhall import Posterhall

TIDES = {"title": "Slow Tides in Shallow Networks", "authors": ["Ada Brook"], "year": 2031}
SHOP = {**TIDES, "id": "shop", "venueid": "harbour.org/2031/Workshop/Reefs", "tier": "oral"}
CONF = {**TIDES, "id": "conf", "venue": "Harbour 2031", "tier": "poster", "forum_id": "FoRuM"}
BUSES = {"id": "buses", "title": "Late Buses", "authors": ["Eve Field"], "venue": "Meadow 2030", "year": 2030}
BOATS = {"id": "boats", "title": "Small Boats", "authors": ["Finn Grove"], "venue": "Meadow 2030", "year": 2030}


def ingest(hall: Posterhall, folder: Path, *rows: dict[str, object]) -> None:
    (folder / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall.ingest_files(folder / "papers.jsonl")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Posterhall]:
    opened = posterhall.open(tmp_path / "library")
    ingest(opened, tmp_path, SHOP, CONF, BUSES, BOATS)
    yield opened
    opened.close()


def papers(made: ReadingList) -> list[str | None]:
    return [entry.paper_id for entry in made.entries]


def test_a_list_is_found_by_its_id_or_its_name_and_a_wrong_name_suggests_the_nearest(hall: Posterhall) -> None:
    made = hall.make_list("Seaside & reading", " for June ")
    assert (made.list_id, made.name, made.description) == ("seaside-reading", "Seaside & reading", "for June")
    assert hall.reading_list("seaside READING") == hall.reading_list("seaside-reading") == made
    with pytest.raises(UsageError, match="did you mean seaside-reading"):
        hall.reading_list("seaside raeding")
    with pytest.raises(UsageError, match="`posterhall list` tells"):
        hall.reading_list("")


def test_a_name_belongs_to_one_list_and_one_without_letters_gets_an_id_all_the_same(hall: Posterhall) -> None:
    hall.make_list("Tides")
    with pytest.raises(UsageError, match="there is a list called Tides already"):
        hall.make_list("tides!")
    with pytest.raises(UsageError, match="needs a name"):
        hall.make_list("  ")
    assert hall.make_list("海").list_id == "list"
    assert hall.make_list("?!").list_id == "list-2"


def test_a_renamed_list_keeps_its_id_and_its_old_name_is_free(hall: Posterhall) -> None:
    hall.make_list("Tides")
    assert hall.rename_list("tides", "Waves").list_id == "tides"
    assert hall.rename_list("waves", "WAVES").name == "WAVES"
    assert hall.make_list("Tides").list_id == "tides-2"
    assert hall.reading_list("Tides").list_id == "tides-2"
    assert hall.reading_list("tides").list_id == "tides"


def test_a_prepared_list_is_kept_whole_under_an_id_of_its_own(hall: Posterhall) -> None:
    prepared = ReadingList("any", "Tides", "d", (("S",),), (Entry(Named("Elsewhere"), section=("T",), note="n"),))
    first, second = hall.put_list(prepared, "list imported"), hall.put_list(prepared, "list imported")
    assert (first.list_id, second.list_id) == ("tides", "tides-2")
    assert first.sections == (("S",), ("T",))
    assert first.entries[0] == replace(prepared.entries[0], entry_id=1)
    assert hall.undo_list(first.list_id).what == "list imported"
    assert [made.list_id for made in hall.reading_lists()] == ["tides-2"]


def test_papers_are_added_by_id_forum_or_title_with_what_the_list_needs_when_they_go(hall: Posterhall) -> None:
    hall.make_list("Tides")
    why = Why("Buses are late.", "Abstract", None)
    said = hall.add_to_list(
        "tides",
        ["FoRuM", "late buses", "id-buses"],
        section=("S",),
        note=" n ",
        tags=["t", " t"],
        whys={"id-buses": why},
    )
    assert [p.title for p in said.added] == ["Slow Tides in Shallow Networks", "Late Buses"]
    assert said.held == ()
    assert said.made == hall.reading_list("tides")
    assert said.made.entries[1] == Entry(
        Named("Late Buses", ("Eve Field",), "Meadow 2030", 2030), "id-buses", ("S",), "n", ("t",), why=why, entry_id=2
    )
    assert [change.what for change in hall.list_changes("tides")] == ["2 papers added", "list made"]
    with pytest.raises(UsageError, match="no paper 'nobody'"):
        hall.add_to_list("tides", ["id-boats", "nobody"])
    assert hall.reading_list("tides") == said.made


def test_of_a_work_on_the_list_no_second_entry_is_made_and_the_main_version_is_shown(hall: Posterhall) -> None:
    hall.make_list("Tides")
    hall.add_to_list("tides", ["id-shop"], note="kept")
    said = hall.add_to_list("tides", ["FoRuM", "id-shop"])
    assert said.added == ()
    assert [(held.paper.forum_id, held.entry_id, held.version) for held in said.held] == [
        ("FoRuM", 1, True),
        (None, 1, True),
    ]
    [entry] = said.made.entries
    assert (entry.paper_id, entry.named.venue, entry.note) == ("FoRuM", "Harbour 2031", "kept")
    again = hall.add_to_list("tides", ["FoRuM"])
    assert [held.version for held in again.held] == [False]
    assert again.made == said.made
    assert hall.list_changes("tides")[0].what == "main version shown"


def test_entries_of_one_work_are_merged_under_the_main_version_at_the_first_place(hall: Posterhall) -> None:
    named = Named("x")
    entries = [
        Entry(named, "id-shop", note="a", state=READ),
        Entry(named, "id-buses"),
        Entry(named, "FoRuM", ("S",), "b", priority=1),
        Entry(named),
        Entry(named),
    ]
    hall.put_list(ReadingList("", "Tides", entries=tuple(entries)), "list imported")
    made, gone = hall.merge_duplicates("tides")
    assert gone == 1
    assert papers(made) == ["FoRuM", "id-buses", None, None]
    first = made.entries[0]
    assert (first.note, first.state, first.priority, first.named.title) == ("a\n\nb", READ, 1, TIDES["title"])
    assert hall.merge_duplicates("tides") == (made, 0)


def test_every_change_is_undone_in_turn_and_a_removed_list_comes_back_by_its_name(hall: Posterhall) -> None:
    hall.make_list("Tides")
    hall.add_to_list("tides", ["id-buses", "id-boats"])
    hall.edit_list("tides", lambda made: editing.edit(made, [1, 2], Edit(state=READ)), "2 papers read")
    hall.describe_list("tides", "gone soon")
    hall.remove_list("tides")
    assert hall.reading_lists() == []
    done = ["list removed", "list described", "2 papers read", "2 papers added", "list made"]
    assert [change.what for change in hall.list_changes("TIDES")] == done
    assert hall.undo_list("Tides").what == "list removed"
    assert hall.reading_list("tides").description == "gone soon"
    assert [hall.undo_list().what for _ in range(4)] == done[1:]
    with pytest.raises(UsageError, match="nothing to undo"):
        hall.undo_list()


def test_an_id_is_not_used_again_while_its_removed_list_can_come_back(hall: Posterhall) -> None:
    hall.make_list("Tides")
    hall.remove_list("tides")
    assert hall.make_list("Tides").list_id == "tides-2"
    hall.undo_list("tides")
    assert [made.list_id for made in hall.reading_lists()] == ["tides-2", "tides"]


def test_a_failed_edit_leaves_the_list_as_it_was(hall: Posterhall) -> None:
    made = hall.make_list("Tides")
    with pytest.raises(UsageError, match="no entry 3"):
        hall.edit_list("tides", lambda made: editing.remove(made, [3]), "removed")
    assert hall.reading_list("tides") == made


def test_a_list_outlives_its_papers_and_says_what_became_of_them(hall: Posterhall, tmp_path: Path) -> None:
    hall.make_list("Tides")
    hall.add_to_list("tides", ["id-buses", "id-boats", "id-shop"], note="mine")
    hall.library.db.execute("DELETE FROM papers WHERE paper_id = 'id-buses'")
    hall.library.db.execute("UPDATE papers SET status = 'withdrawn' WHERE paper_id = 'id-boats'")
    hall.library.db.conn.commit()
    ingest(hall, tmp_path, {**SHOP, "title": "Slower Tides"})
    shown = hall.list_papers(hall.reading_list("tides"))
    assert [(one.title, one.missing, one.entry.note) for one in shown] == [
        ("Late Buses", "not in the library", "mine"),
        ("Small Boats", "withdrawn", "mine"),
        ("Slower Tides", "", "mine"),
    ]
    ingest(hall, tmp_path, BUSES)
    assert hall.list_papers(hall.reading_list("tides"))[0].missing == ""


def test_the_lists_that_hold_a_work_are_told_for_each_of_its_versions(hall: Posterhall) -> None:
    for name in ("One", "Two", "Three"):
        hall.make_list(name)
    hall.add_to_list("two", ["id-shop"])
    hall.add_to_list("one", ["FoRuM"])
    assert [made.name for made in hall.lists_of("FoRuM")] == ["One", "Two"]
    assert [made.name for made in hall.lists_of("id-shop")] == ["One", "Two"]
    assert hall.lists_of("id-buses") == []


def test_entries_are_named_by_number_paper_or_forum(hall: Posterhall) -> None:
    hall.make_list("Tides")
    made = hall.add_to_list("tides", ["id-buses", "FoRuM"]).made
    assert hall.entries(made, ["FoRuM", "1", "#2", "id-buses"]) == [2, 1, 2, 1]
    with pytest.raises(UsageError, match="no entry 'id-boats'"):
        hall.entries(made, ["id-boats"])


def test_a_list_makes_no_index_stale(hall: Posterhall) -> None:
    before = hall.library.revision
    hall.make_list("Tides")
    hall.add_to_list("tides", ["id-buses"])
    assert hall.library.revision == before
