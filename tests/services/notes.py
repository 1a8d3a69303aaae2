"""Notes and groups of OpenReview as its two APIs have them, made up from a few fields."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FIRST = 1706876283950  # milliseconds; a note's dates count on from here unless they are given
_numbers = itertools.count(1)

Note = dict[str, Any]


def forum_id(*seed: str) -> str:
    """Ten letters and digits, the same for the same seed, shaped like OpenReview's."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    digest = hashlib.sha256("\n".join(seed).encode()).digest()
    return "".join(letters[byte % len(letters)] for byte in digest[:10])


def pdf_hash(*seed: str) -> str:
    """Forty hexadecimal digits, as in ``/pdf/<hash>.pdf``."""
    return hashlib.sha1("\n".join(seed).encode(), usedforsecurity=False).hexdigest()


def make_note_v2(
    venue_id: str,
    title: str = "A title",
    *,
    authors: Sequence[str] = ("Ada Author", "Ben Author"),
    authorids: Sequence[str] | None = None,
    unified: bool = False,
    institutions: Mapping[str, str] | None = None,
    abstract: str | None = "An abstract.",
    venue: str | list[str] | None = None,
    venueid: str | list[str] | None = None,
    pdf: str | None = "",
    keywords: Sequence[str] = (),
    content: Mapping[str, Any] | None = None,
    hidden: Iterable[str] = (),
    forum: str | None = None,
    number: int | None = None,
    tcdate: int | None = None,
    tmdate: int | None = None,
    cdate: int | None = None,
    license: str | None = "CC BY 4.0",
    invitations: Sequence[str] | None = None,
    readers: Sequence[str] = ("everyone",),
    decision: str | None = None,
    decision_field: str = "decision",
) -> Note:
    """A submission of API 2.

    Args:
        venue_id: Of the venue; ``venueid`` is the bare id (accepted) unless it is given, a leading ``/`` is a suffix
            to it (``/Rejected_Submission``), a list is kept as a list.
        title: What it is called; its forum id and PDF follow from it and the venue unless they are given.
        authors: Full names.
        authorids: Of the older shape; made from the names unless given.
        unified: Authors of the newer shape, ``{fullname, username, institutions?}``, and no ``authorids``.
        institutions: Name of each author's, by full name (newer shape only).
        abstract: None leaves the field out.
        venue: ``ICML 2024 Poster``; None leaves it out.
        venueid: See ``venue_id``.
        pdf: The hash, "" for one made from the title, None for a note without a PDF.
        keywords: Left out where there are none.
        content: More fields, as plain values.
        hidden: Names of fields only the venue may read: they stay out of every answer.
        forum, number, tcdate, tmdate, cdate, license, invitations, readers: As they stand on the note.
        decision: Of a Decision reply, such as ``Accept (Oral)``; None where there is none.
        decision_field: The reply's field that says it.
    """
    number = number or next(_numbers)
    forum = forum or forum_id(venue_id, title, str(number))
    if isinstance(venueid, str) and venueid.startswith("/"):
        venueid = venue_id + venueid
    fields: dict[str, Any] = {"title": title}
    usernames = list(authorids) if authorids is not None else [_username(name) for name in authors]
    if unified:
        places = institutions or {}
        fields["authors"] = [
            {"fullname": name, "username": user}
            | ({"institutions": [{"name": places[name]}]} if name in places else {})
            for name, user in zip(authors, usernames, strict=False)
        ]
    else:
        fields |= {"authors": list(authors), "authorids": usernames}
    fields["keywords"] = list(keywords) or None
    fields["abstract"] = abstract
    fields["pdf"] = None if pdf is None else f"/pdf/{pdf or pdf_hash(forum)}.pdf"
    fields |= {"venue": venue, "venueid": venueid or venue_id, "_bibtex": "@misc{made,up}"}
    fields["paperhash"] = "made|" + title.lower().replace(" ", "_")
    fields |= content or {}
    secret = set(hidden)
    shown = {
        name: {"value": value} | ({"readers": [venue_id]} if name in secret else {})
        for name, value in fields.items()
        if value is not None
    }
    made = tcdate or cdate or FIRST + number * 60_000
    changed = tmdate or made
    authors_group = f"{venue_id}/Submission{number}/Authors"
    note: Note = {
        "content": shown,
        "id": forum,
        "forum": forum,
        "license": license,
        "signatures": [authors_group],
        "readers": list(readers),
        "writers": [venue_id, authors_group],
        "number": number,
        "invitations": list(invitations) if invitations is not None else _invitations(venue_id, number),
        "domain": venue_id,
        "tcdate": made,
        "cdate": cdate or made,
        "tmdate": changed,
        "mdate": changed,
        "pdate": changed,
        "odate": changed,
        "version": 2,
    }
    if license is None:
        del note["license"]
    if isinstance(fields["venueid"], str) and fields["venueid"] != venue_id:  # not accepted: never published
        del note["pdate"]
    if decision is not None:
        note["replies"] = [_reply_v2(note, venue_id, {decision_field: decision, "comment": "Made up."})]
    return note


