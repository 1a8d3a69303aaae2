"""Bundles through the Python interface: written, opened for reading, unpacked, and taken into a library."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import posterhall
from front.unpacking import KEPT
from front.unpacking import opened as unpacked_folder
from index.generation import DENSE
from library.bundle import pack
from library.errors import IndexUnavailable, InputError, LibraryError, LibraryReadOnly
from library.lists import Entry, Named, ReadingList
from posterhall import Posterhall
from tests.hall_fixture import CRYSTAL, MEMORY, PAPERS, once

pytest_plugins = ("tests.hall_fixture",)

NOW = "2031-05-01T10:00:00+00:00"
QUESTION = "How much memory does the tidepool cache need?"

Open = Callable[[Path], Posterhall]


@pytest.fixture(scope="session")
def bundle(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the small library; only read it."""

    def make(folder: Path) -> None:
        hall = posterhall.open(data)
        hall.bundle(folder / "small.posterhall")
        hall.close()

    return once(tmp_path_factory, "bundle", make) / "small.posterhall"


def quotes(hall: Posterhall, question: str = QUESTION) -> list[tuple[str, str, int | None]]:
    return [(c.paper_id, c.quote, c.page) for c in hall.ask(question).citations]


def listed(hall: Posterhall, list_id: str, *paper_ids: str, name: str = "Boats") -> None:
    made = ReadingList(list_id, name, entries=tuple(Entry(Named(p), p) for p in paper_ids))
    hall.library.lists.change(list_id, lambda _: made, "made", NOW)


def test_a_bundle_is_the_same_bytes_of_the_same_library_and_much_smaller(
    bundle: Path, hall: Posterhall, data: Path, tmp_path: Path
) -> None:
    made = hall.bundle(tmp_path / "again.posterhall")
    assert (tmp_path / "again.posterhall").read_bytes() == bundle.read_bytes()
    assert made.counts["papers"] == len(PAPERS)
    assert made.counts["documents"] == 4
    whole = sum(f.stat().st_size for f in data.rglob("*") if f.is_file())
    assert bundle.stat().st_size < whole / 10


def test_a_bundle_holds_no_pdf_no_model_and_no_place_of_this_machine(
    bundle: Path, cache: Path, sources: Path, opened: Open
) -> None:
    folder = opened(bundle).data
    held = [f for f in folder.rglob("*") if f.is_file() and "encoders" not in f.parts and f.name != "read-only"]
    assert not [f for f in held if f.suffix == ".pdf"]
    for file in held:
        assert str(sources.parent).encode() not in file.read_bytes()


def test_a_bundle_answers_as_the_library_does(bundle: Path, cache: Path, opened: Open, hall: Posterhall) -> None:
    shared = opened(bundle)
    assert quotes(shared) == quotes(hall)
    assert MEMORY in [quote for _, quote, _ in quotes(shared)]
    assert shared.search("crystals").as_dict() == hall.search("crystals").as_dict()
    assert shared.topics() == hall.topics()
    assert shared.versions("id-tidepool") == []
    assert shared.facets(posterhall.Filter(tier="oral")) == hall.facets(posterhall.Filter(tier="oral"))
    assert shared.map() == hall.map()
    [space] = shared.library.points.spaces()
    assert len(shared.library.points.of_space(space)) == len(PAPERS)  # nobody who opens it works the map out again
    status = shared.status()
    assert (status.papers, status.index and status.index["stale"]) == (len(PAPERS), False)
    assert status.data == str(bundle)


def test_the_page_of_a_paper_of_a_bundle_has_its_text_and_says_how_to_get_its_picture(
    bundle: Path, cache: Path, opened: Open
) -> None:
    hall = opened(bundle)
    assert CRYSTAL in " ".join(p.text for p in hall.passages("id-lattice"))
    with pytest.raises(InputError, match=r"its PDF is not, as in .* a bundle: .*`posterhall sync`"):
        hall.page_image("id-lattice", 1)


@pytest.mark.parametrize(
    "write",
    [
        lambda hall: hall.verdict("kv-cache", "id-tidepool", "accept"),
        lambda hall: hall.add_topic("Boats", "Papers on boats."),
        lambda hall: hall.join("id-tidepool", "id-rain"),
        lambda hall: hall.index(),
        lambda hall: hall.index(full=True),
        lambda hall: hall.map(anew=True),
        lambda hall: listed(hall, "boats"),
        lambda hall: hall.library.lists.undo(),
        lambda hall: hall.library.vectors.put_many("m", {"a": b"b"}),
        lambda hall: hall.library.failures.record("pdf", "a", "b", "c"),
        lambda hall: hall.merge_bundle(hall.status().data),
    ],
)
def test_nothing_in_a_bundle_can_be_changed_and_the_error_says_what_to_do(
    bundle: Path, cache: Path, opened: Open, write: Callable[[Posterhall], Any]
) -> None:
    hall = opened(bundle)
    before = (hall.data / "library.db").read_bytes()
    with pytest.raises(
        LibraryReadOnly, match=r"only read: .* `posterhall --data FOLDER open .*small.posterhall --merge`"
    ):
        write(hall)
    assert (hall.data / "library.db").read_bytes() == before


