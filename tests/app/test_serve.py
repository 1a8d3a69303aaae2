"""Serving: one line when it is up, this machine only, a plain word when it cannot, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from views.serve import HOST, OPTIONS, command, serve


def test_the_server_listens_to_this_machine_alone_and_tells_nobody() -> None:
    assert OPTIONS["server.address"] == HOST == "127.0.0.1"
    assert OPTIONS["browser.gatherUsageStats"] == "false"
    assert "--server.port=8765" in command(8765)


def test_a_taken_port_is_a_plain_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(tmp_path, port) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert str(port) in told.err
    assert "--port" in told.err


@pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals to a process group")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_app_and_leaves_no_process(root: Path, tmp_path: Path, number: signal.Signals) -> None:
    code = f"import pathlib, sys, views.serve as s; sys.exit(s.serve(pathlib.Path({str(tmp_path)!r}), 0))"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert re.fullmatch(r"Posterhall is at http://127\.0\.0\.1:\d+\n", line)
            process.send_signal(number)
            assert process.wait(20) == 0
            with pytest.raises(ProcessLookupError):
                os.killpg(process.pid, 0)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
