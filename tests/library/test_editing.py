"""Edits of a reading list, each by hand; and that no series of them loses a paper."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library import editing
from library.editing import Edit
from library.errors import UsageError
from library.lists import READ, READING, STATES, TO_READ, Entry, Named, ReadingList, Why, arranged
from library.types import Paper

A, B, AX, AY = ("A",), ("B",), ("A", "X"), ("A", "Y")


def entry(title: str, **fields: object) -> Entry:
    return Entry(Named(title), title, **fields)  # type: ignore[arg-type]


def listed(*entries: Entry, sections: tuple[tuple[str, ...], ...] = ()) -> ReadingList:
    return arranged(ReadingList("list", "List", sections=sections, entries=entries))


def order(made: ReadingList) -> list[tuple[str, tuple[str, ...]]]:
    return [(e.named.title, e.section) for e in made.entries]


def test_a_paper_that_is_on_the_list_is_not_added_again_and_one_without_an_id_is() -> None:
    nameless = replace(entry("z"), paper_id=None)
    made = editing.add(listed(entry("p"), nameless), [entry("p"), entry("q"), entry("q"), nameless])
    assert [(e.entry_id, e.named.title) for e in made.entries] == [(1, "p"), (2, "z"), (3, "q"), (4, "z")]


def test_several_entries_are_edited_at_once_and_fields_not_named_stay() -> None:
    made = listed(entry("p", tags=("x", "y"), note="old"), entry("q"), entry("r"))
    edited = editing.edit(made, [1, 2], Edit(state=READ, tag=("new", " y "), untag=("x",), priority=2))
    assert [(e.state, e.tags, e.priority, e.note) for e in edited.entries] == [
        (READ, ("y", "new"), 2, "old"),
        (READ, ("new", "y"), 2, ""),
        (TO_READ, (), 0, ""),
    ]
    assert editing.edit(edited, [1], Edit(tags=(), note=" n ")).entries[0] == replace(
        edited.entries[0], tags=(), note="n"
    )


def test_an_edit_comes_down_to_what_it_changes_of_an_entry() -> None:
    held = entry("p", section=A, tags=("x", "y"), note="old", state=READ)
    same = Edit(note=" old ", state=READ, priority=0, section=A, tags=("x", " y "))
    assert editing.only_changes(held, same) == Edit()
    new = Edit(note="", state=TO_READ, priority=1, section=(), tags=("y", "z"))
    assert editing.only_changes(held, new) == Edit("", TO_READ, 1, (), tag=("z",), untag=("x",))
    assert editing.only_changes(held, Edit(priority=2)) == Edit(priority=2)


def test_entries_that_change_section_go_to_its_end_in_the_order_they_had() -> None:
    made = listed(entry("p"), entry("q"), entry("r", section=A), entry("s", section=B))
    assert order(editing.edit(made, [1, 2, 4], Edit(section=A))) == [("r", A), ("p", A), ("q", A), ("s", A)]


@pytest.mark.parametrize(
    ("change", "error"), [(Edit(state="seen"), "no state 'seen'"), (Edit(priority=4), "no priority 4")]
)
def test_a_state_or_priority_that_there_is_not_is_refused(change: Edit, error: str) -> None:
    with pytest.raises(UsageError, match=error):
        editing.edit(listed(entry("p")), [1], change)


def test_an_entry_that_there_is_not_is_named() -> None:
    with pytest.raises(UsageError, match="no entry 7, 9"):
        editing.remove(listed(entry("p")), [1, 9, 7])


def test_an_entry_moves_next_to_another_and_into_its_section() -> None:
    made = listed(entry("p"), entry("q", section=A), entry("r", section=A))
    assert order(editing.move(made, 1, before=3)) == [("q", A), ("p", A), ("r", A)]
    assert order(editing.move(made, 1, after=3)) == [("q", A), ("r", A), ("p", A)]
    assert order(editing.move(made, 3, before=1)) == [("r", ()), ("p", ()), ("q", A)]
    assert editing.move(made, 2, after=2) == made


def test_an_entry_is_put_at_a_place_of_its_section_and_past_the_last_at_the_last() -> None:
    made = listed(entry("p"), entry("q", section=A), entry("r", section=A), entry("s", section=A))
    titles = {place: [title for title, _ in order(editing.put(made, 2, place))] for place in (-1, 1, 2, 3, 99)}
    assert titles == {
        -1: ["p", "q", "r", "s"],
        1: ["p", "q", "r", "s"],
        2: ["p", "r", "q", "s"],
        3: ["p", "r", "s", "q"],
        99: ["p", "r", "s", "q"],
    }
    assert order(editing.put(made, 4, 1)) == [("p", ()), ("s", A), ("q", A), ("r", A)]


def test_up_and_down_lead_through_the_sections_empty_ones_too() -> None:
    made = listed(entry("p"), entry("q", section=B), sections=(A, B))
    up = editing.shift(made, 2, -1)
    assert order(up) == [("p", ()), ("q", A)]
    assert order(editing.shift(up, 2, -1)) == [("p", ()), ("q", ())]
    assert order(editing.shift(editing.shift(up, 2, -1), 2, -1)) == [("q", ()), ("p", ())]
    assert editing.shift(made, 1, -1) == made
    assert editing.shift(made, 2, 1) == made
    assert order(editing.shift(editing.shift(made, 1, 1), 1, 1)) == [("p", B), ("q", B)]


def test_a_section_is_renamed_with_all_below_it_and_joins_one_of_its_new_name() -> None:
    made = listed(entry("p", section=AX), entry("q", section=B), sections=(A, AX, B))
    assert editing.rename_section(made, A, ("C",)).sections == (("C",), ("C", "X"), B)
    joined = editing.rename_section(made, A, B)
    assert joined.sections == (B, ("B", "X"))
    assert order(joined) == [("q", B), ("p", ("B", "X"))]


def test_a_section_does_not_go_below_itself() -> None:
    made = listed(entry("p", section=AX), sections=(A, AX, B))
    for below in (AX, ("A", "X", "Z")):
        with pytest.raises(UsageError, match="the section 'A' cannot go below itself, to 'A / X"):
            editing.rename_section(made, A, below)
    assert editing.rename_section(made, A, A) == made
    assert editing.rename_section(made, AX, ("X",)).sections == (A, ("X",), B)


def test_a_section_moves_among_those_beside_it_with_all_below_it() -> None:
    made = listed(sections=(A, AX, AY, B))
    assert editing.shift_section(made, A, 1).sections == (B, A, AX, AY)
    assert editing.shift_section(made, AY, -1).sections == (A, AY, AX, B)
    assert editing.shift_section(made, AX, -1) == made


def test_what_is_in_a_removed_section_goes_to_its_parent() -> None:
    made = listed(entry("o", section=A), entry("p", section=AX), entry("q", section=("A", "X", "Z")))
    assert order(editing.remove_section(made, AX)) == [("o", A), ("p", A), ("q", ("A", "Z"))]
    assert order(editing.remove_section(made, A)) == [("o", ()), ("p", ("X",)), ("q", ("X", "Z"))]


def test_a_section_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no section 'C': it has A; A / X"):
        editing.remove_section(listed(sections=(AX,)), ("C",))


def test_merged_entries_keep_every_note_and_tag_and_what_got_furthest() -> None:
    made = listed(
        entry("p", note="first", tags=("x",), state=READING, why=Why("Of p.", "Abstract", None)),
        entry("q", section=A),
        entry("r", note="second", tags=("y", "x"), priority=2, section=A, why=Why("Of r.", "Abstract", None)),
    )
    merged = editing.merge(made, [1, 3])
    assert order(merged) == [("p", ()), ("q", A)]
    one = merged.entries[0]
    assert (one.note, one.tags, one.state, one.priority) == ("first\n\nsecond", ("x", "y"), READING, 2)
    assert one.why == Why("Of p.", "Abstract", None)


def test_a_merged_entry_that_shows_another_paper_keeps_only_that_papers_sentence() -> None:
    made = listed(entry("p", why=Why("Of p.", "Abstract", None)), entry("r", why=Why("Of r.", "Abstract", None)))
    shown = Paper(
        "r", "R", ("A. B",), venue="Harbour", year=2031, links={"pdf": "https://x.org/p", "site": "https://x"}
    )
    one = editing.merge(made, [1, 2], shown).entries[0]
    assert (one.entry_id, one.paper_id) == (1, "r")
    assert one.named == Named("R", ("A. B",), "Harbour", 2031, "https://x")
    assert one.why == Why("Of r.", "Abstract", None)
    assert editing.merge(made, [1, 2], replace(shown, paper_id="s")).entries[0].why is None


def test_sections_are_written_and_read_with_a_slash_between_spaces() -> None:
    assert editing.section_path(" A/B  /  C d /  ") == ("A/B", "C d")
    assert editing.section_text(("A/B", "C d")) == "A/B / C d"
    assert editing.section_path("") == ()


PATHS = st.lists(st.sampled_from("ABC"), max_size=3).map(tuple)
LISTS = st.builds(
    lambda sections, places: listed(
        *(entry(str(n), section=p) for n, p in enumerate(places)), sections=tuple(sections)
    ),
    st.lists(PATHS.filter(bool), max_size=5),
    st.lists(PATHS, min_size=1, max_size=8),
)
BY = st.sampled_from([-1, 1])


def whole(made: ReadingList, before: ReadingList) -> None:
    """No entry is lost or comes twice, and the list is arranged."""
    assert sorted(e.entry_id for e in made.entries) == sorted(e.entry_id for e in before.entries)
    assert {e.entry_id: e.named for e in made.entries} == {e.entry_id: e.named for e in before.entries}
    assert arranged(made) == made
    assert len(set(made.sections)) == len(made.sections)


@given(st.lists(st.text("aB/ \n", max_size=6), max_size=4))
def test_every_section_that_can_be_reached_has_a_text_that_leads_to_it(headings: list[str]) -> None:
    path = editing.reachable(listed(sections=(tuple(headings),) if headings else ())).sections
    assert all(editing.section_path(editing.section_text(one)) == one for one in path)


@given(LISTS, st.data())
def test_moving_entries_and_sections_about_loses_none(made: ReadingList, data: st.DataObject) -> None:
    ids = st.sampled_from([e.entry_id for e in made.entries])
    one, other = data.draw(ids), data.draw(ids)
    whole(editing.move(made, one, before=other), made)
    whole(editing.move(made, one, after=other), made)
    whole(editing.edit(made, {one, other}, Edit(section=data.draw(PATHS))), made)
    if made.sections:
        path = data.draw(st.sampled_from(made.sections))
        whole(editing.remove_section(made, path), made)
        whole(editing.shift_section(made, path, data.draw(BY)), made)
        elsewhere = PATHS.filter(lambda new: bool(new) and (new == path or new[: len(path)] != path))
        whole(editing.rename_section(made, path, data.draw(elsewhere)), made)


@given(LISTS, st.data(), BY)
def test_one_place_up_and_one_down_is_where_it_was(made: ReadingList, data: st.DataObject, by: int) -> None:
    one = data.draw(st.sampled_from([e.entry_id for e in made.entries]))
    moved = editing.shift(made, one, by)
    whole(moved, made)
    assert moved == made or editing.shift(moved, one, -by) == made
    if made.sections:
        path = data.draw(st.sampled_from(made.sections))
        away = editing.shift_section(made, path, by)
        assert away == made or editing.shift_section(away, path, -by) == made


@given(LISTS, st.data(), st.sampled_from(STATES))
def test_merging_takes_away_the_others_alone(made: ReadingList, data: st.DataObject, state: str) -> None:
    ids = [e.entry_id for e in made.entries]
    merged = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    some = editing.edit(made, [merged[-1]], Edit(state=state))
    after = editing.merge(some, merged)
    assert {e.entry_id for e in after.entries} == set(ids) - set(merged[1:])
    assert editing.entry(after, merged[0]).state == state
