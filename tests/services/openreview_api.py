"""OpenReview's two APIs: venues, notes, logins and PDFs, closed to anonymous readers where a test says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.services.accounts import error, request_id
from tests.services.exchange import Answer, Request, as_bytes, as_html, as_json
from tests.services.notes import Note
from tests.services.query import matches, ordered, page, refuse, select, wants_count
from tests.services.store import Store

NEWEST = "tcdate:desc"
SEARCHED = ("title", "abstract", "authors", "keywords")


class OpenReview(Store):
    """Answers for both hosts, ``v1`` and ``v2``, from what the store holds."""

    def answer(self, api: str, path: str, request: Request) -> Answer:
        """Answer what came in under one host's prefix."""
        if request.method == "POST" and path in ("/login", "/mfa/verify"):
            return self.accounts.login(request) if path == "/login" else self.accounts.verify(request)
        if (bad := self.accounts.check(request)) is not None:
            return bad
        if not request.authenticated and self.challenge and self._closed(request, path):
            return self._challenged()
        if path == "/notes/search":
            return self._search(api, request)
        if path == "/profiles":
            return self.accounts.profiles(request)
        if path in ("/notes", "/groups"):
            name, find = (path[1:], self._notes if path == "/notes" else self._groups)
            return refuse(request.query) or self._metered(api, name, lambda: find(api, request))
        if request.pdf:
            return self._metered(api, "pdf", lambda: self._pdf(api, path, request))
        return error(404, "NotFoundError", f"The path {path} was not found")

    def _closed(self, request: Request, path: str) -> bool:
        """Groups and the search are open; asking the search for ids by POST is a listing."""
        if request.pdf:
            return self.pdfs_closed
        return path in ("/notes", "/profiles") or (path == "/notes/search" and request.method == "POST")

    def _challenged(self) -> Answer:
        if self.challenge == "html200":
            return as_html(200, "Verifying your browser | OpenReview")
        return error(403, "ChallengeRequiredError", "Please verify that you are human, or log in")

    def _metered(self, api: str, name: str, find: Any) -> Answer:
        meter = self.meters[name]
        within, used, remaining, ends = meter.take()
        told = meter.headers(remaining, ends) if api == "v2" else {}
        if within:
            answer: Answer = find()
        else:
            answer = as_json(429, meter.refusal(used, ends, request_id()))
            if meter.retry_after is not None:
                told["retry-after"] = str(meter.retry_after)
        answer.headers |= told
        return answer

    def _notes(self, api: str, request: Request) -> Answer:
        query = request.query
        if note_id := query.get("id"):
            note = self.notes[api].get(note_id)
            if note is None:
                tag = request_id()
                told = {"path": "id", "value": note_id}
                return error(404, "NotFoundError", f"The Note {note_id} was not found", told, tag)
            if not self._readable(note):
                return error(403, "ForbiddenError", f"You don't have permission to read Note {note_id}")
        sort = query.get("sort", NEWEST)
        found = ordered(
            (n for n in self.notes[api].values() if self._readable(n) and matches(self._shown(api, n), query)), sort
        )
        details = set(query.get("details", "").split(",")) - {""}
        replies = self._replies(api) if details else {}
        shown = [self._with_details(api, note, details, replies) for note in page(found, query, sort)]
        if query.get("select"):
            shown = [select(note, query["select"]) for note in shown]
        counted = {"count": len(found)} if api == "v1" or wants_count(query) else {}
        return as_json(200, {"notes": shown, **counted})

    def _groups(self, api: str, request: Request) -> Answer:
        query = request.query
        groups = self.groups[api]
        if "id" in query:
            other = self.groups["v1" if api == "v2" else "v2"].get(query["id"])
            found = [groups[query["id"]]] if query["id"] in groups else []
            if not found and other and self.wrong_host == "null-domain":
                found = [{**other, "domain": other["domain"] if api == "v1" else None}]
            if not found and not other and self.unknown_group == "404":
                return error(404, "NotFoundError", f"Group Not Found: {query['id']}")
        else:
            found = [
                group
                for group in groups.values()
                if query.get("parent", group["parent"]) == group["parent"]
                and group["id"].startswith(query.get("prefix", "").rstrip("*").removesuffix("."))
                and query.get("domain", group["domain"]) == group["domain"]
            ]
        found = ordered(found, "id")
        return as_json(200, {"groups": page(found, query, "id"), "count": len(found)})

    def _search(self, api: str, request: Request) -> Answer:
        if request.method == "POST":
            ids = set(request.body.get("ids", ()))
            found = [n for n in self.notes[api].values() if n["id"] in ids and self._readable(n)]
        else:
            terms = request.query.get("term", "").lower().split()
            found = [
                note
                for note in self.notes[api].values()
                if note["id"] == note["forum"] and self._readable(note) and _mentions(self._shown(api, note), terms)
            ]
        shown = [self._with_details(api, n) for n in page(ordered(found, NEWEST), request.query, NEWEST)]
        return as_json(200, {"notes": shown, "count": len(found)})

    def _pdf(self, api: str, path: str, request: Request) -> Answer:
        key = request.query.get("id") or path.rsplit("/", 1)[-1].removesuffix(".pdf")
        note = self.notes[api].get(key)
        if note is not None and not self._readable(note):
            return error(403, "ForbiddenError", f"You don't have permission to read Note {key}")
        named = self._shown(api, note)["content"].get("pdf") if note else None
        if isinstance(named, dict):
            named = named["value"]
        own = str(named).rsplit("/", 1)[-1].removesuffix(".pdf") if named else key
        forums = (n["id"] for n in self.notes[api].values() if f"/{key}.pdf" in str(n["content"].get("pdf")))
        data = self.pdfs.get(own) or self.pdfs.get(key) or self.pdfs.get(next(forums, ""))
        if data is None:
            return error(404, "NotFoundError", f"The PDF {key} was not found", {"path": "id", "value": key})
        return as_bytes("application/pdf", data)

    def _readable(self, note: Note) -> bool:
        return "everyone" in note["readers"] and note["_venue"] not in self.private

    def _shown(self, api: str, note: Note) -> Note:
        """Without the fields that only the venue may read."""
        if api == "v1":
            return note
        content = {
            name: field for name, field in note["content"].items() if "everyone" in field.get("readers", ("everyone",))
        }
        return {**note, "content": content}

    def _replies(self, api: str) -> dict[str, list[Note]]:
        """Readable replies by forum."""
        found: dict[str, list[Note]] = {}
        for note in self.notes[api].values():
            if note["id"] != note["forum"] and self._readable(note):
                found.setdefault(note["forum"], []).append(self._with_details(api, note))
        return found

    def _with_details(
        self, api: str, note: Note, names: Iterable[str] = (), replies: Mapping[str, list[Note]] | None = None
    ) -> Note:
        shown = {key: value for key, value in self._shown(api, note).items() if key != "_venue"}
        told: dict[str, Any] = {"writable": False} if api == "v1" else {}
        own = (replies or {}).get(note["id"], [])
        for name in names:
            if name in ("directReplies", "replies"):
                told[name] = own
            elif name in ("directReplyCount", "replyCount"):
                told[name] = len(own)
        return {**shown, "details": told} if told else shown


def _mentions(note: Note, terms: list[str]) -> bool:
    text = " ".join(str(note["content"].get(name, "")) for name in SEARCHED).lower()
    return all(term in text for term in terms)
