"""Citation keys: ``zhao2024probabilistic``, and where several papers have the same, ``…a``, ``…b`` for the later ones.

A paper that has its key keeps it: keys are given in the order in which papers came to the library, where none is ever
deleted, so that new papers never change what a manuscript already cites. Entries of a list do go, and a letter that
tells their order would then pass to another paper: :func:`apart` tells papers that only a list knows by their titles.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from export.names import Name
from library.text import digest, title_key

_MATHS = re.compile(r"\$[^$]*\$|\\[A-Za-z]+")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "’": "", "'": ""}
)
_PASSED_OVER_WORDS = """
    a an and are at by can do does for from how in is it of on or position the to towards via what when why with
"""
_PASSED_OVER = frozenset(_PASSED_OVER_WORDS.split())
"""Words that a title's key word is not; every position paper begins with that word."""

MAX_PART = 40
"""Letters of a name or a word in a key."""

_SUFFIX = 4
"""Letters of a title's hash: two titles of one stem have the same once in 65,536."""
_TO_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def stem(authors: Iterable[Name], year: int | None, title: str) -> str:
    """First author's family name, year and the title's first word that says something, in lower-case ASCII."""
    first = next(iter(authors), None)
    family = "".join(_words(f"{first.particle} {first.family}")) if first and not first.others else ""
    words = _words(_MATHS.sub(" ", title)) or _words(title)
    word = next((w for w in words if w not in _PASSED_OVER), words[0] if words else "")
    return f"{family[:MAX_PART]}{year or ''}{word[:MAX_PART]}" or "untitled"


def unique(stems: Iterable[tuple[str, str]], taken: Mapping[str, str] | None = None) -> dict[str, str]:
    """Keys by paper's id, for stems in the order of their papers' coming.

    Args:
        stems: ``(id, stem)`` pairs.
        taken: Keys that other papers have, by id.
    """
    used = set((taken or {}).values())
    counts: dict[str, int] = {}
    found: dict[str, str] = {}
    for paper_id, one in stems:
        for number in itertools.count(counts.get(one, 0)):
            key = one + _letters(number)
            counts[one] = number + 1
            if key not in used:
                break
        used.add(key)
        found[paper_id] = key
    return found


def apart(strangers: Iterable[tuple[str, str, str]], taken: Collection[str]) -> dict[str, str]:
    """Keys of papers that only a list knows, by their entries' ids; entries of one paper have the same.

    A stem that several have, or the library, gets letters made of the title: they depend on nothing else, so that no
    entry that comes or goes makes a key mean another paper.

    Args:
        strangers: ``(id, stem, title)`` triples.
        taken: The keys of the library's papers.
    """
    strangers = [(entry_id, one, title_key(title) or title) for entry_id, one, title in strangers]
    titles: dict[str, set[str]] = {}
    for _, one, title in strangers:
        titles.setdefault(one, set()).add(title)
    found: dict[tuple[str, str], str] = {}
    used = {*taken}
    for one, title in sorted({(one, title) for _, one, title in strangers}):
        if len(titles[one]) == 1 and one not in used:
            key = one
        else:
            suffix = digest(title).translate(_TO_LETTERS)
            key = next(k for n in range(_SUFFIX, len(suffix)) if (k := one + suffix[:n]) not in used)
        used.add(key)
        found[one, title] = key
    return {entry_id: found[one, title] for entry_id, one, title in strangers}


def _letters(number: int) -> str:
    """Nothing, a, b, … z, aa, ab and so on."""
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(c for c in folded if not unicodedata.combining(c)).translate(_LETTERS)
    return re.findall(r"[a-z0-9]+", plain)
