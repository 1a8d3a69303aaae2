r"""Titles and names in LaTeX: ``Poincaré`` as ``Poincar{\'e}``, ``$\ell_p$`` as it is, ``LLMs`` as ``{LLMs}``.

What is no formula (:mod:`export.maths`) is text, and LaTeX's signs in it are escaped.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from export.maths import CANDIDATE, can_be_set, is_formula, is_harmless
from export.words import PROPER
from library.text import fold, one_line

_COMMAND = r"\\(?:emph|text(?:it|bf|tt|sc|rm|sf|up))\{[^{}\\$]*\}|\\+[&%#_$]"
_ESCAPED = re.compile(r"^\\+(?=[&%#_$])")
_PIECES = re.compile(f"{CANDIDATE}|(?P<command>{_COMMAND})")

_SIGNS = {
    **{c: f"\\{c}" for c in "&%$#_"},
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
}
_ASCII = _SIGNS | {
    **{"–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"{\ldots}", "‑": "-", '"': "''"},
    **{"√": r"{\ensuremath{\surd}}", "−": r"{\ensuremath{-}}", "ű": r"{\H{u}}", "Ű": r"{\H{U}}"},
    **{"<": r"{\textless}", ">": r"{\textgreater}", "|": r"{\textbar}"},
}
_OPENING = re.compile(r"(?<![^\s(\[{/—-])(?:\"|'')(?=[^\s'])")
_SPANISH = re.compile("[?!](?=`)")
"""TeX would draw these two as one: the question or exclamation mark that is upside down."""
_UNREAD = re.compile(r"\\text(?:tt|sf|sc|up)\{")
"""What its reader would leave out with its letters."""
_MARKED = re.compile(r"[$\\*]")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(\w(?:[^*]*\w)?)\*(?![\w*])")
_RAISED = re.compile(r"\^(?:\{([0-9+=()*-]+)\}|([0-9+*-]))")
_LOWERED = re.compile(r"_(?:\{([0-9+=()-]+)\}|([0-9]))")
_SUPERSCRIPTS = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_SUBSCRIPTS = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_CASE = 0.5
"""The share of capitalised words below which a title is in sentence case, where a capital marks a name."""


def ascii_text(text: str) -> str:
    """Text as LaTeX in ASCII, as far as LaTeX has names for its characters; others stay as they are."""
    text = unicodedata.normalize("NFC", text)
    signs = _ASCII | _braces(text)
    found: list[str] = []
    for sign in (signs.get(c) or (c if c.isascii() else _named(c)) for c in text):
        # Two characters that TeX would draw as one: a quote after an apostrophe.
        if found and sign[0] in "'`-" and found[-1][-1] == sign[0] and len(found[-1] + sign) > 2:
            found.append("{}")
        found.append(sign)
    return _SPANISH.sub(r"\g<0>{}", "".join(found))


def unicode_text(text: str) -> str:
    """Text as LaTeX in UTF-8: only what LaTeX acts on is escaped."""
    signs = _SIGNS | _braces(text)
    return _SPANISH.sub(r"\g<0>{}", "".join(signs.get(c, c) for c in text))


def _braces(text: str) -> dict[str, str]:
    """Braces that match may stand as they are escaped: BibTeX counts those, too."""
    depth = 0
    for c in text:
        depth += {"{": 1, "}": -1}.get(c, 0)
        if depth < 0:
            return {}
    return {} if depth else {"{": r"\{", "}": r"\}"}


def line(text: str, encode: Callable[[str], str]) -> str:
    """A text without formulas, on one line, in LaTeX."""
    return encode(_opened(text, encode))


def prose(text: str, encode: Callable[[str], str]) -> str:
    """A text with its formulas kept, in LaTeX."""
    pieces = _pieces(_opened(text, encode), is_harmless)
    return "".join(encode(piece) if kind == "text" else piece for kind, piece in pieces)


def title(text: str, encode: Callable[[str], str]) -> str:
    """A title in LaTeX, with braces around what a style must not put into lower case: formulas, acronyms, names."""
    pieces = list(_pieces(_opened(text, encode), can_be_set))
    named = _in_sentence_case(" ".join(piece for kind, piece in pieces if kind == "text"))
    found, start = [], True
    for kind, piece in _with_emphasis(pieces):
        if kind in ("opened", "closed"):
            found.append(piece)
            continue
        if kind != "text":
            found.append(f"{{{piece}}}" if kind == "maths" or "{" in piece else piece)
            start = False
            continue
        position = 0
        for match in _WORD.finditer(piece):
            between = piece[position : match.start()]
            start = (start and not position) or bool(re.search(r"[:?!.]\s*$", between))
            word = match[0]
            found += [encode(between), f"{{{encode(word)}}}" if _kept(word, named and not start) else encode(word)]
            position, start = match.end(), False
        found.append(encode(piece[position:]))
        start = bool(re.search(r"[:?!.]\s*$", piece))
    return "".join(found)


def _with_emphasis(pieces: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    r"""The same pieces, with what stands between Markdown's asterisks in ``\emph{…}``."""
    for kind, piece in pieces:
        at = 0
        for match in _EMPHASIS.finditer(piece) if kind == "text" else ():
            if at < match.start():
                yield "text", piece[at : match.start()]
            yield from (("opened", r"\emph{"), ("text", match[1]), ("closed", "}"))
            at = match.end()
        if at < len(piece):
            yield kind, piece[at:]


