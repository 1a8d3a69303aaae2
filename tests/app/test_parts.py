"""The pieces of a page say what they must, and nothing in them is a stranger's markup."""

from hypothesis import given
from hypothesis import strategies as st

from library.events import Event
from library.types import ABSTRACT, BODY, NOTE, TITLE, Paper, Passage, Span
from posterhall import Match
from views import parts

ANY = st.text(max_size=30)
MARKUP = st.sampled_from(["<img src=x onerror=alert(1)>", "</div><script>", '" onclick="x', "&lt;", "a"])
TEXT = ANY | MARKUP


def passage(kind: str, section: str, text: str, page: int | None = None, ordinal: int = 0) -> Passage:
    return Passage(1, "p", None, kind, ordinal, section, text, (Span(page, 0, len(text)),), ((0, len(text)),), "")


@given(st.builds(Paper, st.just("p"), TEXT, st.lists(TEXT, max_size=3).map(tuple), TEXT, TEXT, TEXT, TEXT, TEXT))
def test_an_entry_has_only_our_own_elements(paper: Paper) -> None:
    shown = parts.entry(paper) + parts.provenance({"title": paper.title}) + parts.note(paper.title)
    for tag in ("<img", "<script", "onerror=alert(1)>", '" onclick="x'):
        assert tag not in shown


def test_a_note_stands_in_for_a_missing_abstract_and_says_whose_words_it_is() -> None:
    shown = parts.entry(Paper("p", "T", note="Useful."))
    assert "Our note" in shown
    assert parts.OWN_WORDS in shown
    assert "Our note" not in parts.entry(Paper("p", "T", abstract="A.", note="Useful."))


def test_a_quote_says_where_it_stands() -> None:
    assert parts.place("3 Results", 4) == "3 Results, page 4"
    assert parts.place("", 4) == "page 4"
    assert parts.place("Abstract", None) == "From the abstract"
    assert parts.place("Note", None) == f"From our note, {parts.OWN_WORDS}"


def test_long_author_lists_are_cut_and_counted() -> None:
    paper = Paper("p", "T", authors=tuple("ABCDE"))
    assert parts.authors(paper, most=3) == "A, B, C and 2 more"
    assert parts.authors(paper, most=5) == "A, B, C, D, E"


def test_a_hit_shows_its_best_passage_with_both_ranks() -> None:
    title = Match(passage(TITLE, "", "T"), 1, 1)
    body = Match(passage(BODY, "2 Results", "It works.", 3), 2, None)
    shown = parts.hit([title, body])
    assert "It works." in shown
    assert "2 Results, page 3" in shown
    assert "by words: #2 · by meaning: –" in shown


def test_a_hit_by_its_title_alone_does_not_repeat_the_title() -> None:
    shown = parts.hit([Match(passage(TITLE, "Title", "Heron"), None, 4)])
    assert "Heron" not in shown
    assert "by words: – · by meaning: #4" in shown


def test_links_are_in_a_fixed_order_and_only_to_the_web() -> None:
    shown = parts.links({"site": "https://s.org/", "pdf": "javascript:alert(1)", "forum": "https://f.org/"})
    assert shown.index("f.org") < shown.index("s.org")
    assert "javascript" not in shown


def test_sections_keep_reading_order_and_leave_out_the_record() -> None:
    found = [
        passage(TITLE, "Title", "T"),
        passage(ABSTRACT, "Abstract", "A"),
        passage(NOTE, "Note", "N"),
        passage(BODY, "1 Intro", "a", 1),
        passage(BODY, "1 Intro", "b", 2),
        passage(BODY, "2 End", "c", 2),
    ]
    sections = parts.sections(found)
    assert [(name, [p.text for p in group]) for name, group in sections] == [("1 Intro", ["a", "b"]), ("2 End", ["c"])]
    assert parts.section_label(*sections[0]) == r"1 Intro · pages 1 to 2"
    assert parts.section_label(*sections[1]) == "2 End · page 2"


def test_an_empty_title_still_has_something_to_click_on() -> None:
    assert parts.title_label(" \u202e ") == parts.UNTITLED


def test_where_sources_disagree_each_one_is_heard_and_harmless() -> None:
    shown = parts.conflicts([("title", {"openreview": "A <b>", "pmlr": "B"}), ("authors", {"pmlr": ("Ada", "Ben")})])
    assert "Sources disagree on 2 fields" in shown
    assert "<td>title</td><td>openreview</td><td>A &lt;b&gt;</td>" in shown
    assert "<td></td><td>pmlr</td><td>B</td>" in shown
    assert "<td>Ada, Ben</td>" in shown
    assert parts.conflicts([]) == ""


def test_the_programme_tells_session_time_room_and_board() -> None:
    event = Event("Poster Session 1", "Hall C", "#100", "2024-07-23T02:30:00-07:00", "2024-07-23T04:00:00-07:00")
    assert "Poster Session 1 · Tue 23 Jul 2024, 02:30-04:00 · Hall C · poster #100" in parts.programme([event])
    assert "in the morning · Hall &lt;C&gt;" in parts.programme([Event(start="in the morning", room="Hall <C>")])
    assert parts.programme([Event()]) == parts.programme([]) == ""
