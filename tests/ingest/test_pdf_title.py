from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.pdf import read_pdf
from ingest.title import guess_title

Press = Callable[..., Any]

FOG = "Hedgehogs keep their lanterns low when the fog comes in from the harbour."


def guessed(printed: Any, tmp_path: Path) -> str:
    return guess_title(read_pdf(printed.save(tmp_path / "paper.pdf")))


def test_the_title_is_the_largest_type_at_the_top(press: Press, tmp_path: Path) -> None:
    printed = press().line("Weather Workshop 2031", 9).line("Counting Ships by Lantern Light", 17, "tibo")
    printed.line("Ada Brook", 11).prose(FOG)
    assert guessed(printed, tmp_path) == "Counting Ships by Lantern Light"


def test_a_title_of_several_lines_is_whole(press: Press, tmp_path: Path) -> None:
    printed = press().line("Counting Ships by Lantern Light:", 17).line("A Study", 17).prose(FOG)
    assert guessed(printed, tmp_path) == "Counting Ships by Lantern Light: A Study"


def test_a_large_letter_or_number_is_no_title(press: Press, tmp_path: Path) -> None:
    printed = press().line("2031", 40).line("Counting Ships by Lantern Light", 17).prose(FOG)
    assert guessed(printed, tmp_path) == "Counting Ships by Lantern Light"


def test_large_type_in_the_lower_half_is_no_title(press: Press, tmp_path: Path) -> None:
    printed = press().line("Counting Ships by Lantern Light", 17).at(72, 600, "HEDGEHOGS AT NIGHT", 30)
    assert guessed(printed, tmp_path) == "Counting Ships by Lantern Light"


@pytest.mark.parametrize(
    ("metadata", "title"), [("Counting Ships", "Counting Ships"), ("doc1", ""), ("", ""), (" \x00 12 ", "")]
)
def test_a_page_of_one_type_takes_the_title_from_the_files_metadata(
    press: Press, tmp_path: Path, metadata: str, title: str
) -> None:
    printed = press().prose(" ".join([FOG] * 8))
    printed.document.set_metadata({"title": metadata})
    assert guessed(printed, tmp_path) == title


def test_a_first_page_with_nothing_on_it_has_no_title(press: Press, tmp_path: Path) -> None:
    assert guessed(press().turn().prose(FOG), tmp_path) == ""
