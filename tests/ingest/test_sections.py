from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ingest.layout import Block
from ingest.parse import parse_pdf
from ingest.parts import Role
from ingest.sections import Paragraph, Section, Table, split_sections
from library.types import Span

Press = Callable[..., Any]

WORDS = "Hedgehogs keep their lanterns low when the fog comes in from the harbour."
HEADING, PROSE, CAPTION, TABLE, FORMULA, FOOTNOTE, MARGIN, OTHER = (
    Role.HEADING,
    Role.PROSE,
    Role.CAPTION,
    Role.TABLE,
    Role.FORMULA,
    Role.FOOTNOTE,
    Role.MARGIN,
    Role.OTHER,
)


def blocks(*parts: tuple[Role, str] | tuple[Role, str, float], page: int = 1, gap: int = 1) -> list[Block]:
    """Blocks that follow one another on a page; the third part is a heading's size above the body's."""
    found, start = [], 0
    for role, text, *size in parts:
        found.append(Block(role, page, start, start + len(text), text, size[0] if size else 0.0))
        start += len(text) + gap
    return found


def shown(sections: Sequence[Section]) -> dict[str, list[str]]:
    return {section.title: [p.text for p in section.paragraphs] for section in sections}


def test_prose_stands_under_its_heading() -> None:
    found = split_sections(
        blocks(
            (HEADING, "Abstract"),
            (PROSE, "Short."),
            (HEADING, "1 Fog"),
            (PROSE, "Thick."),
            (PROSE, "Cold."),
            (HEADING, "1.1 Rain"),
            (PROSE, "Wet."),
        )
    )
    assert shown(found) == {"Abstract": ["Short."], "1 Fog": ["Thick.", "Cold."], "1.1 Rain": ["Wet."]}


def test_front_matter_before_the_abstract_is_left_out() -> None:
    found = split_sections(
        blocks(
            (PROSE, "Counting Ships by Lantern Light"),
            (HEADING, "Ada Brook"),
            (PROSE, WORDS * 5),
            (HEADING, "Abstract"),
            (PROSE, "Short."),
        )
    )
    assert shown(found) == {"Abstract": ["Short."]}


def test_reference_lists_are_left_out_and_the_appendix_after_them_is_kept() -> None:
    found = split_sections(
        blocks(
            (HEADING, "Abstract"),
            (PROSE, "Short."),
            (HEADING, "References", 2.0),
            (PROSE, "A. Brook. On fog. 2030."),
            (HEADING, "B. Castle. Rain", 0.0),
            (PROSE, "In: Weather."),
            (HEADING, "A Proofs", 2.0),
            (PROSE, "As follows."),
        )
    )
    assert shown(found) == {"Abstract": ["Short."], "A Proofs": ["As follows."]}


@pytest.mark.parametrize(
    "name",
    ["References", "REFERENCES", "Bibliography", "7 References", "7. References", "VII. References", "References:",
     "Literature Cited", "References and Notes"],
)  # fmt: skip
def test_a_reference_list_is_known_by_its_name(name: str) -> None:
    found = split_sections(blocks((HEADING, "1 Fog"), (PROSE, "Thick."), (HEADING, name), (PROSE, "A. Brook. 2030.")))
    assert shown(found) == {"1 Fog": ["Thick."]}


def test_a_section_that_only_speaks_of_references_is_kept() -> None:
    found = split_sections(blocks((HEADING, "1 Fog"), (HEADING, "2 References to fog in songs"), (PROSE, "Many.")))
    assert shown(found) == {"2 References to fog in songs": ["Many."]}


def test_without_the_word_abstract_the_first_long_paragraph_is_it() -> None:
    long = " ".join([WORDS] * 4)
    found = split_sections(
        blocks((PROSE, "Counting Ships"), (PROSE, "Ada Brook"), (PROSE, long), (HEADING, "1 Fog"), (PROSE, "Thick."))
    )
    assert shown(found) == {"Abstract": [long], "1 Fog": ["Thick."]}


def test_without_an_abstract_a_numbered_heading_starts_the_paper() -> None:
    found = split_sections(blocks((PROSE, "Counting Ships"), (HEADING, "1 Fog"), (PROSE, "Thick.")))
    assert shown(found) == {"1 Fog": ["Thick."]}


