"""Bundles as files: the same bytes for the same members, and nothing that is unsound comes out of one."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library.bundle import check_seal, pack
from library.errors import InputError
from library.unpack import MAX_MEMBERS, unpack

GENERATION = "index/gen-00001-r7"
MEMBERS = {
    "library.db": bytes(range(256)) * 8 + b"the end",
    "index/CURRENT": b"gen-00001-r7",
    f"{GENERATION}/manifest.json": b"{}",
    f"{GENERATION}/tantivy/.managed.json": b"[]",
    f"{GENERATION}/tantivy/0a1b.store": b"words " * 50,
}
SEAL = b"posterhall-bundle sha256="


def bundle(folder: Path, name: str = "a.posterhall", members: Mapping[str, bytes] = MEMBERS) -> Path:
    files = {}
    for n, (member, content) in enumerate(members.items()):
        files[member] = folder / f"member-{n}"
        files[member].write_bytes(content)
    pack(folder / name, files, posterhall="1.2.3", revision=7, counts={"papers": 3})
    return folder / name


def sealed(path: Path, content: bytes) -> Path:
    """A zip file with a right seal: that is all a stranger need do."""
    content = content[:-64] if content[-64 - len(SEAL) : -64] == SEAL else content
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return path


def made(path: Path, members: Mapping[str, bytes], manifest: Any = None, **info: Any) -> Path:
    """A sealed bundle with any members and any manifest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for field, value in info.items():
                setattr(entry, field, value)
            archive.writestr(entry, content)
        archive.writestr("manifest.json", json.dumps(manifest) if isinstance(manifest, dict) else manifest)
        archive.comment = SEAL + b"0" * 64
    return sealed(path, out.getvalue())


def manifest(members: Mapping[str, bytes], /, **changes: Any) -> dict[str, Any]:
    listed = {n: {"size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in members.items()}
    return {"format": 1, "posterhall": "1.2.3", "revision": 7, "counts": {"papers": 3}, "members": listed} | changes


def opened(path: Path, folder: Path) -> None:
    check_seal(path)
    folder.mkdir()
    unpack(path, folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_was_packed_comes_out_with_what_the_manifest_says_of_it(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    (tmp_path / "out").mkdir()
    found = unpack(path, tmp_path / "out")
    assert contents(tmp_path / "out") == MEMBERS
    assert (found.format, found.posterhall, found.revision, found.counts) == (1, "1.2.3", 7, {"papers": 3})
    assert found.members["index/CURRENT"].size == 12


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(tmp_path: Path) -> None:
    first = bundle(tmp_path).read_bytes()
    for file in tmp_path.glob("member-*"):
        os.utime(file, (1, 1))
    assert bundle(tmp_path, "b.posterhall", dict(reversed(MEMBERS.items()))).read_bytes() == first


def test_a_bundle_replaces_what_a_symlink_names_and_never_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.posterhall").symlink_to("real")
    check_seal(bundle(tmp_path))
    assert (tmp_path / "a.posterhall").is_symlink()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="no ordinary file"):
        bundle(tmp_path, "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_a_bundle_that_cannot_be_written_whole_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.posterhall").write_bytes(b"yesterday's")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left on device: name another file"):
        bundle(tmp_path)
    assert (tmp_path / "a.posterhall").read_bytes() == b"yesterday's"
    assert not list(tmp_path.glob(".*"))


def test_every_single_flipped_byte_is_refused(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        with pytest.raises(InputError, match=r"damaged|missing or altered"):
            check_seal(path)


@settings(max_examples=200)
@given(st.data())
def test_bytes_that_are_changed_cut_off_put_in_or_added_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("altered")
    path = bundle(folder)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole)), "at")
    cut = data.draw(st.integers(0, 50), "cut")
    new = data.draw(st.binary(max_size=50), "new")
    altered = whole[:at] + new + whole[at + cut :]
    path.write_bytes(altered)
    if altered == whole:
        assert len(check_seal(path)) == 64
    else:
        with pytest.raises(InputError):
            check_seal(path)


@settings(max_examples=300)
@given(st.data())
def test_a_bundle_that_was_altered_and_sealed_again_gives_its_members_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("sealed")
    path = bundle(folder)
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 90))] = data.draw(st.integers(0, 255))
    sealed(path, bytes(whole))
    try:
        opened(path, folder / "out")
    except InputError:
        return
    assert {n: c for n, c in contents(folder / "out").items() if n in MEMBERS} == MEMBERS


