"""A stranger's library: what Posterhall wrote passes, and whatever else a file may hold is refused with its place."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library import Library
from library.errors import InputError, LibraryError
from library.lists import Entry, Named, ReadingList, Why
from library.snapshot import snapshot
from library.text import digest, embedding_text
from library.types import ABSTRACT, BODY, TITLE, Line, Page, PaperRecord, Passage, Span
from library.vetting import vet
from tests.library.test_snapshot import MODEL, NOW, fill

DIMENSION = 4
TITLE_TEXT, TEXT = "Ropes", "Ropes hold. Knots slip."


def passage(kind: str, document_id: int | None, text: str, page: int | None) -> Passage:
    hashed = digest(embedding_text(kind, TITLE_TEXT, "1 Ropes", text))
    span, sentences = (Span(page, 0, len(text)),), ((0, len(text)),)
    return Passage(0, "f9", document_id, kind, 0, "1 Ropes", text, span, sentences, hashed)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library as a bundle has it; only read it."""
    folder = tmp_path_factory.mktemp("sound")
    with Library.open(folder / "data", create=True) as library:
        library.papers.merge(PaperRecord("file:a", TITLE_TEXT, (("forum", "f9"),), ("Ada",), abstract=TEXT, year=2031))
        page = Page(1, 600, 800, TEXT, (Line(0, 11, (1, 2, 3, 4)), Line(12, 23, (1, 2, 3, 4.5))))
        document = library.documents.replace("f9", stem="a", sha256="a" * 64, parser="p", pages=[page])
        library.passages.replace("f9", None, [passage(TITLE, None, TITLE_TEXT, None)])
        library.passages.replace("f9", document, [passage(BODY, document, TEXT, 1)])
        vectors = {p.embed_hash: np.array([0, 0, 0.6, 0.8], "<f2").tobytes() for p in library.passages.of_paper("f9")}
        library.vectors.put_many(MODEL, vectors)
        entry = Entry(Named("Ropes", ("Ada",), link="https://a.org"), "f9", ("S",), why=Why("Ropes hold.", "1", 1))
        library.lists.change("ropes", lambda _: ReadingList("ropes", "Ropes", entries=(entry,)), "made", NOW)
        library.topics.judge("lamps", "f9", "accept", NOW)
        library.topics.put("lamps", {"id": "lamps"}, NOW)
        snapshot(library.path, folder / "library.db", model=MODEL)
    shutil.rmtree(folder / "data")
    return folder


def topic(row: Any) -> None:
    if "id" not in row:
        raise InputError("no id")


def looked_at(folder: Path) -> None:
    vet(folder, "a.posterhall", model=MODEL, dimension=DIMENSION, check_topic=topic)


def altered(sound: Path, folder: Path, *statements: str) -> Path:
    shutil.copyfile(sound / "library.db", folder / "library.db")
    with closing(sqlite3.connect(folder / "library.db")) as db, db:
        for statement in statements:
            db.execute(statement)
    return folder


def test_what_a_library_gives_is_sound(sound: Path, tmp_path: Path) -> None:
    looked_at(altered(sound, tmp_path))


def test_a_library_of_an_earlier_version_is_brought_up_to_date(sound: Path, tmp_path: Path) -> None:
    folder = altered(
        sound,
        tmp_path,
        "ALTER TABLE events DROP COLUMN zone",
        "ALTER TABLE events DROP COLUMN kind",
        "DELETE FROM _sqlite_migrations WHERE name = 'event_kinds'",
    )
    looked_at(folder)
    with Library.open(folder) as library:
        assert {"kind", "zone"} <= {column.name for column in library.db["events"].columns}


def test_a_library_of_a_newer_version_is_told_apart(sound: Path, tmp_path: Path) -> None:
    folder = altered(
        sound,
        tmp_path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('posterhall', 'hover_tables', '')",
    )
    with pytest.raises(LibraryError, match="newer Posterhall: update"):
        looked_at(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON papers BEGIN DELETE FROM papers; END",
        "CREATE VIEW v AS SELECT * FROM papers",
        "CREATE VIRTUAL TABLE f USING fts5(text)",
        "CREATE TABLE extra (x)",
        "CREATE INDEX i ON papers (title)",
        "CREATE INDEX i ON papers (upper(title))",
        "ALTER TABLE papers ADD COLUMN more TEXT",
        "DROP TABLE verdicts",
        "DROP INDEX papers_by_title",
        "DROP TABLE _sqlite_migrations",
        "DELETE FROM _sqlite_migrations WHERE name = 'first_tables'",
        "UPDATE _sqlite_migrations SET migration_set = 'other' WHERE name = 'doubts'",
        "ANALYZE",
    ],
)
def test_any_other_schema_is_refused_before_a_row_is_read(sound: Path, tmp_path: Path, statement: str) -> None:
    with pytest.raises(InputError, match=r"not a sound bundle: (its library|it holds no)"):
        looked_at(altered(sound, tmp_path, statement))


