"""Names of people, taken apart as citations need them.

What tells the parts is, in this order: a source that gives them (PMLR does), and rules over the words of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_PARTICLES_WORDS = """
    af al am auf aus bin da das de degli dei del della den der des di do dos du e el ibn la las le lo los of op st
    ste 't te ten ter und van vande vander vom von vor y z zu zum zur
"""
PARTICLES = frozenset(_PARTICLES_WORDS.split())
_FAMILY_STARTS_WORDS = """
    Al Da De Del Della Den Der Di Dos Du El La Le St St. Ter Van Vander Von
"""
_FAMILY_STARTS = frozenset(_FAMILY_STARTS_WORDS.split())
"""Particles that are written with a capital belong to the family name: Ruud Van Sloun is under V."""

_NOT_AFTER_A_PARTICLE_WORDS = """
    Bui Dang Do Duong Duy Hoang Ho Le Ly Ngo Nguyen Pham Phan Tran Truong Vo Vu
"""
_NOT_AFTER_A_PARTICLE = frozenset(_NOT_AFTER_A_PARTICLE_WORDS.split())
"""Vietnamese family names: the Van and Le before them are given names."""

_OTHERS = re.compile(r"(?:and )?(?:et\.? al\.?|others)", re.IGNORECASE)
_ORGANISATION = re.compile(r"[(){}\[\]<>,;:/\\@&\"]| and ", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:Teams?|Collaboration|Consortium|DeepMind|OpenAI|NVIDIA)\b"
    r"|\b(?:AI|Agency|Alliance|Association|Authors|Cent(?:er|re)|Committee|Community|Company|Contributors|Corporation|"
    r"Developers|Foundation|Group|Inc\.?|Initiative|Institute|Labs|Laborator(?:y|ies)|LLC|Ltd\.?|Network|Organi[sz]ation|"
    r"Project|Research|Society|University|Workshop)$"
    r"|\S+ \S+ Lab$|^University of "
)
"""Words that names of people do not have, some of them as the last one; Lab is a family name, too."""


@dataclass(frozen=True, slots=True)
class Name:
    """One author.

    Attributes:
        full: As the paper writes it.
        family: All of a name that is not taken apart: one word, or an organisation's.
        particle: In lower case before the family name, and sorted after it: ``van der``.
        suffix: ``Jr.``, ``III``.
        others: It stands for people who are not named.
    """

    full: str
    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    others: bool = False

    @property
    def whole(self) -> bool:
        """It has no parts."""
        return self.full == self.family

    @property
    def sorted(self) -> str:
        """As lists are sorted: ``van der Maaten, Laurens``, ``King, Jr., Martin Luther``."""
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.suffix, self.given) if part)


def name(full: str) -> Name:
    """Take a name apart by its words; one that is not understood stays whole."""
    words = full.split()
    full = " ".join(words)
    if _OTHERS.fullmatch(full):
        return Name(full, full, others=True)
    if len(words) < 2 or _ORGANISATION.search(full) or _GROUP.search(full):
        return Name(full, full)
    suffix = words.pop() if words[-1].rstrip(".").casefold() in _SUFFIXES and len(words) > 2 else ""
    end = len(words) - 1
    start = next((n for n in range(1, end) if _starts_family(words, n)), end)
    if words[start] == "la" and start > 1 and len(words[start - 1].rstrip(".")) > 1:
        start -= 1  # Tom Dupré la Tour; one who has the particle alone is Emanuele la Malfa
    family = next(n for n in range(start, end + 1) if n == end or words[n] not in PARTICLES)
    return Name(full, " ".join(words[family:]), " ".join(words[:start]), " ".join(words[start:family]), suffix)


def names(full: Sequence[str], told: Iterable[Mapping[str, Any]] = ()) -> tuple[Name, ...]:
    """Take names apart.

    Args:
        full: As the paper writes them, in its order.
        told: The parts as a source gives them, under CSL's names; believed where they make up the same name.
    """
    known = {found.full: found for parts in told if (found := _told(parts))}
    return tuple((not _GROUP.search(one) and known.get(" ".join(one.split()))) or name(one) for one in full)


def _starts_family(words: Sequence[str], n: int) -> bool:
    if words[n] in PARTICLES:
        return True
    return words[n] in _FAMILY_STARTS and words[-1] not in _NOT_AFTER_A_PARTICLE


def _told(parts: Mapping[str, Any]) -> Name | None:
    def part(*keys: str) -> str:
        return " ".join(text for key in keys if isinstance(text := parts.get(key), str) and text)

    given, family, suffix = part("given"), part("family"), part("suffix")
    particle = part("dropping-particle", "non-dropping-particle", "prefix")
    if not family:
        return None
    if not particle:
        # Sources write "van der Maaten" as the family name.
        words = family.split()
        start = next(n for n, word in enumerate(words) if n == len(words) - 1 or word not in PARTICLES)
        particle, family = " ".join(words[:start]), " ".join(words[start:])
    return Name(" ".join(text for text in (given, particle, family, suffix) if text), family, given, particle, suffix)
