from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.layout import Block, lay_out
from ingest.parts import Role
from ingest.pdf import read_pdf
from library.types import Page

Press = Callable[..., Any]

STORY = (
    "Hedgehogs keep their lanterns low when the fog comes in from the harbour.",
    "Every evening the oldest of them counts the ships and writes the number on a slate.",
    "We measured how often the count was right, and it was right on nine days of ten.",
    "Nobody had asked them to do it before the summer of the great flood.",
)
PROSE = " ".join(STORY)


def laid_out(printed: Any, tmp_path: Path) -> tuple[tuple[Page, ...], tuple[Block, ...]]:
    return lay_out(read_pdf(printed.save(tmp_path / "paper.pdf")))


def roles(blocks: tuple[Block, ...]) -> dict[str, Role]:
    return {block.text: block.role for block in blocks}


def of_role(blocks: tuple[Block, ...], role: Role) -> list[str]:
    return [block.text for block in blocks if block.role is role]


def test_a_blocks_text_is_its_pages_slice_and_a_pages_text_is_its_lines_in_order(press: Press, tmp_path: Path) -> None:
    printed = press()
    for _ in range(10):
        printed.heading("1 Counting").prose(PROSE)

    pages, blocks = laid_out(printed, tmp_path)

    assert [page.number for page in pages] == [1, 2]
    for block in blocks:
        assert block.text == pages[block.page - 1].text[block.start : block.end]
    for page in pages:
        ends = [0, *(line.end for line in page.lines)]
        for before, line in zip(ends, page.lines, strict=False):
            assert page.text[before : line.start] in ("", " ")
            assert line.start < line.end
        assert ends[-1] == len(page.text)


def test_broken_words_are_whole_again_and_their_lines_still_know_their_part(press: Press, tmp_path: Path) -> None:
    story = " ".join([PROSE] * 3)
    printed = press(columns=2).prose(story)

    (page,), (block,) = laid_out(printed, tmp_path)

    assert "-\n" in printed.page.get_text(), "the press broke a word"
    assert (page.text, block.text, block.role) == (story, story, Role.PROSE)
    printed_lines = [line.removesuffix("-") for line in printed.page.get_text().splitlines()]
    assert [page.text[line.start : line.end] for line in page.lines] == printed_lines


def test_running_heads_and_page_numbers_are_margins(press: Press, tmp_path: Path) -> None:
    printed = press()
    for number in range(1, 4):
        printed.at(72, 50, f"Journal of Fog 12:{number}", 10).at(290, 800, str(number), 10)
        printed.prose(PROSE).prose(PROSE).turn()
    printed.prose(PROSE).at(290, 800, "- iv -", 10)

    _, blocks = laid_out(printed, tmp_path)

    assert of_role(blocks, Role.MARGIN) == [
        *(text for n in "123" for text in (f"Journal of Fog 12:{n}", n)),
        "- iv -",
    ]
    assert of_role(blocks, Role.PROSE) == [PROSE] * 7


def test_text_near_the_edge_that_does_not_repeat_is_text(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 60, STORY[0]).prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.PROSE) == [STORY[0], PROSE]


def test_a_small_line_at_the_edge_is_a_margin_even_once(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).at(72, 790, "Submitted to the Workshop on Weather, 2031.", 8)
    assert of_role(laid_out(printed, tmp_path)[1], Role.MARGIN) == ["Submitted to the Workshop on Weather, 2031."]


@pytest.mark.parametrize(
    ("text", "size", "font"),
    [
        ("1 Introduction", 12, "tibo"),
        ("1. Introduction", 10, "tibo"),
        ("2.3.1 Counting at dusk", 10, "tibo"),
        ("3 Ships and what they carry", 12, "tiro"),  # larger is enough when numbered
        ("A.2 Proofs of the count", 12, "tibo"),
        ("IV. Results", 12, "tibo"),
        ("Abstract", 12, "tibo"),
        ("Abstract", 10, "tiro"),  # a name that stands alone
        ("Related Work", 12, "tibo"),
        ("Discussion and limits", 10, "tibo"),
        ("REFERENCES", 10, "tiro"),
        ("3 SHIPS AND FOG", 10, "tiro"),
    ],
)
def test_headings_are_found_by_number_name_and_type(
    press: Press, tmp_path: Path, text: str, size: float, font: str
) -> None:
    printed = press().prose(PROSE).heading(text, size, font).prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == [text]


@pytest.mark.parametrize(
    ("text", "size", "font"),
    [
        ("1 of ten ships was never seen again by any of us.", 10, "tiro"),
        ("2. Then the ships are counted, one after the other.", 10, "tiro"),
        ("Results of this kind were known to the herons before us.", 10, "tiro"),
        ("Important words in bold type end this story.", 10, "tibo"),
        ("A lantern is all it takes, and it takes all night.", 10, "tiro"),
    ],
)
def test_what_only_looks_like_a_heading_is_text(
    press: Press, tmp_path: Path, text: str, size: float, font: str
) -> None:
    printed = press().prose(PROSE).heading("1 Introduction").prose(PROSE).space(20).line(text, size, font)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == ["1 Introduction"]
    assert text in of_role(laid_out(printed, tmp_path)[1], Role.PROSE)


def test_a_heading_without_a_number_is_found_when_it_has_the_type_of_the_others(press: Press, tmp_path: Path) -> None:
    printed = press().heading("1 Introduction").prose(PROSE).heading("How hedgehogs rest").prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == ["1 Introduction", "How hedgehogs rest"]


