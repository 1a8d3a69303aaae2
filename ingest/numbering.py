"""Review line numbers: what submissions print down their margins, for reviewers to point at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from library.types import Box

MIN_NUMBERS = 5
"""Fewer numbers over one another are a figure's axis or a short table; a submission's page has 40 or more."""

MAX_STEP = 5
"""Numbers grow by one from line to line; some styles print every fifth."""

_EDGE = 3.0
"""Points by which neighbouring edges of one column of numbers differ at most."""


def line_numbers(lines: Sequence[tuple[str, Box]]) -> set[tuple[str, Box]]:
    """Which of a page's lines are review line numbers.

    They are numbers that stand over one another, grow steadily down the page (an axis' grow up) and stand outside of
    all the other text.

    Args:
        lines: Text and box of everything upright on the page.
    """
    numbers = [(text, box) for text, box in lines if text.isdecimal() and len(text) <= 4]
    if len(numbers) < MIN_NUMBERS:
        return set()
    found: set[tuple[str, Box]] = set()
    for side in (2, 0):
        for column in _columns([n for n in numbers if n not in found], side):
            if len(column) >= MIN_NUMBERS and _grows(column) and _at_the_side(column, lines):
                found.update(column)
    return found


def _columns(numbers: list[tuple[str, Box]], side: int) -> list[list[tuple[str, Box]]]:
    """The numbers whose edges on one side stand over one another."""
    columns: list[list[tuple[str, Box]]] = []
    for number in sorted(numbers, key=lambda n: n[1][side]):
        if columns and number[1][side] - columns[-1][-1][1][side] < _EDGE:
            columns[-1].append(number)
        else:
            columns.append([number])
    return columns


def _grows(column: list[tuple[str, Box]]) -> bool:
    values = [int(text) for text, _ in sorted(column, key=lambda n: n[1][1])]
    # Not all steps alike: a number that touches its line is part of that.
    return all(1 <= b - a <= MAX_STEP for a, b in pairwise(values))


def _at_the_side(column: list[tuple[str, Box]], lines: Sequence[tuple[str, Box]]) -> bool:
    """Whether all the page's other text is on one side: a table's first column has the text's own left edge near it."""
    left, right = min(box[0] for _, box in column), max(box[2] for _, box in column)
    others = [box for text, box in lines if not text.isdecimal()]
    return bool(others) and (all(box[0] >= right for box in others) or all(box[2] <= left for box in others))
