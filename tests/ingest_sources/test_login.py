"""Logging in, and where a password and a token may and may not be found."""

import logging
import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from ingest.errors import Garbled, LoginNeeded, LoginRefused, MfaNeeded, NotFound, SourceError, TokenExpired
from ingest.http import Http
from ingest.login import current_session, login, logout, token_file
from ingest.sources.base import Endpoints, Venue
from ingest.sources.openreview import OpenReview
from library.errors import InputError
from tests.ingest_sources.conftest import NAME, PASSWORD
from tests.services.exchange import Answer, Request, as_json
from tests.services.server import Services, make_note_v2

VENUE = Venue("icml-2024", "ICML 2024", venue_id="ICML.cc/2024/Conference")


def test_a_login_lasts_for_the_next_run(endpoints: Endpoints) -> None:
    made = login(endpoints, NAME, PASSWORD)
    assert current_session(endpoints) == made
    assert abs(made.expires - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)


def test_the_token_is_kept_where_only_its_owner_reads_it(endpoints: Endpoints, tmp_path: Path) -> None:
    login(endpoints, NAME, PASSWORD)
    file = tmp_path / "config" / "token.json"
    assert token_file() == file
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["token.json"]
    file.chmod(0o644)
    assert current_session(endpoints)
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTERHALL_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert token_file() == tmp_path / "xdg" / "posterhall" / "token.json"
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert token_file() == tmp_path / ".config" / "posterhall" / "token.json"


def test_nobody_is_logged_in_at_first(endpoints: Endpoints) -> None:
    assert current_session(endpoints) is None
    assert logout() is None


def test_logging_out_forgets_the_token_and_says_whose_it_was(endpoints: Endpoints) -> None:
    login(endpoints, NAME, PASSWORD)
    assert logout() == NAME
    assert current_session(endpoints) is None
    assert not token_file().exists()


def test_a_wrong_password_is_refused_and_nothing_is_kept(endpoints: Endpoints) -> None:
    with pytest.raises(LoginRefused, match="does not accept the name or the password"):
        login(endpoints, NAME, "wrong")
    assert not token_file().exists()


