"""Which papers are one work: by hand-made papers, and by properties that hold for any links and decisions."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.lineage import (
    JOINED,
    MEANING,
    MOST_ALIKE,
    NAME,
    NEAR,
    NEAR_TITLE,
    SAME_MEANING,
    SAME_WORDS,
    TITLE,
    TITLE_ALONE,
    WORDS,
    Lineage,
    Vectors,
    trace,
)
from ingest.sources.files import read_rows
from library.lineage import JOIN, SPLIT, Decision, decision
from library.types import Paper

ADA, BEN, CLEO, EVE, FINN = "Ada Brook", "Ben Castle", "Cleo Dunes", "Eve Field", "Finn Grove"
TALK = "Slow Tides in Shallow Networks"
PIPES = "Pumps that hum at night are often the ones that fail first in spring, and farmers hear it long before."
OTHER = "Late buses make for long letters, which is why rural poets write more than urban ones do."


def paper(name: str, title: str = TALK, *authors: str, venue: str | None = None, year: int | None = 2031) -> Paper:
    return Paper(name, title, authors, venue=venue or f"Venue of {name}", year=year)


def pairs(lineage: Lineage) -> set[tuple[str, str]]:
    return {(a, b) for work in lineage.works for a, b in combinations(sorted(work), 2)}


def why(first: Paper, second: Paper, vectors: Vectors | None = None) -> str | None:
    """Why two papers are one work, or None; whichever comes first."""
    found, other = trace([first, second], (), vectors), trace([second, first], (), vectors)
    assert found.works == other.works
    assert pairs(found) == ({(first.paper_id, second.paper_id)} if found.works else set())
    return found.why(first.paper_id, second.paper_id) or None


def test_the_same_title_by_the_same_first_author_is_one_work() -> None:
    assert why(paper("a", TALK, ADA, BEN), paper("b", "slow tides in $shallow$ networks.", "A. Brook")) == TITLE


def test_the_same_title_by_most_of_the_same_people_in_another_order_is_one_work() -> None:
    assert why(paper("a", TALK, ADA, BEN, CLEO), paper("b", TALK, CLEO, ADA, EVE, FINN)) == TITLE


def test_the_same_title_by_other_people_is_another_work() -> None:
    assert why(paper("a", TALK, ADA, BEN), paper("b", TALK, EVE, FINN)) is None
    assert why(paper("a", TALK, ADA, BEN), paper("b", TALK, EVE, BEN)) is None  # half is not most


def test_a_long_title_is_enough_where_nobody_knows_the_authors() -> None:
    short = " ".join(TALK.split()[: TITLE_ALONE - 1])
    assert why(paper("a", TALK), paper("b", TALK, ADA)) == TITLE
    assert why(paper("a", short), paper("b", short, ADA)) is None
    assert why(paper("a", short, ADA), paper("b", short, ADA)) == TITLE


def test_a_name_before_the_colon_and_the_same_authors_are_enough() -> None:
    first = paper("a", "TideNet: Shallow Networks for Slow Signals", ADA, BEN)
    assert why(first, paper("b", "TideNet: Learning with the Moon", ADA, BEN)) == NAME
    assert why(first, paper("b", "TideNet: Learning with the Moon", EVE, FINN)) is None


def test_a_position_paper_has_no_name_for_being_one() -> None:
    first = paper("a", "Position: Tides Matter", ADA)
    assert why(first, paper("b", "Position: Poets Need Buses", ADA)) is None
    assert why(first, paper("b", "Tides Matter", ADA)) == TITLE


def test_parts_years_and_versions_are_other_works() -> None:
    first = paper("a", "Tides of Networks: Part 1, Ebb", ADA, BEN)
    assert why(first, paper("b", "Tides of Networks: Part 2, Ebb", ADA, BEN)) is None
    assert why(paper("a", "TideNet II: Ebb", ADA), paper("b", "TideNet III: Ebb", ADA)) is None
    assert why(paper("a", "TideNet: Ebb of 2030", ADA), paper("b", "TideNet: Ebb of 2031", ADA)) is None


def test_most_words_of_a_title_and_the_same_authors_are_enough() -> None:
    # Of the seven words of both, five are shared: 0.71; of eight, four: 0.5.
    first = paper("a", "Slow Tides in Shallow Recurrent Networks", ADA, BEN)
    assert 4 / 8 < NEAR_TITLE < 5 / 7
    assert why(first, paper("b", "Slow Tides in Deep Recurrent Networks", ADA, BEN)) == NEAR
    assert why(first, paper("b", "Slow Tides in Deep Coupled Networks", ADA, BEN)) is None
    assert why(first, paper("b", "Slow Tides in Deep Recurrent Networks", EVE, BEN, FINN)) is None
    assert why(first, paper("b", "Slow Tides in Deep Recurrent Networks")) is None


def test_a_retitled_paper_is_known_by_the_words_of_its_abstract() -> None:
    first = replace(paper("a", "Humming Pumps", ADA, BEN), abstract=PIPES)
    second = replace(paper("b", "Acoustic Warning on Farms", ADA, BEN), abstract=f"We find this. {PIPES}")
    assert why(first, second) == WORDS
    assert why(first, replace(second, abstract=OTHER)) is None
    assert why(first, replace(second, authors=(EVE, FINN))) is None


def test_half_of_an_abstract_kept_is_more_than_enough_and_a_tenth_is_not() -> None:
    words = [f"word{n}" for n in range(42)]  # 40 runs of three
    fresh = [f"fresh{n}" for n in range(42)]
    assert 4 / 40 < SAME_WORDS < 20 / 40
    first = replace(paper("a", "Humming Pumps", ADA), abstract=" ".join(words))
    second = paper("b", "Acoustic Warning", ADA)
    assert why(first, replace(second, abstract=" ".join(words[:22] + fresh[:20]))) == WORDS
    assert why(first, replace(second, abstract=" ".join(words[:6] + fresh[:36]))) is None


@pytest.mark.parametrize(("cosine", "linked"), [(SAME_MEANING + 0.01, True), (SAME_MEANING - 0.01, False)])
def test_abstracts_without_a_common_word_are_compared_by_their_vectors(cosine: float, linked: bool) -> None:
    first = replace(paper("a", "Humming Pumps", ADA), abstract=PIPES)
    second = replace(paper("b", "Acoustic Warning", ADA), abstract=OTHER)
    made = {
        "a": np.array([1, 0], dtype=np.float32),
        "b": np.array([cosine, np.sqrt(1 - cosine**2)], dtype=np.float32),
    }
    assert why(first, second, lambda ids: {p: made[p] for p in ids}) == (MEANING if linked else None)
    assert why(first, second, lambda ids: {"a": made["a"]}) is None


def test_a_venue_accepts_a_work_once_so_its_papers_are_never_linked() -> None:
    first, second = (paper(name, TALK, ADA, venue="Harbour 2031") for name in "ab")
    assert why(first, second) is None
    assert why(first, replace(second, year=2032)) == TITLE


def test_a_third_version_never_brings_two_papers_of_one_venue_together() -> None:
    first = paper("a", TALK, ADA, venue="Harbour 2031")
    second = paper("b", f"{TALK} Again", ADA, venue="Harbour 2031")
    preprint = paper("c", TALK, ADA, venue="arXiv")
    assert trace([first, second, preprint]).works == (("c", "a"),)


def test_versions_come_as_preprint_workshop_conference_and_then_by_year() -> None:
    found = trace(
        [
            paper("late", TALK, ADA, venue="Meadow 2032", year=2032),
            paper("early", TALK, ADA, venue="Harbour 2031"),
            paper("shop", TALK, ADA, venue="Reefs @ Harbour 2031", year=2033),
            paper("draft", TALK, ADA, venue="arXiv", year=2034),
        ]
    )
    assert found.works == (("draft", "shop", "early", "late"),)
    assert found.versions("shop") == ("draft", "shop", "early", "late")
    assert found.versions("nobody") == ("nobody",)


def test_a_list_shows_a_work_once_at_the_place_of_its_main_version_there() -> None:
    found = trace([paper("shop", TALK, ADA, venue="A Workshop"), paper("conf", TALK, ADA), paper("x", "Else", BEN)])
    assert found.collapse(["shop", "x", "conf"]) == ["x", "conf"]
    assert found.collapse(["shop", "x"]) == ["shop", "x"]
    assert found.collapse([]) == []


def test_a_withdrawn_paper_is_no_version() -> None:
    both = [paper("a", TALK, ADA), replace(paper("b", TALK, ADA), status="withdrawn")]
    assert trace(both).works == ()
    assert trace(both, [decision("a", "b", JOIN)]).works == ()


def test_a_title_that_very_many_papers_have_links_none_of_them() -> None:
    assert trace([paper(f"p{n}", TALK, ADA) for n in range(MOST_ALIKE + 1)]).works == ()


def test_a_split_wins_over_the_same_title_and_leaves_the_others_together() -> None:
    three = [paper("a", TALK, ADA), paper("b", TALK, ADA), paper("c", "TideNet: Ebb", BEN)]
    assert trace(three, [decision("b", "a", SPLIT)]).works == ()
    assert trace(three, [decision("b", "a", SPLIT), decision("c", "a", JOIN)]).works == (("a", "c"),)


def test_where_a_split_leaves_a_choice_the_stronger_link_is_kept() -> None:
    name, near = paper("a", "TideNet: Slow Tides in Nets", ADA), paper("c", "Slow Tides in Nets", ADA)
    middle = paper("b", "TideNet: Slow Tides in Nets", ADA)
    assert trace([name, middle, near]).works == (("a", "b", "c"),)
    assert trace([name, middle, near], [decision("a", "c", SPLIT)]).works == (("a", "b"),)


def test_a_join_needs_no_likeness_and_may_be_of_one_venue() -> None:
    found = trace([paper("a", "Ebb", ADA, venue="V"), paper("b", "Flow", EVE, venue="V")], [decision("b", "a", JOIN)])
    assert found.works == (("a", "b"),)
    assert found.why("b", "a") == JOINED


NAMES = "abcdefg"
DECISIONS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from((JOIN, SPLIT))).filter(
        lambda row: row[0] != row[1]
    ),
    max_size=10,
).map(lambda rows: list({(d := decision(*row)).pair: d for row in rows}.values()))
LIBRARIES = st.lists(
    st.tuples(st.sampled_from((TALK, f"{TALK} Again", "TideNet: Ebb", "TideNet: Flow")), st.sampled_from((ADA, BEN))),
    min_size=len(NAMES),
    max_size=len(NAMES),
).map(lambda rows: [paper(name, *row) for name, row in zip(NAMES, rows, strict=True)])


@given(LIBRARIES, DECISIONS)
def test_a_split_always_wins_over_likeness_and_over_any_chain_of_links(
    papers: list[Paper], decisions: list[Decision]
) -> None:
    assert not pairs(trace(papers, decisions)) & {d.pair for d in decisions if d.decision == SPLIT}


@given(LIBRARIES, DECISIONS)
def test_without_splits_joins_are_symmetric_and_transitive(papers: list[Paper], decisions: list[Decision]) -> None:
    joins = [d for d in decisions if d.decision == JOIN]
    found = pairs(trace(papers, joins))
    assert found >= {d.pair for d in joins}
    for a, b in found:
        for c in NAMES:
            if c not in (a, b) and tuple(sorted((b, c))) in found:
                assert tuple(sorted((a, c))) in found
    assert found == pairs(trace(papers, [decision(d.second, d.first, JOIN) for d in joins]))


@given(LIBRARIES, DECISIONS, st.randoms(use_true_random=False))
def test_works_do_not_depend_on_the_order_of_the_papers(
    papers: list[Paper], decisions: list[Decision], r: object
) -> None:
    other = list(papers)
    r.shuffle(other)  # type: ignore[attr-defined]
    assert trace(other, decisions).works == trace(papers, decisions).works


@given(LIBRARIES, DECISIONS, st.lists(st.sampled_from(NAMES), unique=True))
def test_a_collapsed_list_has_each_work_once_and_loses_none(
    papers: list[Paper], decisions: list[Decision], listed: list[str]
) -> None:
    found = trace(papers, decisions)
    shown = found.collapse(listed)
    assert [p for p in listed if p in shown] == shown
    assert len({found.versions(p) for p in shown}) == len(shown)
    assert {found.versions(p) for p in shown} == {found.versions(p) for p in listed}


def rows(path: Path) -> list[Paper]:
    """A shared set's papers; those of one file are of one venue."""
    records = [row.record for row in read_rows(path) if row.record]
    return [
        Paper(f"{path.stem}-{n}", r.title, r.authors, r.abstract, None, r.venue, r.venue_id, r.tier, r.year)
        for n, r in enumerate(records)
    ]


