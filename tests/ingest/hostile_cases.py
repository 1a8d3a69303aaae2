"""The hostile files, with what reading each of them ends in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf

from tests.ingest.hostile import (
    EITHER_LIMIT,
    FONT,
    READ,
    SENTENCE,
    Case,
    bomb,
    cmap,
    cuts,
    fuzzed,
    good,
    image,
    kids_in_kids,
    laughs,
    one,
    paper,
    pdf,
    picture,
    prev,
    sheet,
    shown,
    stream,
    tree,
    truetype,
    unicode_map,
    whole,
    zipped,
)


def _case(name: str, data: bytes | Callable[[], bytes], outcome: str = READ, *lost: tuple[int, str]) -> Case:
    return Case(name, lambda path: path.write_bytes(data() if callable(data) else data), outcome, lost)


def _locked(path: Path, **passwords: Any) -> None:
    good(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, **passwords)


def _launching(path: Path) -> None:
    """Everything that a viewer might do by itself when a file is opened, and a link to click."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 90), SENTENCE)
        for y, link in enumerate(
            [
                {"kind": pymupdf.LINK_URI, "uri": "http://127.0.0.1:9/clicked"},
                {"kind": pymupdf.LINK_LAUNCH, "file": "/bin/sh"},
                {"kind": pymupdf.LINK_GOTOR, "file": "/etc/passwd", "page": 0, "to": pymupdf.Point(0, 0)},
            ]
        ):
            page.insert_link({"from": pymupdf.Rect(72, 100 + 20 * y, 200, 115 + 20 * y), **link})
        document.save(path)


def _scan(path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page().insert_image(pymupdf.Rect(50, 50, 500, 700), stream=picture())
        document.save(path)


def _attached(path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 90), SENTENCE)
        document.embfile_add("evil.exe", b"MZ" + b"\x00" * 1000)
        document.embfile_add("again.pdf", whole())
        document.save(path)


def _linked(path: Path) -> None:
    target = path.parent / "stored"
    good(target)
    path.symlink_to(target)


def _forbidden(path: Path) -> None:
    good(path)
    path.chmod(0)


ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

FORM = b"/XObject<</X 100 0 R>>"
DRAW = stream(shown() + b"/X Do\n")
DEEP = 200_000
FUZZED = dict.fromkeys((6, 9, 10, 11, 19), "broken pdf") | dict.fromkeys((12, 14, 16, 17), "page count")
"""Of the seeds whose file is not read; what the others lost of their text nobody can know."""

