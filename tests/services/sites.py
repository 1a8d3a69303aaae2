"""The conferences' own sites and PMLR: static files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.services.exchange import Answer, as_bytes, as_html


class Site:
    """``icml.cc``, ``iclr.cc`` or ``neurips.cc``: one file of events a year, and in some years one of abstracts."""

    def __init__(self, host: str) -> None:
        self.host = host
        self._short = host.partition(".")[0]
        self._files: dict[str, bytes] = {}

    def set_orals_posters(self, year: int, rows: Sequence[Mapping[str, Any]]) -> None:
        data = {"count": len(rows), "next": None, "results": list(rows)}
        self._files[f"{self._short}-{year}-orals-posters.json"] = json.dumps(data).encode()

    def set_abstracts(self, year: int, abstracts: Mapping[str, str] | None) -> None:
        """By event id; None takes the file away."""
        name = f"{self._short}-{year}-abstracts.json"
        self._files.pop(name, None)
        if abstracts is not None:
            self._files[name] = json.dumps({str(key): text for key, text in abstracts.items()}).encode()

    def answer(self, path: str) -> Answer:
        data = self._files.get(path.removeprefix("/static/virtual/data/"))
        return as_html(404, "Page not found") if data is None else as_bytes("application/json", data)


def make_event(
    event_id: int,
    name: str,
    *,
    authors: Sequence[str] = (),
    kind: str = "Poster",
    related: Sequence[int] = (),
    **more: Any,
) -> dict[str, Any]:
    """A row of an orals-posters file with every field; ``more`` overrides them."""
    return {
        "id": event_id,
        "name": name,
        "authors": [{"id": i, "fullname": who, "institution": "An Institute"} for i, who in enumerate(authors, 1)],
        "abstract": "",
        "decision": "Accept (poster)",
        "topic": "Deep Learning->Large Language Models",
        "keywords": [],
        "session": f"{kind} Session 1",
        "room_name": "Hall C 4-9",
        "poster_position": "#100" if kind == "Poster" else None,
        "starttime": "2024-07-23T02:30:00-07:00",
        "endtime": "2024-07-23T04:00:00-07:00",
        "eventtype": kind,
        "related_events_ids": list(related),
        "paper_url": None,
        "paper_pdf_url": None,
        "virtualsite_url": f"/virtual/2024/{kind.lower()}/{event_id}",
        "sourceurl": "https://openreview.net/group?id=ICML.cc/2024/Conference",
    } | more


class Pmlr:
    """``proceedings.mlr.press`` and the repositories behind it."""

    def __init__(self) -> None:
        self._bibs: dict[int, bytes] = {}
        self._entries: dict[int, dict[str, Mapping[str, Any]]] = {}
        self._pdfs: dict[tuple[int, str], Path | bytes] = {}

    def add_volume(
        self,
        number: int,
        entries: Sequence[Mapping[str, Any]] = (),
        pdfs: Mapping[str, Path | bytes] | None = None,
        raw_yaml: str | bytes | None = None,
    ) -> None:
        """A volume: its citeproc entries, the PDFs by entry id, and its bibliography byte by byte where it is odd."""
        raw = raw_yaml.encode() if isinstance(raw_yaml, str) else raw_yaml
        self._bibs[number] = raw if raw is not None else to_yaml(entries).encode()
        self._entries[number] = {str(entry["id"]): entry for entry in entries}
        self._pdfs |= {(number, name): data for name, data in (pdfs or {}).items()}

    def answer(self, path: str) -> Answer:
        """Under ``/pmlr``: ``/v235/assets/bib/citeproc.yaml``, ``/v235/x24a.html`` or ``/v235/x24a/x24a.pdf``."""
        volume, _, rest = path.removeprefix("/v").partition("/")
        number = int(volume) if volume.isdigit() else -1
        if rest == "assets/bib/citeproc.yaml" and number in self._bibs:
            return as_bytes("text/yaml; charset=utf-8", self._bibs[number])
        if rest.endswith(".pdf"):
            return self._pdf(number, rest.rsplit("/", 1)[-1])
        entry = self._entries.get(number, {}).get(rest.removesuffix(".html"))
        if entry is None or not rest.endswith(".html"):
            return as_html(404, "Page not found &middot; GitHub Pages")
        return as_html(200, str(entry.get("title", "")))

    def answer_raw(self, path: str) -> Answer:
        """Under ``/raw``: ``/mlresearch/v235/main/assets/x24a/x24a.pdf``."""
        parts = path.strip("/").split("/")
        if len(parts) == 6 and parts[0] == "mlresearch" and parts[2:4] == ["main", "assets"] and parts[1][1:].isdigit():
            return self._pdf(int(parts[1][1:]), parts[5])
        return Answer(404, b"404: Not Found", {"content-type": "text/plain; charset=utf-8"})

    def _pdf(self, number: int, name: str) -> Answer:
        data = self._pdfs.get((number, name.removesuffix(".pdf")))
        if data is None:
            return Answer(404, b"404: Not Found", {"content-type": "text/plain; charset=utf-8"})
        return as_bytes("application/octet-stream", data.read_bytes() if isinstance(data, Path) else data)


def make_entry(volume: int, entry_id: str, title: str, *, authors: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """A citeproc entry with the fields every volume has; ``more`` overrides them, None takes one away."""
    entry = {
        "title": title,
        "abstract": "An abstract.",
        "volume": str(volume),
        "URL": f"https://proceedings.mlr.press/v{volume}/{entry_id}.html",
        "PDF": f"https://raw.githubusercontent.com/mlresearch/v{volume}/main/assets/{entry_id}/{entry_id}.pdf",
        "page": "1-10",
        "container-title": f"Proceedings of volume {volume}",
        "author": [dict(zip(("given", "family"), _split(name), strict=True)) for name in authors],
        "publisher": "PMLR",
        "issued": {"date-parts": [2024, 7, 8]},
        "id": entry_id,
    } | more
    return {key: value for key, value in entry.items() if value is not None}


def to_yaml(entries: Sequence[Mapping[str, Any]]) -> str:
    """Block style as PMLR writes it, scalars quoted; PyYAML's own writer takes ten seconds for ICML 2024."""
    return "---\n" + "".join(_block(entry, "- ", "  ") for entry in entries)


def _block(mapping: Mapping[str, Any], first: str, indent: str) -> str:
    lines, lead = [], first
    for key, value in mapping.items():
        if isinstance(value, Mapping):
            lines.append(f"{lead}{key}:\n{_block(value, indent + '  ', indent + '  ')}")
        elif isinstance(value, list):
            items = (
                _block(item, f"{indent}- ", f"{indent}  ")
                if isinstance(item, Mapping)
                else f"{indent}- {json.dumps(item, ensure_ascii=False)}\n"
                for item in value
            )
            lines.append(f"{lead}{key}:\n{''.join(items)}" if value else f"{lead}{key}: []\n")
        else:
            lines.append(f"{lead}{key}: {json.dumps(value, ensure_ascii=False)}\n")
        lead = indent
    return "".join(lines)


def _split(name: str) -> tuple[str, str]:
    given, _, family = name.rpartition(" ")
    return given, family
