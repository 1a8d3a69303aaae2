from collections.abc import Callable
from pathlib import Path
from typing import Any

from posterhall import Posterhall
from tests.hall_fixture import PAPERS, PDFS

pytest_plugins = ("tests.hall_fixture",)

PAGES = sum(len(pages) for pages in PDFS.values())


def test_status_is_one_json_object_with_the_counts_of_what_is_held(terminal: Any, data: Path) -> None:
    ran = terminal("--data", data, "status", "--json")

    assert (ran.code, ran.err) == (0, "")
    found = ran.json
    assert found.keys() == {
        "data",
        "revision",
        "papers",
        "documents",
        "pages",
        "passages",
        "vectors",
        "venues",
        "tiers",
        "failures",
        "warnings",
        "index",
        "index_problem",
    }
    assert found["data"] == str(data)
    assert (found["papers"], found["documents"], found["pages"]) == (len(PAPERS), len(PDFS), PAGES) == (15, 4, 9)
    # 15 titles, 13 abstracts and a note; sections: tidepool 5, lattice 5, veil 3, brook 3.
    assert found["passages"] == 15 + 13 + 1 + 16
    # Of the titles only that of the paper with nothing else is indexed.
    assert found["vectors"] == found["index"]["passages"] == 1 + 13 + 1 + 16
    assert found["venues"] == [["Meadow 2030", 8], ["Harbour 2031", 7]]
    assert found["tiers"] == [["poster", 10], ["oral", 4], ["spotlight", 1]]
    assert (found["failures"], found["warnings"], found["index_problem"]) == ([], [], None)
    assert found["index"].keys() == {"generation", "model", "passages", "revision", "stale"}
    assert (found["index"]["revision"], found["index"]["stale"]) == (found["revision"], False)
    assert found["index"]["model"].startswith("all-MiniLM-L6-v2@")


def test_status_for_reading_has_the_same_counts(terminal: Any, data: Path) -> None:
    ran = terminal("--data", data, "status")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{data}: 15 papers, 4 PDFs (9 pages), 45 passages",
        "       8  Meadow 2030",
        "       7  Harbour 2031",
        "index: 31 passages",
    ]


def test_status_tells_a_stale_index_a_missing_one_and_what_failed(
    terminal: Any, copied: Path, opened: Callable[[Path], Posterhall]
) -> None:
    library = opened(copied).library
    library.documents.replace("id-rain", stem="x", sha256="0", parser="x", pages=())
    library.failures.record("pdf", "bad\x1b[31m.pdf", "not a pdf", "Fetch it again")

    stale = terminal("--data", copied, "status", "--json")
    plain = terminal("--data", copied, "status")
    (copied / "index" / "CURRENT").unlink()
    missing = terminal("--data", copied, "status", "--json")
    plain_missing = terminal("--data", copied, "status")

    assert [ran.code for ran in (stale, plain, missing, plain_missing)] == [0, 0, 0, 0]
    assert stale.json["index"]["stale"] is True
    assert stale.json["failures"][0] | {"last_seen": ""} == {
        "kind": "pdf",
        "item": "bad\x1b[31m.pdf",
        "reason": "not a pdf",
        "detail": "Fetch it again",
        "attempts": 1,
        "last_seen": "",
        "paper_id": None,
    }
    assert "index: 31 passages, behind the library: run `posterhall index`" in plain.out
    assert "1 failed:\n  bad [31m.pdf: not a pdf: Fetch it again\n" in plain.err
    assert (missing.json["index"], missing.err) == (None, "")
    remedy = f"there is no index in {copied / 'index'}: run `posterhall index`"
    assert missing.json["index_problem"] == remedy
    assert f"index: {remedy}" in plain_missing.out


def test_indexing_brings_a_stale_index_up_to_date_and_says_what_it_cost(
    terminal: Any, copied: Path, opened: Callable[[Path], Posterhall], tmp_path: Path
) -> None:
    (tmp_path / "one.jsonl").write_text('{"title": "Mushrooms", "abstract": "Mushrooms grow at night."}')
    opened(copied).ingest_files(tmp_path / "one.jsonl")

    ran = terminal("--data", copied, "index")
    nothing = terminal("--data", copied, "index")
    full = terminal("--data", copied, "index", "--full", "--json")

    assert ran.code == nothing.code == full.code == 0
    assert ran.out.startswith("32 passages indexed: 1 added, 0 removed, 1 embedded, in ")
    assert nothing.out == "nothing to do: 32 passages are indexed\n"
    assert full.json.keys() == {
        "generation",
        "added",
        "removed",
        "embedded",
        "total",
        "seconds",
        "encoder_note",
        "changed",
    }
    assert (full.json["changed"], full.json["total"], full.json["embedded"]) == (True, 32, 0)
    hits = terminal("--data", copied, "search", "mushrooms", "--mode", "bm25", "--json")
    assert [hit["title"] for hit in hits.json["hits"]] == ["Mushrooms"]
    assert hits.err == ""
