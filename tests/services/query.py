"""What ``/notes`` and ``/groups`` pick, order and cut for a query."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.services.accounts import error, request_id
from tests.services.exchange import Answer

MOST = 1000
_CONTROL = {
    "limit",
    "offset",
    "after",
    "sort",
    "select",
    "details",
    "count",
    "mintcdate",
    "stream",
    "trash",
    "original",
}
_ALIAS = {"invitation": "invitations", "signature": "signatures", "writer": "writers"}


def refuse(query: dict[str, str]) -> Answer | None:
    """The 400 for a number that is none, or for a limit over 1,000."""
    for name in ("limit", "offset", "mintcdate"):
        value = query.get(name)
        if value is not None and not value.isdigit():
            return error(400, "ValidationError", f"{name} must be an integer", {"path": name, "invalidValue": value})
    if (limit := int(query.get("limit", MOST))) > MOST:
        tag = request_id()
        told = {"path": "limit", "comparison": "<=", "limit": MOST, "invalidValue": limit}
        return error(400, "ValidationError", f"limit must be <= {MOST}", told, tag)
    return None


def matches(note: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether a note has what every filter of the query asks for."""
    if int(query.get("mintcdate", 0)) > note["tcdate"]:
        return False
    for name, wanted in query.items():
        if name in _CONTROL:
            continue
        if name.startswith("content."):
            value = note["content"].get(name.removeprefix("content."))
            if isinstance(value, dict):
                value = value.get("value")
        else:
            value = note.get(name, note.get(_ALIAS.get(name, name)))
        if isinstance(value, list):
            if wanted not in value:
                return False
        elif str(value) != wanted:
            return False
    return True


def ordered(items: Iterable[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By ``field:asc`` or ``field:desc``, ties by id."""
    found = sorted(items, key=lambda item: item["id"])
    for part in reversed(sort.split(",")):
        name, _, way = part.partition(":")
        found.sort(key=lambda item: (item.get(name) is not None, item.get(name) or 0), reverse=way == "desc")
    return found


def page(items: list[dict[str, Any]], query: dict[str, str], sort: str) -> list[dict[str, Any]]:
    """One page of an ordered list: by ``offset``, or after the item whose id is ``after``."""
    start = int(query.get("offset", 0))
    if after := query.get("after"):
        ids = [item["id"] for item in items]
        if after in ids:
            start = ids.index(after) + 1
        elif sort == "id":  # the item has left the list since: an order by id still knows where it stood
            start = sum(one <= after for one in ids)
        else:
            start = len(items)
    return items[start : start + int(query.get("limit", MOST))]


def select(item: dict[str, Any], names: str) -> dict[str, Any]:
    """Only the fields asked for: ``id,forum,content.title``."""
    picked: dict[str, Any] = {}
    for name in names.split(","):
        top, _, inner = name.partition(".")
        if not inner and top in item:
            picked[top] = item[top]
        elif inner and inner in item.get(top, {}):
            picked.setdefault(top, {})[inner] = item[top][inner]
    return picked


def wants_count(query: dict[str, str]) -> bool:
    """API 2 counts only with an offset, or where ``count=true`` asks for it, as openreview-py does."""
    return "offset" in query or query.get("count") == "true"
