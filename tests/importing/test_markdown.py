"""Reading lists in Markdown: Posterhall's own form, and what people write by hand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.lists import markdown
from ingest.lists.draft import Draft, NotAList
from library.lists import Entry, Named, Why

FORUM = "https://openreview.net/forum?id="


def titles(read: Draft) -> list[str]:
    return [item.entry.named.title for item in read.items]


def notes(read: Draft) -> list[str]:
    return [item.entry.note for item in read.items]


OWN = f"""# Cool systems

What I read in *May*.

\\- and not a list
\\# nor a heading, see https://arxiv.org/abs/2404.17546

- [Title](https://openreview.net/forum?id=x). Ada Lovelace, Laurens van der Maaten. *ICML 2024*, 2024.
  - state: reading
  - priority: 1
  - tags: state spaces, to present, a&#44; b
  - why: “The sentence &amp; “its” quotes.” (Introduction&#44; p. 9, p. 2)
  - note: My own words, in Markdown.

    Their second paragraph:
    - with a list to {FORUM}other00001

## A section

### A section in it

- **A paper without a link**. *SCOPE - ICLR 2025*.
- [Only authors](https://x.org/a). Sammy Davis Jr..
- [Only a year](https://x.org/b). 1987.
- [A \\[bracket\\] and $x_1$](https://x.org/c). Smith&#44; J., A. B. Roe. 2001.

## Empty
"""


def test_posterhalls_own_form_is_read_to_the_last_field() -> None:
    read = markdown.parse(OWN)
    assert (read.name, read.sections) == (
        "Cool systems",
        (("A section",), ("A section", "A section in it"), ("Empty",)),
    )
    assert read.description == (
        "What I read in *May*.\n\n- and not a list\n# nor a heading, see https://arxiv.org/abs/2404.17546"
    )
    first, *rest = (item.entry for item in read.items)
    assert first == Entry(
        Named("Title", ("Ada Lovelace", "Laurens van der Maaten"), "ICML 2024", 2024, f"{FORUM}x"),
        note=f"My own words, in Markdown.\n\nTheir second paragraph:\n- with a list to {FORUM}other00001",
        tags=("state spaces", "to present", "a, b"),
        state="reading",
        priority=1,
        why=Why("The sentence & “its” quotes.", "Introduction, p. 9", 2),
    )
    inside = ("A section", "A section in it")
    assert [entry.section for entry in rest] == [inside] * 4
    assert [entry.named for entry in rest] == [
        Named("A paper without a link", venue="SCOPE - ICLR 2025"),
        Named("Only authors", ("Sammy Davis Jr.",), link="https://x.org/a"),
        Named("Only a year", year=1987, link="https://x.org/b"),
        Named("A [bracket] and $x_1$", ("Smith, J.", "A. B. Roe"), None, 2001, "https://x.org/c"),
    ]
    assert [item.line for item in read.items] == [8, 22, 23, 24, 25]


def test_sections_deeper_than_headings_are_in_the_deepest_heading() -> None:
    read = markdown.parse("# N\n\n## A\n### B\n#### C\n##### D\n###### E › F\n- [T](https://x.org). 2024.\n")
    assert read.items[0].entry.section == ("A", "B", "C", "D", "E", "F")


CURATED = f"""---
title: Orals of a year
---
A note of the editor's.

# Models

Remarks on both:

> Brook, Ada, and Ben Castle. “First Paper,” 2031. [{FORUM}first00001]({FORUM}first00001).

> Castle, Ben, Cleo Dunes, et al. “Second Paper?,” 2031. [{FORUM}second0001]({FORUM}second0001).

Another remark.

[A page](https://www.notion.so/page) of it.

> Dunes, Cleo. “Third Paper,” 2030. <{FORUM}third00001>

A last word.

## Empty

Nothing here yet.

# Last

> Grove, Finn. “Fourth Paper.” *Meadow*, 2030. {FORUM}fourth0001
"""


def test_a_remark_is_the_note_of_every_paper_that_follows_it_in_its_section() -> None:
    read = markdown.parse(CURATED)
    assert (read.name, read.sections) == ("Orals of a year", (("Models",), ("Models", "Empty"), ("Last",)))
    assert titles(read) == ["First Paper", "Second Paper?", "Third Paper", "Fourth Paper"]
    both = "Remarks on both:"
    another = "Another remark.\n\n[A page](https://www.notion.so/page) of it."
    assert notes(read) == [both, both, f"{another}\n\nA last word.", ""]
    assert read.description == "A note of the editor's.\n\nModels / Empty\n\nNothing here yet."
    assert [item.line for item in read.items] == [10, 12, 18, 28]


def test_a_citation_is_taken_apart() -> None:
    named = [item.entry.named for item in markdown.parse(CURATED).items]
    assert named[0] == Named("First Paper", ("Ada Brook", "Ben Castle"), None, 2031, f"{FORUM}first00001")
    assert named[1].authors == ("Ben Castle", "Cleo Dunes")
    assert named[3] == Named("Fourth Paper", ("Finn Grove",), "Meadow", 2030, f"{FORUM}fourth0001")


@pytest.mark.parametrize(
    ("text", "title", "links", "note"),
    [
        (f"- [A Title]({FORUM}aaaaaaaaa1) - so good", "A Title", 1, "so good"),
        (f"- A Title [[pdf]({FORUM}aaaaaaaaa1)] [[code](https://github.com/x/y)]", "A Title", 2, ""),
        ("- **A Title**: why\n- [B](https://x.org)", "A Title", 0, "why"),
        (f"- “A Title”, {FORUM}aaaaaaaaa1", "A Title", 1, ""),
        (f"* {FORUM}aaaaaaaaa1 - read twice", "", 1, "read twice"),
        (f"1. [x] [A Title]({FORUM}aaaaaaaaa1)", "A Title", 1, ""),
        (f"{FORUM}aaaaaaaaa1, and more", "", 1, "and more"),
        (f"| paper | why |\n|---|---|\n| [A Title]({FORUM}aaaaaaaaa1) | so good |", "A Title", 1, "so good"),
        ("- [A Title](javascript:alert(1))", "A Title", 0, ""),
    ],
)
def test_papers_of_lists_by_hand_are_found_with_title_links_and_remark(
    text: str, title: str, links: int, note: str
) -> None:
    item = markdown.parse(text).items[0]
    assert (item.entry.named.title, len(item.links), item.unknown or item.entry.note) == (title, links, note)


def test_a_ticked_box_is_a_paper_that_was_read() -> None:
    read = markdown.parse(f"- [x] [A]({FORUM}aaaaaaaaa1)\n- [ ] [B]({FORUM}aaaaaaaaa2)\n")
    assert [(item.entry.named.title, item.entry.state) for item in read.items] == [("A", "read"), ("B", "to read")]


def test_bullets_that_hold_papers_below_them_are_sections_and_other_bullets_titles() -> None:
    read = markdown.parse(
        f"- Memory\n  - [A]({FORUM}aaaaaaaaa1)\n    - short and good\n"
        f"  - [B]({FORUM}aaaaaaaaa2)\n- [C]({FORUM}aaaaaaaaa3)\n\n"
        f"# Next\n\n- to do\n- to think\n\n{FORUM}aaaaaaaaa4\n"
    )
    assert [item.entry.section for item in read.items] == [("Memory",), ("Memory",), (), *[("Next",)] * 3]
    assert titles(read) == ["A", "B", "C", "to do", "to think", ""]
    assert notes(read) == ["- short and good", *[""] * 5]


def test_bullets_are_papers_by_their_titles_alone_also_beside_a_section_of_links() -> None:
    read = markdown.parse(
        f"# L\n\nWhy I read.\n\n## Plain\n\n- GaLore: Memory-Efficient Training\n- KIVI: A Cache\n\n"
        f"## Linked\n\n1. [C]({FORUM}aaaaaaaaa3)\n"
    )
    assert (read.name, read.description) == ("L", "Why I read.")
    assert [(item.entry.section, item.entry.named.title) for item in read.items] == [
        (("Plain",), "GaLore: Memory-Efficient Training"),
        (("Plain",), "KIVI: A Cache"),
        (("Linked",), "C"),
    ]


def test_lines_with_an_address_are_papers_before_bullets_and_sentences_about_one_are_not() -> None:
    read = markdown.parse(
        f"# L\n\nAfter [a survey]({FORUM}aaaaaaaaa9).\n\nKIVI: {FORUM}aaaaaaaaa1\n{FORUM}aaaaaaaaa2\n\n"
        f"> Brook, Ada. “Tides,” 2031. {FORUM}aaaaaaaaa3.\n\n- Title\n"
    )
    assert read.description == f"After [a survey]({FORUM}aaaaaaaaa9)."
    assert [item.links for item in read.items] == [*((f"{FORUM}aaaaaaaaa{n}",) for n in (1, 2, 3)), ()]


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        (f"- {FORUM}aaaaaaaaa1 {FORUM}aaaaaaaaa2", [("", 1), ("", 1)]),
        (f"- https://arxiv.org/abs/3012.01234 {FORUM}aaaaaaaaa2", [("", 1), ("", 1)]),
        (
            f"- [The First Title]({FORUM}aaaaaaaaa1) and [The Second Title]({FORUM}aaaaaaaaa2)",
            [("The First Title", 1), ("The Second Title", 1)],
        ),
        (f"- One: {FORUM}aaaaaaaaa1, two: {FORUM}aaaaaaaaa2", [("One", 1), ("two", 1)]),
        (f"- A Title [[pdf]({FORUM}aaaaaaaaa1)] [[arXiv](https://arxiv.org/abs/3012.01234)]", [("A Title", 2)]),
    ],
)
def test_two_papers_on_a_bullet_are_two_and_two_addresses_of_one_paper_are_not(
    text: str, papers: list[tuple[str, int]]
) -> None:
    items = markdown.parse(text).items
    named = ((item.entry.named.title, len(item.links)) for item in items)
    assert [("" if title.startswith("http") else title, links) for title, links in named] == papers


def test_each_line_of_a_paragraph_of_links_is_a_paper_and_keeps_its_number() -> None:
    read = markdown.parse(f"# L\n\n## S\n\n{FORUM}aaaaaaaaa1 first\n{FORUM}aaaaaaaaa2 second\n")
    assert [(item.line, item.unknown) for item in read.items] == [(5, "first"), (6, "second")]


def test_two_papers_in_a_sentence_are_two() -> None:
    read = markdown.parse(f"See also {FORUM}aaaaaaaaa1 and {FORUM}aaaaaaaaa2 for details.\n")
    assert [item.links for item in read.items] == [(f"{FORUM}aaaaaaaaa1",), (f"{FORUM}aaaaaaaaa2",)]
    row = markdown.parse(f"| a | b |\n|---|---|\n| [One Short Title]({FORUM}a1aaaaaaaa) | {FORUM}aaaaaaaaa2 |\n")
    assert [item.links for item in row.items] == [(f"{FORUM}a1aaaaaaaa",), (f"{FORUM}aaaaaaaaa2",)]


def test_lines_of_a_paragraph_are_not_glued_and_a_remark_between_keeps_its_links() -> None:
    [item] = markdown.parse(f"{FORUM}aaaaaaaaa1 First line\nsecond line\n").items
    assert item.unknown == "First line second line"
    read = markdown.parse(f"# L\n\n{FORUM}aaaaaaaaa1\nA [page](https://x.org) of it\n{FORUM}aaaaaaaaa2\n")
    assert notes(read) == ["", "A [page](https://x.org) of it"]


def test_a_field_with_a_value_that_it_cannot_have_stays_as_a_note() -> None:
    read = markdown.parse("- [A](https://x.org)\n  - state: asleep\n  - priority: 9\n  - why: because\n")
    assert notes(read) == ["- state: asleep\n\n- priority: 9\n\n- why: because"]


def test_a_file_with_several_top_headings_names_no_list() -> None:
    read = markdown.parse("# A\n- [T](https://x.org)\n# B\n")
    assert (read.name, read.sections) == (None, (("A",), ("B",)))


def test_nesting_without_end_is_refused_with_its_line() -> None:
    with pytest.raises(NotAList, match="line 3: nested more deeply"):
        markdown.parse("text\n\n" + "> " * 60 + "[A](https://x.org)")


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "*a **b ", "<", "`" * 3, "&#", "_a __b ", "|a"])
def test_texts_made_to_keep_a_parser_busy_do_not(piece: str) -> None:
    began = time.perf_counter()
    markdown.parse(f"- [T]({FORUM}aaaaaaaaa1)\n\n" + piece * (400_000 // len(piece)))
    # A parser that looks at every pair of these takes minutes.
    assert time.perf_counter() - began < 20


def test_front_matter_that_is_not_yaml_or_a_bomb_names_no_list() -> None:
    bomb = "a0: &a0 [x,x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n},*a{n}]\n" for n in range(40))
    for matter in ("title: [", "- a", "title: {a: b}", f"{bomb}title: *a40", "!!python/object:os.system x: 1"):
        assert markdown.parse(f"---\n{matter}\n---\n- [T](https://x.org)\n").name is None


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    markdown.parse(text)


@given(st.text(alphabet="[]()*_`#>-|\\<&;:.,“”\"' \n\tab1http://x.org/", max_size=200))
def test_any_text_below_a_paper_loses_no_word(text: str) -> None:
    read = markdown.parse(f"# N\n\n- [T]({FORUM}aaaaaaaaa1)\n\n  Zebra {text.split(chr(10))[0]}\n")
    [item] = read.items
    assert "Zebra" in item.entry.note
