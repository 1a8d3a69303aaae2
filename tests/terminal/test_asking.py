import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posterhall import Posterhall
from tests.hall_fixture import MEMORY

pytest_plugins = ("tests.hall_fixture",)

QUESTION = "tidepool cache memory on Longshore"


def ask(terminal: Any, data: Path, *arguments: str, **options: Any) -> Any:
    return terminal("--data", data, "ask", *arguments, **options)


def test_an_answer_is_one_json_object_of_the_promised_shape(terminal: Any, data: Path) -> None:
    ran = ask(terminal, data, QUESTION, "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n") == 1
    answer = ran.json
    assert answer.keys() == {"question", "answered", "answer", "sentences", "citations"}
    assert (answer["question"], answer["answered"]) == (QUESTION, True)
    assert {
        "n": 1,
        "pdf_stem": "tidepool-camera-ready",
        "page": 2,
        "quote": MEMORY,
        "verified": True,
    }.items() <= answer["citations"][0].items()
    assert answer["answer"] == " ".join(f"“{s['text']}” [{s['citations'][0]}]" for s in answer["sentences"])
    numbers = [c["n"] for c in answer["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for sentence in answer["sentences"]:
        assert sentence.keys() == {"text", "citations"}
        assert set(sentence["citations"]) <= set(numbers)
    for citation in answer["citations"]:
        assert citation.keys() == {"n", "paper_id", "title", "pdf_stem", "page", "section", "quote", "verified"}
        assert citation["verified"] is True


def test_what_the_terminal_prints_twice_is_the_same_to_the_byte(terminal: Any, data: Path) -> None:
    assert ask(terminal, data, QUESTION, "--json").out == ask(terminal, data, QUESTION, "--json").out


def test_an_abstention_is_done_and_has_empty_lists(terminal: Any, data: Path) -> None:
    ran = ask(terminal, data, "baking sourdough bread", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["answered"], ran.json["sentences"], ran.json["citations"]) == (False, [], [])


def test_a_batch_answers_abstains_and_keeps_each_qid(terminal: Any, data: Path, tmp_path: Path) -> None:
    rows = [
        {"qid": "a", "text": QUESTION},
        {"qid": "b", "text": "baking sourdough bread"},
        {"qid": "c", "question": "soft gripper wet fruit"},  # as the judged questions have it
        {"qid": "d", "text": ""},
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")

    ran = ask(terminal, data, "--batch", "questions.jsonl", "--json")

    assert ran.code == 1
    assert ran.err == 'error: questions.jsonl:4: needs "qid" and "text"\n'
    assert [(row["qid"], row["answered"]) for row in ran.rows] == [("a", True), ("b", False), ("c", True)]
    assert {k: v for k, v in ran.rows[0].items() if k != "qid"} == ask(terminal, data, QUESTION, "--json").json
    assert (ran.rows[2]["citations"][0]["page"], ran.rows[2]["citations"][0]["section"]) == (None, "Note")


@pytest.mark.parametrize(
    ("options", "papers"),
    [(["--venue", "meadow"], {"id-rain"}), (["--year", "2031"], {"id-hail"}), (["--tier", "oral"], set())],
)
def test_filters_choose_the_papers_that_are_quoted(
    terminal: Any, data: Path, options: list[str], papers: set[str]
) -> None:
    ran = ask(terminal, data, "weather radar forecasts", "--json", *options)

    rows = b'{"qid": 1, "text": "weather radar forecasts"}'
    batch = ask(terminal, data, "--batch", "-", *options, stdin=rows)

    assert ran.code == batch.code == 0
    assert {c["paper_id"] for c in ran.json["citations"]} == papers
    assert batch.rows == [{"qid": 1, **ran.json}]


def test_a_stale_index_is_told_on_stderr_alone(
    terminal: Any, copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    opened(copied).library.documents.replace("id-rain", stem="x", sha256="0", parser="x", pages=())

    single = ask(terminal, copied, QUESTION, "--json")
    batch = ask(terminal, copied, "--batch", "-", stdin=json.dumps({"qid": 1, "text": QUESTION}).encode())

    for ran in (single, batch):
        assert ran.code == 0
        assert ran.err == "the library has changed since it was indexed: run `posterhall index`\n"
    assert single.json["answered"] is batch.rows[0]["answered"] is True


def test_an_answer_for_reading_has_titles_numbers_sections_and_pages(terminal: Any, data: Path) -> None:
    ran = ask(terminal, data, QUESTION)

    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert lines[:4] == [
        "",
        "Tidepool Caches for Reading Long Documents",
        f"  [1] “{MEMORY}”",
        "      3 Experiments, p. 2",
    ]
    assert lines.count("Tidepool Caches for Reading Long Documents") == 1


def test_an_abstention_for_reading_is_a_sentence(terminal: Any, data: Path) -> None:
    ran = ask(terminal, data, "baking sourdough bread")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Nothing in this library comes close enough")


def test_a_hostile_paper_cannot_drive_the_terminal(terminal: Any, data: Path) -> None:
    ran = ask(terminal, data, "anomaly detection for pumps about to fail sound different")

    assert "[1] “Pumps that are about to fail sound different.”" in ran.out
    assert "taken" in ran.out
    assert all(c.isprintable() or c == "\n" for c in ran.out)
