"""Groups of OpenReview, with the content block of a venue as recorded."""

from __future__ import annotations

from typing import Any

from tests.services.notes import FIRST


def make_group(group_id: str, domain: str | None, content: dict[str, Any]) -> dict[str, Any]:
    parent = group_id.rpartition("/")[0]
    return {
        "content": {name: value if _wrapped(value) else {"value": value} for name, value in content.items()},
        "id": group_id,
        "signatures": ["~Made_Up1"],
        "signatories": [group_id],
        "nonreaders": [],
        "readers": ["everyone"],
        "writers": [group_id],
        "domain": domain,
        "parent": parent or None,
        "tcdate": FIRST,
        "cdate": FIRST,
        "tmdate": FIRST,
        "mdate": FIRST,
        "host": group_id.partition("/")[0],
    }


def _wrapped(value: Any) -> bool:
    return isinstance(value, dict) and set(value) <= {"value", "readers"}


def usual_content(venue_id: str) -> dict[str, Any]:
    """A venue's block, as recorded."""
    return {
        "submission_id": f"{venue_id}/-/Submission",
        "withdrawn_submission_id": f"{venue_id}/-/Withdrawn_Submission",
        "desk_rejected_submission_id": f"{venue_id}/-/Desk_Rejected_Submission",
        "submission_name": "Submission",
        "submission_venue_id": f"{venue_id}/Submission",
        "withdrawn_venue_id": f"{venue_id}/Withdrawn_Submission",
        "desk_rejected_venue_id": f"{venue_id}/Desk_Rejected_Submission",
        "rejected_venue_id": f"{venue_id}/Rejected_Submission",
        "public_submissions": True,
        "public_withdrawn_submissions": True,
        "public_desk_rejected_submissions": True,
        "title": f"The made-up title of {venue_id}",
        "subtitle": venue_id,
        "website": "https://example.org/venue",
        "start_date": "Apr 24 2025",
        "decision_name": "Decision",
        "decision_field_name": "decision",
        "accept_decision_options": ["Accept (Oral)", "Accept (Spotlight)", "Accept (Poster)"],
    }
