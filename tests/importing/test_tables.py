"""Reading lists as BibTeX, RIS, tables and plain lines, and files that are none."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export import names, tex
from ingest.lists import MAX_BYTES, parse, tables
from ingest.lists.draft import MAX_PAPERS, Draft, NotAList
from library.errors import InputError
from library.lists import Entry, Named, Why

Read = Callable[..., Draft]

BIBTEX = """
@inproceedings{brook31,
  title = {{Tidepool} Caches for {\\"U}ber Documents},
  author = {Brook, Ada and Ben Castle and others},
  booktitle = {Harbour 2031}, year = 2031,
  url = {https://openreview.net/forum?id=tidepool01}, doi = {10.1000/182},
  annote = {Read
again.}
}
@article{x, title = {No end
@misc{grove, title = {Patient Bandits}, eprint = {3012.01234}, archivePrefix = {arXiv}}
"""


def test_bibtex_entries_are_papers_with_their_lines_and_a_broken_one_is_told(draft: Read) -> None:
    read = draft(BIBTEX, "list.bib")
    first, second = read.items
    assert (first.line, second.line) == (2, 11)
    assert first.entry.named == Named(
        *("Tidepool Caches for Über Documents", ("Ada Brook", "Ben Castle"), "Harbour 2031", 2031),
        "https://openreview.net/forum?id=tidepool01",
    )
    assert first.links == ("https://openreview.net/forum?id=tidepool01", "https://doi.org/10.1000/182")
    assert first.entry.note == "Read\nagain."
    assert second.links == ("https://arxiv.org/abs/3012.01234",)
    [problem] = read.problems
    assert (problem.line, problem.reason[:40]) == (10, "not a BibTeX entry that can be read (Une")


@pytest.mark.parametrize("encode", [tex.ascii_text, tex.unicode_text])
@pytest.mark.parametrize(
    "note",
    ["p < 0.05 | x > 3", "\\frac{a}{b} and }{", "$5 and {A} $6", "$x_{t+1}$: 50% & more_x #1 ~ ^", "Ünï “q” – x…"],
)
def test_a_note_in_latex_reads_back_to_the_last_sign(draft: Read, note: str, encode: Callable[[str], str]) -> None:
    [item] = draft(f"@misc{{a, title = {{T}}, annote = {{{tex.prose(note, encode)}}}}}", "list.bib").items
    assert item.entry.note == note


def test_a_formula_in_a_title_keeps_its_braces(draft: Read) -> None:
    [item] = draft(
        "@misc{a, title = {{$\\bf{\\Phi}_\\textrm{Flow}$}: A {LLM} with p {\\textless} 1}}", "list.bib"
    ).items
    assert item.entry.named.title == "$\\bf{\\Phi}_\\textrm{Flow}$: A LLM with p < 1"


def test_keywords_of_bibtex_and_ris_are_told_apart_also_with_commas_in_braces(draft: Read) -> None:
    [one] = draft("@misc{a, title = {T}, keywords = {fog, {a, b}; Rain}}", "list.bib").items
    [other] = draft("TY  - CONF\nTI  - T\nKW  - fog\nKW  - a, b\nER  - \n", "list.ris").items
    assert (one.keywords, other.keywords) == (("fog", "a, b", "Rain"), ("fog", "a, b"))


CSL = """[
  {"id": "a", "type": "paper-conference", "title": "Tidepool Caches", "issued": {"date-parts": [[2031, 7]]},
   "author": [{"family": "Maaten", "given": "Laurens", "non-dropping-particle": "van der"}, {"literal": "A Team"}],
   "container-title": "Harbour 2031", "URL": "https://openreview.net/forum?id=tidepool01", "DOI": "10.1000/182",
   "keyword": "fog, c", "annote": "Read\\nagain.", "custom": {"section": ["A", "B"], "state": "reading", "tags": ["c"],
   "priority": 2, "why": {"text": "It floats.", "section": "Intro", "page": 3}}},
  {"id": "b"},
  {"id": "c", "type": "article", "title": "Patient Bandits", "keyword": "fog, rain"}
]"""


@pytest.mark.parametrize("name", ["list.json", "list.txt"])
def test_csl_json_is_read_with_what_lists_know_besides(draft: Read, name: str) -> None:
    read = draft(CSL, name)
    first, second = read.items
    assert (first.line, second.line, read.sections) == (2, 8, (("A", "B"),))
    assert first.links == ("https://openreview.net/forum?id=tidepool01", "https://doi.org/10.1000/182")
    assert first.entry == Entry(
        Named(
            *("Tidepool Caches", ("Laurens van der Maaten", "A Team"), "Harbour 2031", 2031),
            "https://openreview.net/forum?id=tidepool01",
        ),
        section=("A", "B"),
        note="Read\nagain.",
        tags=("c",),
        state="reading",
        priority=2,
        why=Why("It floats.", "Intro", 3),
    )
    assert (second.entry, second.keywords) == (Entry(Named("Patient Bandits")), ("fog", "rain"))
    assert [(problem.line, problem.text) for problem in read.problems] == [(7, '{"id": "b"}')]


JABREF = """% Encoding: UTF-8
@inproceedings{a, title = {A}, note = {Best paper award}, annote = {mine}, annotation = {mine}, review = {Long.},
  comment = {For all}, comment-ada = {For Ada}, keywords = {fog}, mendeley-tags = {x, y}, groups = {y, z},
  readstatus = {skimmed}, priority = {prio1}, ranking = {rank4}}
@inproceedings{b, title = {B}, note = {ISSN: 2640-3498}, readstatus = {read}, priority = {urgent}}
@misc{c, title = {C}, note = {arXiv:3012.01234 [cs, stat]
mine}, url = {www.example.org}}
@comment{jabref-meta: databaseType:bibtex;}
"""


def test_all_that_users_add_in_other_programs_is_kept_and_boilerplate_is_not(draft: Read) -> None:
    first, second, third = draft(JABREF, "list.bib").items
    assert first.entry == Entry(
        Named("A"),
        note="Best paper award\n\nmine\n\nLong.\n\nFor all\n\nFor Ada\n\nranking: rank4",
        tags=("x", "y", "z"),
        state="reading",
        priority=1,
    )
    assert first.keywords == ("fog",)
    assert second.entry == Entry(Named("B"), note="priority: urgent", state="read")
    assert third.entry == Entry(Named("C"), note="mine\n\nlink: www.example.org")


def test_biblatex_names_venue_and_year_by_other_fields(draft: Read) -> None:
    items = draft(
        "@article{a, title = {A}, journaltitle = {Tides}, date = {2031-05-01}}\n"
        "@inproceedings{b, title = {B}, eventtitle = {Harbour 2031}, location = {Quay}, date = {2031}}\n"
        "@inproceedings{c, title = {C}, crossref = {p}}\n"
        "@proceedings{p, title = {Proceedings of Harbour}, year = 2030}\n",
        "list.bib",
    ).items
    assert [(item.entry.named.venue, item.entry.named.year) for item in items[:3]] == [
        ("Tides", 2031),
        ("Harbour 2031", 2031),
        ("Proceedings of Harbour", 2030),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        "journal = {arXiv preprint arXiv:3012.01234}",
        "journal = {ArXiv}, volume = {abs/3012.01234}",
        "journal = {CoRR}, volume = {abs/3012.01234}",
        "howpublished = {\\url{https://arxiv.org/abs/3012.01234}}",
        "arxivId = {3012.01234}",
        "url = {arxiv.org/abs/3012.01234}",
        "eprint = {3012.01234}, primaryclass = {cs.LG}",
    ],
    ids=str.split("scholar semantic-scholar dblp howpublished mendeley bare eprint"),
)
def test_a_preprint_is_known_however_its_place_is_written(draft: Read, fields: str) -> None:
    [item] = draft(f"@article{{a, title = {{T}}, {fields}}}", "list.bib").items
    assert item.links == ("https://arxiv.org/abs/3012.01234",)


def test_entries_of_one_key_are_two_papers_and_a_field_that_comes_twice_costs_none(draft: Read) -> None:
    read = draft(
        '@string{h = "Harbour"}\n@misc{a, title = {A}, journal = h}\n@misc{a, title = {B}, journal = h}\n'
        "@misc{c, title = {C}, note = {one}, note = {two}, year = 2030, Year = 2031}\n",
        "list.bib",
    )
    assert [(item.line, item.entry.named.title, item.entry.named.venue) for item in read.items] == [
        (2, "A", "Harbour"),
        (3, "B", "Harbour"),
        (4, "C", None),
    ]
    assert (read.items[2].entry.note, read.items[2].entry.named.year, read.problems) == ("one\n\ntwo", 2030, ())


def test_an_entry_that_cannot_be_read_is_told_with_how_it_begins(draft: Read) -> None:
    read = draft(
        "@misc{a, title = {A}}\n@article{lost,\n  title = {The Lost One}, author = {A, B, C, D}}\n", "list.bib"
    )
    [problem] = read.problems
    assert problem.line == 2
    assert problem.reason.endswith("@article{lost, title = {The Lost One}, author = {A, B, C, D}}")


def test_an_entry_without_its_at_sign_is_told_and_words_between_entries_are_not(draft: Read) -> None:
    text = "% words\n\narticle{lost,\n  title = {The Lost One}\n}\n\nMore words.\n@misc{a, title = {A}}\n"
    [problem] = draft(text, "list.bib").problems
    assert (problem.line, problem.reason) == (
        *(4, "not a BibTeX entry that can be read (no @ before it): title = {The Lost One} } More words."),
    )
    assert draft("% title\nWords, title: x\n@misc{a, title = {A}}\n", "list.bib").problems == ()


@pytest.mark.parametrize("name", ["big.bib", "big.ris"])
def test_files_made_to_keep_a_reader_busy_do_not(draft: Read, name: str) -> None:
    began = time.perf_counter()
    for text in (
        "\n" * 300_000,
        " " * 300_000,
        "a{" + "," * 300_000,
        "@misc{a, title={T}," + "note={a}," * 20_000 + "}",
    ):
        with suppress(InputError):
            draft(f"{text}\n@misc{{b, title = {{B}}}}", name)
    # What looks at every pair of these takes minutes.
    assert time.perf_counter() - began < 20


def test_ris_with_one_space_is_read_and_a_line_between_records_is_told(draft: Read) -> None:
    [item] = draft("TY - JOUR\nTI - On Fog\nKW - rain\nER -\n", "list.ris").items
    assert (item.entry.named.title, item.keywords) == ("On Fog", ("rain",))
    read = draft("TY  - GEN\nTI  - A\nER  - \n\nstray\n\nTY  - GEN\nTI  - B\nER  - \n", "list.ris")
    assert [(item.line, item.entry.named.title) for item in read.items] == [(1, "A"), (7, "B")]
    assert [(problem.line, problem.text) for problem in read.problems] == [(5, "stray")]


DBLP = """Provider: A service
Database: A bibliography
Content: text/plain; charset="utf-8"

TY  - CPAPER
AU  - de la Cruz, Juan, Jr.
AU  - King, Jr., Ada
TI  - On Fog
BT  - Harbour 2031
PY  - 2031//
L1  - https://openreview.net/pdf?id=tidepool01
AN  - arXiv:3012.01234
N1  - ISSN: 2640-3498
N1  - mine
RN  - more
RN  - of it
ER  -

TY  - JOUR
T1  - On Rain
A1  - Brook, Ada
JO  - arXiv preprint arXiv:3012.09999
UR  - my shelf
"""


def test_ris_of_other_services_is_read_with_its_names_venues_links_and_notes(draft: Read) -> None:
    read = draft(DBLP, "list.ris")
    first, second = read.items
    assert (read.problems, first.line, second.line) == ((), 5, 19)
    assert first.entry.named.authors == ("Juan de la Cruz Jr.", "Ada King Jr.")
    assert first.entry.named.venue == "Harbour 2031"
    assert first.links == ("https://openreview.net/pdf?id=tidepool01", "https://arxiv.org/abs/3012.01234")
    assert first.entry.note == "mine\n\nmore\nof it"
    assert (second.entry.named.authors, second.links, second.entry.note) == (
        ("Ada Brook",),
        ("https://arxiv.org/abs/3012.09999",),
        "link: my shelf",
    )


@pytest.mark.parametrize("name", ["Juan de la Cruz Jr.", "Laurens van der Maaten", "Ada B. Brook III", "Plato"])
def test_names_come_back_from_ris_and_bibtex_as_they_went(draft: Read, name: str) -> None:
    parts = names.name(name)
    family = f"{parts.particle} {parts.family}".strip()
    for text, ending in (
        (f"TY  - GEN\nTI  - T\nAU  - {', '.join(filter(None, (family, parts.given, parts.suffix)))}\nER  - \n", "ris"),
        (f"@misc{{a, title = {{T}}, author = {{{parts.sorted}}}}}", "bib"),
    ):
        [item] = draft(text, f"list.{ending}").items
        assert item.entry.named.authors == (name,)
        assert names.name(item.entry.named.authors[0]) == parts


def test_a_table_as_excel_saves_it_is_read(draft: Read) -> None:
    told = "title;link;tags;manual tags\nÄ;10.48550/arXiv.3012.01234;a;b, c\n"
    named = draft(f"sep=;\n{told}", "list.csv")
    [item] = named.items
    assert (item.line, item.links, item.entry.tags) == (
        *(3, ("https://doi.org/10.48550/arXiv.3012.01234",)),
        ("a", "b", "c"),
    )
    for name in ("list.txt", "list.tsv"):
        [item] = draft(told.replace(";", "\t").encode("utf-16"), name).items
        assert (item.line, item.entry.named.title) == (2, "Ä")
    [item] = draft("@misc{a, title = {Ä}}".encode("utf-16"), "list.bib").items
    assert item.entry.named.title == "Ä"


def test_a_tables_link_that_is_none_is_a_remark(draft: Read) -> None:
    [item] = draft("title,link,note\nT,my drive,mine\n", "list.csv").items
    assert (item.links, item.entry.note) == ((), "mine\n\nlink: my drive")


def test_addresses_without_a_scheme_and_dois_are_links_in_lines_of_text(draft: Read) -> None:
    read = draft(
        "arxiv.org/abs/3012.01234v2, great\nwww.openreview.net/forum?id=tidepool01\n10.48550/arXiv.3012.01234\n"
        "see doi:10.1000/182.\nVersion 10.5 of 3/4\nme@arxiv.org/abs/3012.01234\n",
        "links.txt",
    )
    assert [(item.links, item.beside) for item in read.items] == [
        (("https://arxiv.org/abs/3012.01234v2",), "great"),
        (("https://www.openreview.net/forum?id=tidepool01",), ""),
        (("https://doi.org/10.48550/arXiv.3012.01234",), ""),
        (("https://doi.org/10.1000/182",), "see"),
        ((), "Version 10.5 of 3/4"),
        ((), "me@arxiv.org/abs/3012.01234"),
    ]


def test_a_semicolon_behind_a_backslash_is_part_of_a_tag(draft: Read) -> None:
    [item] = draft('title,tags\nT,"a; c\\;d; e, f"\n', "list.csv").items
    assert item.entry.tags == ("a", "c;d", "e, f")


RIS = """TY  - CONF
TI  - Tidepool Caches
AU  - Brook, Ada
AU  - Castle, Ben
T2  - Harbour 2031
PY  - 2031/05/01
UR  - https://openreview.net/forum?id=tidepool01
DO  - 10.1000/182
N1  - Read
N1  - again.
ER  -

TY  - JOUR
T1  - Patient Bandits
"""


def test_ris_records_are_papers_also_one_that_is_not_ended(draft: Read) -> None:
    first, second = draft(RIS, "list.ris").items
    assert (first.line, second.line) == (1, 13)
    assert first.entry == Entry(
        Named(
            *("Tidepool Caches", ("Ada Brook", "Ben Castle"), "Harbour 2031", 2031),
            "https://openreview.net/forum?id=tidepool01",
        ),
        note="Read\nagain.",
    )
    assert second.entry.named == Named("Patient Bandits")


def test_a_table_is_read_by_the_names_of_its_columns_whatever_their_order(draft: Read) -> None:
    read = draft(
        "\ufeffYear;Paper Title;Author(s);Section;OpenReview;Notes;Tags;State;why;Colour\r\n"
        '2031;"Tide; pools";Brook, Ada and Ben Castle;A › B;tidepool01;"one\ntwo";x;reading;It floats.;red\r\n'
        ";;;;;;;;;\r\n"
        "n.d.;'=SUM(A1);;;;;;accepted;;\r\n",
        "list.csv",
    )
    first, second = read.items
    assert (first.line, second.line, read.sections) == (2, 5, (("A", "B"),))
    assert first.entry == Entry(
        Named("Tide; pools", ("Brook", "Ada", "Ben Castle"), None, 2031, "https://openreview.net/forum?id=tidepool01"),
        section=("A", "B"),
        note="one\ntwo",
        tags=("x",),
        state="reading",
        why=Why("It floats.", "", None),
    )
    assert second.entry == Entry(Named("=SUM(A1)"), note="state: accepted")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Brook, Ada; Castle, Ben", ("Ada Brook", "Ben Castle")),
        ("Ada Brook, Ben Castle, and Cleo Dunes", ("Ada Brook", "Ben Castle", "Cleo Dunes")),
        ("Ada Brook and Ben Castle", ("Ada Brook", "Ben Castle")),
        ("Brook, Ada", ("Ada Brook",)),
    ],
)
def test_authors_of_a_cell_are_told_apart(draft: Read, cell: str, found: tuple[str, ...]) -> None:
    [item] = draft(f'title,authors\nT,"{cell}"\n', "list.csv").items
    assert item.entry.named.authors == found


def test_tabs_separate_a_tsv_and_ids_are_links(draft: Read) -> None:
    [item] = draft("title\tdoi\tarxiv\tpdf\nT\t10.1000/182\t3012.01234v2\tjavascript:x\n", "list.tsv").items
    assert item.links == ("https://doi.org/10.1000/182", "https://arxiv.org/abs/3012.01234v2")


def test_lines_of_text_are_links_ids_or_titles_with_remarks_and_sections(draft: Read) -> None:
    read = draft(
        "# To read\n\nhttps://openreview.net/forum?id=tidepool01 great figures\nfOrUm0Veil\n"
        "## Later\nsee https://arxiv.org/abs/3012.01234v2, too.\nAttention Is All You Need\narXiv:3012.01235 again\n",
        "links.txt",
    )
    assert [(item.line, item.entry.named.title, item.links, item.beside) for item in read.items] == [
        (3, "", ("https://openreview.net/forum?id=tidepool01",), "great figures"),
        (4, "fOrUm0Veil", ("https://openreview.net/forum?id=fOrUm0Veil",), ""),
        (6, "see", ("https://arxiv.org/abs/3012.01234v2",), "see too"),
        (7, "Attention Is All You Need", (), "Attention Is All You Need"),
        (8, "", ("https://arxiv.org/abs/3012.01235",), "again"),
    ]
    assert [item.entry.section for item in read.items[1:3]] == [("To read",), ("To read", "Later")]


def test_lines_of_text_stay_lines_where_some_of_them_are_bullets(draft: Read) -> None:
    read = draft(
        "Attention Is All You Need\nhttps://openreview.net/forum?id=tidepool01\n- https://arxiv.org/abs/3012.01234\n"
        "https://proceedings.mlr.press/v999/grove31a.html\n2. Patient Bandits\n",
        "links.txt",
    )
    assert [(item.line, item.links or item.entry.named.title) for item in read.items] == [
        (1, "Attention Is All You Need"),
        (2, ("https://openreview.net/forum?id=tidepool01",)),
        (3, ("https://arxiv.org/abs/3012.01234",)),
        (4, ("https://proceedings.mlr.press/v999/grove31a.html",)),
        (5, "Patient Bandits"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [("@misc{a, title = {T}}", 1), ("\nTY  - CONF\nTI  - T\nER  - ", 2), ("\n- [T](https://x.org)", 2), ("\nT", 2)],
)
def test_a_text_file_is_what_stands_in_it(draft: Read, text: str, line: int) -> None:
    [item] = draft(text, "list.txt").items
    assert (item.line, item.entry.named.title) == (line, "T")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("list.md", b"", r"list.md holds no paper that can be read: give one paper a line"),
        ("list.bib", b"@article{x, title = {No end", r"list.bib holds no paper that can be read: line 1: not a BibTeX"),
        ("list.md", b"- ok\n- \xff\n", r"list.md:2: not UTF-8 text \(byte 7\): save it as UTF-8"),
        ("list.csv", "title\nÄ".encode("cp1252"), r"list.csv:2: not UTF-8 text"),
        ("list.csv", "title\nx".encode("utf-16")[:-1], r"list.csv:2: not UTF-16 text"),
        ("list.txt", b"PK\x03\x04\n\0\0", r"list.txt:2: not a text file"),
        ("list.csv", b"a,b\n1,2\n", r"list.csv:1: no column is called title or link"),
        ("list.csv", b'title\n"' + b"x" * 200_000, r"list.csv:2: not a table that can be read \(field larger"),
        ("list.bib", b"@misc{a, title = {" + b"{" * 50_000 + b"}" * 50_000 + b"}}", r"list.bib"),
        ("list.md", b"x" * (MAX_BYTES + 1), r"list.md has more than 20 MB: this is no list of papers, or split it"),
        ("list.txt", b"a\n" * (MAX_PAPERS + 1), r"list.txt:20001: more than 20,000 papers: split the file"),
        ("list.json", b'{"papers": []}', r"list.json:1: not CSL-JSON: a list of objects with type and title"),
        ("list.json", b'[{"name": "x"}]', r"list.json holds no paper that can be read: line 1: not CSL-JSON"),
        ("list.json", b'[\n{"id": 1', r"list.json:2: not JSON that can be read"),
        ("list.md", b"> " * 60 + b"x", r"list.md:1: nested more deeply"),
    ],
    ids=str.split("empty unclosed latin-1 cp1252 utf-16 binary unnamed field braces large long object rows cut deep"),
)
def test_a_file_that_is_no_list_says_where_and_what_to_do(draft: Read, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        draft(content, name)


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file at .*: check the path"):
        parse(tmp_path / "none.md")
    with pytest.raises(InputError, match=r" is a folder: give one file of it"):
        parse(tmp_path)


@given(text=st.text(), ending=st.sampled_from((".bib", ".ris", ".csv", ".tsv", ".md", ".txt", ".json")))
def test_any_text_is_a_list_or_an_error_that_says_so(draft: Read, text: str, ending: str) -> None:
    with suppress(InputError):  # any other error is a fault
        assert draft(text.encode("utf-8", "surrogatepass"), f"list{ending}").items


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), max_size=4))
def test_any_rows_under_a_title_are_papers_or_nothing(rows: list[list[str]]) -> None:
    text = "title,link\n" + "\n".join(",".join(row) for row in rows)
    with suppress(NotAList):
        tables.table(text)
