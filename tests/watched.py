"""A browser that is watched: what goes wrong in a page, and what it asks of anyone else.

A pytest plugin; a test file that wants it says ``pytest_plugins = ("tests.watched",)``. Its assertions are plain ones
(PYTEST_DONT_REWRITE), because test files also import its types.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PATIENCE = 20_000.0
"""Milliseconds; two workers share a machine."""

expect.set_options(timeout=PATIENCE)

Watch = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def watched_browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def watch(watched_browser: Browser) -> Watch:
    """Opens an address in a fresh profile; leaving fails if anything went wrong or elsewhere."""

    @contextmanager
    def watch(address: str, *local: str, dark: bool = False) -> Iterator[Page]:
        context = watched_browser.new_context(
            viewport={"width": 1280, "height": 900}, color_scheme="dark" if dark else "light"
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        wrong: list[str] = []
        ours = (address, *local, "data:", "blob:")
        page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith(ours) else wrong.append(f"asked for {r.url}"))
        page.on("websocket", lambda w: None if w.url.startswith(ours) else wrong.append(f"asked for {w.url}"))
        page.goto(address)
        yield page
        context.close()
        assert not wrong

    return watch