def test_captions_and_footnotes_stand_beside_and_margins_and_tables_nowhere() -> None:
    found = split_sections(
        blocks(
            (HEADING, "1 Fog"),
            (PROSE, "Thick."),
            (CAPTION, "Figure 1: Fog."),
            (MARGIN, "12"),
            (OTHER, "3 4 5"),
            (FOOTNOTE, "1 Of the sea."),
            (PROSE, "Cold."),
        )
    )
    assert shown(found) == {"1 Fog": ["Thick.", "Cold."]}
    assert [p.text for p in found[0].asides] == ["Figure 1: Fog.", "1 Of the sea."]


def test_a_tables_rows_stand_under_its_caption_and_not_among_the_asides() -> None:
    (section,) = split_sections(
        blocks(
            (HEADING, "1 Fog"),
            (PROSE, "They keep"),
            (CAPTION, "Table 1: Fog."),
            (TABLE, "Day Fog"),
            (TABLE, "1 0.3"),
            (CAPTION, "Figure 1: Fog."),
            (PROSE, "lanterns low."),
        )
    )
    assert [p.text for p in section.paragraphs] == ["They keep lanterns low."]
    assert [p.text for p in section.asides] == ["Figure 1: Fog."]
    assert section.tables == [
        Table(
            Paragraph("Table 1: Fog.", (Span(1, 16, 29),)),
            (Paragraph("Day Fog", (Span(1, 30, 37),)), Paragraph("1 0.3", (Span(1, 38, 43),))),
        )
    ]


def test_a_table_that_floats_into_the_reference_list_belongs_to_the_section_before() -> None:
    found = split_sections(
        blocks(
            (HEADING, "1 Fog"),
            (PROSE, "Thick."),
            (HEADING, "References"),
            (PROSE, "A. Brook. 2030."),
            (CAPTION, "Table 1: Fog."),
            (TABLE, "Day Fog"),
        )
    )
    assert shown(found) == {"1 Fog": ["Thick."]}
    assert [row.text for row in found[0].tables[0].rows] == ["Day Fog"]


def test_a_displayed_formula_is_a_marked_part_of_its_paragraph() -> None:
    (section,) = split_sections(
        blocks((HEADING, "1 Fog"), (PROSE, "We define"), (FORMULA, "f = 3. (1)"), (PROSE, "where f is fog."))
    )
    assert section.paragraphs == [
        Paragraph("We define f = 3. (1) where f is fog.", (Span(1, 6, 42),), formulas=((10, 20),))
    ]


def test_after_a_formula_small_letters_go_on_with_the_paragraph_and_a_capital_starts_another() -> None:
    (section,) = split_sections(
        blocks(
            (HEADING, "1 Fog"),
            (PROSE, "As follows:"),
            (FORMULA, "f = 3"),
            (PROSE, "where f is fog."),
            (FORMULA, "g = 4."),
            (PROSE, "This is rain."),
        )
    )
    assert [p.text for p in section.paragraphs] == ["As follows: f = 3 where f is fog. g = 4.", "This is rain."]
    assert section.paragraphs[0].formulas == ((12, 17), (34, 40))


def test_a_heading_with_nothing_under_it_is_left_out() -> None:
    found = split_sections(blocks((HEADING, "1 Fog"), (HEADING, "1.1 Rain"), (PROSE, "Wet.")))
    assert shown(found) == {"1.1 Rain": ["Wet."]}


@pytest.mark.parametrize(
    ("printed", "title"),
    [("ABSTRACT", "Abstract"), ("Abstract.", "Abstract"), ("1 FOG", "1 FOG"), ("ACKNOWLEDGMENTS", "Acknowledgments")],
)
def test_small_capitals_are_shown_as_words(printed: str, title: str) -> None:
    first = (HEADING, "1 Start"), (PROSE, "Go.")
    before = () if title == "Abstract" else first
    found = split_sections(blocks(*before, (HEADING, printed), (PROSE, "Text.")))
    assert found[-1].title == title


