"""PDFs that no paper would be: each is made here, from bytes, and comes with what reading it is to end in."""

from __future__ import annotations

import functools
import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pymupdf

SENTENCE = "Hedgehogs keep their lanterns low when the fog comes in from the harbour."
SECRET = "The password of the lighthouse is herring."

READ = "read"

LIMITS = ("too slow", "too much memory")

EITHER_LIMIT = "too slow or too much memory"
"""Of a file that eats both: which limit it meets first is the machine's affair, that it meets one is ours."""


@dataclass(frozen=True)
class Case:
    """A file and its outcome.

    Attributes:
        make: Writes the file, whose parent is an empty folder of its own.
        outcome: ``read``, or the reason of its failure; :data:`EITHER_LIMIT` stands for any of :data:`LIMITS`.
        lost: The reason of each page that is lost from a file that is read.
    """

    name: str
    make: Callable[[Path], object]
    outcome: str = READ
    lost: tuple[tuple[int, str], ...] = ()


# ---------------------------------------------------------------- the parts of a PDF


def pdf(objects: dict[int, bytes], trailer: bytes = b"", *, size: int | None = None) -> bytes:
    """A file with a right table of its objects; object 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    out += b"trailer\n<</Root 1 0 R/Size %d%b>>\n" % (size or max(objects) + 1, trailer)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def stream(data: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """A stream, deflated or not."""
    if packed:
        data, entries = zlib.compress(data, 9), entries + b"/Filter/FlateDecode"
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), entries, data)


def shown(text: bytes = SENTENCE.encode()) -> bytes:
    """What draws a line of text."""
    return b"BT /F1 10 Tf 72 700 Td (" + text + b") Tj ET\n"


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
BOX = b"/MediaBox[0 0 612 792]"


def sheet(contents: int, entries: bytes = b"", box: bytes = BOX, resources: bytes = b"") -> bytes:
    """A page whose parent is object 2 and whose font is object 3."""
    return b"<</Type/Page/Parent 2 0 R%b/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>%b>>%b>>" % (
        box,
        contents,
        resources,
        entries,
    )


def paper(
    contents: list[bytes],
    more: dict[int, bytes] | None = None,
    *,
    catalogue: bytes = b"",
    trailer: bytes = b"",
    resources: bytes = b"",
    page: bytes = b"",
    box: bytes = BOX,
    font: bytes = FONT,
) -> bytes:
    """A file with a page for each content (already a stream object); their numbers start at 10."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue, 3: font}
    kids = []
    for n, content in enumerate(contents):
        number = 10 + 2 * n
        objects[number] = sheet(number + 1, page, box, resources)
        objects[number + 1] = content
        kids.append(b"%d 0 R" % number)
    objects[2] = b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(kids), b" ".join(kids))
    return pdf(objects | (more or {}), trailer)


def one(**options: object) -> bytes:
    """A file of one good page, but for the options."""
    return paper([stream(shown())], **options)  # type: ignore[arg-type]


def good(path: Path, pages: int = 3, **options: object) -> Path:
    """A paper of several pages, as a well-behaved program writes it."""
    with pymupdf.open() as document:
        for n in range(pages):
            page = document.new_page()
            page.insert_text((72, 90), f"Counting Ships by Lantern Light, part {n + 1}", fontsize=16)
            for line in range(12):
                page.insert_text((72, 130 + 14 * line), f"{n}.{line} {SENTENCE}", fontsize=10)
        document.save(path, **options)
    return path


def whole() -> bytes:
    """A paper of three pages that is the same bytes with every version of every library."""
    pages = []
    for n in range(3):
        lines = (b"1 0 0 1 72 %d Tm (%d.%d %b) Tj\n" % (750 - 14 * y, n, y, SENTENCE.encode()) for y in range(12))
        pages.append(stream(b"BT /F1 10 Tf " + b"".join(lines) + b"ET"))
    return paper(pages)


# ---------------------------------------------------------------- bombs


@functools.cache
def bomb(unit: bytes, count: int) -> bytes:
    """A packed stream of very many copies of a few bytes, made without holding them."""
    packer = zlib.compressobj(1)
    chunk = unit * 4096
    data = b"".join(packer.compress(chunk) for _ in range(count // 4096)) + packer.flush()
    return b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(data), data)


def laughs(levels: int, width: int = 10) -> dict[int, bytes]:
    """Forms that draw the next form ten times each."""
    forms = {}
    for level in range(levels):
        last = level == levels - 1
        inner = shown() if last else b"/X Do " * width
        below = b"" if last else b"/XObject<</X %d 0 R>>" % (101 + level)
        forms[100 + level] = stream(
            inner, b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>%b>>" % below
        )
    return forms


def image(width: int, height: int, data: bytes, entries: bytes = b"") -> bytes:
    """A grey picture."""
    head = b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width %d/Height %d" % (width, height)
    return stream(data, head + entries)


def kids_in_kids(depth: int) -> bytes:
    """A page tree that is a long chain."""
    objects = {1: b"<</Type/Catalog/Pages 100 0 R>>", 2: b"null", 3: FONT, 11: stream(shown())}
    for n in range(depth):
        parent = b"/Parent %d 0 R" % (99 + n) if n else b""
        objects[100 + n] = b"<</Type/Pages/Count 1/Kids[%d 0 R]%b>>" % (101 + n, parent)
    objects[100 + depth] = sheet(11).replace(b"/Parent 2 0 R", b"/Parent %d 0 R" % (99 + depth))
    return pdf(objects)


def tree(pages: bytes, more: dict[int, bytes] | None = None) -> bytes:
    """A file with a page tree as given, and a good page as object 10."""
    return pdf(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: pages, 3: FONT, 10: sheet(11), 11: stream(shown())} | (more or {})
    )


def unicode_map(body: bytes) -> bytes:
    """A file whose font says by a broken table what its letters mean."""
    font = FONT[:-2] + b"/ToUnicode 100 0 R>>"
    return one(font=font, more={100: stream(body)})


def cmap(body: bytes) -> bytes:
    """A table that is well-formed but for its body."""
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n" + body + b"\nendcmap end end"
    )


def truetype(file: bytes) -> bytes:
    """A file whose font is embedded, in a stream as given."""
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+X/FirstChar 32/Widths[1e30 -5]/FontDescriptor 100 0 R>>"
    descriptor = b"<</Type/FontDescriptor/FontName/ABCDEF+X/Flags 4/FontFile2 101 0 R>>"
    return one(font=font, more={100: descriptor, 101: file})


def prev(offset: Callable[[bytes], int]) -> bytes:
    """A file whose table of objects names an earlier one, somewhere."""
    data = one(trailer=b"/Prev 0000000000")
    return data.replace(b"/Prev 0000000000", b"/Prev %010d" % offset(data))


def fuzzed(seed: int) -> bytes:
    """The good paper with some of its bytes changed, lost, doubled or put elsewhere."""
    chance = random.Random(seed)
    data = bytearray(whole())
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 200)]
            case 3:
                data[at : at + 4] = chance.choice([b"0000", b"9999", b"<<<<", b"]]]]", b"\x00\xff\x00\xff", b" R R"])
    return bytes(data)


def zipped() -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("paper.txt", SENTENCE)
    return out.getvalue()


def picture() -> bytes:
    """A PNG."""
    drawn = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 40))
    drawn.clear_with(90)
    data: bytes = drawn.tobytes("png")
    return data


def cuts(count: int) -> Iterator[tuple[int, bytes]]:
    """The good paper, cut at so many places."""
    data = whole()
    for n in range(count):
        end = 20 + (len(data) - 90) * n // (count - 1)
        yield n, data[:end]