def test_no_two_papers_of_one_real_conference_are_linked_by_any_rule(shared: Path) -> None:
    papers = rows(shared / "icml2024" / "icml2024_papers.jsonl")
    assert len(papers) == 2610
    assert trace(papers).works == ()
    # Nor where nothing says that they are of one venue.
    assert trace([replace(p, venue=None, venue_id=None) for p in papers]).works == ()


def test_the_two_workshop_papers_that_real_conferences_have_too_are_found_and_no_others(shared: Path) -> None:
    files = ("icml2024/icml2024_papers", "venues/colm2024_papers", "venues/colm2025_papers", "pdfs/enlsp2024")
    files += ("pdfs/gram2024", "workshops/scope_iclr2025_accepted", "workshops/esfomo2_icml2024_orals")
    papers = [p for name in (*files, "workshops/lcfm_icml2024_orals") for p in rows(shared / f"{name}.jsonl")]
    found = trace(papers)
    held = {p.paper_id: p for p in papers}
    assert sorted((held[a].venue_id, held[b].venue) for a, b in found.works) == [
        ("ICML.cc/2024/Workshop/ES-FoMo-II", "COLM 2024"),
        ("ICML.cc/2024/Workshop/ES-FoMo-II", "ICML 2024"),
    ]
    assert {link.why for link in found.links.values()} == {TITLE}
