"""What a hostile file can reach while it is read and drawn, and what drawing it ends in."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from ingest.parse import ParsedPdf, parse_many
from ingest.render import CACHE_BYTES, MAX_PIXELS, Renderer
from library.errors import InputError
from tests.ingest.hostile import BOX, FONT, SECRET, SENTENCE, bomb, good, image, laughs, one, paper, shown, stream

FORM = b"/XObject<</X 100 0 R>>"
DRAWN = stream(shown() + b"q 500 0 0 500 9 9 cm /X Do Q")


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    """With limits that a hanging page meets soon."""
    made = Renderer(seconds=2, memory=400 << 20)
    yield made
    made.close()


@pytest.fixture
def callers() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who called there."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                seen.append(address)
                connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], seen
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def reaching_out(port: int, secret: Path, flag: Path) -> dict[str, bytes]:
    """Files that would have a program, a script, another file or a network address opened."""
    url = b"http://127.0.0.1:%d/" % port
    remote = b"<</Type/Filespec/FS/URL/F(%b)/UF(%b)>>" % (url, url)
    local = b"<</Type/Filespec/F(%b)/UF(%b)>>" % (bytes(secret), bytes(secret))
    run = b"<</S/Launch/F(/bin/sh)/Unix(/bin/sh -c 'touch %b')/Win<</F(cmd)/P(touch %b)>>>>" % (
        bytes(flag),
        bytes(flag),
    )
    script = b"<</S/JavaScript/JS(app.launchURL\\('%b'\\);this.submitForm\\('%b'\\);)>>" % (url, url)
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 612 792]/A%b/AA<</E%b/PO%b/PV%b>>>>"
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
    actions = {
        "uri": b"<</S/URI/URI(%b)>>" % url,
        "launch": run,
        "launch remote": b"<</S/Launch/F %b>>" % remote,
        "script": script,
        "go to remote": b"<</S/GoToR/F %b/D[0/Fit]>>" % remote,
        "submit": b"<</S/SubmitForm/F %b>>" % remote,
        "import": b"<</S/ImportData/F %b>>" % remote,
        "chain": b"<</S/URI/URI(%b)/Next[%b %b]>>" % (url, run, script),
    }
    files = {}
    for name, action in actions.items():
        files[name] = one(
            catalogue=b"/OpenAction%b/AA<</WC%b/DP%b>>" % (action, action, action),
            page=b"/AA<</O%b/C%b>>/Annots[%b]" % (action, action, link % (action, action, action, action)),
        )
    for name, place in {"remote": remote, "local": local}.items():
        external = b"<</Length 0/F %b%b>>stream\n\nendstream"
        font = FONT[:-2] + b"/FontDescriptor 100 0 R>>"
        face = b"<</Type/FontDescriptor/FontName/X/Flags 4/FontFile2 101 0 R>>"
        files |= {
            f"{name} content": paper([stream(shown()), external % (place, b"")]),
            f"{name} form": paper([DRAWN], {100: external % (place, form)}, resources=FORM),
            f"{name} page": paper([DRAWN], {100: stream(b"", form + b"/Ref<</F %b/Page 0>>" % place)}, resources=FORM),
            f"{name} picture": paper([DRAWN], {100: image(9, 9, b"", b"/F %b" % place)}, resources=FORM),
            f"{name} font": one(font=font, more={100: face, 101: external % (place, b"")}),
            f"{name} alternates": paper(
                [DRAWN], {100: image(1, 1, b"0", b"/OPI<</2.0<</F %b>>>>" % place)}, resources=FORM
            ),
        }
    entity = b"<!DOCTYPE x [<!ENTITY a SYSTEM '%b'>]><x>&a;</x>"
    files["xfa"] = one(
        catalogue=b"/AcroForm<</Fields[]/XFA 100 0 R>>", more={100: stream(entity % (b"file://" + bytes(secret)))}
    )
    files["metadata"] = one(
        catalogue=b"/Metadata 100 0 R", more={100: stream(entity % url, b"/Type/Metadata/Subtype/XML")}
    )
    return files


def test_nothing_is_fetched_run_or_opened_for_a_file(
    callers: tuple[int, list[object]], renderer: Renderer, tmp_path: Path
) -> None:
    port, seen = callers
    secret, flag = tmp_path / "secret", tmp_path / "flag"
    secret.write_bytes(shown(SECRET.encode()))
    files = reaching_out(port, secret, flag)
    for name, data in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
    paths = sorted(tmp_path.glob("*.pdf"))
    plain = one()
    (tmp_path / "plain").write_bytes(plain)

    parsed = [value for _, value in parse_many(paths)]
    pictures = [renderer.page(path, 1) for path in paths]

    assert len(files) == 22
    assert seen == []
    assert not flag.exists()
    for value in parsed:
        assert isinstance(value, ParsedPdf)
        assert [page.text for page in value.pages if page.text] == [SENTENCE]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    # The server does count, and the secret could have been read.
    socket.create_connection(("127.0.0.1", port)).close()
    assert SECRET.encode() in secret.read_bytes()


@pytest.mark.parametrize(
    ("name", "box", "page"),
    [
        ("huge", b"/MediaBox[0 0 1000000000 1000000000]", b""),
        ("ribbon", b"/MediaBox[0 0 1 14400]", b""),
        ("beyond numbers", b"/MediaBox[-9e99 -9e99 9e99 9e99]", b""),
        ("upside down", b"/MediaBox[612 792 0 0]", b""),
        ("negative", b"/MediaBox[-612 -792 -1 -1]", b""),
        ("nan", b"/MediaBox[nan nan nan nan]", b""),
        ("no size", b"/MediaBox[5 5 5 5]", b""),
        ("tiny", b"/MediaBox[0 0 .0001 .0001]", b""),
        ("large unit", BOX, b"/UserUnit 1000000000"),
        ("negative unit", BOX, b"/UserUnit -5"),
        ("turned", BOX, b"/Rotate 9999999999"),
    ],
)
def test_a_page_of_any_size_is_a_small_picture_or_an_error(
    renderer: Renderer, tmp_path: Path, name: str, box: bytes, page: bytes
) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(one(box=box, page=page))
    try:
        drawn = pymupdf.Pixmap(renderer.page(path, 1, [(50, 50, 1e30, 60)]))
    except InputError as caught:
        error = str(caught)
    else:
        assert 0 < drawn.width * drawn.height <= MAX_PIXELS * 1.05
        return
    assert f"cannot draw page 1 of {name}.pdf" in error


@pytest.mark.parametrize(
    "data",
    [paper([bomb(b"q Q ", 1 << 25)]), paper([stream(b"/X Do")], laughs(10), resources=FORM)],
    ids=["hangs", "laughs"],
)
def test_a_page_that_does_not_end_is_an_error_and_the_next_is_drawn(
    renderer: Renderer, tmp_path: Path, data: bytes
) -> None:
    fine = good(tmp_path / "good.pdf")
    first = renderer.page(fine, 1)
    path = tmp_path / "endless.pdf"
    path.write_bytes(data)
    why = r"cannot draw page 1 of endless\.pdf: .*(did not come to an end|not done|more memory).*Ingest"
    with pytest.raises(InputError, match=why):
        renderer.page(path, 1)
    renderer.close()
    assert renderer.page(fine, 1) == first


def test_a_picture_that_fills_the_memory_is_left_out_and_the_rest_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "fills.pdf"
    path.write_bytes(
        paper([DRAWN], {100: image(1 << 14, 1 << 15, zeros(1 << 29), b"/Filter/FlateDecode")}, resources=FORM)
    )
    patient = Renderer(seconds=120)
    assert patient.page(path, 1).startswith(b"\x89PNG")
    patient.close()


def zeros(count: int) -> bytes:
    """So many zeros, deflated."""
    packed = bomb(b"\x00" * 64, count // 64)
    return packed[packed.index(b"stream\n") + 7 : packed.rindex(b"\nendstream")]


def test_pictures_are_kept_by_file_page_and_marks_up_to_a_size(tmp_path: Path) -> None:
    path = good(tmp_path / "a.pdf", pages=4)
    unkept = Renderer()
    sizes = [len(unkept.page(path, n)) for n in (1, 2, 3)]
    unkept.close()
    renderer = Renderer(cache=sum(sizes))
    pictures = [renderer.page(path, n) for n in (1, 2, 3)]
    marked = renderer.page(path, 1, [(72, 80, 200, 100)])  # the oldest must go: page 1 without the mark
    assert marked != pictures[0]
    path.unlink()

    assert renderer.page(path, 3) is pictures[2]
    assert renderer.page(path, 1, [(72, 80, 200, 100)]) is marked
    with pytest.raises(InputError, match=r"cannot draw page 1 of a\.pdf"):
        renderer.page(path, 1)
    renderer.close()
    with pytest.raises(InputError, match=r"cannot draw page 3 of a\.pdf"):
        renderer.page(path, 3)
    renderer.close()
    assert max(sizes) * 20 < CACHE_BYTES


def test_a_process_that_dies_while_it_rests_is_replaced(renderer: Renderer, tmp_path: Path) -> None:
    import multiprocessing

    path = good(tmp_path / "a.pdf")
    others = set(multiprocessing.active_children())  # other tests' libraries may have theirs
    renderer.page(path, 1)
    (process,) = set(multiprocessing.active_children()) - others
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join()

    assert renderer.page(path, 2).startswith(b"\x89PNG")
    renderer.close()
    assert set(multiprocessing.active_children()) <= others


def test_threads_may_share_a_renderer(renderer: Renderer, tmp_path: Path) -> None:
    path = good(tmp_path / "a.pdf", pages=6)
    drawn: dict[int, bytes] = {}
    threads = [threading.Thread(target=lambda n=n: drawn.update({n: renderer.page(path, n)})) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == [1, 2, 3, 4, 5, 6]
    assert len(set(drawn.values())) == 6
