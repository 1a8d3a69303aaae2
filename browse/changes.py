"""What changed between two texts, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, INSERTED, DELETED = "same", "inserted", "deleted"

MOST_WORDS = 2000
"""Longer texts are not compared: abstracts have some 200 words, and a stranger's might be made to take minutes."""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that both texts have (``same``), or only the later (``inserted``) or the earlier (``deleted``)."""

    kind: str
    text: str


def word_changes(before: str, after: str) -> tuple[Change, ...] | None:
    """The words of both texts in order, or None where they are too long to be compared.

    What is ``same`` or ``deleted`` makes up the earlier text, and what is ``same`` or ``inserted`` the later; white
    space counts as single spaces.
    """
    old, new = before.split(), after.split()
    if max(len(old), len(new)) > MOST_WORDS:
        return None
    found: list[Change] = []
    # Words that are everywhere ("the") are no anchors in long texts (autojunk): that bounds the time, too.
    for tag, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found.append(Change(SAME, " ".join(old[i:j])))
            continue
        if i < j:
            found.append(Change(DELETED, " ".join(old[i:j])))
        if k < m:
            found.append(Change(INSERTED, " ".join(new[k:m])))
    return tuple(found)
