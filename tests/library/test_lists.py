"""Reading lists as they are kept: arranged, whole, and with every change undone in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from library import Library
from library.lists import READ, UNDO_STEPS, Entry, Named, ReadingList, Why, arranged

NOW = "2031-05-01T10:00:00+00:00"


def entry(title: str, **fields: object) -> Entry:
    return Entry(Named(title), **fields)  # type: ignore[arg-type]


def titles(made: ReadingList | None) -> list[str]:
    assert made is not None
    return [entry.named.title for entry in made.entries]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path, create=True) as opened:
        yield opened


def test_entries_stand_in_their_sections_order_and_keep_their_own_within_one() -> None:
    made = ReadingList(
        "a",
        "A",
        sections=(("Later",), ("Now",)),
        entries=(
            entry("c", section=("Now",)),
            entry("a"),
            entry("d", section=("Now",)),
            entry("b", section=("Later",)),
        ),
    )
    assert titles(arranged(made)) == ["a", "b", "c", "d"]


def test_a_section_that_only_an_entry_names_is_added_with_its_parents_below_their_own() -> None:
    made = ReadingList("a", "A", sections=(("X",), ("Y",)), entries=(entry("a", section=("X", "Deep", "Deeper")),))
    assert arranged(made).sections == (("X",), ("X", "Deep"), ("X", "Deep", "Deeper"), ("Y",))


def test_new_entries_are_numbered_on_and_numbers_of_removed_ones_are_not_used_again() -> None:
    made = arranged(ReadingList("a", "A", entries=(entry("a"), entry("b"))))
    shorter = ReadingList("a", "A", entries=(made.entries[0], entry("c")), next_entry=made.next_entry)
    assert [e.entry_id for e in arranged(shorter).entries] == [1, 3]


def test_a_list_comes_back_as_it_was_kept(library: Library) -> None:
    whole = Entry(
        Named("T 🜚", ("A. B",), "Harbour", 2031, "https://x.org"),
        "p",
        ("S", "T"),
        "a *note*",
        ("x", "y"),
        READ,
        1,
        Why("It floats.", "2 Boats", 3),
    )
    kept = library.lists.change("a", lambda _: ReadingList("a", "A", "why", entries=(whole,)), "made", NOW)
    assert library.lists.get("a") == kept
    assert library.lists.all() == [kept]
    assert kept is not None
    assert kept.entries[0].why == Why("It floats.", "2 Boats", 3)


def test_changes_are_undone_the_latest_first_back_to_before_the_list_was_made(library: Library) -> None:
    library.lists.change("a", lambda _: ReadingList("a", "A", entries=(entry("one"),)), "made", NOW)
    library.lists.change("b", lambda _: ReadingList("b", "B"), "made b", NOW)
    library.lists.change("a", lambda _: None, "removed", NOW)
    assert library.lists.get("a") is None
    undone = library.lists.undo("a")
    assert undone is not None
    assert undone.what == "removed"
    assert titles(library.lists.get("a")) == ["one"]
    assert [change.what for change in library.lists.changes()] == ["made b", "made"]
    library.lists.undo()
    library.lists.undo()
    assert library.lists.all() == []
    assert library.lists.undo() is None


def test_an_edit_that_changes_nothing_or_fails_is_no_step(library: Library) -> None:
    made = library.lists.change("a", lambda _: ReadingList("a", "A"), "made", NOW)
    library.lists.change("a", lambda before: before, "nothing", NOW)

    def fail(_: ReadingList | None) -> ReadingList:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        library.lists.change("a", fail, "failed", NOW)
    assert library.lists.get("a") == made
    assert [change.what for change in library.lists.changes("a")] == ["made"]


def test_only_the_latest_steps_of_a_list_are_kept(library: Library) -> None:
    for n in range(UNDO_STEPS + 5):
        library.lists.change("a", lambda _, n=n: ReadingList("a", f"A{n}"), f"step {n}", NOW)  # type: ignore[misc]
    assert len(library.lists.changes("a")) == UNDO_STEPS
    assert library.lists.changes("a")[-1].what == "step 5"


def test_lists_that_hold_a_paper_are_told_in_the_order_they_were_made(library: Library) -> None:
    for name, papers in (("z", "pq"), ("a", "p"), ("m", "r")):
        entries = tuple(Entry(Named(p), p) for p in papers)
        library.lists.change(name, lambda _, n=name, e=entries: ReadingList(n, n, entries=e), "made", NOW)  # type: ignore[misc]
    assert library.lists.holding(["p", "q", "s"]) == {"p": ["z", "a"], "q": ["z"]}
