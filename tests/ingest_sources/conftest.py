"""Stand-ins of every service, and the real clients pointed at them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from ingest.login import Session, login
from ingest.sources.base import Endpoints
from tests.services.server import Services

NAME, PASSWORD = "ada@example.org", "planted-password-81724"


@pytest.fixture(autouse=True)
def _hermetic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No pauses between tries, no login of the machine's user, no proxy."""
    for name in ("OPENREVIEW_USERNAME", "OPENREVIEW_PASSWORD", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("POSTERHALL_CONFIG", str(tmp_path / "config"))
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    with Services() as running:
        monkeypatch.setenv("POSTERHALL_SERVICES", running.url)
        running.openreview.add_user(NAME, PASSWORD)
        yield running


@pytest.fixture
def endpoints(services: Services) -> Endpoints:
    return Endpoints.from_environment()


@pytest.fixture
def session(endpoints: Endpoints) -> Session:
    return login(endpoints, NAME, PASSWORD)
