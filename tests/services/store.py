"""What the stand-in of OpenReview holds, and how a test puts it there."""

from __future__ import annotations

from typing import Any

from tests.services.accounts import Accounts
from tests.services.groups import make_group, usual_content
from tests.services.notes import Note
from tests.services.quota import Clock, Meter


class Store:
    """Both hosts, ``v1`` and ``v2``.

    Attributes:
        challenge: How an anonymous reader is turned away: ``json403``, ``html200``, or None where nobody is.
        wrong_host: What ``/groups?id=`` says of a venue of the other API: ``empty``, or ``null-domain`` (the group).
        unknown_group: What it says of an id that is nowhere: ``empty`` or ``404``.
        pdfs_closed: Whether the challenge holds for PDFs as well.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.accounts = Accounts(clock)
        self.challenge: str | None = None
        self.wrong_host = "empty"
        self.unknown_group = "empty"
        self.pdfs_closed = True
        self.meters = {"notes": Meter(clock, 500), "groups": Meter(clock, 700), "pdf": Meter(clock, 36)}
        self.groups: dict[str, dict[str, dict[str, Any]]] = {"v1": {}, "v2": {}}
        self.notes: dict[str, dict[str, Note]] = {"v1": {}, "v2": {}}
        self.private: set[str] = set()
        self.pdfs: dict[str, bytes] = {}

    @property
    def require_login(self) -> bool:
        return self.challenge is not None

    @require_login.setter
    def require_login(self, closed: bool) -> None:
        self.challenge = (self.challenge or "json403") if closed else None

    def add_user(self, email: str, password: str, mfa: str | None = None) -> str:
        """Someone who may log in; gives the profile id. ``mfa`` is the code they must type."""
        return self.accounts.add(email, password, mfa).profile

    @property
    def token_life(self) -> int:
        """Seconds a token lives where the login does not say (``expiresIn``); 3,600 unless set."""
        return self.accounts.token_life

    @token_life.setter
    def token_life(self, seconds: int) -> None:
        self.accounts.token_life = seconds

    def token(self, email: str, expires_in: int | None = None) -> str:
        """A token without a login request, as one kept from an earlier run."""
        return self.accounts.token(email, expires_in)

    def expire_tokens(self) -> None:
        """End every token given out so far."""
        self.accounts.expire_all()

    def add_venue(
        self, venue_id: str, *, api: str = "v2", content: dict[str, Any] | None = None, public: bool = True
    ) -> None:
        """A venue and the groups above it.

        Args:
            venue_id: Such as ``ICML.cc/2024/Conference``.
            api: Which of the two holds it.
            content: What differs from the usual block, as plain values; None takes a field away.
            public: False hides every note of it, from everyone.
        """
        groups, parts = self.groups[api], venue_id.split("/")
        for depth in range(1, len(parts)):
            above = "/".join(parts[:depth])
            groups.setdefault(above, make_group(above, "OpenReview.net" if api == "v2" else None, {}))
        usual = usual_content(venue_id) if api == "v2" else {}
        block = {name: value for name, value in {**usual, **(content or {})}.items() if value is not None}
        groups[venue_id] = make_group(venue_id, venue_id if api == "v2" else None, block)
        self.private.discard(venue_id)
        if not public:
            self.private.add(venue_id)

    def add_note(self, venue_id: str, note: Note) -> str:
        """Put a note, and its replies, where its venue is; gives its forum id."""
        api = "v1" if venue_id in self.groups["v1"] else "v2"
        if venue_id not in self.groups[api]:
            self.add_venue(venue_id)
        note = dict(note)
        for item in (*note.pop("replies", ()), note):
            self.notes[api][item["id"]] = {**item, "_venue": venue_id}
        return str(note["forum"])

    def update_note(self, note_id: str, *, tmdate: int | None = None, **fields: Any) -> None:
        """Change fields of its content (None takes one away) and its time of change: a minute after every other
        unless it is given.

        ``venueid`` with a leading ``/`` is a suffix to the venue's id, as in ``venueid="/Withdrawn_Submission"``;
        a bare ``pdf`` is a hash.
        """
        api = "v1" if note_id in self.notes["v1"] else "v2"
        old = self.notes[api][note_id]
        if str(fields.get("venueid", "")).startswith("/"):
            fields["venueid"] = old["_venue"] + fields["venueid"]
        given = {
            name: value if api == "v1" else {"value": value} for name, value in fields.items() if value is not None
        }
        kept = {name: value for name, value in old["content"].items() if name not in fields}
        changed = tmdate or max(note["tmdate"] for note in self.notes[api].values()) + 60_000
        self.notes[api][note_id] = {**old, "content": {**kept, **given}, "tmdate": changed}
        if api == "v2":
            self.notes[api][note_id]["mdate"] = changed

    def remove_note(self, note_id: str) -> None:
        """As if it had never been."""
        for notes in self.notes.values():
            notes.pop(note_id, None)

    def set_pdf(self, hash_or_forum: str, data: bytes) -> None:
        """The file behind ``/pdf/<hash>.pdf``, or behind a forum whatever its hash is."""
        self.pdfs[hash_or_forum] = data
