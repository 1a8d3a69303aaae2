"""The stand-ins answer the recorded requests in the recorded shapes: status, header names, keys and types."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.services.server import Services, make_note_v1, make_note_v2

NAMES = (
    "v1_neurips-2022_note-accepted",
    "v2_error_anonymous-challenge",
    "v2_error_limit-over-1000",
    "v2_error_v1-note-not-found",
    "v2_iclr-2024_notes-count",
    "v2_iclr-2025_group-conference",
    "v2_iclr-2025_notes-workshop-rejected",
    "v2_icml-2023_groups-parent",
    "v2_icml-2024_notes-accepted",
    "v2_icml-2024_notes-presentation-conference",
    "v2_neurips-2025_notes-workshop-accepted",
)
UNSAID = {"date", "content-length"}  # every HTTP server sends these; the recordings leave them out
EXTRA = {"keywords": ["x"]}


def shape(value: Any) -> Any:
    """Keys and types without the texts; a list is the shapes that occur in it."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return ["list", *sorted({json.dumps(shape(item)) for item in value})]
    return type(value).__name__


def fits(recorded: Any, given: Any, where: str = "$") -> None:
    """Everything recorded is given with its type. Recordings of 29 September keep only some keys: more may be given."""
    if isinstance(recorded, dict):
        assert isinstance(given, dict), where
        for key, value in recorded.items():
            assert key in given, f"{where}.{key} is missing"
            fits(value, given[key], f"{where}.{key}")
    elif isinstance(recorded, list):
        assert isinstance(given, list), where
        assert bool(recorded) == bool(given), where
        for value in recorded[:1]:
            fits(value, given[0], f"{where}[]")
    else:
        assert type(recorded) is type(given), where


def prepare(services: Services, name: str, recorded: dict[str, Any]) -> None:
    """Put there what the recorded answer shows to have been there, made anew by the helpers."""
    openreview = services.openreview
    for group in recorded.get("groups", ()):
        if group["domain"] == group["id"]:
            openreview.add_venue(group["id"])
        else:
            openreview.add_venue(group["id"] + "/Any")
    for number, old in enumerate(recorded.get("notes", ()), 1):
        if "content" not in old:
            openreview.add_note("ICLR.cc/2024/Conference", make_note_v2("ICLR.cc/2024/Conference"))
        elif name.startswith("v1"):
            venue_id = old["content"]["venueid"]
            openreview.add_venue(venue_id, api="v1")
            extra = dict.fromkeys(("TL;DR", "supplementary_material"), "x")
            note = make_note_v1(
                venue_id, venue=old["content"]["venue"], content=extra | EXTRA, forum=old["id"], number=number
            )
            openreview.add_note(venue_id, note)
        else:
            content = {key: field["value"] for key, field in old["content"].items()}
            usual = make_note_v2("X", keywords=["x"], venue="x")["content"]
            venue_id = old["invitations"][0].partition("/-/")[0]
            note = make_note_v2(
                venue_id,
                venue=content["venue"],
                venueid=content["venueid"],
                content={key: "x" for key in content if key not in usual} | (EXTRA if "keywords" in content else {}),
                hidden=[key for key in usual if key not in content],
                forum=old["id"],
                number=number,
            )
            openreview.add_note(venue_id, note)


@pytest.mark.parametrize("name", NAMES)
def test_answers_as_recorded(services: Services, shared: Path, name: str) -> None:
    exchange = json.loads((shared / "openreview_recorded" / f"{name}.json").read_text(encoding="utf-8"))
    request, response = exchange["request"], exchange["response"]
    prepare(services, name, response.get("json", {}))
    services.openreview.add_user("me@x.org", "pw")
    services.openreview.challenge = "html200"
    parts = urlsplit(request["url"])
    api = "api1" if parts.hostname == "api.openreview.net" else "api2"
    headers = {"Authorization": f"Bearer {services.openreview.token('me@x.org')}"} if request["authenticated"] else {}

    answer = requests.get(f"{services.url}/{api}{parts.path}?{parts.query}", headers=headers, timeout=5)

    assert answer.status_code == response["status"]
    names = {name.lower() for name in answer.headers} - UNSAID
    whole = exchange["_recorded"]["date"] == "2026-09-27"
    assert names == set(response["headers"]) if whole else names >= set(response["headers"])
    assert answer.headers["content-type"] == response["headers"]["content-type"]
    if "text" in response:
        assert answer.text == response["text"]
    else:
        fits(response["json"], answer.json())
        if whole:
            assert shape(answer.json()) == shape(response["json"])


def test_every_recording_is_replayed(shared: Path) -> None:
    assert {path.stem for path in (shared / "openreview_recorded").glob("*.json")} == set(NAMES)
