"""The stand-ins, empty and open, for one test."""

from collections.abc import Iterator

import pytest

from tests.services.server import Services


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as started:
        yield started
