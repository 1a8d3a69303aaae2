from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.layout import lay_out
from ingest.pdf import read_pdf

Press = Callable[..., Any]

LEFT = [f"Left {n}: hedgehogs keep lanterns low at dusk." for n in range(1, 25)]
RIGHT = [f"Right {n}: herons wait for fog in the bay." for n in range(1, 25)]
LEFT_X, RIGHT_X = 72, 310


def text_of(printed: Any, tmp_path: Path) -> str:
    (page,), _ = lay_out(read_pdf(printed.save(tmp_path / "paper.pdf")))
    return page.text


def test_a_right_column_that_is_drawn_first_is_read_second(press: Press, tmp_path: Path) -> None:
    printed = press(columns=2)
    for x, lines in ((RIGHT_X, RIGHT), (LEFT_X, LEFT)):
        for n, line in enumerate(lines):
            printed.at(x, 100 + 12 * n, line)
    assert text_of(printed, tmp_path) == " ".join([*LEFT, *RIGHT])


def test_columns_that_are_drawn_line_by_line_are_read_one_after_the_other(press: Press, tmp_path: Path) -> None:
    printed = press(columns=2)
    for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        printed.at(LEFT_X, 100 + 12 * n, left).at(RIGHT_X, 100 + 12 * n, right)
    assert text_of(printed, tmp_path) == " ".join([*LEFT, *RIGHT])


def test_a_full_width_line_parts_the_columns_above_it_from_those_below(press: Press, tmp_path: Path) -> None:
    wide = "A line over both columns, as abstracts and tables' captions are, long enough to cross the middle of it all."
    printed = press(columns=2)
    for n, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        y = 100 + 12 * n + (40 if n >= 18 else 0)
        printed.at(RIGHT_X, y, right).at(LEFT_X, y, left)
    printed.at(LEFT_X, 336, wide)
    expected = [*LEFT[:18], *RIGHT[:18], wide, *LEFT[18:], *RIGHT[18:]]
    assert text_of(printed, tmp_path) == " ".join(expected)


def test_a_float_that_is_drawn_before_the_text_keeps_the_files_order(press: Press, tmp_path: Path) -> None:
    printed = press(columns=2)
    for n in range(7):
        printed.at(RIGHT_X, 100 + 12 * n, RIGHT[n])
    for n, line in enumerate(LEFT):
        printed.at(LEFT_X, 100 + 12 * n, line)
    assert text_of(printed, tmp_path) == " ".join([*RIGHT[:7], *LEFT])


def test_text_that_flows_around_smaller_type_keeps_the_files_order(press: Press, tmp_path: Path) -> None:
    printed = press(columns=2)
    for n, line in enumerate(RIGHT):
        printed.at(RIGHT_X, 100 + 12 * n, line, 8)
    for n, line in enumerate(LEFT):
        printed.at(LEFT_X, 100 + 12 * n, line, 10)
    assert text_of(printed, tmp_path) == " ".join([*RIGHT, *LEFT])
