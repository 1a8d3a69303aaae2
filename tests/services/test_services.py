"""What the stand-ins do beyond openreview-py: budgets, paging, other hosts, faults, counters, real data."""

import contextlib
import http.client
import socket
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.services.fill import (
    ICML_2024,
    LCFM,
    NGSM,
    SCOPE,
    fill_icml_2024,
    fill_lcfm,
    fill_ngsm,
    fill_pdfs,
    fill_scope,
)
from tests.services.server import Services, make_entry, make_event, make_note_v1, make_note_v2

VENUE = "ICML.cc/2024/Conference"
OLD = "NeurIPS.cc/2022/Conference"
WORKSHOP = "NeurIPS.cc/2025/Workshop_Mexico_City/ResponsibleFM"
PDF = b"%PDF-1.5\n" + b"x" * 5000


def get(services: Services, path: str, **query: Any) -> requests.Response:
    return requests.get(services.url + path, params=query, timeout=5, allow_redirects=False)


def found(services: Services, **query: Any) -> list[str]:
    answer = get(services, "/api2/notes", **query).json()
    return [note["content"]["title"]["value"] for note in answer["notes"] if "content" in note]


def add(services: Services, title: str, **how: Any) -> str:
    return services.openreview.add_note(VENUE, make_note_v2(VENUE, title, **how))


def test_a_venue_on_the_other_host_is_an_empty_list(services: Services) -> None:
    services.openreview.add_venue(OLD, api="v1")
    services.openreview.add_note(OLD, make_note_v1(OLD))
    services.openreview.add_venue(VENUE)
    assert get(services, "/api2/groups", id=OLD).json() == {"groups": [], "count": 0}
    assert get(services, "/api2/notes", **{"content.venueid": OLD}).json() == {"notes": []}
    assert get(services, "/api1/groups", id=VENUE).json() == {"groups": [], "count": 0}
    assert get(services, "/api1/groups", id=OLD).json()["groups"][0]["domain"] is None
    assert get(services, "/api2/groups", id=VENUE).json()["groups"][0]["domain"] == VENUE
    services.openreview.wrong_host = "null-domain"
    assert get(services, "/api2/groups", id=OLD).json()["groups"][0]["domain"] is None


def test_groups_above_a_venue_list_their_children(services: Services) -> None:
    for name in ("LCFM", "NGSM"):
        services.openreview.add_venue(f"ICML.cc/2024/Workshop/{name}")
    children = get(services, "/api2/groups", parent="ICML.cc/2024/Workshop").json()
    assert [group["id"].rpartition("/")[2] for group in children["groups"]] == ["LCFM", "NGSM"]
    (above,) = get(services, "/api2/groups", parent="ICML.cc/2024").json()["groups"]
    assert (above["id"], above["domain"], above["content"]) == ("ICML.cc/2024/Workshop", "OpenReview.net", {})


def test_content_of_a_group_can_be_changed_and_taken_away(services: Services) -> None:
    changed = {"accept_decision_options": ["Yes"], "rejected_venue_id": None}
    services.openreview.add_venue(WORKSHOP, content=changed)
    content = get(services, "/api2/groups", id=WORKSHOP).json()["groups"][0]["content"]
    assert content["accept_decision_options"] == {"value": ["Yes"]}
    assert "rejected_venue_id" not in content
    assert content["submission_venue_id"] == {"value": f"{WORKSHOP}/Submission"}


def test_notes_are_found_by_what_they_have(services: Services) -> None:
    add(services, "a", venue="ICML 2024 Oral", tcdate=1000, tmdate=9000)
    add(services, "b", venueid="/Rejected_Submission", tcdate=2000, tmdate=8000)
    forum = add(services, "c", venueid=[VENUE, "Other/2024"], tcdate=3000, tmdate=7000)
    services.openreview.add_note(VENUE, {**make_note_v2(VENUE, "d"), "readers": [VENUE]})
    accepted = {"content.venueid": VENUE}
    assert found(services, **accepted) == ["c", "a"]
    assert found(services, **{"content.venue": "ICML 2024 Oral"}) == ["a"]
    assert found(services, invitation=f"{VENUE}/-/Submission", sort="tmdate:desc") == ["a", "b", "c"]
    assert found(services, invitation=f"{VENUE}/-/Submission", mintcdate=2000, sort="tcdate:asc") == ["b", "c"]
    assert found(services, id=forum) == found(services, forum=forum) == ["c"]
    assert get(services, "/api2/notes", **accepted, select="id,content.title", limit=1).json()["notes"] == [
        {"id": forum, "content": {"title": {"value": "c"}}}
    ]