def test_a_sentence_broken_by_a_page_goes_on_in_the_same_paragraph() -> None:
    parts = [
        *blocks((HEADING, "1 Fog"), (PROSE, "Hedgehogs keep their"), (MARGIN, "1"), page=1),
        *blocks((CAPTION, "Figure 1: Fog."), (PROSE, "lanterns low. They rest."), page=2),
    ]

    (section,) = split_sections(parts)

    assert section.paragraphs == [
        Paragraph("Hedgehogs keep their lanterns low. They rest.", (Span(1, 6, 26), Span(2, 15, 39)))
    ]
    assert [p.text for p in section.asides] == ["Figure 1: Fog."]


def test_a_sentence_broken_by_a_figure_on_its_page_is_one_paragraph_of_two_pieces() -> None:
    (section,) = split_sections(
        blocks((HEADING, "1 Fog"), (PROSE, "They keep"), (CAPTION, "Figure 1: Fog."), (PROSE, "lanterns low."))
    )
    assert section.paragraphs == [Paragraph("They keep lanterns low.", (Span(1, 6, 15), Span(1, 31, 44)))]


@pytest.mark.parametrize("end", [".", "?", "!", ":", ";", ".”", ".)", '."'])
def test_a_paragraph_that_ends_its_sentence_is_not_joined(end: str) -> None:
    (section,) = split_sections(blocks((HEADING, "1 Fog"), (PROSE, f"Thick{end}"), (PROSE, "Cold.")))
    assert [p.text for p in section.paragraphs] == [f"Thick{end}", "Cold."]


def test_pieces_that_touch_on_one_page_are_one_span() -> None:
    (section,) = split_sections(blocks((HEADING, "1 Fog"), (PROSE, "Hedgehogs keep"), (PROSE, "lanterns low.")))
    assert section.paragraphs == [Paragraph("Hedgehogs keep lanterns low.", (Span(1, 6, 34),))]


def test_pieces_of_a_word_whose_hyphen_went_touch_without_a_space() -> None:
    (section,) = split_sections(blocks((HEADING, "1 Fog"), (PROSE, "keep lan"), (PROSE, "terns."), gap=0))
    assert section.paragraphs == [Paragraph("keep lanterns.", (Span(1, 5, 19),))]


def test_a_heading_ends_a_paragraph_even_in_the_middle_of_a_sentence() -> None:
    found = split_sections(blocks((HEADING, "1 Fog"), (PROSE, "They keep"), (HEADING, "2 Rain"), (PROSE, "lanterns.")))
    assert shown(found) == {"1 Fog": ["They keep"], "2 Rain": ["lanterns."]}


def test_no_blocks_make_no_sections() -> None:
    assert split_sections([]) == []


@pytest.mark.parametrize("columns", [1, 2])
def test_a_printed_paper_comes_apart_into_its_sections(press: Press, tmp_path: Path, columns: int) -> None:
    printed = press(columns).line("Counting Ships by Lantern Light" if columns == 1 else "Counting Ships", 17, "tibo")
    printed.space().line("Ada Brook and Ben Castle").line("University of the Bay")
    printed.heading("Abstract").prose(f"{WORDS} We count them.")
    for n in range(1, 6):
        printed.heading(f"{n} Part {n}").prose(f"{WORDS} This is part {n}. " + " ".join([WORDS] * 12))
    printed.heading("References").prose("A. Brook. On lanterns. Journal of Fog, 2030.")
    printed.prose("B. Castle. On rain. Journal of Fog, 2031.")
    printed.heading("A More of part 1").prose(f"{WORDS} The end.")

    parsed = parse_pdf(printed.save(tmp_path / "paper.pdf"))

    many = " ".join([WORDS] * 12)
    assert [section.title for section in parsed.sections] == [
        "Abstract", "1 Part 1", "2 Part 2", "3 Part 3", "4 Part 4", "5 Part 5", "A More of part 1"
    ]  # fmt: skip
    texts = [" ".join(p.text for p in section.paragraphs).replace("- ", "") for section in parsed.sections]
    assert texts == [
        f"{WORDS} We count them.",
        *(f"{WORDS} This is part {n}. {many}" for n in range(1, 6)),
        f"{WORDS} The end.",
    ]
    assert parsed.abstract == f"{WORDS} We count them."
