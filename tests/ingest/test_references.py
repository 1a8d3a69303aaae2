from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.parse import parse_pdf
from library.references import Reference

Press = Callable[..., Any]

PROSE = "Hedgehogs keep their lanterns low when the fog comes in from the harbour, as Brook says."
ENTRIES = [
    ("A. Brook and B. Castle. On lanterns and the ways in which they are", "kept low. Journal of Fog, 2030."),
    ("C. Dune. On rain. Journal of Fog, 2031.",),
    ("D. Elm, E. Fern, and F. Gorse. Ships that were counted by", "light of one lantern, and those", "not."),
]  # fmt: skip
TEXTS = [" ".join(entry) for entry in ENTRIES]


def read(printed: Any, tmp_path: Path) -> tuple[Reference, ...]:
    return parse_pdf(printed.save(tmp_path / "paper.pdf")).references


def listed(press: Press, label: str = "", hang: float = 10, gap: float = 6) -> Any:
    """A paper whose reference list has ``label.format(number)`` before its entries, all of them in the margin."""
    printed = press().prose(PROSE).heading("References")
    for number, entry in enumerate(ENTRIES, 1):
        printed.space(gap)
        for n, text in enumerate(entry):
            shown = f"{label.format(number)} {text}".strip() if n == 0 else text
            printed.space(12).at(72 + (hang if n else 0), printed.y, shown)
    return printed


@pytest.mark.parametrize(
    ("label", "names"), [("[{}]", ["1", "2", "3"]), ("{}.", ["1", "2", "3"]), ("[Bro3{}]", ["Bro31", "Bro32", "Bro33"])]
)
def test_entries_start_at_their_labels(press: Press, tmp_path: Path, label: str, names: list[str]) -> None:
    found = read(listed(press, label, hang=0), tmp_path)
    assert [r.label for r in found] == names
    assert [r.text for r in found] == [f"{label.format(n)} {text}" for n, text in enumerate(TEXTS, 1)]


def test_entries_without_labels_start_where_no_line_is_indented(press: Press, tmp_path: Path) -> None:
    found = read(listed(press, gap=0), tmp_path)
    assert [(r.label, r.text) for r in found] == [("", text) for text in TEXTS]


def test_entries_without_labels_and_indents_are_told_apart_by_the_space_between(press: Press, tmp_path: Path) -> None:
    found = read(listed(press, hang=0, gap=12), tmp_path)
    assert [r.text for r in found] == TEXTS


def test_a_line_that_starts_with_another_number_is_no_entry(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).heading("References")
    for text in ("1. A. Brook. On lanterns, volume", "12. Journal of Fog, 2030.", "2. C. Dune. On rain."):
        printed.line(text)
    assert [r.text for r in read(printed, tmp_path)] == [
        "1. A. Brook. On lanterns, volume 12. Journal of Fog, 2030.",
        "2. C. Dune. On rain.",
    ]


def test_an_entry_that_a_page_breaks_is_one_of_two_pieces(press: Press, tmp_path: Path) -> None:
    printed = press().prose(PROSE).heading("References").line("[1] C. Dune. On rain.").line("[2] A. Brook. On lan-")
    printed.turn().line("terns. 2030.")

    first, second = read(printed, tmp_path)

    assert (first.page, [s.page for s in second.spans]) == (1, [1, 2])
    assert second.text == "[2] A. Brook. On lan- terns. 2030."


def test_the_appendix_behind_a_reference_list_is_no_entry(press: Press, tmp_path: Path) -> None:
    printed = listed(press, "[{}]").heading("A Proofs").prose(PROSE)
    assert len(read(printed, tmp_path)) == 3


def test_a_paper_without_a_reference_list_has_no_references(press: Press, tmp_path: Path) -> None:
    assert read(press().prose(PROSE), tmp_path) == ()
