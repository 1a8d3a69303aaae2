"""The one normalisation between a PDF's characters and the text that is kept, searched and quoted.

A printed line becomes: canonical composition (NFC), ligatures as letters, a spacing accent before its
letter composed with it (``´e`` to ``é``; a grave one, which also is a quote's mark, only between letters;
a cedilla also behind its letter), soft hyphens (but for one at the line's end, which is a hyphen),
zero-width and control characters dropped, glyphs without a meaning (private use, unassigned) as U+FFFD,
runs of white space as one space. Lines are joined by a space; a hyphen at a line's end that only broke a
word goes with the break, and behind one that stays (``GPT-``, ``12–``, ``and/``) nothing is put. Nothing
else changes, so case, quotes, dashes, digits and mathematics are as printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

UNKNOWN_GLYPH = "\ufffd"

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_ACCENTS = {
    "´": "\u0301",
    "¨": "\u0308",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "˙": "\u0307",
    "ˇ": "\u030c",
    "˘": "\u0306",
    "¯": "\u0304",
    "˚": "\u030a",
    "˝": "\u030b",
    "¸": "\u0327",
    "˛": "\u0328",
    "`": "\u0300",
}
_SPACING_ACCENT = re.compile(rf"([{''.join(_ACCENTS.keys() - {'`'})}])([A-Za-zı])")
# A grave accent is also a quote's mark, so only one between letters is an accent ("Li`o", not "`o").
_GRAVE = re.compile(r"(?<=[^\W\d_])(`)([aeiou])")
# Under a letter and not before one: some fonts draw these two after the letter that they belong to ("Ermis¸").
_AFTER = re.compile(r"([A-Za-z])([¸˛])(?![A-Za-zı])")
_SOFT_END = re.compile(r"(?<=[^\W\d_])\u00ad\s*$")
_DROPPED = {"Cc", "Cf"}
_NO_MEANING = {"Co", "Cn", "Cs"}
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_BROKEN_END = re.compile(r"([^\W\d_]+)[-\u2010]$")
_BROKEN_START = re.compile(r"[^\W\d_]+")
# "GPT-" and "4", "4-" and "bit", "2019–" and "2020", "train/" and "test": nothing belongs between them.
_TIED_END = re.compile(r"[^\W_][-\u2010–—/]$")
_JOINTS = "-\u2010–—/"
_TIED_START = re.compile(r"[^\W_]")


def normalise(line: str) -> str:
    """One printed line's characters as they are kept (see the module's text). Idempotent."""
    if line.isascii() and line.isprintable() and "`" not in line:
        # Most lines: nothing to do but the white space. A sixth of the time that a file takes.
        return " ".join(line.split())
    line = _SOFT_END.sub("-", line).translate(_GLYPHS)
    # Composed first: some characters become an accent or a letter by that (U+1FFD, the kelvin sign).
    line = _SPACING_ACCENT.sub(_compose, unicodedata.normalize("NFC", line))
    if "`" in line or "¸" in line or "˛" in line:
        line = _AFTER.sub(_compose_before, _GRAVE.sub(_compose, line))
    return " ".join(unicodedata.normalize("NFC", line).split())


class _Glyphs(dict[int, str]):
    """What each character is kept as, by its code; looked up once for each."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        category = unicodedata.category(c)
        if c in _LIGATURES:
            kept = _LIGATURES[c]
        elif c.isspace():
            kept = " "
        elif category in _DROPPED:
            kept = ""
        else:
            kept = UNKNOWN_GLYPH if category in _NO_MEANING else c
        self[code] = kept
        return kept


_GLYPHS = _Glyphs()


def _compose(match: re.Match[str]) -> str:
    return _composed("i" if match[2] == "ı" else match[2], match[1]) or match[0]


def _compose_before(match: re.Match[str]) -> str:
    return _composed(match[1], match[2]) or match[0]


def _composed(letter: str, accent: str) -> str:
    composed = unicodedata.normalize("NFC", letter + _ACCENTS[accent])
    return composed if len(composed) == 1 else ""


class Hyphens:
    """Tells the hyphen that breaks a word from the one that belongs to it, by the document's own words."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Learn the words that stand whole inside the lines."""
        self._words: set[str] = set()
        for line in lines:
            # The last word of a line may be half of one.
            for word in _WORD.findall(line.casefold().replace("\u2010", "-"))[:-1]:
                self._words.add(word)
                if "-" in word:
                    # "state-of-the-art" may break at any of its hyphens.
                    self._words.update(f"{a}-{b}" for a, b in pairwise(word.split("-")))

    def joint(self, first: str, second: str) -> tuple[int, str]:
        """How two printed lines join: characters to drop from the first one's end, and the glue between."""
        if first[-1:] not in _JOINTS:
            return 0, " "
        end, start = _BROKEN_END.search(first), _BROKEN_START.match(second)
        if not end or not start:
            return 0, "" if _TIED_END.search(first) and _TIED_START.match(second) else " "
        whole, hyphened = (end[1] + start[0]).casefold(), f"{end[1]}-{start[0]}".casefold()
        keeps = second[0].isupper() or (hyphened in self._words and whole not in self._words)
        return (0, "") if keeps else (1, "")
