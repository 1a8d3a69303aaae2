r"""Titles and names in LaTeX: ``Poincaré`` as ``Poincar{\'e}``, ``$\ell_p$`` as it is, ``LLMs`` as ``{LLMs}``.

Text comes from strangers and must neither break a document nor do anything in it: a formula stays a formula only if
all its commands are known here and its braces match; anything else is text and its signs are escaped.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from export.words import PROPER
from library.text import fold, one_line

_MATHS = r"\$(?=[^\s$])(?P<maths>(?:\\\$|[^$])*[^\s$])\$(?!\d)"
_COMMAND = r"\\(?:emph|text(?:it|bf|tt|sc|rm|sf|up))\{[^{}\\$]*\}|\\[&%#_$]"
_PIECES = re.compile(f"{_MATHS}|(?P<command>{_COMMAND})")

_WITH_GROUP_WORDS = """
    mathcal mathbb mathbf mathrm mathtt mathsf mathit mathfrak text textrm textit textbf texttt textsf
    operatorname sqrt bar hat tilde vec dot ddot widehat widetilde overline underline
"""
_WITH_GROUP = frozenset(_WITH_GROUP_WORDS.split())
_ALONE_WORDS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho
    varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi
    Psi Omega ell infty partial nabla hbar Re Im aleph emptyset forall exists neg times cdot cdots ldots dots pm
    mp div ast star circ bullet oplus otimes odot wedge vee cap cup setminus in notin ni subset subseteq supset
    leq le geq ge neq ne equiv sim simeq approx cong propto perp parallel mid ll gg prec succ to rightarrow
    leftarrow leftrightarrow Rightarrow Leftarrow mapsto uparrow downarrow langle rangle lfloor rfloor lceil rceil
    sum prod int log ln exp sin cos tan min max sup inf lim arg det dim ker deg gcd Pr rm bf it tt sf cal prime
    top bot dagger quad qquad
"""
_ALONE = frozenset(_ALONE_WORDS.split())
_TOKEN = re.compile(
    r"\\(?:(?P<name>[A-Za-z]+)|[#%&_$ ,;:!|{}])|(?P<script>[\^_])|(?P<brace>[{}])|(?P<bad>[\\#%&~$]|[^\x20-\x7e])"
)
_SCRIPTS = re.compile(r"(?P<s>[\^_])(?:\{[^{}]*\}|\\[A-Za-z]+|[^\\{}])\s*(?P=s)")

_SIGNS = {
    **{c: f"\\{c}" for c in "&%$#_"},
    # BibTeX counts braces, escaped ones too: those of a text must have names.
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
}
_ASCII = _SIGNS | {
    **{"–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"{\ldots}", "‑": "-", '"': "''"},
    **{"<": r"{\textless}", ">": r"{\textgreater}", "|": r"{\textbar}"},
}
_OPENING = re.compile(r'(?<![^\s(\[{-])"(?=\S)')
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_CASE = 0.5
"""The share of capitalised words below which a title is in sentence case, where a capital marks a name."""


def ascii_text(text: str) -> str:
    """Text as LaTeX in ASCII, as far as LaTeX has names for its characters; others stay as they are."""
    text = _OPENING.sub("``", unicodedata.normalize("NFC", text))
    return "".join(_ASCII.get(c) or (c if c.isascii() else _named(c)) for c in text)


def unicode_text(text: str) -> str:
    """Text as LaTeX in UTF-8: only what LaTeX acts on is escaped."""
    return "".join(_SIGNS.get(c, c) for c in text)


def prose(text: str, encode: Callable[[str], str]) -> str:
    """A text with its formulas kept, in LaTeX."""
    return "".join(encode(piece) if kind == "text" else piece for kind, piece in _pieces(one_line(text)))


def title(text: str, encode: Callable[[str], str]) -> str:
    """A title in LaTeX, with braces around what a style must not put into lower case: formulas, acronyms, names."""
    pieces = list(_pieces(one_line(text)))
    named = _in_sentence_case(" ".join(piece for kind, piece in pieces if kind == "text"))
    found, start = [], True
    for kind, piece in pieces:
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


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text's formulas, commands and plain text, in order."""
    start = 0
    for match in _PIECES.finditer(text):
        if match["maths"] is not None and not is_safe_maths(match["maths"]):
            continue
        if match.start() > start:
            yield "text", text[start : match.start()]
        yield "maths" if match["maths"] is not None else "command", match[0]
        start = match.end()
    if start < len(text):
        yield "text", text[start:]


def is_safe_maths(inside: str) -> bool:
    """Whether TeX can set a formula: only known commands, each with what it needs, and braces that match."""
    depth = 0
    for match in _TOKEN.finditer(inside):
        rest = inside[match.end() :]
        if match["bad"]:
            return False
        has_group = match["name"] in _WITH_GROUP and re.match(r"\s*(\{[^{}]|[A-Za-z0-9])", rest)
        if match["name"] and match["name"] not in _ALONE and not has_group:
            return False
        if match["script"] and not re.match(r"\{[^{}]|\{\\|[A-Za-z0-9*+'-]|\\[A-Za-z]", rest):
            return False
        depth += {"{": 1, "}": -1}.get(match["brace"] or "", 0)
        if depth < 0:
            return False
    return not depth and not _SCRIPTS.search(inside)


@functools.cache
def _named(character: str) -> str:
    """A character by LaTeX's name for it, or as it is."""
    found: str = _encoder().unicode_to_latex(character)
    return found


@functools.cache
def _encoder() -> Any:
    # Imported here: only who writes BibTeX waits for it.
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    return UnicodeToLatexEncoder(
        replacement_latex_protection="braces-all", unknown_char_policy="keep", unknown_char_warning=False
    )


def plain(text: str) -> str:
    r"""A text with its formulas in plain characters where they have them: ``$\ell_p$`` as ``ℓ_p``."""
    if "$" not in text:
        return text
    from pylatexenc.latex2text import LatexNodes2Text

    reader = LatexNodes2Text(math_mode="text", strict_latex_spaces=True)
    return "".join(reader.latex_to_text(piece) if kind == "maths" else piece for kind, piece in _pieces(text))
