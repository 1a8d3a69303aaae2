from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.layout import Block, lay_out
from ingest.parts import Role
from ingest.pdf import read_pdf

Press = Callable[..., Any]

PROSE = (
    "Hedgehogs keep their lanterns low when the fog comes in from the harbour. Every evening the oldest of them "
    "counts the ships and writes the number on a slate. Nobody had asked them to do it before the great flood."
)


def blocks_of(printed: Any, tmp_path: Path) -> tuple[Block, ...]:
    return lay_out(read_pdf(printed.save(tmp_path / "paper.pdf")))[1]


def of_role(blocks: tuple[Block, ...], role: Role) -> list[str]:
    return [block.text for block in blocks if block.role is role]


def table(printed: Any, *rows: list[str]) -> Any:
    for cells in rows:
        printed.row(cells, 9, 90)
    return printed


ROWS = (["Day", "Ships", "Fog"], ["One", "12", "0.3"], ["Two", "9", "0.7"])
TEXTS = ["Day Ships Fog", "One 12 0.3", "Two 9 0.7"]


def test_a_caption_whose_lines_the_file_draws_apart_is_whole_and_ends_where_its_text_ends(
    press: Press, tmp_path: Path
) -> None:
    first, second = "Figure 3. Lanterns as they are seen from the sea on a day without fog, with the", "bay in front."
    printed = press().prose(PROSE).space(30).line(first, 9).space(2.5).line(second, 9).space(14).prose(PROSE, 9)
    assert of_role(blocks_of(printed, tmp_path), Role.CAPTION) == [f"{first} {second}"]


def test_a_caption_printed_right_under_its_tables_last_row_starts_a_block(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space(30)
    printed.line("Two", 9).at(162, printed.y, "9", 9).at(252, printed.y, "0.7", 9)
    printed.line("Table 2: Ships counted by each of the hedgehogs.", 9)
    assert of_role(blocks_of(printed, tmp_path), Role.CAPTION) == ["Table 2: Ships counted by each of the hedgehogs."]


def test_a_line_that_goes_on_with_a_sentence_is_no_caption(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space()
    printed.line("All of the ships that came in on one of the nine days when there was no fog are those that", 10)
    # MuPDF starts a new block where the indent changes by much.
    printed.line("Table 3: has, and no others.", 10).line("They were grey.", 10)
    assert of_role(blocks_of(printed, tmp_path), Role.CAPTION) == []


@pytest.mark.parametrize("caption_first", [True, False])
def test_a_tables_rows_stand_behind_its_caption_with_their_cells_in_order(
    press: Press, tmp_path: Path, caption_first: bool
) -> None:
    caption = "Table 1: Ships counted by each of the hedgehogs on two of the days."
    printed = press().prose(PROSE).space(30)
    if caption_first:
        printed.line(caption, 9)
    table(printed, *ROWS)
    if not caption_first:
        printed.space(12).line(caption, 9)
    printed.space(30).prose(PROSE)

    blocks = blocks_of(printed, tmp_path)

    assert [b.text for b in blocks if b.role in (Role.CAPTION, Role.TABLE)] == [caption, *TEXTS]
    assert of_role(blocks, Role.PROSE) == [PROSE, PROSE]


def test_cells_that_the_file_draws_column_by_column_are_rows(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).at(72, 200, "Table 1: Ships counted by each of the hedgehogs.", 9)
    for column in range(3):
        for n, row in enumerate(ROWS):
            printed.at(72 + 90 * column, 220 + 14 * n, row[column], 9)
    printed.at(72, 300, PROSE[:72])
    assert of_role(blocks_of(printed, tmp_path), Role.TABLE) == TEXTS


def test_a_table_between_two_captions_belongs_to_the_one_above_where_the_pages_other_captions_stand_above(
    press: Press, tmp_path: Path
) -> None:
    printed = press().line("Table 1: Ships counted by day.", 9)
    table(printed, *ROWS).space(20).line("Table 2: Ships counted by night.", 9)
    table(printed, ["Night", "Ships"], ["One", "3"])

    blocks = blocks_of(printed, tmp_path)

    assert [b.text for b in blocks] == [
        "Table 1: Ships counted by day.",
        *TEXTS,
        "Table 2: Ships counted by night.",
        "Night Ships",
        "One 3",
    ]


def test_rows_without_a_caption_are_no_table(press: Press, tmp_path: Path) -> None:
    assert of_role(blocks_of(table(press().prose(PROSE), *ROWS), tmp_path), Role.TABLE) == []


def test_a_displayed_formula_under_text_is_one_with_its_number(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).space(20)
    printed.at(200, printed.y, "f(x) = 3x + 12 / (y - 4)").at(500, printed.y, "(2)").space(14).prose(PROSE)

    blocks = blocks_of(printed, tmp_path)

    assert " ".join(of_role(blocks, Role.FORMULA)) == "f(x) = 3x + 12 / (y - 4) (2)"
    assert of_role(blocks, Role.PROSE) == [PROSE, PROSE]


def test_a_figures_label_is_no_formula(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).at(200, 190, "n = 4", 6).at(200, 400, "x = 3 ships")
    assert of_role(blocks_of(printed, tmp_path), Role.FORMULA) == []
