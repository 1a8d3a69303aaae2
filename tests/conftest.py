"""What every test can ask for: the shared data and a browser, each skipped with its reason where there is none."""

import os
import shutil
import signal
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

# The embedded model comes with its package: a test that asks a hub for one is wrong. Set before anything imports one.
os.environ["HF_HUB_OFFLINE"] = "1"

# How fast a machine is decides nothing; a folder or a parser may serve many examples. The same examples in every run of
# CI; new ones on a developer's machine.
NEVER_MIND = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("here", deadline=None, suppress_health_check=NEVER_MIND)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

# A run in the background has Ctrl-C ignored, and so would every command that a test sends one to.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def _missing(reason: str) -> NoReturn:
    """Skip on a laptop; fail in CI, where a test that never runs would go unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true: this may not be skipped)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data (real papers and judged questions), read only and never committed."""
    named = os.environ.get("POSTERHALL_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        _missing(f"no shared data at {folder}: name the folder in POSTERHALL_SHARED")
    return folder.resolve()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The executable of a Chromium or Chrome: POSTERHALL_CHROMIUM, an installed one, or Playwright's own."""
    named = os.environ.get("POSTERHALL_CHROMIUM")
    for name in (named,) if named else BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    if not named:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            own = Path(playwright.chromium.executable_path)
        if own.is_file():
            return own
    _missing(f"no Chromium ({named or 'none installed'}): install one, or run `playwright install chromium`")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the compiled model, made once for all workers; only read it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    encoders = folder / "encoders"
    with FileLock(folder / "encoders.lock"):
        if not encoders.exists():
            from index.compile import compile_encoder

            compile_encoder(folder / "compiling")
            (folder / "compiling").rename(encoders)
    return encoders