def test_files_cannot_be_taken_into_a_bundle(bundle: Path, cache: Path, opened: Open, sources: Path) -> None:
    with pytest.raises(LibraryReadOnly):
        opened(bundle).ingest_files(sources / "papers.jsonl")


def test_a_bundle_is_unpacked_once_and_the_last_used_ones_stay(bundle: Path, cache: Path, tmp_path: Path) -> None:
    first = unpacked_folder(bundle)
    marks = (first / "library.db").stat().st_mtime_ns
    assert unpacked_folder(bundle) == first
    assert (first / "library.db").stat().st_mtime_ns == marks
    others = [first]
    with zipped(bundle) as members:
        for n in range(KEPT):
            made = tmp_path / f"{n}.posterhall"
            pack(made, members, posterhall=f"0.{n}", revision=1, counts={})
            others.append(unpacked_folder(made))
    assert not first.exists()
    assert all(folder.exists() for folder in others[1:])
    assert not [p for p in (cache / "bundles").iterdir() if p.name.startswith(".unpacking")]


@contextmanager
def zipped(bundle: Path) -> Iterator[dict[str, Path]]:
    """The members of a bundle as files, but for its manifest."""
    with TemporaryDirectory() as folder, zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
        files = {f.relative_to(folder).as_posix(): f for f in Path(folder).rglob("*") if f.is_file()}
        yield {name: file for name, file in files.items() if name != "manifest.json"}


def test_an_index_that_does_not_fit_is_built_anew_from_the_vectors(
    bundle: Path, cache: Path, tmp_path: Path, opened: Open, hall: Posterhall
) -> None:
    for n, change in enumerate(("missing", "store", "meta", "manifest", "current")):
        with zipped(bundle) as members:
            named = {name.rsplit(".", 1)[-1]: name for name in members if "tantivy" in name}
            if change == "missing":
                members = {name: file for name, file in members.items() if name == "library.db"}
            elif change == "current":
                members["index/CURRENT"].write_text("gen-99999-r1")
            elif change == "manifest":
                [name] = [name for name in members if name.endswith("/manifest.json")]
                members[name].write_text("{}")
            elif change == "meta":
                [name] = [name for name in members if name.endswith("meta.json")]
                vouched(members, name, b"[]")
            else:
                vouched(members, named["store"], b"\xff" * 500)
            made = tmp_path / f"{n}.posterhall"
            pack(made, members, posterhall="0", revision=1, counts={})
        shared = opened(made)
        assert quotes(shared) == quotes(hall), change
        assert shared.search("hospitals").as_dict() == hall.search("hospitals").as_dict()


def vouched(members: dict[str, Path], name: str, content: bytes) -> None:
    """Alter a file of the index and what its manifest says of it."""
    members[name].write_bytes(content)
    [manifest] = [file for member, file in members.items() if member.endswith("/manifest.json")]
    made = json.loads(manifest.read_text())
    made["files"][name.split("/", 2)[2]] = hashlib.sha256(content).hexdigest()
    manifest.write_text(json.dumps(made))


def test_the_vectors_travel_once(bundle: Path) -> None:
    with zipped(bundle) as members:
        assert not [name for name in members if name.endswith(DENSE)]


def test_a_library_that_is_not_indexed_or_has_changed_since_is_not_bundled(
    copied: Path, opened: Open, tmp_path: Path, sources: Path
) -> None:
    hall = opened(copied)
    hall.library.papers.put("id-rain", (), {"title": "Rain"}, {})
    with pytest.raises(IndexUnavailable, match="changed since it was indexed: run `posterhall index`"):
        hall.bundle(tmp_path / "a.posterhall")
    shutil.rmtree(copied / "index")
    with pytest.raises(IndexUnavailable, match="run `posterhall index`"):
        hall.bundle(tmp_path / "a.posterhall")
    with pytest.raises(InputError, match="no folder"):
        hall.bundle(tmp_path / "none" / "a.posterhall")
    assert not list(tmp_path.glob("*.posterhall"))


