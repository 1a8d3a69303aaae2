"""Is a PDF the paper that its metadata say? What its first pages name, compared with the record's title and authors.

The title is looked for as runs of six letters, in any order, so that line breaks, hyphens, small capitals, accents,
ligatures and a lost space cost nothing, and a formula that is set otherwise costs little.

Measured on 64 papers of two workshops, each with its own record and with the 63 others' (4,032 pairs):

- the share of the title's runs that is found is 0.88 or more with the paper's own record, but for one paper that was
  renamed, 0.43; with another paper's record it is 0.58 or less, and 0.40 or less in 99 of 100 pairs;
- the share of the authors who are named is 0.67 or more with the own record (misspelt names); with another's it is 0
  in 3,890 pairs, 0.5 in 29 (mostly the workshop's editors, who are printed on every first page), and more in 6, all
  of which do share authors;
- so no paper is warned of with its own record, and every one with another's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ingest.text import UNKNOWN_GLYPH
from library.text import fold, one_line

TITLE_FOUND = 0.72
"""Share of the title's runs of letters that names it: half way between 0.58 (another paper) and 0.88 (the same)."""

TITLE_REWORDED = 0.27
"""Share that is enough when every author is named: half way between 0.11 (another paper of the same) and 0.43."""

AUTHORS_FOUND = 0.6
"""Share of the record's authors that makes it a paper of theirs: between 0.5 (editors) and 0.67 (misspelt names)."""

RUN = 6
"""Letters in a run; with four, other papers of a workshop share up to 0.67 of a title and the gap is half as wide."""

HEAD = 800
"""Letters of a page among which its title stands; a whole page about the same subject holds up to 0.81 of a title."""

COVERS = 2
"""Pages looked at: some files begin with a cover sheet."""

PAGE = 20_000
"""Characters of a page that are read; a full one in two columns has 7,000."""

SHORT_TITLE = 16
"""Bytes of a title's letters below which an author must be found too: many pages say "attention"."""

FORM_PAGES = 4
FORM_WORDS = 800
"""A shorter file without a paper's parts is no paper; the shortest of the 64 at hand has 6 pages and 2,400 words."""

FORM_MARKS = 3
PAPER_MARKS = 2

_FORM = re.compile(
    r"\b(hereby|signatures?|undersigned|consent|copyrights?|agreement|declare|assigns?|permission|grants?|transfer|"
    r"signed|warrants?|i agree|date)\b"
)
_PAPER = re.compile(r"\b(abstract|introduction|references|bibliography|conclusions?|et al)\b|\[\d{1,3}\]")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
_MARKUP = re.compile(r"\\[^A-Za-z\s]\s?|[{}$]")
_LETTERS_OF_COMMANDS = {"ell": "l", "o": "ø", "O": "Ø", "ss": "ß", "ae": "æ", "AE": "Æ", "l": "ł", "L": "Ł", "aa": "å"}
_UNREADABLE = 0.2


