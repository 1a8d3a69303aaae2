"""The user's own topics, and what the user said of papers on topics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

ACCEPT = "accept"
REJECT = "reject"


class TopicStore:
    """The topics and verdicts tables.

    Verdicts are kept by paper id and hang on nothing else: a paper that is read again, or withdrawn and accepted
    again, finds its verdicts as they were. The index does not depend on them, so the library's revision stays.
    """

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def own(self) -> list[dict[str, Any]]:
        """The user's topics as rows of a topics file, in the order they were added."""
        rows = self._db.execute("SELECT fields FROM topics ORDER BY at, topic_id")
        return [json.loads(row[0]) for row in rows]

    def put(self, topic_id: str, fields: Mapping[str, Any], now: str) -> None:
        """Keep a topic, in the place of one of the same id."""
        with self._db.atomic():
            self._db.execute(
                """INSERT INTO topics VALUES (?, ?, ?)
                   ON CONFLICT (topic_id) DO UPDATE SET fields = excluded.fields""",
                [topic_id, json.dumps(dict(fields), ensure_ascii=False), now],
            )

    def remove(self, topic_id: str, *, verdicts: bool) -> None:
        """Forget a topic of the user's, and what was said of papers on it if ``verdicts``."""
        with self._db.atomic():
            self._db.execute("DELETE FROM topics WHERE topic_id = ?", [topic_id])
            if verdicts:
                self._db.execute("DELETE FROM verdicts WHERE topic_id = ?", [topic_id])

    def judge(self, topic_id: str, paper_id: str, verdict: str | None, now: str) -> None:
        """Keep what the user says of a paper on a topic; None takes it back."""
        with self._db.atomic():
            if verdict is None:
                self._db.execute("DELETE FROM verdicts WHERE topic_id = ? AND paper_id = ?", [topic_id, paper_id])
            else:
                self._db.execute(
                    """INSERT INTO verdicts VALUES (?, ?, ?, ?)
                       ON CONFLICT (topic_id, paper_id) DO UPDATE SET verdict = excluded.verdict, at = excluded.at""",
                    [topic_id, paper_id, verdict, now],
                )

    def verdicts(self) -> dict[str, dict[str, str]]:
        """Every verdict: by topic, by paper, in the order in which they were said."""
        found: dict[str, dict[str, str]] = {}
        for topic_id, paper_id, verdict in self._db.execute(
            "SELECT topic_id, paper_id, verdict FROM verdicts ORDER BY topic_id, at, paper_id"
        ):
            found.setdefault(topic_id, {})[paper_id] = verdict
        return found
