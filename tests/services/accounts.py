"""Who may log in to the stand-in of OpenReview, and the tokens they hold. One set for both hosts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from tests.services.exchange import Answer, Request, as_json
from tests.services.quota import Clock

WEEK = 7 * 24 * 3600
_SECRET = "a stand-in's secret, known to everyone"


@dataclass(frozen=True, slots=True)
class User:
    """``mfa`` is the code an authenticator app would show; None where no second factor is asked for."""

    email: str
    password: str
    profile: str
    mfa: str | None = None

    def as_json(self) -> dict[str, Any]:
        fullname = self.profile.strip("~").rstrip("0123456789").replace("_", " ")
        return {
            "id": self.email,
            "profile": {
                "id": self.profile,
                "fullname": fullname,
                "emails": [self.email],
                "preferredEmail": self.email,
                "usernames": [self.profile],
            },
        }


class Accounts:
    """Users and tokens. A token says itself when it ends; ``expire_all`` ends all of them now."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[str, User] = {}
        self.token_life = 3600
        self._not_before = 0
        self._serial = itertools.count(1)
        self._pending: dict[str, User] = {}

    def add(self, email: str, password: str, mfa: str | None = None) -> User:
        profile = "~" + email.split("@")[0].replace(".", "_").title() + "1"
        user = self.users[email.lower()] = User(email, password, profile, mfa)
        return user

    def token(self, email: str, expires_in: int | None = None) -> str:
        """A token without a login request."""
        user, now = self.users[email.lower()], self.clock()
        life = min(self.token_life if expires_in is None else expires_in, WEEK)
        payload = {"user": user.as_json(), "iat": int(now), "exp": int(now + life), "jti": str(next(self._serial))}
        return jwt.encode(payload, _SECRET, algorithm="HS256")

    def expire_all(self) -> None:
        self._not_before = next(self._serial)

    def check(self, request: Request) -> Answer | None:
        """Mark the request as authenticated; an answer where it carries a token that is no good."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        try:
            told = jwt.decode(token, _SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
        except jwt.InvalidTokenError:
            return error(401, "UnauthorizedError", "Invalid token")
        if told["exp"] <= self.clock() or int(told["jti"]) < self._not_before:
            return error(401, "TokenExpiredError", "Token has expired, please log in again")
        request.authenticated = True
        return None

    def login(self, request: Request) -> Answer:
        user = self.users.get(str(request.body.get("id", "")).lower())
        if user is None or user.password != request.body.get("password"):
            return error(400, "Error", "Invalid username or password")
        expires = request.body.get("expiresIn")
        if user.mfa is None:
            return as_json(200, {"token": self.token(user.email, expires), "user": user.as_json()})
        pending = f"pending-{next(self._serial)}"
        self._pending[pending] = user
        asked = {"mfaPending": True, "mfaPendingToken": pending, "mfaMethods": ["totp"], "preferredMethod": "totp"}
        return as_json(200, asked)

    def verify(self, request: Request) -> Answer:
        user = self._pending.get(str(request.body.get("mfaPendingToken")))
        if user is None or request.body.get("code") != user.mfa:
            return error(400, "MfaVerificationError", "Invalid verification code")
        return as_json(200, {"token": self.token(user.email), "user": user.as_json()})

    def profiles(self, request: Request) -> Answer:
        asked = request.query
        mail = asked.get("email") or asked.get("confirmedEmail")
        found = [
            {**user.as_json()["profile"], "content": {"names": []}, "state": "Active"}
            for user in self.users.values()
            if user.profile == asked.get("id") or (mail and user.email.lower() == mail.lower())
        ]
        return as_json(200, {"profiles": found, "count": len(found)})


def error(status: int, name: str, message: str, details: Mapping[str, object] | None = None, tag: str = "") -> Answer:
    """An error of OpenReview: every one has these four keys."""
    tag = tag or request_id()
    data = {"name": name, "message": f"{message} ({tag})", "status": status}
    return as_json(status, {**data, "details": {**(details or {}), "reqId": tag}})


_ids = itertools.count(8520693)


def request_id() -> str:
    return f"2026-09-27-{next(_ids)}"