def test_names_in_a_strangers_schema_cannot_drive_a_terminal(sound: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        looked_at(altered(sound, tmp_path, 'CREATE TABLE "\x1b[31mred" (x)'))
    assert str(raised.value).isprintable()


def test_a_table_that_is_a_view_of_the_same_name_is_refused(sound: Path, tmp_path: Path) -> None:
    view = "CREATE VIEW _sqlite_migrations AS SELECT 1 AS id, 'posterhall' AS migration_set, 'x' AS name"
    with pytest.raises(InputError, match="holds no library"):
        looked_at(altered(sound, tmp_path, "DROP TABLE _sqlite_migrations", view))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE papers SET paper_id = '../../x'",
        "UPDATE papers SET authors = 'Ada'",
        "UPDATE papers SET authors = '[null]'",
        "UPDATE papers SET authors = '[\"\\ud800\"]'",
        "UPDATE papers SET authors = '{}'",
        "UPDATE papers SET keywords = '[[]]'",
        'UPDATE papers SET links = \'{"site": "javascript:alert(1)"}\'',
        "UPDATE papers SET links = '[]'",
        "UPDATE papers SET provenance = '{\"title\": 1}'",
        "UPDATE papers SET title = ''",
        "UPDATE papers SET title = printf('%.*c', 5000, 'x')",
        "UPDATE papers SET year = 99999",
        "UPDATE documents SET sha256 = '../../../etc/passwd'",
        "UPDATE documents SET pages = -1",
        "UPDATE pages SET width = 9e999",
        "UPDATE pages SET width = 0",
        "UPDATE pages SET lines = '[[0, 99, 1, 2, 3, 4]]'",
        "UPDATE pages SET lines = '[[0, 1, 1, 2, 3, 1e999]]'",
        "UPDATE pages SET lines = '[[0, 1, 1, 2, 3, NaN]]'",
        "UPDATE pages SET lines = '[[0, 1]]'",
        "UPDATE pages SET lines = replace(printf('%.*c', 200000, '['), ' ', '')",
        "UPDATE pages SET text = cast(x'ff' AS TEXT)",
        "UPDATE pages SET number = 7",
        "UPDATE passages SET spans = '[[1, 0, 99]]' WHERE kind = 'body'",
        "UPDATE passages SET spans = '[[2, 0, 23]]' WHERE kind = 'body'",
        "UPDATE passages SET spans = '[[null, 0, 23]]' WHERE kind = 'body'",
        "UPDATE passages SET spans = '[[1, 0, 22]]' WHERE kind = 'body'",
        "UPDATE passages SET spans = '[]'",
        "UPDATE passages SET spans = '[[1, 0, true]]'",
        "UPDATE passages SET sentences = '[[5, 2]]'",
        "UPDATE passages SET sentences = '[[0, 99]]'",
        "UPDATE passages SET text = 'Ropes break.'",
        "UPDATE passages SET kind = 'body'",
        "UPDATE passages SET embed_hash = 'x'",
        "UPDATE passages SET passage_id = 9000000000000000000 WHERE kind = 'body'",
        "UPDATE passages SET paper_id = 'nobody'",
        "UPDATE passages SET document_id = 99 WHERE kind = 'body'",
        "UPDATE vectors SET vector = x'0000'",
        "UPDATE vectors SET vector = x'ff7fff7fff7fff7f'",
        "UPDATE vectors SET vector = zeroblob(8)",
        "UPDATE vectors SET model = 'other'",
        "UPDATE lists SET content = '{}'",
        "UPDATE lists SET content = json_set(content, '$.entries[0].note', 7)",
        "UPDATE lists SET content = json_set(content, '$.entries[0].state', 'burnt')",
        "UPDATE lists SET content = json_set(content, '$.entries[0].priority', 4)",
        "UPDATE lists SET content = json_set(content, '$.entries[0].priority', json('true'))",
        "UPDATE lists SET content = json_set(content, '$.entries[0].paper_id', '../x')",
        "UPDATE lists SET content = json_set(content, '$.entries[0].named.link', 'javascript:alert(1)')",
        "UPDATE lists SET content = json_set(content, '$.entries[0].entry_id', 0)",
        "UPDATE lists SET content = json_set(content, '$.entries[0].more', 1)",
        "UPDATE lists SET content = json_set(content, '$.sections', json('[]'))",
        "UPDATE lists SET content = json_set(content, '$.list_id', 'other')",
        "UPDATE lists SET list_id = '<b>'",
        "UPDATE topics SET fields = '{}'",
        'UPDATE topics SET fields = \'{"id": "other"}\'',
        "UPDATE verdicts SET paper_id = '<b>'",
        "INSERT INTO points VALUES ('m', 'f9', 9e999, 0, 1)",
        "INSERT INTO lineage (first, second, decision) VALUES ('<a>', '<b>', 'join')",
        "INSERT INTO identifiers VALUES ('file', 'a/b', 'f9')",
        "INSERT INTO pdf_sources VALUES ('f9', 'file:///etc/passwd', 's', '', 0, NULL, 'new')",
        "INSERT INTO pdf_sources VALUES ('f9', 'https://a.org/a.pdf', 's', '', 0, NULL, 'fetched')",
        "INSERT INTO observations VALUES ('f9', 's', '', '', 'accepted', '{\"title\": 5}', NULL, '')",
        "INSERT INTO observations VALUES ('f9', 's', '', '', 'accepted', '{\"status\": \"x\"}', NULL, '')",
        "INSERT INTO observations VALUES ('f9', 's', '', '', 'accepted', '{\"printed\": {\"pages\": 5}}', NULL, '')",
        "INSERT INTO document_references VALUES (1, 1, '', 'Ropes', '[]')",
        "INSERT INTO failures VALUES ('pdf', 'a', 'b', 'c', 1, '', '', NULL)",
        "INSERT INTO quota VALUES ('openreview', 36, 0, 36, '2999-01-01')",
        "INSERT INTO venues VALUES ('evil', 'E.org', 'Evil', NULL, 1, '', NULL)",
        "INSERT INTO list_changes (list_id, what, at) VALUES ('ropes', 'x', '')",
        "INSERT INTO state VALUES ('other', 1)",
        "UPDATE state SET value = -1",
    ],
)
def test_a_row_that_posterhall_never_wrote_is_refused(sound: Path, tmp_path: Path, statement: str) -> None:
    folder = altered(sound, tmp_path, "PRAGMA ignore_check_constraints = ON", statement)
    with pytest.raises(InputError, match=r"not a sound bundle: .*: ask whoever made it for another"):
        looked_at(folder)


