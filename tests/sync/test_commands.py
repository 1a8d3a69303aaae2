"""The command line as users run it: a process of its own, real HTTP, and nobody's secrets anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.hall_fixture import with_model
from tests.services.server import Services
from tests.sync.conftest import PASSWORD, USER
from tests.sync.test_sync import SMALL, small_venue


def test_venues_lists_the_known_ones_without_a_request(run: Any, services: Services) -> None:
    ran = run("venues", "icml 2024", "--json")
    assert ran.returncode == 0
    assert "lcfm-2024" in {row["name"] for row in json.loads(ran.stdout)}
    assert services.count() == 0


def test_venues_below_an_id_are_asked_for(run: Any, services: Services) -> None:
    services.openreview.add_venue(SMALL)
    assert SMALL in run("venues", "ICML.cc/2031/Workshop").stdout


def test_a_name_that_nobody_knows_is_wrong_usage(run: Any) -> None:
    ran = run("add", "iclm-2024")
    assert ran.returncode == 2
    assert "icml-2024" in ran.stderr


def test_sync_before_add_says_what_to_do(run: Any) -> None:
    ran = run("sync")
    assert ran.returncode == 1
    assert "posterhall add" in ran.stderr


def test_a_spent_budget_is_said_on_stderr_and_the_exit_code_is_0(run: Any, services: Services) -> None:
    small_venue(services, 8)
    services.quota("pdf", 3)
    ran = run("add", SMALL, "--no-index", "--json")
    assert ran.returncode == 0
    report = json.loads(ran.stdout)
    assert (report["venues"][0]["pdfs_fetched"], report["venues"][0]["pdfs_left"]) == (3, 5)
    assert "PDFs this hour, next at " in ran.stderr
    assert "5 PDFs are left" in ran.stderr


def test_a_pdf_that_fails_is_listed_and_the_exit_code_is_1(run: Any, services: Services) -> None:
    forums = small_venue(services, 2)
    services.openreview.set_pdf(forums[0], b"<html>")
    ran = run("add", SMALL, "--no-index")
    assert ran.returncode == 1
    assert "2 accepted (2 oral)" in ran.stdout
    assert "not a pdf" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_login_is_asked_for_and_leaves_no_secret_behind(
    run: Any, services: Services, tmp_path: Path, root: Path
) -> None:
    small_venue(services, 2)
    services.openreview.require_login = True
    ran = run("add", SMALL, "--no-index")
    assert (ran.returncode, "posterhall login" in ran.stderr) == (1, True)
    assert "--password" not in run("login", "--help").stdout

    ran = run("login", stdin=f"{USER}\n{PASSWORD}\n")
    assert ran.returncode == 0
    kept = tmp_path / "config" / "token.json"
    assert kept.stat().st_mode & 0o077 == 0
    token = json.loads(kept.read_text())["token"]
    assert PASSWORD not in kept.read_text()

    services.fault("/api2/pdf", "slow", times=None, seconds=1.0)
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "--data", str(tmp_path / "data"), "add", SMALL, "--no-index"],
        cwd=root,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    while services.count("/api2/pdf") == 0 and process.poll() is None:
        time.sleep(0.01)
    arguments = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    output = process.communicate(timeout=120)[0].decode()
    assert process.returncode == 0, output
    assert f"add {SMALL}" in arguments
    for secret in (PASSWORD, token):
        assert secret not in arguments
        assert secret not in output
        for file in (f for f in (tmp_path / "data").rglob("*") if f.is_file()):
            assert secret.encode() not in file.read_bytes(), file

    assert USER in run("logout").stderr
    assert not kept.exists()


def test_a_wrong_password_is_refused_in_a_line(run: Any) -> None:
    ran = run("login", stdin=f"{USER}\nwrong-{PASSWORD}\n")
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert PASSWORD not in ran.stderr


def test_a_paper_is_added_by_its_forum_and_what_is_none_is_wrong_usage(run: Any, services: Services) -> None:
    [forum] = small_venue(services, 1)
    ran = run("add-paper", forum, "--no-index", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["paper_id"] == forum
    assert run("add-paper", "no paper at all", "--no-index").returncode == 2


@pytest.mark.slow
def test_what_was_added_can_be_searched_at_once_and_a_withdrawn_paper_no_more(
    run: Any, services: Services, tmp_path: Path, compiled: Path
) -> None:
    with_model(tmp_path / "data", compiled)
    forums = small_venue(services, 6)
    assert run("add", SMALL, "--no-pdfs").returncode == 0

    def found() -> set[str]:
        ran = run("search", "a small paper on matter", "--json", "--mode", "bm25")
        assert ran.returncode == 0, ran.stderr
        return {hit["paper_id"] for hit in json.loads(ran.stdout)["hits"]}

    assert found() == set(forums)
    services.openreview.update_note(forums[2], venueid="/Withdrawn_Submission")
    assert run("sync", "--no-index").returncode == 0
    assert found() == set(forums) - {forums[2]}
    assert run("sync").returncode == 0
    assert found() == set(forums) - {forums[2]}
