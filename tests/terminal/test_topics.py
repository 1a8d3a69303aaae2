import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import posterhall
from tests.hall_fixture import link_or_copy, once

pytest_plugins = ("tests.hall_fixture",)

PUMPS = """[[topic]]
id = "pumps"
name = "Pumps"
description = "Detects anomalies in the sound of pumps."
synonyms = ["pumps", "anomaly detection"]
"""


@pytest.fixture(scope="session")
def measured(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``data`` with a topic of its own, and all topics measured once."""

    def make(folder: Path) -> None:
        shutil.copytree(data, folder, copy_function=link_or_copy, dirs_exist_ok=True)
        (folder / "topics.toml").write_text(PUMPS, encoding="utf-8")
        hall = posterhall.open(folder)
        hall.topics()
        hall.close()

    return once(tmp_path_factory, "pumps", make)


@pytest.fixture
def told(measured: Path, tmp_path: Path, terminal: Any) -> Any:
    """Runs ``posterhall topics`` on a copy of ``measured``."""
    copied = shutil.copytree(measured, tmp_path / "pumps", copy_function=link_or_copy)
    return lambda *arguments: terminal("--data", copied, "topics", *arguments)


def test_topics_are_listed_with_their_counts_and_sources(told: Any) -> None:
    rows = told("--json").json

    assert len(rows) == 60
    assert rows[0] == {
        "id": "long-range-memory",
        "name": "Long-range memory",
        "count": rows[0]["count"],
        "sources": ["ngsm-2024", "longllm"],
        "own": False,
    }
    assert (rows[-1]["id"], rows[-1]["count"], rows[-1]["own"]) == ("pumps", 1, True)
    lines = told().out.splitlines()
    assert len(lines) == 61
    assert lines[-2].split() == ["1", "pumps", "Pumps", "(yours)"]
    assert "on no topic" in lines[-1]


def test_a_topic_is_shown_with_its_papers_and_reasons(told: Any) -> None:
    shown = told("show", "pumps", "--json").json

    assert shown.keys() == {"topic", "name", "members"}
    assert shown["topic"] == "pumps"
    [member] = shown["members"]
    assert member.keys() == {"paper_id", "forum_id", "title", "score", "verdict", "seed", "reason"}
    assert member["paper_id"] == "id-hostile"
    assert member["reason"] == {
        "text": "Pumps that are about to fail sound different.",
        "page": None,
        "section": "Abstract",
    }


def test_a_single_paper_is_counted_as_one(told: Any) -> None:
    assert told("show", "pumps").out.startswith("Pumps: 1 paper\n")


def test_what_is_printed_cannot_drive_a_terminal(told: Any) -> None:
    for arguments in (["show", "pumps"], ["unsorted"], ["accept", "grokking", "id-hostile"]):
        ran = told(*arguments)
        assert ran.code == 0
        assert all(c.isprintable() or c == "\n" for c in ran.out)
    assert "Anomaly Detection" in ran.out


def test_a_paper_is_accepted_rejected_and_forgotten(told: Any) -> None:
    def members() -> list[str]:
        return [m["paper_id"] for m in told("show", "pumps", "--json").json["members"]]

    assert told("reject", "pumps", "id-hostile").code == 0
    assert told("accept", "Pumps", "id-bits").out == "Training in Four Bits: accepted, and stays\n"
    assert members() == ["id-bits"]
    assert told("forget", "pumps", "id-hostile").code == 0
    assert set(members()) == {"id-bits", "id-hostile"}


def test_a_verdict_says_what_else_moved(told: Any) -> None:
    told("add", "Joules", "--description", "Energy.", "--synonym", "energy")
    assert told("accept", "joules", "id-gripper").err == ""
    told("forget", "joules", "id-gripper")
    ran = told("accept", "energy", "id-bits")
    assert ran.err.rstrip().endswith("Joules: 1 other paper came")
    assert told("forget", "joules", "id-bits").err.rstrip().endswith("Joules: 1 other paper left")


def test_papers_on_no_topic_are_listed(told: Any) -> None:
    ran = told("unsorted", "--json").json
    assert ran["count"] == len(ran["papers"]) > 0
    assert ran["papers"][0].keys() == {"paper_id", "forum_id", "title"}
    text = told("unsorted")
    assert len(text.out.splitlines()) == ran["count"]
    assert f"{ran['count']} papers are on no topic" in text.err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["show", "pmups"], "did you mean pumps"),
        (["accept", "kv-cahce", "id-bits"], "did you mean kv-cache"),
        (["reject", "pumps", "id-nobody"], "there is no paper 'id-nobody'"),
        (["add", "Ships", "--description", "Ships.", "--seed", "nope"], "the library has no paper 'nope'"),
        (["show", "p" * 5000], f"there is no topic called {'p' * 80}…: `posterhall topics` lists them"),
        (["pumps"], "No such command"),
        (["show"], "Missing argument"),
    ],
)
def test_what_is_not_there_is_wrong_usage(told: Any, arguments: list[str], error: str) -> None:
    ran = told(*arguments)

    assert ran.code == 2
    assert error in ran.err
    assert ran.out == ""


def test_a_broken_topics_file_fails_with_file_topic_and_field(copied: Path, terminal: Any) -> None:
    (copied / "topics.toml").write_text(PUMPS.replace("name", "title"), encoding="utf-8")
    ran = terminal("--data", copied, "topics", "--json")

    assert ran.code == 1
    assert f"error: {copied / 'topics.toml'}: topic 'pumps': unknown field 'title'" in ran.err


def test_topics_without_an_index_say_what_to_do(empty: Path, sources: Path, terminal: Any) -> None:
    rows = empty / "rows.jsonl"
    rows.write_text(json.dumps({"id": "a", "title": "A paper"}), encoding="utf-8")
    terminal("--data", empty, "ingest", "files", "--metadata", rows)
    ran = terminal("--data", empty, "topics")

    assert ran.code == 1
    assert "run `posterhall index`" in ran.err


def test_what_the_topics_miss_is_suggested_and_can_be_made_a_topic(told: Any) -> None:
    [group] = [row for row in told("suggest", "--json").json if "noise" in row["terms"]]
    assert group.keys() == {"name", "terms", "papers", "on_no_topic", "examples"}
    assert len(group["examples"]) == 3
    lines = told("suggest").out.splitlines()
    assert f"{group['name']}: {group['on_no_topic']} of {group['papers']} papers on no topic" in lines
    assert all(c.isprintable() for line in lines for c in line)

    ran = told("add", "Noise", "--from-cluster", group["name"].upper())
    assert (ran.code, ran.err) == (0, "")
    members = {m["paper_id"] for m in told("show", "noise", "--json").json["members"]}
    assert {paper["paper_id"] for paper in group["examples"]} <= members

    again = told("add", "noise", "--from-cluster", group["name"])
    assert again.code == 2
    assert "there is a topic noise (Noise) already: choose another name" in again.err
    assert ran.out == f"Noise: {len(members)} papers, see `posterhall topics show noise`\n"
    assert group["name"] not in [row["name"] for row in told("suggest", "--json").json]


def test_a_topic_of_ones_own_is_added_and_removed(told: Any) -> None:
    added = told(
        *("add", "Late rewards", "--description", "Plays bandits whose rewards arrive late."),
        *("--synonym", "bandit", "--seed", "fOrUm0Veil"),
    )
    assert added.out.startswith("Late rewards: 2 papers")
    members = [m["paper_id"] for m in told("show", "late-rewards", "--json").json["members"]]
    assert set(members) == {"pmlr-meadow-2030-brook31a", "fOrUm0Veil"}
    assert "        fOrUm0Veil  (a seed of this topic)\n" in told("show", "late-rewards").out
    assert "        pmlr-meadow-2030-brook31a\n" in told("show", "late-rewards").out
    assert told("remove", "Late Rewards").out == "Late rewards: removed\n"
    again = ("add", "Late rewards", "--description", "Plays bandits whose rewards arrive late.")
    assert told(*again).err == ""
    assert told("reject", "late-rewards", "id-bits").code == 0
    assert told("remove", "late-rewards").out == "Late rewards: removed, with 1 verdict on it\n"
    assert told("show", "late-rewards").code == 2
    assert told(*again).err == ""
    assert told("show", "late-rewards").err == ""


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["add", "Pumps", "--description", "x"], "there is a topic pumps (Pumps) already"),
        (["add", "Rain"], "--description"),
        (["add", "r" * 5000, "--description", "x"], f"topic '{'r' * 80}…': field 'id' has 5,000 characters: 80 are"),
        (["add", "Rain", "--description", " "], "field 'description'"),
        (["add", "Rain", "--from-cluster", "kites"], "no group called 'kites' is offered"),
        (["remove", "kv-cache"], "it ships with Posterhall"),
        (["remove", "pumps"], "topics.toml"),
    ],
)
def test_a_topic_that_cannot_be_added_or_removed_is_wrong_usage(told: Any, arguments: list[str], error: str) -> None:
    ran = told(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err


def test_searches_and_questions_can_be_kept_within_a_topic(measured: Path, terminal: Any) -> None:
    found = terminal("--data", measured, "search", "networks", "--topic", "Pumps", "--json").json
    assert [hit["paper_id"] for hit in found["hits"]] == ["id-hostile"]
    asked = terminal("--data", measured, "ask", "How do pumps that fail sound?", "--topic", "pumps", "--json").json
    assert {c["paper_id"] for c in asked["citations"]} == {"id-hostile"}
    wrong = terminal("--data", measured, "search", "networks", "--topic", "pmups")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean pumps" in wrong.err


def test_indexing_places_the_papers_on_topics(copied: Path, terminal: Any) -> None:
    rows = copied / "more.jsonl"
    rows.write_text(json.dumps({"id": "more", "title": "One more paper"}), encoding="utf-8")
    terminal("--data", copied, "ingest", "files", "--metadata", rows)
    assert terminal("--data", copied, "index").code == 0
    assert json.loads((copied / "index" / "topics.json").read_text(encoding="utf-8"))["topics"]

    (copied / "topics.toml").write_text(PUMPS.replace("name", "title"), encoding="utf-8")
    ran = terminal("--data", copied, "index", "--full", "--json")
    assert ran.code == 0
    assert ran.json["total"] > 0
    assert "unknown field 'title'" in ran.err
