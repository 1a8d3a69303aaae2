"""What of a library travels: a file with the rows that others may have, in an order that only these decide.

Rows are copied into new tables one named column at a time, so that what nobody thought of stays at home. All are read
in one transaction: the copy is the library of one moment, whoever writes meanwhile.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlite_utils import Database

from library.schema import migrations
from library.text import digest

STAYS: Mapping[str, str] = {
    "failures": "names files and addresses of this machine",
    "venues": "what is followed, and when it was asked, is each user's own",
    "watermarks": "goes with the venues",
    "quota": "what was spent here",
    "list_changes": "what was undone and taken off a list is nobody else's business",
}
"""The tables that stay, and why."""

TRAVELS: Mapping[str, str] = {
    "state": "SELECT key, CASE key WHEN 'lists' THEN 0 ELSE value END FROM held.state ORDER BY key",
    "papers": """SELECT paper_no, public_id(paper_id), forum_id, title, authors, abstract, note, venue, venue_id, tier,
        year, keywords, public_links(links), licence, public_sources(provenance), folded, folded_title, reader,
        revision, status FROM held.papers ORDER BY paper_no""",
    # A file's identifier begins with the name of its folder, often a user's.
    "identifiers": """SELECT scheme, value, public_id(paper_id) FROM held.identifiers WHERE scheme != 'file'
        ORDER BY scheme, value""",
    "documents": """SELECT document_id, public_id(paper_id), public_source(stem), sha256, pages, parser, warning
        FROM held.documents ORDER BY document_id""",
    "pages": "SELECT document_id, number, width, height, text, lines FROM held.pages ORDER BY document_id, number",
    "passages": """SELECT passage_id, public_id(paper_id), document_id, kind, ordinal, section, text, spans, sentences,
        embed_hash FROM held.passages ORDER BY passage_id""",
    "vectors": """SELECT model, text_hash, vector FROM held.vectors
        WHERE model = :model AND text_hash IN (SELECT embed_hash FROM held.passages) ORDER BY text_hash""",
    "observations": """SELECT public_id(paper_id), public_source(source), iif(key LIKE 'file:%', '', key), venue,
        standing, public_fields(fields), modified, seen_at FROM held.observations ORDER BY paper_id, source""",
    "events": """SELECT event_id, public_id(paper_id), session, room, poster, start, "end", kind, zone
        FROM held.events ORDER BY event_id""",
    # As if each was still to be fetched: the files do not travel. The hash says that the paper has had one, which is
    # what lets a copy be fetched although there is a document.
    "pdf_sources": """SELECT public_id(paper_id), url, public_source(source), version, metered,
        coalesce(copy.sha256, documents.sha256), 'new'
        FROM held.pdf_sources AS copy LEFT JOIN held.documents USING (paper_id)
        WHERE public_url(url) IS NOT NULL ORDER BY paper_id, url""",
    "document_references": """SELECT document_id, number, label, text, spans FROM held.document_references
        ORDER BY document_id, number""",
    "lineage": """SELECT decision_no, min(public_id(first), public_id(second)),
        max(public_id(first), public_id(second)), decision FROM held.lineage ORDER BY decision_no""",
    "topics": "SELECT topic_id, public_topic(fields), at FROM held.topics ORDER BY topic_id",
    "verdicts": "SELECT topic_id, public_id(paper_id), verdict, at FROM held.verdicts ORDER BY topic_id, paper_id",
    "points": "SELECT space, public_id(paper_id), x, y, laid_out FROM held.points ORDER BY space, paper_id",
    "lists": "SELECT list_no, list_id, public_list(content) FROM held.lists ORDER BY list_no",
}
"""The tables that travel, and what of each row does."""

_OWN_FILE = "file-"
_HASHED = re.compile(r"file-[0-9a-f]{16}")
_SECRET = re.compile(r"auth|cred|key|login|mail|pass|pwd|secret|sess|sid|sig|token|user", re.IGNORECASE)
_LONGEST = 2_000
_LONGEST_PARAMETER = 40
"""Characters: a forum's id has ten, a signed address some hundred."""

_FOLDER = re.compile(r"[/\\]")

Progress = Callable[[str, int, int], None]


