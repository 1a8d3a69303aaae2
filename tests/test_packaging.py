"""What ships: the wheel's contents, and Posterhall running from an installed wheel, away from the checkout."""

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow

VERSION = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "version"
]
SHIPPED = {
    *("library", "ingest", "index", "browse", "ask", "export", "views", "commands", "front"),
    *("app.py", "cli.py", "posterhall.py"),
}
METADATA = f"posterhall-{VERSION}.dist-info"

POLL_SECONDS = 0.1
APP_SECONDS = 180.0
"""A first run embeds the starter papers; two busy cores take well under half of this."""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(root))
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """Every file in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel installed in it; its libraries come from the running environment."""
    target = tmp_path_factory.mktemp("site")
    run(sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return target


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    ran = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def environment(installed: Path) -> dict[str, str]:
    """Ours with the installed wheel first, and without what would tie it to this checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("POSTERHALL_", "COV_"))}
    return kept | {"PYTHONPATH": str(installed), "PYTHONUNBUFFERED": "1"}


def test_the_wheel_holds_our_rooms_and_nothing_else(names: list[str]) -> None:
    assert {name.split("/")[0] for name in names} == SHIPPED | {METADATA}


def test_tests_benches_and_notebooks_do_not_ship(names: list[str]) -> None:
    parts = {part for name in names for part in name.split("/")}
    assert not parts & {"tests", "bench", "notebooks", "conftest.py", "__pycache__"}


def test_the_starter_papers_ship_beside_the_library(root: Path, names: list[str]) -> None:
    starter = {f"library/starter/{p.name}" for p in (root / "data" / "starter").iterdir() if p.is_file()}
    assert "library/starter/papers.jsonl" in starter
    assert {name for name in names if name.startswith("library/starter/")} == starter


def test_the_lists_of_venues_and_topics_ship_beside_the_library(names: list[str]) -> None:
    assert {"library/topics.toml", "library/venues.toml"} <= set(names)


def test_the_map_is_drawn_by_scripts_that_ship(names: list[str]) -> None:
    assert {"browse/brush.js", "browse/picture.js", "browse/picture.css"} <= set(names)


def test_the_wheel_carries_its_licence_and_its_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{METADATA}/METADATA").decode()
        commands = archive.read(f"{METADATA}/entry_points.txt").decode()
        licence = archive.read(f"{METADATA}/licenses/LICENSE").decode()
    assert "License-Expression: AGPL-3.0-or-later" in metadata
    assert "posterhall = cli:main" in commands
    assert licence.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")


def test_an_installed_wheel_runs_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    env = environment(installed)
    where = "import cli, library; print(cli.__file__); print(library.__file__)"
    found = run(sys.executable, "-c", where, cwd=tmp_path, env=env).splitlines()
    assert all(Path(path).is_relative_to(installed) for path in found)
    assert "ingest" in run(sys.executable, "-m", "cli", "--help", cwd=tmp_path, env=env)
    assert VERSION in run(sys.executable, "-m", "cli", "--version", cwd=tmp_path, env=env)


@contextmanager
def serving(installed: Path, folder: Path) -> Iterator[str]:
    """Run `posterhall app` from the installed wheel, yield its address once it prints one, and end it for certain."""
    log = folder / "app.log"
    command = [sys.executable, "-m", "cli", "--data", str(folder / "data"), "app", "--port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(installed), stdout=output, stderr=output, start_new_session=True
        )
    try:
        deadline = time.monotonic() + APP_SECONDS
        while not (address := re.search(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text(errors="replace"))):
            assert process.poll() is None, f"the app ended with {process.returncode}:\n{log.read_text()}"
            assert time.monotonic() < deadline, f"no address after {APP_SECONDS:.0f} s:\n{log.read_text()}"
            time.sleep(POLL_SECONDS)
        yield address[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its whole session: the server may be a child of the command
        process.wait()


def fetched(url: str, seconds: float) -> str:
    """The body of a page, asked for until it answers: an address may be printed before the server listens."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urlopen(url, timeout=5) as answer:
                return str(answer.read(), "utf-8")
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)


def test_an_installed_wheel_serves_the_app(installed: Path, tmp_path: Path) -> None:
    with serving(installed, tmp_path) as address:
        assert fetched(f"{address}/_stcore/health", APP_SECONDS) == "ok"
        assert "<html" in fetched(address, 10)