def test_a_library_that_nobody_could_open_is_not_bundled(copied: Path, opened: Open, tmp_path: Path) -> None:
    hall = opened(copied)
    hall.library.db.execute("UPDATE papers SET authors = '[7]' WHERE paper_id = 'id-rain'")
    with pytest.raises(LibraryError, match=r"cannot be bundled, .*: row 5 of its table papers: no text"):
        hall.bundle(tmp_path / "a.posterhall")
    assert not (tmp_path / "a.posterhall").exists()


def test_topics_of_a_file_travel_with_the_library(copied: Path, opened: Open, cache: Path, tmp_path: Path) -> None:
    (copied / "topics.toml").write_text(
        '[[topic]]\nid = "tides"\nname = "Tides"\ndescription = "Water that comes and goes."\n'
    )
    opened(copied).bundle(tmp_path / "a.posterhall")
    assert "tides" in [row.topic.topic_id for row in opened(tmp_path / "a.posterhall").topics()]


def test_unpacked_a_bundle_is_a_library_like_any_other(
    bundle: Path, cache: Path, opened: Open, tmp_path: Path, sources: Path
) -> None:
    posterhall.unpack(bundle, tmp_path / "mine")
    hall = opened(tmp_path / "mine")
    assert not hall.index().changed
    listed(hall, "boats", "id-rain")
    report = hall.ingest_files(sources / "papers.jsonl", sources / "pdfs")
    assert (report.papers_added, report.failed) == (0, 0)
    assert hall.page_image("id-lattice", 1).startswith(b"\x89PNG")
    with pytest.raises(InputError, match="holds something: name a new folder, or add --merge"):
        posterhall.unpack(bundle, tmp_path / "mine")


def test_two_libraries_are_merged_with_the_lists_of_both(
    copied: Path, cache: Path, empty: Path, opened: Open, tmp_path: Path
) -> None:
    theirs = opened(copied)
    listed(theirs, "boats", "id-tidepool", "fOrUm0Veil", name="Theirs")
    listed(theirs, "rain", "id-rain")
    theirs.verdict("kv-cache", "id-tidepool", "accept")
    theirs.bundle(tmp_path / "theirs.posterhall")
    ours = opened(empty)
    rows = [
        {"id": "mine", "title": "Mooring at Night", "abstract": "Lamps on the quay.", "venue": "Pier 2031"},
        {"forum_id": "fOrUm0Veil", "title": "Veiled Averages: Private Learning across Hospitals"},
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    ours.ingest_files(tmp_path / "rows.jsonl")
    ours.index()
    listed(ours, "boats", "id-mine", name="Ours")

    report = ours.merge_bundle(tmp_path / "theirs.posterhall")

    assert (report.papers_added, report.papers_filled) == (len(PAPERS) - 1, 1)
    assert [(m.list_id, m.name) for m in ours.library.lists.all()] == [
        ("boats", "Ours"),
        ("boats-2", "Theirs (from theirs.posterhall)"),
        ("rain", "Boats"),
    ]
    built = ours.index()
    assert (built.embedded, built.added > 0) == (0, True)
    assert [m.paper.paper_id for m in ours.topic("kv-cache").members] == ["id-tidepool"]
    assert MEMORY in [quote for _, quote, _ in quotes(ours)]
    assert ours.count() == len(PAPERS) + 1
    again = ours.merge_bundle(tmp_path / "theirs.posterhall")
    assert (again.papers_known, again.lists, again.passages) == (len(PAPERS), [], 0)


def test_a_merge_that_fails_leaves_the_library_as_it_was(
    copied: Path, bundle: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = opened(copied)
    hall.library.papers.put("id-rain", (), {"title": "Rain"}, {})

    def rows() -> list[str]:
        with closing(sqlite3.connect(hall.library.path)) as db:
            return list(db.iterdump())

    before = rows()

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("library.lineage.LineageStore.all", full)
    with pytest.raises(OSError, match="No space"):
        hall.merge_bundle(bundle)
    assert rows() == before


@settings(max_examples=60)
@given(st.data())
def test_a_real_bundle_with_a_flipped_bit_anywhere_is_refused(
    bundle: Path, tmp_path: Path, data: st.DataObject
) -> None:
    whole = bytearray(bundle.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1), "byte")
    whole[at] ^= 1 << data.draw(st.integers(0, 7), "bit")
    (tmp_path / "a.posterhall").write_bytes(whole)
    with pytest.raises(InputError, match=r"damaged|missing or altered"):
        posterhall.open(tmp_path / "a.posterhall")
