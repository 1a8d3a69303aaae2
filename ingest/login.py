"""Logging in to OpenReview: the token is kept, the password never is.

The name and password come from the caller or from ``OPENREVIEW_USERNAME`` and ``OPENREVIEW_PASSWORD``. The token lies
in ``token.json`` under ``POSTERHALL_CONFIG``, else under ``$XDG_CONFIG_HOME/posterhall`` or ``~/.config/posterhall``;
nobody but its owner can read the file.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.answers import shown
from ingest.errors import Garbled, LoginNeeded, LoginRefused, MfaNeeded, SourceError, TokenExpired
from ingest.http import Http
from ingest.sources.base import Endpoints
from library.errors import InputError

AskCode = Callable[[str], str]
"""Asks the user for a second factor's code, given its kind (``totp``, ``emailOtp``); "" is no answer."""

TOKEN_LIFE = timedelta(days=7)
"""Asked for at a login; OpenReview grants no more, and an hour when nothing is asked for."""

MARGIN = timedelta(minutes=1)
"""A token that ends within this time counts as ended: it would not last through one listing."""

_TYPED = ("totp", "emailOtp")


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in; the token is never shown.

    Attributes:
        username: The name that was logged in with.
        token: Good for both of OpenReview's hosts.
        expires: Aware, in UTC.
    """

    username: str
    token: str = field(repr=False)
    expires: datetime


def login(
    endpoints: Endpoints, username: str, password: str, ask_code: AskCode | None = None, *, timeout: float = 30.0
) -> Session:
    """Log in and keep the token.

    Args:
        endpoints: Where OpenReview is; the token is never sent elsewhere.
        username: An e-mail address or a profile id.
        password: Used once, never kept.
        ask_code: Asks for a second factor's code; None when nobody is there.
        timeout: Seconds to wait for an answer.

    Raises:
        LoginRefused: The name, the password or the code is wrong.
        MfaNeeded: A second factor is asked for that cannot be typed here.
        SourceError: OpenReview did not answer.
        InputError: The token cannot be kept.
    """
    base = endpoints.openreview_v2
    asked = {"id": username, "password": password, "expiresIn": int(TOKEN_LIFE.total_seconds())}
    with Http(endpoints, timeout=timeout) as http:
        answer = _posted(http, f"{base}/login", asked)
        if answer.get("mfaPending"):
            answer = _second_factor(http, base, answer, ask_code)
    token = answer.get("token")
    if not isinstance(token, str) or not token:
        raise Garbled("OpenReview answered the login without a token", url=f"{base}/login")
    session = Session(username, token, _expiry(token))
    _keep(base, session.username, session)
    return session


def current_session(endpoints: Endpoints, *, timeout: float = 30.0) -> Session | None:
    """Who is logged in: by the kept token, else by the name and password in the environment.

    Returns:
        None when nobody ever logged in here and the environment names nobody.

    Raises:
        TokenExpired: The kept token has ended; its file still names whose it was.
        LoginRefused: The environment's name or password is wrong.
        SourceError: OpenReview did not answer the login.
    """
    kept = _kept(endpoints.openreview_v2)
    name, password = os.environ.get("OPENREVIEW_USERNAME", ""), os.environ.get("OPENREVIEW_PASSWORD", "")
    now = datetime.now(UTC)
    if kept and kept.token and kept.expires > now + MARGIN and name in ("", kept.username):
        return kept
    if name and password:
        return login(endpoints, name, password, timeout=timeout)
    if kept is None or name not in ("", kept.username):
        return None
    if kept.token:
        _keep(endpoints.openreview_v2, kept.username, None)
    raise TokenExpired(f"the login of {kept.username} to OpenReview has expired")


def logout() -> str | None:
    """Forget the token; the name that it belonged to, or None when nobody was logged in."""
    name = _read().get("username")
    token_file().unlink(missing_ok=True)
    return name if isinstance(name, str) else None


def token_file() -> Path:
    """Where the token is kept."""
    if named := os.environ.get("POSTERHALL_CONFIG"):
        return Path(named).expanduser() / "token.json"
    base = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".config") / "posterhall" / "token.json"


def _posted(http: Http, url: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The answer to a login's step; what it says is not repeated, since it may hold what was sent."""
    status, answer = http.post(url, payload)
    if 200 <= status < 300:
        return answer
    where = shown(url)
    if answer.get("name") == "ChallengeRequiredError":
        raise LoginNeeded(
            "OpenReview asks for a check in a browser before a login",
            url=where,
            status=status,
            remedy="log in once at https://openreview.net in a browser, then run `posterhall login` again",
        )
    wrong = "code" if "code" in payload else "name or the password"
    raise LoginRefused(f"OpenReview does not accept the {wrong}", url=where, status=status)


def _second_factor(http: Http, base: str, asked: dict[str, Any], ask_code: AskCode | None) -> dict[str, Any]:
    offered = [method for method in asked.get("mfaMethods") or [] if isinstance(method, str)]
    preferred = asked.get("preferredMethod")
    method = preferred if preferred in _TYPED else next((one for one in _TYPED if one in offered), None)
    if method is None:
        raise MfaNeeded(
            f"the account asks for a second factor that cannot be typed ({', '.join(offered) or 'none named'})",
            url=f"{base}/login",
            remedy="add an authenticator app to the account at https://openreview.net/profile",
        )
    if ask_code is None:
        raise MfaNeeded(f"the account asks for a second factor ({method})", url=f"{base}/login")
    pending = {"mfaPendingToken": asked.get("mfaPendingToken"), "method": method}
    if method == "emailOtp":
        _posted(http, f"{base}/mfa/challenge", pending)
    code = ask_code(method).strip()
    if not code:
        raise MfaNeeded("no code was given", url=f"{base}/login")
    return _posted(http, f"{base}/mfa/verify", {**pending, "code": code})


def _expiry(token: str) -> datetime:
    """When a token ends, as it says itself; else as was asked for."""
    now = datetime.now(UTC)
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return now + TOKEN_LIFE


def _read() -> dict[str, Any]:
    try:
        held = json.loads(token_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def _kept(service: str) -> Session | None:
    """What is kept for a service; a token of another one is not sent to it."""
    held = _read()
    if held.get("service") != service or not isinstance(held.get("username"), str):
        return None
    token, path = held.get("token"), token_file()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
    try:
        expires = datetime.fromisoformat(str(held.get("expires")))
    except ValueError:
        expires = datetime.min
    aware = expires if expires.tzinfo else expires.replace(tzinfo=UTC)
    return Session(held["username"], token if isinstance(token, str) else "", aware)


def _keep(service: str, username: str, session: Session | None) -> None:
    """Write the file anew, readable by its owner alone from the first byte on."""
    held = {"service": service, "username": username}
    if session is not None:
        held |= {"token": session.token, "expires": session.expires.isoformat()}
    path = token_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".token-")  # made with 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(held, file, indent=1)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(
            f"cannot keep the login in {path}: {error.strerror}; name another folder in POSTERHALL_CONFIG"
        ) from error


__all__ = ["AskCode", "Session", "SourceError", "current_session", "login", "logout", "token_file"]