def test_pages_go_by_offset_or_after_and_are_counted_only_with_an_offset(services: Services) -> None:
    for number in range(5):
        add(services, str(number), tcdate=1000 + number)
    query = {"content.venueid": VENUE, "limit": 2}
    assert "count" not in get(services, "/api2/notes", **query).json()
    assert get(services, "/api2/notes", **query, offset=0).json()["count"] == 5
    assert get(services, "/api2/notes", **query, count="true").json()["count"] == 5
    assert found(services, **query, offset=4) == ["0"]
    first = get(services, "/api2/notes", **query, sort="id").json()["notes"]
    services.openreview.remove_note(first[1]["id"])
    rest = get(services, "/api2/notes", **query, sort="id", after=first[1]["id"]).json()["notes"]
    last = get(services, "/api2/notes", **query, sort="id", after=rest[1]["id"]).json()["notes"]
    assert len({note["id"] for note in (*first, *rest, *last)}) == 5


def test_hidden_fields_and_private_venues_do_not_show(services: Services) -> None:
    forum = add(services, "a", hidden=["authors", "authorids"], abstract=None)
    (note,) = get(services, "/api2/notes", id=forum).json()["notes"]
    assert set(note["content"]) == {"title", "pdf", "venueid", "_bibtex", "paperhash"}
    services.openreview.add_venue(VENUE, public=False)
    assert get(services, "/api2/notes", **{"content.venueid": VENUE}).json() == {"notes": []}
    assert get(services, "/api2/notes", id=forum).status_code == 403
    assert get(services, "/api2/notes/search", term="a").json()["count"] == 0


def test_an_edit_shows_by_its_time_and_a_withdrawal_leaves_the_accepted(services: Services) -> None:
    one, two = add(services, "a", tcdate=1000), add(services, "b", tcdate=2000)
    services.openreview.update_note(one, title="A", pdf="f00", tmdate=9000)
    assert found(services, **{"content.venueid": VENUE}, sort="tmdate:desc", limit=1) == ["A"]
    services.openreview.update_note(two, venueid="/Withdrawn_Submission")
    assert found(services, **{"content.venueid": VENUE}) == ["A"]
    assert found(services, **{"content.venueid": f"{VENUE}/Withdrawn_Submission"}) == ["b"]