CASES = [
    # Passwords
    Case("user password", lambda path: _locked(path, user_pw="user", owner_pw="owner"), "encrypted pdf"),
    Case("owner password", lambda path: _locked(path, owner_pw="owner")),
    Case("old cipher", lambda path: good(path, encryption=pymupdf.PDF_ENCRYPT_RC4_40, user_pw="u"), "encrypted pdf"),
    _case("unknown cipher", one(trailer=b"/Encrypt<</Filter/Nonsense/V 99>>/ID[<00><00>]"), "broken pdf"),
    # Not all there, or nothing of it
    *(_case(f"cut {n}", data, "truncated pdf" if n > 1 else "broken pdf") for n, data in cuts(20)),
    _case("zero length", b"", "empty file"),
    _case("header only", b"%PDF-1.7\n", "broken pdf"),
    _case("zeros", b"\x00" * 5000, "not a pdf"),
    _case("zeros after the header", b"%PDF-1.7\n" + b"\x00" * 5000, "broken pdf"),
    _case("zeros in the middle", whole()[:900] + b"\x00" * 200 + whole()[1100:]),
    Case("scan", _scan, "no text"),
    # Other things under the name
    _case("png", picture(), "not a pdf"),
    _case("zip", zipped(), "not a pdf"),
    _case("html", b"<!DOCTYPE html><title>Please log in</title>", "not a pdf"),
    _case("html that speaks of pdf", b"<!DOCTYPE html><p>a %PDF- file</p>", "broken pdf"),
    _case("postscript", b"%!PS-Adobe-3.0\n(x) show showpage\n", "not a pdf"),
    _case("pdf and zip at once", whole() + zipped()),
    Case("link", _linked),
    Case("link to nothing", lambda path: path.symlink_to(path.parent / "nowhere"), "unreadable file"),
    Case("link to itself", lambda path: path.symlink_to(path), "unreadable file"),
    Case("folder", lambda path: path.mkdir(), "unreadable file"),
    Case("forbidden", _forbidden, READ if ROOT else "unreadable file"),
    Case("larger than any paper", lambda path: (path.write_bytes(whole()), os.truncate(path, 3 << 30)), "too large"),
    # Tables of objects
    _case("table names itself", prev(lambda data: data.rindex(b"xref\n0 1"))),
    _case("table names the middle", prev(lambda data: len(data) // 2)),
    _case("table beyond the end", one().replace(b"startxref\n", b"startxref\n9")),
    _case("absurd object count", one(trailer=b"/Size 2147483647")),
    _case("absurd section of the table", one().replace(b"xref\n0 1\n", b"xref\n0 99999999\n")),
    _case(
        "object 8000000",
        pdf(
            {
                1: b"<</Type/Catalog/Pages 2 0 R>>",
                2: b"<</Type/Pages/Kids[10 0 R]/Count 1>>",
                3: FONT,
                10: sheet(11),
                11: stream(shown()),
                8_000_000: b"null",
            }
        ),
    ),
    _case("a length that is itself", one(more={11: b"<</Length 11 0 R>>stream\n" + shown() + b"\nendstream"})),
    _case("a length below zero", one(more={11: b"<</Length -99>>stream\n" + shown() + b"\nendstream"})),
    _case("a length of a terabyte", one(more={11: b"<</Length 1099511627776>>stream\n" + shown() + b"\nendstream"})),
    _case("an object that is itself", one(more={3: b"3 0 R"})),
    _case("objects that are each other", one(more={3: b"4 0 R", 4: b"3 0 R"})),
    # Page trees
    _case("tree in itself", tree(b"<</Type/Pages/Count 1/Kids[2 0 R]>>"), "broken pdf"),
    _case(
        "tree of two that hold each other",
        tree(b"<</Type/Pages/Count 2/Kids[4 0 R 10 0 R]>>", {4: b"<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>"}),
        READ,
        (1, "broken page"),
    ),
    _case(
        "parents in a circle",
        tree(b"<</Type/Pages/Count 1/Kids[10 0 R]/Parent 10 0 R>>", {10: sheet(11, box=b"")}),
        "broken pdf",
    ),
    _case("absurd page count", tree(b"<</Type/Pages/Count 2147483647/Kids[10 0 R]>>"), "broken pdf"),
    _case("page count below zero", tree(b"<</Type/Pages/Count -5/Kids[10 0 R]>>"), "broken pdf"),
    _case("more pages said than there are", tree(b"<</Type/Pages/Count 9/Kids[10 0 R]>>"), "broken pdf"),
    _case("a page that is not there", tree(b"<</Type/Pages/Count 2/Kids[10 0 R 77 0 R]>>"), READ, (2, "broken page")),
    _case("a page that is a number", tree(b"<</Type/Pages/Count 2/Kids[10 0 R 5]>>"), READ, (2, "broken page")),
    _case("tree 5000 deep", lambda: kids_in_kids(5000)),
    _case("10,000 pages", lambda: paper([stream(shown())] * 10_000), "page count"),
    # Bombs
    _case(
        "content of megabytes of nothing",
        lambda: paper([stream(shown()), bomb(b"q Q ", 1 << 24)]),
        READ,
        (2, "too slow"),
    ),
    _case("content of megabytes of spaces", lambda: paper([stream(shown()), bomb(b" " * 64, 1 << 20)])),
    _case(
        "a page of millions of letters",
        lambda: paper([stream(shown()), bomb(b"BT /F1 9 Tf 9 9 Td (fog and rains) Tj ET ", 1 << 14)]),
        READ,
        (2, "too large"),
    ),
    _case(
        "forms in forms, a billion times",
        lambda: paper([stream(shown()), stream(b"/X Do")], laughs(10), resources=FORM),
        READ,
        (2, EITHER_LIMIT),
    ),
    _case(
        "every page a bomb",
        lambda: paper([bomb(b"q Q ", 1 << 24)] * 9),
        "too slow",
    ),
    _case(
        "a form that draws itself",
        paper(
            [DRAW],
            {100: stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 100 0 R>>>>")},
            resources=FORM,
        ),
    ),
    _case(
        "a table of letters packed in megabytes",
        lambda: one(font=FONT[:-2] + b"/ToUnicode 100 0 R>>", more={100: bomb(b" " * 64, 1 << 20)}),
    ),
    _case("a font of a quarter of a gigabyte", lambda: truetype(bomb(b" " * 64, 1 << 22)), EITHER_LIMIT),
    _case(
        "one stream packed 50 times",
        lambda: one(more={11: stream(shown(), b"/Filter[" + b"/FlateDecode" * 50 + b"]")}),
        "no text",
    ),
    _case(
        "contents named 50 times",
        lambda: one(more={10: sheet(11).replace(b"/Contents 11 0 R", b"/Contents[" + b"11 0 R " * 50 + b"]")}),
    ),
    _case("huge image", paper([DRAW], {100: image(100_000, 100_000, b"\x00" * 99)}, resources=FORM)),
    _case("image of no size", paper([DRAW], {100: image(-1, 0, b"")}, resources=FORM)),
    _case(
        "broken image codecs",
        paper([DRAW], {100: image(99, 99, b"\xff\x4f\xff\x51" * 99, b"/Filter/JPXDecode")}, resources=FORM),
    ),
    # Nesting
    _case("arrays deep in arrays", lambda: one(catalogue=b"/Deep " + b"[" * DEEP + b"]" * DEEP), "page count"),
    _case(
        "dictionaries deep in dictionaries",
        lambda: one(page=b"/Deep " + b"<</A" * DEEP + b" 1" + b">>" * DEEP),
        "broken pdf",
    ),
    _case(
        "arrays deep in the content",
        lambda: paper([stream(shown() + b"[" * DEEP + b"]" * DEEP + b" TJ")]),
        "broken pdf",
    ),
    _case("states saved deep in states", lambda: paper([stream(shown() + b"q " * DEEP * 5)]), "broken pdf"),
    _case("text in text in text", lambda: paper([stream(shown() + b"BT " * DEEP)])),
    _case("marks deep in marks", lambda: paper([stream(shown() + b"/P BMC " * DEEP)])),
    # What a viewer might run or fetch
    _case(
        "javascript at the start",
        one(catalogue=b"/OpenAction<</S/JavaScript/JS(app.launchURL('http://127.0.0.1:9'))>>"),
    ),
    _case("javascript of the page", one(page=b"/AA<</O<</S/JavaScript/JS(while\\(1\\);)>>>>")),
    _case("an action that starts a program", one(catalogue=b"/OpenAction<</S/Launch/F(/bin/sh)>>")),
    Case("links to click", _launching),
    Case("files inside", _attached),
    _case(
        "a form to submit",
        one(
            catalogue=b"/AcroForm<</Fields[]/XFA 100 0 R>>/OpenAction<</S/SubmitForm/F(http://127.0.0.1:9)>>",
            more={100: stream(b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>")},
        ),
    ),
    _case(
        "entities in the metadata",
        one(
            catalogue=b"/Metadata 100 0 R",
            more={
                100: stream(
                    b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '" + b"&a;" * 99 + b"'>]><x>&b;</x>",
                    b"/Type/Metadata/Subtype/XML",
                )
            },
        ),
    ),
    # Boxes
    _case("page of a billion points", one(box=b"/MediaBox[0 0 1e9 1000000000]")),
    _case("page beyond numbers", one(box=b"/MediaBox[-9e99 -9e99 9e99 9e99]")),
    _case("page upside down", one(box=b"/MediaBox[612 792 0 0]")),
    _case("page of negative places", one(box=b"/MediaBox[-612 -792 -1 -1]"), "no text"),
    _case("page of nan", one(box=b"/MediaBox[nan nan nan nan]")),
    _case("page without a box", one(box=b"")),
    _case("page of words for numbers", one(box=b"/MediaBox[(a)(b)/c null]")),
    _case("unit of a billion", one(page=b"/UserUnit 1000000000")),
    _case("turned by odd angles", one(page=b"/Rotate 9999999999"), "no text"),
    # Fonts and text
    _case("no font", one(more={3: b"null"})),
    _case("a font of an unknown kind", one(font=b"<</Type/Font/Subtype/Rubber/BaseFont/Nobody>>")),
    _case("an embedded font of noise", truetype(stream(bytes(range(256)) * 20)), "no text"),
    _case("letters mean noise", unicode_map(bytes(range(256)) * 20)),
    _case("letters mean halves of letters", unicode_map(cmap(b"1 beginbfrange <00> <FF> <D800> endbfrange"))),
    _case("letters mean nothing", unicode_map(cmap(b"1 beginbfrange <00> <FF> <0000> endbfrange"))),
    _case(
        "letters mean four billion letters",
        unicode_map(cmap(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange")),
    ),
    _case(
        "a table of letters that uses itself",
        one(font=FONT[:-2] + b"/ToUnicode 100 0 R>>", more={100: stream(cmap(b""), b"/UseCMap 100 0 R")}),
    ),
    _case("letters of endless size", paper([stream(shown() + b"BT /F1 1e38 Tf (fog) Tj /F1 nan Tf (fog) Tj ET")])),
    _case(
        "letters drawn by letters",
        one(
            font=b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]"
            b"/FirstChar 32/LastChar 122/Widths[" + b"9 " * 91 + b"]/Encoding<</Differences[32" + b"/a" * 91 + b"]>>"
            b"/CharProcs<</a 100 0 R>>/Resources<</Font<</F1 3 0 R>>>>>>",
            more={100: stream(shown())},
        ),
        "no text",
    ),
    _case("a title of halves of letters", one(trailer=b"/Info<</Title<FEFFD800D8000000>>>")),
    _case("names and text full of zeros", paper([stream(shown(b"a\\000b\\000" + SENTENCE.encode()))])),
    # Noise
    *(_case(f"fuzzed {seed}", fuzzed(seed), FUZZED.get(seed, READ)) for seed in range(20)),
]
