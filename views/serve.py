"""Serving the app: Streamlit as a child process, on this machine's own address only."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

HOST = "127.0.0.1"
START_SECONDS = 90.0
"""How long the server may take to answer; a cold laptop takes some ten."""
STOP_SECONDS = 5.0
POLL_SECONDS = 0.1

# An installed Posterhall has no .streamlit folder: what Streamlit must know goes on its command line.
OPTIONS = {
    "server.address": HOST,
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "1",  # MB; the app takes no files
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": HOST,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "logger.level": "warning",
    "runner.magicEnabled": "false",
    "theme.light.primaryColor": "#2f6f5e",
    "theme.dark.primaryColor": "#3f8f78",
}


class _Stopped(Exception):
    """A signal asked for the end."""


def serve(data: Path, port: int) -> int:
    """Serve the app until it is stopped.

    Args:
        data: The data folder.
        port: 0 takes a free one.

    Returns:
        The exit code: 0 when it was stopped, 1 when it could not be served; stderr then says why.
    """
    try:
        port = _free(port)
    except OSError as error:
        print(f"error: cannot use port {port} of {HOST}: {error.strerror}: choose another with --port", file=sys.stderr)
        return 1
    try:
        with _stoppable():
            return _run(data, port)
    except (KeyboardInterrupt, _Stopped):
        return 0


def command(port: int) -> list[str]:
    """The command line of the server."""
    spec = importlib.util.find_spec("app")
    if spec is None or spec.origin is None:
        raise RuntimeError("app.py is not installed: install Posterhall again")
    options = [f"--{name}={value}" for name, value in {**OPTIONS, "server.port": port}.items()]
    # -P: a file named like a library in the folder that the user stands in must not be taken for it.
    return [sys.executable, "-P", "-m", "streamlit", "run", spec.origin, *options]


def _run(data: Path, port: int) -> int:
    env = {**os.environ, "POSTERHALL_DATA": str(data.resolve())}
    server = subprocess.Popen(command(port), env=env, stdout=subprocess.DEVNULL)
    try:
        if _answers(server, port):
            print(f"Posterhall is at http://{HOST}:{port}", flush=True)
            server.wait()
        if server.returncode is None:
            why = f"did not answer within {START_SECONDS:.0f} s"
        else:
            why = f"ended with exit code {server.returncode}"
        print(f"error: the app's server {why}: see above, or choose another port with --port", file=sys.stderr)
        return 1
    finally:
        _end(server)


def _free(port: int) -> int:
    """The port, or a free one for 0.

    Raises:
        OSError: It is taken, or not for us.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            # As the server does: a port whose last connections are still closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server says it is well; False when it ended or took too long."""
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"http://{HOST}:{port}/_stcore/health", timeout=5) as answer:
                if answer.status == 200 and server.poll() is None:
                    return True
        except (URLError, OSError):
            time.sleep(POLL_SECONDS)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """Leave no process behind."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn SIGTERM (and SIGHUP) into an exception, so that the server is ended on the way out."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _Stopped

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
