"""The command line as a function: what it prints and its exit code, without the second that a process costs."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """All of stdout, as one JSON value."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        """Each line of stdout, as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


Terminal = Callable[..., Ran]


class _Stdin(io.BytesIO):
    name = "<stdin>"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Terminal:
    """Runs ``posterhall ARGUMENTS`` through its entry point, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("POSTERHALL_") and name != "POSTERHALL_SHARED"]:
        monkeypatch.delenv(name)

    def run(*arguments: str | Path, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["posterhall", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(_Stdin(stdin), encoding="utf-8"))
        capsysbinary.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        out, err = capsysbinary.readouterr()
        return Ran(code, out.decode("utf-8"), err.decode("utf-8"))

    return run


@pytest.fixture
def process(root: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Starts ``posterhall ARGUMENTS`` as a process of its own."""

    def start(*arguments: str | Path | bytes, **options: Any) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(root), **options.pop("env", {})}
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, "-m", "cli", *arguments], env=environment, **pipes | options)

    return start