def test_name_and_password_of_the_environment_log_in_once(
    services: Services, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_USERNAME", NAME)
    monkeypatch.setenv("OPENREVIEW_PASSWORD", PASSWORD)
    first, second = current_session(endpoints), current_session(endpoints)
    assert first == second
    assert services.count("/api2/login") == 1


def test_another_name_in_the_environment_is_not_logged_in_by_the_kept_token(
    endpoints: Endpoints, session: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_USERNAME", "ben@example.org")
    assert current_session(endpoints) is None
    monkeypatch.setenv("OPENREVIEW_PASSWORD", "wrong")
    with pytest.raises(LoginRefused):
        current_session(endpoints)


def test_an_expired_token_is_dropped_and_its_owner_remembered(services: Services, endpoints: Endpoints) -> None:
    services.clock.advance(-8 * 24 * 3600)
    login(endpoints, NAME, PASSWORD)
    for _ in range(2):
        with pytest.raises(
            TokenExpired, match=f"the login of {NAME} to OpenReview has expired: run `posterhall login`"
        ):
            current_session(endpoints)
        text = token_file().read_text(encoding="utf-8")
        assert NAME in text
        assert '"token"' not in text
    assert logout() == NAME


def test_a_token_is_not_used_for_another_service(endpoints: Endpoints, session: object) -> None:
    assert current_session(Endpoints()) is None


def test_a_damaged_file_is_no_login(endpoints: Endpoints, session: object) -> None:
    for text in ("not json", "[]", "{}", '{"service": 1}'):
        token_file().write_text(text, encoding="utf-8")
        assert current_session(endpoints) is None


def test_a_second_factor_is_asked_for(services: Services, endpoints: Endpoints) -> None:
    services.openreview.add_user("mfa@example.org", PASSWORD, mfa="123456")
    asked = []

    def ask(method: str) -> str:
        asked.append(method)
        return " 123456 "

    assert login(endpoints, "mfa@example.org", PASSWORD, ask).username == "mfa@example.org"
    assert asked == ["totp"]


def test_a_second_factor_needs_somebody_to_give_it(services: Services, endpoints: Endpoints) -> None:
    services.openreview.add_user("mfa@example.org", PASSWORD, mfa="123456")
    with pytest.raises(MfaNeeded, match="run `posterhall login` in a terminal"):
        login(endpoints, "mfa@example.org", PASSWORD)
    with pytest.raises(MfaNeeded, match="no code was given"):
        login(endpoints, "mfa@example.org", PASSWORD, lambda _: "")
    with pytest.raises(LoginRefused, match="does not accept the code"):
        login(endpoints, "mfa@example.org", PASSWORD, lambda _: "000000")
    assert not token_file().exists()


def answering(services: Services, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer]) -> list[Request]:
    """Have the stand-in answer some paths in another way; gives what it is asked there."""
    usual, asked = services.openreview.answer, []

    def answer(api: str, path: str, request: Request) -> Answer:
        if path not in answers:
            return usual(api, path, request)
        asked.append(request)
        return answers[path]

    monkeypatch.setattr(services.openreview, "answer", answer)
    return asked


def test_a_code_by_mail_is_sent_before_it_is_asked_for(
    services: Services, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = {"mfaPending": True, "mfaPendingToken": "p", "mfaMethods": ["emailOtp"], "preferredMethod": "emailOtp"}
    token = services.openreview.accounts.token(NAME)
    answers = {"/login": pending, "/mfa/challenge": {}, "/mfa/verify": {"token": token}}
    asked = answering(services, monkeypatch, {path: as_json(200, data) for path, data in answers.items()})
    assert login(endpoints, NAME, PASSWORD, lambda method: f"code of {method}").token == token
    assert [request.path for request in asked] == ["/api2/login", "/api2/mfa/challenge", "/api2/mfa/verify"]
    assert asked[2].body == {"mfaPendingToken": "p", "method": "emailOtp", "code": "code of emailOtp"}


def test_a_factor_that_cannot_be_typed_says_what_to_do(
    services: Services, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = {"mfaPending": True, "mfaPendingToken": "p", "mfaMethods": ["passkey"], "preferredMethod": "passkey"}
    answering(services, monkeypatch, {"/login": as_json(200, pending)})
    with pytest.raises(MfaNeeded, match=r"cannot be typed \(passkey\): add an authenticator app"):
        login(endpoints, NAME, PASSWORD, lambda _: "1")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (as_json(200, {}), Garbled, "without a token"),
        (as_json(403, {"name": "ChallengeRequiredError"}), LoginNeeded, "a check in a browser .*: log in once at"),
        (as_json(400, {"message": f"no {PASSWORD}"}), LoginRefused, "does not accept the name or the password: "),
        (as_json(404, {"name": "NotFoundError"}), NotFound, "is not there"),
    ],
)
def test_a_login_that_is_answered_oddly_says_so(
    services: Services,
    endpoints: Endpoints,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    error: type[SourceError],
    said: str,
) -> None:
    answering(services, monkeypatch, {"/login": answer})
    with pytest.raises(error, match=said) as caught:
        login(endpoints, NAME, PASSWORD)
    assert PASSWORD not in everything_said(caught.value)


def test_a_token_that_does_not_tell_its_end_is_kept_for_as_long_as_was_asked(
    services: Services, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(services, monkeypatch, {"/login": as_json(200, {"token": "opaque"})})
    made = login(endpoints, NAME, PASSWORD)
    assert abs(made.expires - datetime.now(UTC) - timedelta(days=7)) < timedelta(minutes=1)


def test_a_token_that_cannot_be_kept_says_so(
    endpoints: Endpoints, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("POSTERHALL_CONFIG", str(tmp_path / "file"))
    with pytest.raises(InputError, match=r"cannot keep the login in .*: .*; name another folder in POSTERHALL_CONFIG"):
        login(endpoints, NAME, PASSWORD)


def everything_said(error: BaseException) -> str:
    """An error with its whole chain, as text and as code, and the addresses it carries."""
    texts = ["".join(traceback.format_exception(error)), repr(error), str(error)]
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
        texts.append(repr(error) + repr(vars(error)))
    return "\n".join([*texts, repr(vars(error))])


def test_password_and_token_are_found_nowhere_but_the_token_in_its_file(
    services: Services, endpoints: Endpoints, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []

    def failing(call: object) -> None:
        with pytest.raises(SourceError) as caught:
            call()  # type: ignore[operator]
        said.append(everything_said(caught.value))

    for kind in (500, 503, 429, 403, 400, "html200", "truncated-json", "reset"):
        services.fault("/api2/login", kind)
        failing(lambda: login(endpoints, NAME, PASSWORD))
    made = login(endpoints, NAME, PASSWORD)
    said.append(repr(made) + str(made))
    services.openreview.add_note(VENUE.venue_id or "", make_note_v2(VENUE.venue_id or "", "A", forum="forum00001"))
    services.openreview.require_login = True
    assert list(OpenReview(endpoints, made).observe(VENUE))
    pdf = f"{services.url}/api2/pdf?id=x"
    for kind in (401, 403, 429, 500, "timeout", "reset", "truncated-pdf", "html200", "redirect-elsewhere"):
        services.clear_faults()
        services.fault("/api2/", kind, times=None)
        patience = 0.1 if kind == "timeout" else 10.0
        with Http(endpoints, token=made.token, timeout=patience) as http:
            failing(partial(http.download, pdf, tmp_path / "a.pdf"))
        failing(partial(list, OpenReview(endpoints, made, timeout=patience).observe(VENUE)))
    command = Path("/proc/self/cmdline")
    said += [caplog.text, repr([vars(record) for record in caplog.records]), repr(sys.argv)]
    said += [command.read_text(encoding="utf-8")] if command.exists() else []
    for text in said:
        assert PASSWORD not in text
        assert made.token not in text
    holding = {
        p for p in tmp_path.rglob("*") if p.is_file() and made.token in p.read_text(encoding="utf-8", errors="replace")
    }
    assert holding == {token_file()}
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and PASSWORD.encode() in p.read_bytes()]
    assert made.token not in repr(dict(os.environ))