def snapshot(
    library: Path,
    target: Path,
    *,
    model: str,
    topics: Iterable[tuple[str, Mapping[str, Any]]] = (),
    on_progress: Progress | None = None,
) -> None:
    """Write what travels of a library into a new file.

    Args:
        library: The library's file, open elsewhere or not.
        target: The file to make.
        model: The vectors of this model travel.
        topics: Ids and rows of topics of the user's that the library does not hold; one that it does hold wins.
        on_progress: Told of every table.
    """
    with closing(Database(sqlite3.connect(target, isolation_level=None), execute_plugins=False)) as db:
        migrations.apply(db)
        connection = db.conn
        for function in (public_id, public_url, _links, _source, _sources, _fields, _topic, _list):
            name = function.__name__ if function.__name__.startswith("public") else f"public{function.__name__}"
            connection.create_function(name, 1, function, deterministic=True)
        connection.execute("ATTACH ? AS held", [str(library)])
        connection.execute("BEGIN")
        connection.execute("UPDATE _sqlite_migrations SET applied_at = ''")
        connection.execute("DELETE FROM state")
        for done, (table, rows) in enumerate(TRAVELS.items(), 1):
            # Two files of one name in two folders are one source once the folders are gone.
            insert = "INSERT OR IGNORE" if table == "observations" else "INSERT"
            connection.execute(f"{insert} INTO {table} {rows}", {"model": model} if ":model" in rows else {})
            if on_progress:
                on_progress("copy", done, len(TRAVELS))
        connection.executemany(
            "INSERT OR IGNORE INTO topics VALUES (?, ?, '')",
            [(topic_id, _topic(json.dumps(dict(row), ensure_ascii=False))) for topic_id, row in topics],
        )
        connection.execute("COMMIT")
        connection.execute("DETACH held")
        connection.execute("VACUUM")


def counts(file: Path) -> tuple[int, dict[str, int]]:
    """The revision of a library's file, and how many rows its main tables have."""
    tables = ("papers", "documents", "pages", "passages", "vectors", "topics", "verdicts", "lists")
    with closing(sqlite3.connect(file)) as db:
        revision = db.execute("SELECT value FROM state WHERE key = 'revision'").fetchone()[0]
        return revision, {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}


def public_id(paper_id: str | None) -> str | None:
    """A paper's id without the names of folder and file that it was made of."""
    if paper_id is None or not paper_id.startswith(_OWN_FILE) or _HASHED.fullmatch(paper_id):
        return paper_id
    return f"{_OWN_FILE}{digest(paper_id)[:16]}"


def public_url(url: str | None) -> str | None:
    """A web address that anybody may have; None for one with a name, a password or what looks like a token in it."""
    if url is None or len(url) > _LONGEST:
        return None
    try:
        parts = urlsplit(url)
        secret = (
            parts.username is not None
            or parts.password is not None
            or any(
                _SECRET.search(name) or len(value) > _LONGEST_PARAMETER
                for name, value in parse_qsl(f"{parts.query}&{parts.fragment}", keep_blank_values=True)
            )
        )
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and not secret else None


def _links(text: str) -> str:
    return _dumped({name: url for name, url in json.loads(text).items() if public_url(url)})


def _source(text: str) -> str:
    """``file:/home/ada/papers.jsonl`` as ``file:papers.jsonl``: a source is a name and no place."""
    kind, colon, name = text.partition(":") if text.startswith(("file:", "pdf:")) else ("", "", text)
    return kind + colon + _FOLDER.split(name.rstrip("/\\"))[-1]


def _sources(text: str) -> str:
    return _dumped({field: _source(source) for field, source in json.loads(text).items()})


def _fields(text: str) -> str:
    fields = json.loads(text)
    if "links" in fields:
        fields["links"] = json.loads(_links(json.dumps(fields["links"])))
    return _dumped(fields)


def _topic(text: str) -> str:
    fields = json.loads(text)
    return _dumped({**fields, "seeds": [public_id(paper) for paper in fields.get("seeds", ())]})


def _list(text: str) -> str:
    made = json.loads(text)
    for entry in made["entries"]:
        entry["paper_id"] = public_id(entry["paper_id"])
        entry["named"]["link"] = public_url(entry["named"]["link"])
    return _dumped(made)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
