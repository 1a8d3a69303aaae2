"""Topics and their papers as the front doors show them. Nothing heavy is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from library.topics import ACCEPT
from library.types import Paper

if TYPE_CHECKING:
    from browse.reasons import Reason
    from browse.topics import Topic


ENOUGH = 0.5
"""The score from which on the rule itself puts a paper on a topic."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic and how many papers are on it, the versions of a work as one."""

    topic: Topic
    count: int


@dataclass(frozen=True, slots=True)
class Member:
    """A paper on a topic.

    Attributes:
        score: From 0 to 1; the rule takes those from 0.5.
        reason: The verified quote that best says it is on the topic; None where no sentence can be quoted.
        verdict: ``accept``, ``reject`` or None: what the user said of it.
        seed: It is one of the papers that the topic names as its own.
    """

    paper: Paper
    score: float
    reason: Reason | None
    verdict: str | None
    seed: bool = False

    @property
    def standing(self) -> str:
        """What put it there before any sentence: the user, or the topic itself where the score would not."""
        if self.verdict == ACCEPT:
            return "accepted by you"
        return "a seed of this topic" if self.seed and self.score < ENOUGH and not self.verdict else ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the user's word about a paper on a topic.

    Attributes:
        left: Other papers that are on the topic no more.
        came: Other papers that are on it now.
    """

    paper: Paper
    topic: Topic
    left: int = 0
    came: int = 0

    @property
    def moved(self) -> str:
        """What else moved, in words; empty where nothing did."""
        first = self.left or self.came
        if not first:
            return ""
        others = f"{first:,} other paper{'s' * (first != 1)}"
        if not self.left:
            return f"{others} came"
        return f"{others} left, {self.came:,} came" if self.came else f"{others} left"


@dataclass(frozen=True, slots=True)
class Removed:
    """What goes with a topic of the user's.

    Attributes:
        verdicts: How many papers the user accepted on it or rejected.
        back: The topic whose place it had, and which is there again; the verdicts stay with that one. None where there
            is none: then the verdicts go.
    """

    topic: Topic
    verdicts: int
    back: Topic | None


@dataclass(frozen=True, slots=True)
class TopicMembers:
    """A topic's papers, the best first and each work once, and those that the user rejected."""

    topic: Topic
    members: tuple[Member, ...]
    rejected: tuple[Member, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``posterhall topics show --json``."""
        return {"topic": self.topic.topic_id, "name": self.topic.name, "members": [_member(m) for m in self.members]}


def _member(member: Member) -> dict[str, Any]:
    reason = member.reason
    return {
        "paper_id": member.paper.paper_id,
        "forum_id": member.paper.forum_id,
        "title": member.paper.title,
        "score": member.score,
        "verdict": member.verdict,
        "seed": member.seed,
        "reason": {"text": reason.text, "page": reason.page, "section": reason.section} if reason else None,
    }
