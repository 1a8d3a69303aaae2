from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.layout import lay_out
from ingest.parts import Role
from ingest.pdf import read_pdf

Press = Callable[..., Any]

WORDS = [f"Ship {n} came in at dusk and left again before the hedgehogs had counted it twice." for n in range(40)]


def text_of(printed: Any, tmp_path: Path) -> str:
    (page,), _ = lay_out(read_pdf(printed.save(tmp_path / "paper.pdf")))
    return page.text


@pytest.mark.parametrize(("first", "form", "step"), [(0, "{:03}", 1), (1, "{}", 1), (95, "{}", 1), (5, "{}", 5)])
def test_review_line_numbers_down_the_left_margin_are_left_out(
    press: Press, tmp_path: Path, first: int, form: str, step: int
) -> None:
    printed = press()
    for n, words in enumerate(WORDS):
        printed.at(72, 100 + 12 * n, words)
        if n % step == 0:
            # Right-aligned, as they are printed.
            number = form.format(first + n)
            printed.at(56 - 4 * len(number), 100 + 12 * n, number, 8)
    assert text_of(printed, tmp_path) == " ".join(WORDS)


def test_review_line_numbers_on_both_sides_of_two_columns_are_left_out(press: Press, tmp_path: Path) -> None:
    left = [f"Left {n}: hedgehogs keep lanterns low at dusk." for n in range(30)]
    right = [f"Right {n}: herons wait for fog in the bay." for n in range(30)]
    printed = press(columns=2)
    for x, lines in ((72, left), (310, right)):
        for n, line in enumerate(lines):
            printed.at(x, 100 + 12 * n, line)
    for n in range(30):
        printed.at(50, 100 + 12 * n, f"{n:03}", 8).at(545, 100 + 12 * n, f"{n + 30:03}", 8)
    assert text_of(printed, tmp_path) == " ".join([*left, *right])


def test_review_line_numbers_leave_headings_headings(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 100, WORDS[0]).at(72, 140, "1 Counting ships", 12, "tibo").at(72, 170, WORDS[1])
    for n in range(8):
        printed.at(50, 100 + 10 * n, f"{n:03}", 8)
    printed.at(72, 190, WORDS[2])
    _, blocks = lay_out(read_pdf(printed.save(tmp_path / "paper.pdf")))
    assert [b.text for b in blocks if b.role is Role.HEADING] == ["1 Counting ships"]


def test_a_tables_first_column_is_no_line_number(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 90, WORDS[0])
    for n in range(1, 9):
        printed.at(72, 100 + 14 * n, str(n)).at(120, 100 + 14 * n, f"{n * 7} ships")
    assert text_of(printed, tmp_path) == " ".join([WORDS[0], *(f"{n} {n * 7} ships" for n in range(1, 9))])


def test_an_axis_whose_numbers_grow_upwards_is_no_line_number(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 90, WORDS[0])
    for n in range(8):
        printed.at(50, 400 - 20 * n, str(10 * n), 8)
    assert "70" in text_of(printed, tmp_path).split()


def test_numbers_in_no_order_are_kept(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 90, WORDS[0])
    for n, number in enumerate([3, 1, 4, 15, 9, 26]):
        printed.at(50, 120 + 20 * n, str(number), 8)
    assert {"3", "1", "4", "15", "9", "26"} <= set(text_of(printed, tmp_path).split())