def test_the_error_names_table_and_row(sound: Path, tmp_path: Path) -> None:
    statement = "UPDATE documents SET sha256 = 'x'"
    with pytest.raises(InputError, match="row 1 of its table documents: sha256"):
        looked_at(altered(sound, tmp_path, statement))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"SQLite format 3\0", b"<html>" * 1000):
        (tmp_path / "library.db").write_bytes(content)
        with pytest.raises(InputError, match="not a sound bundle"):
            looked_at(tmp_path)


@settings(max_examples=150)
@given(st.data())
def test_whatever_bytes_a_library_has_it_is_sound_or_refused(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = bytearray((sound / "library.db").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "library.db").write_bytes(bytes(whole))
    try:
        looked_at(folder)
    except (InputError, LibraryError):
        return
    with Library.open(folder) as library:
        assert len(library.passages.of_paper("f9")) == 2
        assert json.dumps(library.topics.own())


def test_a_library_with_secrets_in_every_place_is_sound_once_it_was_copied(tmp_path: Path) -> None:
    with Library.open(tmp_path / "data", create=True) as library:
        fill(library)
        library.db.execute("DELETE FROM vectors")
        library.db.execute("DELETE FROM passages")
        snapshot(library.path, tmp_path / "library.db", model=MODEL)
    vet(tmp_path, "a.posterhall", model=MODEL, dimension=DIMENSION, check_topic=topic)


def test_an_abstract_of_a_record_has_its_place_in_the_record(sound: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="passages"):
        looked_at(altered(sound, tmp_path, f"UPDATE passages SET kind = '{ABSTRACT}' WHERE document_id IS NOT NULL"))
