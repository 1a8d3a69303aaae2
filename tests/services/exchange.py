"""One request as it was received, one answer as it will be sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Request:
    """What came in, and what it was answered.

    Attributes:
        method: ``GET``, ``POST`` or ``HEAD``.
        path: Unquoted, with the stand-in's prefix: ``/api2/notes``.
        query: Unquoted; a key given twice has its values joined by a comma.
        headers: Names in lower case.
        authenticated: It carried a valid token.
        status: What it was answered; 0 where the connection was held or cut before one.
        body: The JSON of a POST.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    authenticated: bool = False
    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, method: str, target: str, headers: dict[str, str], body: bytes) -> Request:
        parts = urlsplit(target)
        query = {key: ",".join(values) for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        try:
            data = json.loads(body) if body else {}
        except ValueError:
            data = {}
        return cls(method, unquote(parts.path), query, headers, body=data if isinstance(data, dict) else {})

    @property
    def url(self) -> str:
        """Path and query, unquoted: what a fault is matched against."""
        query = "&".join(f"{key}={value}" for key, value in self.query.items())
        return f"{self.path}?{query}" if query else self.path

    @property
    def pdf(self) -> str | None:
        """Under which name a fetch of a PDF is counted; None where it is none."""
        end = self.path.rsplit("/", 1)[-1]
        if end.endswith(".pdf"):
            return self.path
        if end == "pdf" or (end == "attachment" and self.query.get("name") == "pdf"):
            return f"{self.path}?id={self.query.get('id', '')}"
        return None


@dataclass(slots=True)
class Answer:
    """What goes back. ``Content-Length`` is added when it is sent."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        return json.loads(self.body)


def as_json(status: int, data: Any, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(data, ensure_ascii=False).encode(), {"content-type": JSON, **(headers or {})})


def as_html(status: int, title: str, headers: dict[str, str] | None = None) -> Answer:
    text = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body>…</body></html>\n"
    return Answer(status, text.encode(), {"content-type": HTML, **(headers or {})})


def as_bytes(kind: str, body: bytes) -> Answer:
    return Answer(200, body, {"content-type": kind})
