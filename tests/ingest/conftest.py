"""A press that prints PDFs of our own sentences, and the real tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from index.model import Tokenizer
from library import Library

MARGIN = 72.0
GUTTER = 24.0


class Press:
    """Prints text down one or two columns, as papers have it; words that do not fit a line are broken by a hyphen."""

    def __init__(self, columns: int = 1, width: float = 595, height: float = 842) -> None:
        self.document = pymupdf.open()
        self._size = width, height
        self._columns = columns
        self.column_width = (width - 2 * MARGIN - (columns - 1) * GUTTER) / columns
        self.turn()

    def turn(self) -> Press:
        """Go on with a new page."""
        self.page = self.document.new_page(width=self._size[0], height=self._size[1])
        self._column, self.y = 0, MARGIN + 20
        return self

    def at(self, x: float, y: float, text: str, size: float = 10, font: str = "tiro", **options: Any) -> Press:
        """One line anywhere; ``y`` is its baseline."""
        self.page.insert_text((x, y), text, fontsize=size, fontname=font, **options)
        return self

    def line(self, text: str, size: float = 10, font: str = "tiro") -> Press:
        """The next line of the column."""
        if self.y + 1.2 * size > self._size[1] - MARGIN - 20:
            self._column, self.y = self._column + 1, MARGIN + 20
            if self._column == self._columns:
                self.turn()
        self.x = MARGIN + self._column * (self.column_width + GUTTER)
        self.y += 1.2 * size
        return self.at(self.x, self.y, text, size, font)

    def row(self, cells: list[str], size: float = 6, step: float = 53) -> Press:
        """A table's row, apart from what stands above."""
        self.space(14).line(cells[0], size)
        for n, cell in enumerate(cells[1:], 1):
            self.at(self.x + n * step, self.y, cell, size)
        return self

    def space(self, points: float = 10) -> Press:
        """Leave some paper empty, so that what follows is a block of its own."""
        self.y += points
        return self

    def heading(self, text: str, size: float = 12, font: str = "tibo") -> Press:
        """A line in large bold type, apart from the text."""
        return self.space(size).line(text, size, font).space(4)

    def prose(self, text: str, size: float = 10, font: str = "tiro") -> Press:
        """A paragraph of justified-looking lines."""
        self.space()
        for line in self._lines(text.split(), size, font):
            self.line(line, size, font)
        return self

    def _lines(self, words: list[str], size: float, font: str) -> Iterator[str]:
        line = ""
        while words:
            longer = f"{line} {words[0]}".strip()
            if pymupdf.get_text_length(longer, font, size) <= self.column_width:
                line = longer
                words = words[1:]
                continue
            word = words[0]
            if word.isalpha() and len(word) > 6 and line:
                yield f"{line} {word[:3]}-"
                words = [word[3:], *words[1:]]
            elif line:
                yield line
            else:
                words = words[1:]
                yield word
            line = ""
        if line:
            yield line

    def save(self, path: Path, **options: Any) -> Path:
        """Write the file."""
        self.document.save(path, **options)
        return path


@pytest.fixture(scope="session")
def press() -> type[Press]:
    """See :class:`Press`."""
    return Press


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """The embedding model's own."""
    return Tokenizer()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open(tmp_path / "data", create=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def dump() -> Callable[[Library], str]:
    """Everything in a library's file, as SQL."""
    return lambda library: "\n".join(library.db.conn.iterdump())