def make_note_v1(
    venue_id: str,
    title: str = "A title",
    *,
    authors: Sequence[str] = ("Ada Author", "Ben Author"),
    abstract: str | None = "An abstract.",
    venue: str | None = None,
    venueid: str | None = None,
    pdf: str | None = "",
    keywords: Sequence[str] = (),
    content: Mapping[str, Any] | None = None,
    forum: str | None = None,
    number: int | None = None,
    tcdate: int | None = None,
    tmdate: int | None = None,
    invitation: str | None = None,
    readers: Sequence[str] = ("everyone",),
    decision: str | None = None,
) -> Note:
    """A submission of API 1: flat fields, one invitation, and the venue id on rejected papers too."""
    number = number or next(_numbers)
    forum = forum or forum_id(venue_id, title, str(number))
    made = tcdate or FIRST + number * 60_000
    fields: dict[str, Any] = {
        "title": title,
        "authorids": [_username(name) for name in authors],
        "authors": list(authors),
        "keywords": list(keywords) or None,
        "abstract": abstract,
        "paperhash": "made|" + title.lower().replace(" ", "_"),
        "pdf": None if pdf is None else f"/pdf/{pdf or pdf_hash(forum)}.pdf",
        "venue": venue,
        "venueid": venueid or venue_id,
        "_bibtex": "@misc{made,up}",
        **(content or {}),
    }
    note: Note = {
        "id": forum,
        "original": forum_id(forum, "original"),
        "number": number,
        "cdate": made,
        "mdate": None,
        "ddate": None,
        "tcdate": made,
        "tmdate": tmdate or made,
        "tddate": None,
        "forum": forum,
        "replyto": None,
        "invitation": invitation or f"{venue_id}/-/Blind_Submission",
        "content": {name: value for name, value in fields.items() if value is not None},
        "signatures": [venue_id],
        "readers": list(readers),
        "nonreaders": [],
        "writers": [venue_id],
        "pdate": made,
        "odate": made,
    }
    if decision is not None:
        reply = {key: note[key] for key in note if key not in {"content", "original", "pdate", "odate"}}
        reply |= {"id": forum_id(forum, "decision"), "replyto": forum, "content": {"decision": decision}}
        reply["invitation"] = f"{venue_id}/Paper{number}/-/Decision"
        note["replies"] = [reply]
    return note


def _reply_v2(note: Note, venue_id: str, fields: Mapping[str, Any]) -> Note:
    kept = ("readers", "number", "domain", "tcdate", "cdate", "tmdate", "mdate", "version", "forum")
    return {key: note[key] for key in kept} | {
        "id": forum_id(note["id"], "decision"),
        "replyto": note["id"],
        "signatures": [f"{venue_id}/Program_Chairs"],
        "writers": [venue_id, f"{venue_id}/Program_Chairs"],
        "invitations": [f"{venue_id}/Submission{note['number']}/-/Decision", f"{venue_id}/-/Edit"],
        "content": {name: {"value": value} for name, value in fields.items()},
    }


def _invitations(venue_id: str, number: int) -> list[str]:
    shared = [f"{venue_id}/-/{name}" for name in ("Submission", "Post_Submission", "Edit")]
    return [*shared, f"{venue_id}/Submission{number}/-/Camera_Ready_Revision"]


def _username(name: str) -> str:
    return "~" + name.replace(" ", "_") + "1"