class MismatchKind(Enum):
    """What is wrong, the worst first."""

    NOT_A_PAPER = "not a paper"
    OTHER_PAPER = "other paper"
    TITLE_DIFFERS = "title differs"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A PDF that is not, or not quite, what its record says.

    Attributes:
        kind: See :class:`MismatchKind`; a title that differs is often a camera-ready version under a new name.
        expected: The record's title.
        seen: The title that the file gives itself, or how its text begins; "" when it has none.
        detail: A sentence for people: what was looked for, what was found.
    """

    kind: MismatchKind
    expected: str
    seen: str
    detail: str


def check_identity(
    title: str, authors: Sequence[str], pages: Sequence[str], printed_title: str = ""
) -> Mismatch | None:
    """Compare a file's first pages with its record.

    Args:
        title: The record's; may hold LaTeX.
        authors: The record's, as ``John Smith``, ``J. Smith`` or ``Smith, John``; may be empty.
        pages: The text of every page, in order.
        printed_title: What the file gives as its title (:func:`ingest.title.guess_title`), when it is known.

    Returns:
        None when the pages name the title (for anonymous papers that is all there is), or most of the authors and a
        title much like it; also when the text cannot be read, because its font does not say which letters it holds.
    """
    fronts = [page[:PAGE] for page in pages if page.strip()][:COVERS]
    seen = one_line(printed_title) or one_line(fronts[0] if fronts else "")[:100]
    if not fronts:
        return Mismatch(MismatchKind.NOT_A_PAPER, title, "", "the file holds no text: it may be a scan or a form")
    front = "\n".join(fronts)
    if front.count(UNKNOWN_GLYPH) > _UNREADABLE * len(front):
        return None

    share = max(_share(title, text) for text in (printed_title, *fronts))
    printed = one_line(re.sub(r"[\d_]+", " ", fold(front)))
    found = sum(_names(author, printed) for author in authors)
    known = bool(authors) and found >= AUTHORS_FOUND * len(authors)
    short = len(_letters(_plain(title)).encode()) < SHORT_TITLE
    named = share >= TITLE_FOUND and (not short or found > 0 or not authors or "anonymous" in printed)

    if _is_form(pages, named):
        return Mismatch(
            MismatchKind.NOT_A_PAPER,
            title,
            seen,
            "the file is short and has none of a paper's parts (abstract, sections, references): it may be a form",
        )
    if named or (known and found == len(authors) and share >= TITLE_REWORDED):
        return None
    if known:
        return Mismatch(
            MismatchKind.TITLE_DIFFERS,
            title,
            seen,
            f"the file's first page names {found} of the {len(authors)} authors but another title: the paper may have "
            "been renamed, or this is another paper of theirs",
        )
    nor = " nor most of the authors" if found else " nor any of the authors" if authors else ""
    return Mismatch(
        MismatchKind.OTHER_PAPER,
        title,
        seen,
        f"the file's first page names {'neither' if nor else 'not'} the title{nor}: it may be another paper's PDF",
    )


def _share(title: str, text: str) -> float:
    """How much of the title the text's head holds, from 0 to 1; a title without letters says nothing against any."""
    wanted = _runs(_letters(_plain(title)))
    return len(wanted & _runs(_letters(text)[:HEAD])) / len(wanted) if wanted else 1.0


def _plain(title: str) -> str:
    r"""Without LaTeX: ``\ell`` and ``\alpha`` are letters, of accents and other commands the argument stays."""

    def character(match: re.Match[str]) -> str:
        name = match[1]
        if name in _LETTERS_OF_COMMANDS:
            return _LETTERS_OF_COMMANDS[name]
        size = "CAPITAL" if name[0].isupper() else "SMALL"
        try:
            return unicodedata.lookup(f"GREEK {size} LETTER {name.upper().removeprefix('VAR')}")
        except KeyError:
            return ""

    return _MARKUP.sub("", _COMMAND.sub(character, title))


def _letters(text: str) -> str:
    return re.sub(r"[\s_]", "", fold(text))


def _runs(letters: str) -> set[str]:
    return {letters[i : i + RUN] for i in range(max(len(letters) - RUN + 1, 1))} - {""}


def _names(author: str, printed: str) -> bool:
    """Whether a folded text names the author: the family name with a given name or its initial, in either order."""
    before, _, after = (fold(_plain(part)).split() for part in author.partition(","))
    words = [*after, *before]
    if len(words) < 2:
        # Names in scripts that set no spaces stand side by side.
        return bool(words) and bool(re.search(rf"\b{words[0]}\b" if words[0].isascii() else words[0], printed))
    first, family = words[0], words[-1]
    # A full name in the record may be an initial in print, and the other way round.
    first = rf"{first}\w*" if len(first) == 1 else rf"(?:{first}|{first[0]})"
    # Second names and particles stand in between; a mark of affiliation may be a letter that sticks to the name.
    either = rf"\b{first} (?:\w+ ){{0,4}}?{family}\w?\b|\b{family} {first}\b"
    return bool(re.search(either, printed)) or "".join(words) in printed.replace(" ", "")


def _is_form(pages: Sequence[str], named: bool) -> bool:
    """A publication or consent form: a few pages without a paper's parts, and a form's words or hardly any."""
    if len(pages) > FORM_PAGES:
        return False
    text = " ".join(pages).casefold()
    if len({match[0] for match in _PAPER.finditer(text)}) >= PAPER_MARKS:
        return False
    # A form may well name the paper that it is about, and an abstract of one page has no sections.
    return len({match[1] for match in _FORM.finditer(text)}) >= FORM_MARKS or (
        not named and len(text.split()) < FORM_WORDS
    )