@pytest.mark.parametrize(
    "name",
    [
        *("../library.db", "/etc/passwd", "index/../../x", "index\\CURRENT", "c:library.db", "library.db/x"),
        *(f"{GENERATION}/tantivy/..", f"{GENERATION}/tantivy/a/b", "index/CURRENT\n", "pdf/a.pdf", "topics.toml"),
        *("read-only", "index/topics.json", "index/encoders/m/model.bin", f"{GENERATION}/tantivy/.", ""),
    ],
)
def test_a_member_of_any_other_name_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    members = {"library.db": b"x", name: b"y"}
    path = made(tmp_path / "a.posterhall", members, manifest(members))
    with pytest.raises(InputError, match="not a sound bundle"):
        opened(path, tmp_path / "out")
    assert contents(tmp_path / "out") == {}


def test_a_member_that_says_it_is_a_link_becomes_a_plain_file(tmp_path: Path) -> None:
    members = {"library.db": b"/etc/passwd"}
    path = made(tmp_path / "a.posterhall", members, manifest(members), external_attr=0o120777 << 16)
    opened(path, tmp_path / "out")
    assert not (tmp_path / "out" / "library.db").is_symlink()
    assert (tmp_path / "out" / "library.db").read_bytes() == b"/etc/passwd"


SOUND = {"library.db": b"x" * 100}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"),
        ("[" * 200_000, "not JSON"),
        ('"text"', "missing or unknown"),
        (manifest(SOUND, format=2), "newer Posterhall"),
        (manifest(SOUND, format=True), "missing or unknown"),
        (manifest(SOUND, revision=-1), "missing or unknown"),
        (manifest(SOUND, counts={"papers": 1e300}), "missing or unknown"),
        (manifest(SOUND, counts=[]), "missing or unknown"),
        (manifest(SOUND, more=1), "missing or unknown"),
        (manifest(SOUND, members=[]), "missing or unknown"),
        (manifest({}), "not the ones of its manifest"),
        (manifest(SOUND | {"index/CURRENT": b""}), "not the ones of its manifest"),
        (manifest({"library.db": b"x" * 99}), "not as its manifest"),
        (manifest({"library.db": b"y" * 100}), "sha256"),
        ("x" * (1 << 20) + "x", "bytes"),
    ],
    ids=range(15),
)
def test_a_manifest_that_is_not_one_or_does_not_fit_is_refused(tmp_path: Path, text: Any, why: str) -> None:
    path = made(tmp_path / "a.posterhall", SOUND, text)
    with pytest.raises(InputError, match=why):
        opened(path, tmp_path / "out")


def test_a_small_file_that_would_fill_the_disk_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    members = {"library.db": b"\0" * 5_000_000}  # five megabytes of zeros are some five kilobytes
    path = made(tmp_path / "a.posterhall", members, manifest(members))
    assert path.stat().st_size < 50_000
    with pytest.raises(InputError, match="100 times its size"):
        opened(path, tmp_path / "out")
    assert contents(tmp_path / "out") == {}


def test_more_members_than_any_library_has_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    members = {f"{GENERATION}/tantivy/{n}.fast": b"" for n in range(MAX_MEMBERS + 1)} | SOUND
    path = made(tmp_path / "a.posterhall", members, manifest(members))
    with pytest.raises(InputError, match="2,003 members"):
        opened(path, tmp_path / "out")


def test_two_members_of_one_name_and_other_compressions_are_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("library.db", b"x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("library.db", b"y")
        archive.writestr("manifest.json", json.dumps(manifest({"library.db": b"y"})))
        archive.comment = SEAL + b"0" * 64
    with pytest.raises(InputError, match="list of members"):
        opened(sealed(tmp_path / "a.posterhall", out.getvalue()), tmp_path / "out")
    path = made(tmp_path / "b.posterhall", SOUND, manifest(SOUND), compress_type=zipfile.ZIP_LZMA)
    with pytest.raises(InputError, match="not as its manifest"):
        opened(path, tmp_path / "out2")


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", SEAL + b"0" * 64])
def test_a_file_that_is_no_bundle_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(InputError, match=r"not a Posterhall bundle|damaged"):
        check_seal(tmp_path / "a")


def test_a_disk_without_room_is_told_before_it_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bundle(tmp_path)
    full = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: full)
    with pytest.raises(InputError, match=r"needs 1 MB in .* and 1 MB are free: make room"):
        opened(path, tmp_path / "out")
    assert contents(tmp_path / "out") == {}
