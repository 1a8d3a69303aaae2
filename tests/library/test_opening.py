import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from library import Library
from library.db import FILE_NAME
from library.errors import LibraryBusy, LibraryError
from library.types import PaperRecord

Record = Callable[..., PaperRecord]
Dump = Callable[[Library], str]

HOLD = """
import sys
from pathlib import Path
from library import Library
with Library.open(Path(sys.argv[1])) as library, library.writing():
    print("writing", flush=True)
    sys.stdin.read()
"""


@contextmanager
def writer(root: Path, data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes to the library until the block ends."""
    command = [sys.executable, "-c", HOLD, str(data)]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.communicate(timeout=30)


def test_a_new_library_has_its_tables_every_migration_and_revision_zero(tmp_path: Path) -> None:
    with Library.open(tmp_path / "new" / "data", create=True) as library:
        tables = set(library.db.table_names())
        applied = [row["name"] for row in library.db.query("SELECT name FROM _sqlite_migrations")]

        assert tables >= {"papers", "identifiers", "documents", "pages", "passages", "vectors", "failures", "state"}
        assert applied == ["first_tables", "references_table"]
        assert (library.revision, library.papers.count(), library.passages.count()) == (0, 0, 0)


def test_opening_again_changes_nothing(tmp_path: Path, record: Record, dump: Dump) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.papers.merge(record("a"))
        before = dump(library)

    with Library.open(tmp_path) as again:
        assert dump(again) == before
    with Library.open(tmp_path, create=True) as once_more:
        assert dump(once_more) == before


def test_what_was_written_is_there_after_reopening(tmp_path: Path, record: Record) -> None:
    with Library.open(tmp_path, create=True) as library:
        paper_id = library.papers.merge(record("a", abstract="Roofs grow green.")).paper_id
        library.papers.set_reader(paper_id, "chunker-9")
        document_id = library.documents.replace(paper_id, stem="one", sha256="00", parser="p", pages=[])
        library.documents.rename(document_id, "two")
        library.failures.record("pdf", "x.pdf", "broken pdf", "Fetch it again")
        library.vectors.put_many("model", {"hash": b"\x00\x01"})

    with Library.open(tmp_path) as again:
        paper, document = again.papers.get(paper_id), again.documents.of_paper(paper_id)
        assert paper is not None
        assert document is not None
        assert (paper.abstract, again.papers.reader(paper_id), document.stem) == (
            "Roofs grow green.",
            "chunker-9",
            "two",
        )
        assert [f.item for f in again.failures.all()] == ["x.pdf"]
        assert again.vectors.get_many("model", ["hash"]) == {"hash": b"\x00\x01"}


def test_a_missing_library_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"no library at .*posterhall ingest files.*--data"):
        Library.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_is_no_database_is_an_error_and_stays_as_it_is(tmp_path: Path) -> None:
    letter = b"Dear friend, this is a letter and not a database. " * 40
    (tmp_path / FILE_NAME).write_bytes(letter)

    with pytest.raises(LibraryError, match=r"cannot use .*not a database.*--data"):
        Library.open(tmp_path, create=True)
    assert (tmp_path / FILE_NAME).read_bytes() == letter


def test_another_programs_database_is_an_error_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()

    with pytest.raises(LibraryError, match=r"not a Posterhall library: name another folder with --data"):
        Library.open(tmp_path, create=True)
    assert path.read_bytes() == before
    assert not path.with_name(f"{FILE_NAME}-wal").exists()


def test_a_library_of_a_newer_version_is_an_error_that_names_what_it_has(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True) as library:
        row = {"migration_set": "posterhall", "name": "reading_lists", "applied_at": "2031-01-01"}
        library.db["_sqlite_migrations"].insert(row)  # type: ignore[union-attr]

    with pytest.raises(LibraryError, match=r"newer Posterhall \(it has reading_lists\): update this one"):
        Library.open(tmp_path)


def test_a_folder_in_the_files_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LibraryError, match="cannot use"):
        Library.open(tmp_path)


def test_a_data_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError, match="cannot make the data folder"):
        Library.open(tmp_path / "file", create=True)


def test_a_library_whose_file_was_overwritten_is_an_error(tmp_path: Path, record: Record) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.papers.merge(record("a"))
    with (tmp_path / FILE_NAME).open("r+b") as file:
        file.write(b"\x00" * 4096)

    with pytest.raises(LibraryError, match=r"restore the file from a copy"):
        Library.open(tmp_path)


def test_several_first_openings_at_once_all_succeed(tmp_path: Path) -> None:
    together = Barrier(4)

    def first(folder: Path) -> int:
        together.wait()
        with Library.open(folder, create=True) as library:
            return library.revision

    with ThreadPoolExecutor(4) as threads:
        for n in range(8):
            assert list(threads.map(first, [tmp_path / str(n)] * 4)) == [0, 0, 0, 0]


def test_the_journal_is_wal_and_foreign_keys_hold(library: Library) -> None:
    assert library.db.journal_mode == "wal"
    assert library.db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with pytest.raises(sqlite3.IntegrityError):
        library.db.execute("INSERT INTO identifiers VALUES ('forum', 'a', 'nobody')")


def test_a_reader_sees_the_library_as_it_was_until_a_change_is_whole(library: Library, record: Record) -> None:
    with Library.open(library.path.parent) as reader:
        with library.db.atomic():
            library.papers.merge(record("a"))
            assert (reader.papers.count(), reader.revision) == (0, 0)
        assert (reader.papers.count(), reader.revision) == (1, 1)


def test_a_second_writer_is_told_which_process_is_writing(library: Library, root: Path) -> None:
    data = library.path.parent
    with writer(root, data) as process:
        with (
            pytest.raises(LibraryBusy, match=rf"being written by process {process.pid} .*wait until it is done"),
            library.writing(),
        ):
            pytest.fail("two writers at once")
        assert library.papers.count() == 0, "reading goes on"

    with library.writing():
        assert f"process {os.getpid()} " in library.path.with_suffix(".writer").read_text()


def test_a_killed_writer_does_not_stay_in_the_way(library: Library, root: Path) -> None:
    with writer(root, library.path.parent) as process:
        process.kill()
        process.wait(30)

        with library.writing():
            assert f"process {os.getpid()} " in library.path.with_suffix(".writer").read_text()


def test_two_openings_in_one_process_are_two_writers(library: Library) -> None:
    with (
        Library.open(library.path.parent) as other,
        library.writing(),
        pytest.raises(LibraryBusy, match=f"process {os.getpid()}"),
        other.writing(),
    ):
        pytest.fail("two writers at once")


def test_a_writer_that_fails_makes_room_for_the_next(library: Library) -> None:
    with pytest.raises(ZeroDivisionError), library.writing():
        _ = 1 // 0

    with Library.open(library.path.parent) as other, other.writing():
        pass
    assert not library.path.with_suffix(".writer").exists()
