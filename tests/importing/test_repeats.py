"""Papers that a file names several times."""

import time
from pathlib import Path

from ingest.lists import lines, markdown, repeats, tables
from ingest.lists.draft import Draft
from ingest.lists.repeats import Found, Repeat
from ingest.lists.resolve import UNKNOWN, Resolver
from library import Library
from library.lists import Entry, Named, Why

FORUM = "https://openreview.net/forum?id="


def united(library: Library, draft: Draft) -> tuple[list[Entry], list[tuple[int, int]]]:
    """The entries, and which lines name the paper of which."""
    resolver = Resolver(library)
    found, told = repeats.united([Found(item, *resolver.item(item)) for item in draft.items])
    return [one.entry for one in found], [(repeat.line, repeat.first) for repeat in told]


def test_what_is_said_of_one_paper_in_several_places_stands_on_its_first_entry(library: Library) -> None:
    text = (
        "title,link,section,note,tags,state,priority,why\n"
        ",tidepool01,A,one,x,,3,\n"
        "Patient Bandits for Slow Rewards,,A,,,,,\n"
        'Tidepool Caches for Reading Long Documents,,B,two,"x, y",reading,2,It floats.\n'
        ",https://icml.cc/virtual/2031/poster/77,,one,z,,,\n"
    )
    entries, told = united(library, tables.table(text))
    first, other = entries
    assert (told, first.paper_id) == ([(4, 2), (5, 2)], "tidepool01")
    assert (first.section, first.note, first.tags) == (("A",), "one\n\ntwo", ("x", "y", "z"))
    assert (first.state, first.priority, first.why) == ("reading", 2, Why("It floats.", "", None))
    assert other.named.title == "Patient Bandits for Slow Rewards"


def test_a_remark_that_stands_over_both_places_is_kept_once(library: Library) -> None:
    text = f"# L\n\n## S\n\nBoth are good.\n\n- {FORUM}tidepool01\n- {FORUM}tidepool01\n  - mine\n"
    entries, told = united(library, markdown.parse(text))
    assert ([entry.note for entry in entries], told) == (["Both are good.\n\n- mine"], [(8, 7)])


def test_papers_that_nobody_holds_are_one_by_an_address_or_by_title_and_authors(library: Library) -> None:
    text = (
        "title,authors,link\n"
        ",,https://arxiv.org/abs/3001.00001\n"
        "On Fog,Ada Brook,https://arxiv.org/pdf/3001.00001v2\n"
        'On fog,"Brook, Ada",\n'
        "On Fog,Ben Castle,\n"
        "On Rain,Ada Brook,forumrain1\n"
        "On Rain,Ada Brook,forumrain2\n"
        "On Rain,Ada Brook,https://example.org/rain\n"
    )
    entries, told = united(library, tables.table(text))
    assert told == [(3, 2), (4, 2), (8, 6)]
    assert [entry.named for entry in entries] == [
        Named("On Fog", ("Ada Brook",), link="https://arxiv.org/abs/3001.00001"),
        Named("On Fog", ("Ben Castle",)),
        Named("On Rain", ("Ada Brook",), link=f"{FORUM}forumrain1"),
        Named("On Rain", ("Ada Brook",), link=f"{FORUM}forumrain2"),
    ]


def test_a_preprint_of_one_search_and_the_paper_of_another_are_one(library: Library) -> None:
    text = (
        "@article{brook2031tidepool,\n  title={Tidepool caches for reading long documents},\n"
        "  author={Brook, Ada and others},\n  journal={arXiv preprint arXiv:3012.09999}\n}\n"
        "@inproceedings{\nbrook2031tidepool,\ntitle={Tidepool Caches for Reading Long Documents},\n"
        f"author={{Ada Brook and Ben Castle}},\nurl={{{FORUM}tidepool01}},\nnote={{mine}}\n}}\n"
    )
    [entry], told = united(library, tables.bibtex(Path("refs.bib"), text))
    assert (entry.paper_id, entry.note, told) == ("tidepool01", "mine", [(6, 1)])


def test_a_line_that_names_its_paper_twice_is_not_told(library: Library) -> None:
    pmlr = "https://proceedings.mlr.press/v999/grove31a"
    entries, told = united(library, lines.parse(f"Patient Bandits for Slow Rewards\n{pmlr}.html {pmlr}/grove31a.pdf\n"))
    assert (len(entries), told) == (1, [(2, 1)])
    entries, told = united(library, lines.parse(f"{FORUM}tidepool01 https://icml.cc/virtual/2031/poster/77\n"))
    assert (len(entries), told) == (1, [])


def test_a_file_made_of_one_title_or_one_paper_is_done_soon() -> None:
    named = tables.table("title,link\n" + "".join(f"On Fog,forum{n:05}\n" for n in range(10_000)))
    same = lines.parse(f"{FORUM}tidepool01 {'x' * 50}\n" * 10_000)
    began = time.perf_counter()
    for draft, papers in ((named, 10_000), (same, 1)):
        found, told = repeats.united([Found(item, item.entry, UNKNOWN) for item in draft.items])
        assert (len(found), len(told)) == (papers, 10_000 - papers)
    # To compare each with each takes minutes.
    assert time.perf_counter() - began < 20
    assert papers == 1
    assert told[-1] == Repeat(10_000, 1, found[0].entry.named.title)