def emphasised(text: str, before: str = "", after: str = "") -> str:
    """A title with other signs, or none, in place of the asterisks of Markdown's emphasis."""
    return _EMPHASIS.sub(lambda match: f"{before}{match[1]}{after}", text)


def _opened(text: str, encode: Callable[[str], str]) -> str:
    """On one line; straight quotes that open are told from those that close, where LaTeX has no straight ones."""
    text = one_line(text)
    return _OPENING.sub("“", text) if encode is ascii_text else text


def _kept(word: str, names_have_capitals: bool) -> bool:
    """Whether a word's capitals mean something."""
    if word == "A" or word.islower() or not any(c.isupper() for c in word):
        return False
    if any(c.isupper() for c in word[1:]) or len(word) == 1 or any(c.isdigit() for c in word):
        return True
    return names_have_capitals or fold(re.sub("['’]s$", "", word)) in PROPER or not word[0].isascii()


def _in_sentence_case(text: str) -> bool:
    words = re.findall(r"(?<![:?!.]\s)(?<=\s)[^\W\d_]{4,}", text)
    return len(words) > 2 and sum(w[0].isupper() for w in words) < _SENTENCE_CASE * len(words)


def _pieces(text: str, is_safe: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The text's formulas, commands and plain text, in order."""
    start = at = 0
    while match := _PIECES.search(text, at):
        inside = match["maths"]
        if inside is not None and not (is_formula(inside, text[match.end() :]) and is_safe(inside)):
            at = match.start() + 1  # its second sign may begin another
            continue
        if match.start() > start:
            yield "text", text[start : match.start()]
        # A source that escapes twice means the sign itself.
        yield "maths" if inside is not None else "command", _ESCAPED.sub(r"\\", match[0])
        start = at = match.end()
    if start < len(text):
        yield "text", text[start:]


@functools.cache
def _named(character: str) -> str:
    """A character by LaTeX's name for it, or as it is where there is none that means the same."""
    found: str = _encoder().unicode_to_latex(character)
    return found if unicodedata.normalize("NFC", _reader().latex_to_text(found)) == character else character


@functools.cache
def _encoder() -> Any:
    # Imported here: only who writes BibTeX waits for it.
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    return UnicodeToLatexEncoder(
        replacement_latex_protection="braces-all", unknown_char_policy="keep", unknown_char_warning=False
    )


@functools.cache
def _reader() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text", strict_latex_spaces=True)


def plain(text: str) -> str:
    r"""A title in plain characters, as far as they have them: ``E$^2$GAN`` as ``E²GAN``, ``$\ell_p$`` as ``ℓ_p``.

    Commands and the asterisks of Markdown's emphasis go, too.
    """
    if not _MARKED.search(text):
        return text
    pieces = (piece if kind == "text" else _characters(piece) for kind, piece in _pieces(text, is_harmless))
    return emphasised("".join(pieces))


def _characters(piece: str) -> str:
    """A formula or a command as characters; one that is empty to its reader stays."""
    piece = _RAISED.sub(lambda m: (m[1] or m[2]).translate(_SUPERSCRIPTS), piece)
    piece = _LOWERED.sub(lambda m: (m[1] or m[2]).translate(_SUBSCRIPTS), piece)
    found: str = _reader().latex_to_text(_UNREAD.sub(r"\\textrm{", piece))
    return found.strip() or piece