def test_a_heading_of_two_lines_is_one(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space(20)
    printed.line("1 What the oldest hedgehogs know of the ships that", 12, "tibo").line("never came home", 12, "tibo")
    printed.space(4).prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == [
        "1 What the oldest hedgehogs know of the ships that never came home"
    ]


def test_a_heading_printed_right_above_its_text_is_cut_off_it(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space(20).line("1 Introduction", 10, "tibo").line(STORY[0]).line(STORY[1])

    _, blocks = laid_out(printed, tmp_path)

    assert of_role(blocks, Role.HEADING) == ["1 Introduction"]
    assert of_role(blocks, Role.PROSE) == [PROSE, f"{STORY[0]} {STORY[1]}"]


@pytest.mark.parametrize(
    "text", ["S1 Counting", "A1: Counting", "A5. Counting", "Appendix B Counting", "2.1.3 Counting"]
)
def test_headings_are_numbered_in_many_ways(press: Press, tmp_path: Path, text: str) -> None:
    printed = press().prose(PROSE).heading(text, 10).prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == [text]


def test_a_bold_line_over_text_at_its_edge_is_a_heading_and_an_indented_one_is_not(
    press: Press, tmp_path: Path
) -> None:
    printed = press().prose(PROSE).space(10).line("How hedgehogs rest", 10, "tibo").prose(PROSE)
    printed.space(20).at(120, printed.y, "1. Where ships rest", 10, "tibo").space(4).prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == ["How hedgehogs rest"]


def test_a_title_above_the_abstract_and_the_lines_of_contents_are_no_headings(press: Press, tmp_path: Path) -> None:
    printed = press().heading("2031 in Ships", 17).heading("Abstract").prose(PROSE)
    printed.heading("Contents").heading("A Proofs 12").heading("A Proofs").prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.HEADING) == ["Abstract", "Contents", "A Proofs"]


def test_a_line_that_a_fraction_breaks_is_one_block(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space(20).line("The share of ships that were counted on a day is")
    y, x = printed.y, 72 + 205
    printed.at(x, y - 5, "ships", 7).at(x, y + 4, "days", 7).at(x + 20, y, "and not more than that.")

    _, blocks = laid_out(printed, tmp_path)

    assert of_role(blocks, Role.PROSE)[1:] == [
        "The share of ships that were counted on a day is ships days and not more than that."
    ]


def test_two_columns_are_read_one_after_the_other(press: Press, tmp_path: Path) -> None:
    numbered = [f"Ship {n} came in at dusk and left before the hedgehogs had counted it twice." for n in range(1, 121)]
    printed = press(columns=2)
    for n in range(0, 120, 4):
        printed.prose(" ".join(numbered[n : n + 4]))

    pages, blocks = laid_out(printed, tmp_path)

    assert len(pages) >= 2
    edges = [page.width / 2 for page in pages]
    assert all(
        {line.box[0] < edge for line in page.lines} == {True, False} for page, edge in zip(pages, edges, strict=True)
    )
    assert " ".join(page.text for page in pages).replace("- ", "") == " ".join(numbered)
    assert {block.role for block in blocks} == {Role.PROSE}


@pytest.mark.parametrize(
    "caption",
    [
        "Figure 3: Lanterns seen from the sea, with the fog left out for clarity.",
        "Table 2. Ships counted by each of the hedgehogs on nine days.",
        "Fig. 4 | The slate on which the oldest wrote the numbers.",
        "Algorithm 1: Count the ships, rest, and count them once more.",
        "Figure A.1: More lanterns, seen from the other side of the bay.",
    ],
)
def test_a_caption_is_told_by_its_first_words(press: Press, tmp_path: Path, caption: str) -> None:
    printed = press().prose(PROSE).space(30).prose(caption, 9).space(30).prose(PROSE)
    assert of_role(laid_out(printed, tmp_path)[1], Role.CAPTION) == [caption]


def test_a_sentence_about_a_figure_is_no_caption(press: Press, tmp_path: Path) -> None:
    text = "Figure 3 shows the lanterns as they are seen from the sea when there is no fog."
    assert roles(laid_out(press().prose(PROSE).space(20).prose(text), tmp_path)[1])[text] is Role.PROSE


def test_small_type_low_on_a_page_is_a_footnote_but_on_the_first_page_an_address(press: Press, tmp_path: Path) -> None:
    note = "1 The slate was lost in the flood and was found again by a heron."
    printed = press().prose(PROSE).at(72, 740, note, 8).turn().prose(PROSE).at(72, 740, note, 8)

    _, blocks = laid_out(printed, tmp_path)

    assert [(block.page, block.role) for block in blocks if block.text == note] == [(1, Role.OTHER), (2, Role.FOOTNOTE)]


def test_tables_labels_and_formulas_are_neither_prose_nor_headings(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE)
    for cells in (["Day", "Ships", "Fog"], ["1", "12", "0.3"], ["2", "9", "0.7"]):
        printed.row(cells, 9, 120)
    printed.at(200, 500, "f(x) = 3x + 12 / (y - 4)", 10).at(300, 560, "ships", 7)

    _, blocks = laid_out(printed, tmp_path)

    assert of_role(blocks, Role.PROSE) == [PROSE]
    assert of_role(blocks, Role.HEADING) == []
    assert " ".join(of_role(blocks, Role.OTHER)) == "Day Ships Fog 1 12 0.3 2 9 0.7 f(x) = 3x + 12 / (y - 4) ships"


def test_the_short_last_line_of_a_paragraph_is_prose(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space(14).line("and so it was.")
    assert of_role(laid_out(printed, tmp_path)[1], Role.PROSE) == [PROSE, "and so it was."]


def test_a_page_without_text_is_a_page_with_nothing(press: Press, tmp_path: Path) -> None:
    pages, blocks = laid_out(press().prose(PROSE).turn().turn().prose(PROSE), tmp_path)
    assert (pages[1].number, pages[1].text, pages[1].lines) == (2, "", ())
    assert [block.page for block in blocks] == [1, 3]