def test_a_spent_budget_is_a_429_until_its_window_ends(services: Services) -> None:
    services.quota("notes", limit=500, remaining=1)
    answers = [get(services, "/api2/notes", **{"content.venueid": VENUE}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    told = answers[1].headers
    assert (told["ratelimit-policy"], told["ratelimit-remaining"]) == ("500;w=3600", "0")
    assert 3590 <= int(told["ratelimit-reset"]) <= 3600  # from now
    assert abs(int(told["x-ratelimit-reset"]) - time.time() - 3600) < 10  # an epoch
    assert "retry-after" not in told
    body = answers[1].json()
    assert body["name"] == "RateLimitError"
    assert body["details"].keys() == {"limit", "remaining", "resetTime", "used", "current", "reqId"}
    assert get(services, "/api2/groups", id=VENUE).headers["ratelimit-remaining"] == "699"
    services.clock.advance(3601)
    assert get(services, "/api2/notes", **{"content.venueid": VENUE}).headers["ratelimit-remaining"] == "499"


def test_pdfs_of_openreview_have_a_budget_of_36(services: Services) -> None:
    forum = add(services, "a")
    services.openreview.set_pdf(forum, PDF)
    codes = [get(services, "/api2/pdf", id=forum).status_code for _ in range(37)]
    assert codes == [200] * 36 + [429]
    services.quota("pdf", 36, remaining=0, retry_after=7)
    assert get(services, "/api2/pdf", id=forum).headers["retry-after"] == "7"


def test_one_connection_serves_many_requests(services: Services) -> None:
    connection = http.client.HTTPConnection(services.url.removeprefix("http://"), timeout=5)
    with contextlib.closing(connection):
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request("GET", f"/api2/groups?id={VENUE}")
            assert connection.getresponse().read()
        assert connection.sock is first


def test_the_sites_serve_their_files(services: Services) -> None:
    path = "/site/icml.cc/static/virtual/data/icml-2024"
    assert get(services, f"{path}-orals-posters.json").status_code == 404
    events = [make_event(1, "a", related=[2]), make_event(2, "a", kind="Oral", related=[1])]
    services.site("icml.cc").set_orals_posters(2024, events)
    services.site("icml.cc").set_abstracts(2024, {"1": "text"})
    answer = get(services, f"{path}-orals-posters.json").json()
    assert (answer["count"], answer["next"], answer["results"]) == (2, None, events)
    assert get(services, f"{path}-abstracts.json").json() == {"1": "text"}
    services.site("icml.cc").set_abstracts(2024, None)
    assert get(services, f"{path}-abstracts.json").status_code == 404


def test_pmlr_serves_bibliographies_pages_and_pdfs(services: Services, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    (tmp_path / "a.pdf").write_bytes(PDF)
    entries = [
        make_entry(262, name, 'A "title": yes', authors=["Ada Q. Author"], openreview="f") for name in ("a", "b")
    ]
    services.pmlr.add_volume(262, entries, pdfs={"a": tmp_path / "a.pdf"})
    assert yaml.safe_load(get(services, "/pmlr/v262/assets/bib/citeproc.yaml").content) == entries
    assert "title" in get(services, "/pmlr/v262/a.html").text
    assert get(services, "/raw/mlresearch/v262/main/assets/a/a.pdf").content == PDF
    assert get(services, "/raw/mlresearch/v262/main/assets/b/b.pdf").status_code == 404
    services.pmlr.add_volume(1, raw_yaml="- id: \x0b\n")
    assert b"\x0b" in get(services, "/pmlr/v1/assets/bib/citeproc.yaml").content
    assert services.count("/raw") == 2
    assert sum(services.pdf_fetches.values()) == 2


def test_icml_2024_is_there_as_it_was(services: Services, shared: Path) -> None:
    fill_icml_2024(services, shared)
    accepted = {"content.venueid": ICML_2024, "limit": 1, "offset": 0}
    assert get(services, "/api2/notes", **accepted).json()["count"] == 2610
    orals = get(services, "/api2/notes", **accepted, **{"content.venue": "ICML 2024 Oral"})
    assert orals.json()["count"] == 144
    submitted = get(services, "/api2/notes", invitation=f"{ICML_2024}/-/Submission", limit=1, offset=0)
    assert submitted.json()["count"] == 2610 + 20 + 10 + 2 + 5
    events = get(services, "/site/icml.cc/static/virtual/data/icml-2024-orals-posters.json").json()["results"]
    assert len(events) == 2610 + 144
    by_id = {event["id"]: event for event in events}
    assert all(by_id[e["related_events_ids"][0]]["name"] == e["name"] for e in events if e["eventtype"] == "Oral")
    text = get(services, "/pmlr/v235/assets/bib/citeproc.yaml").text
    assert text.count("\n  openreview: ") == 2610


def test_the_workshops_are_there_as_they_were(services: Services, shared: Path) -> None:
    fill_scope(services, shared)
    fill_lcfm(services, shared)
    fill_ngsm(services)
    counts = [
        get(services, "/api2/notes", **{"content.venueid": venue_id}, limit=1, offset=0).json()["count"]
        for venue_id in (SCOPE, LCFM, NGSM)
    ]
    assert counts == [56, 5, 3]
    orals = {"content.venue": "SCOPE - ICLR 2025 Oral"}
    assert get(services, "/api2/notes", **orals, limit=1, offset=0).json()["count"] == 9


def test_real_pdfs_are_served_from_where_they_lie(services: Services, shared: Path) -> None:
    fill_pdfs(services, shared)
    for volume, name in ((262, "enlsp2024"), (251, "gram2024")):
        file = min((shared / "pdfs" / name).glob("*.pdf"), key=lambda path: path.stat().st_size)
        answer = get(services, f"/raw/mlresearch/v{volume}/main/assets/{file.stem}/{file.name}")
        assert answer.content == file.read_bytes()


def test_nothing_listens_after_the_block() -> None:
    with Services() as services:
        port = int(services.url.rpartition(":")[2])
        assert services.url.startswith("http://127.0.0.1:")
    with socket.socket() as plug:
        assert plug.connect_ex(("127.0.0.1", port)) != 0
