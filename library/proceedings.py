"""Proceedings: what a venue's papers are printed in, as a citation names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proceedings:
    """What is the same in the citations of all papers of a venue.

    Attributes:
        title: In full: ``Proceedings of the 41st International Conference on Machine Learning``.
    """

    title: str
    series: str | None = None
    volume: str | None = None
    publisher: str | None = None
