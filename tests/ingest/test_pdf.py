import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.pdf import MAX_PAGES, UnreadablePdf, read_pdf

Press = Callable[..., Any]

FOG = "Hedgehogs keep their lanterns low when the fog comes in."


def refused(path: Path) -> tuple[str, str]:
    with pytest.raises(UnreadablePdf) as caught:
        read_pdf(path)
    assert caught.value.args == (caught.value.detail,)
    return caught.value.reason, caught.value.detail


@pytest.fixture(scope="module")
def whole(press: Press, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A PDF of three pages with ten lines each."""
    printed = press()
    for _ in range(3):
        for _ in range(10):
            printed.line(FOG)
        printed.turn()
    printed.document.delete_page(3)
    return printed.save(tmp_path_factory.mktemp("pdf") / "whole.pdf").read_bytes()


def test_a_page_is_its_printed_lines_with_their_type_and_place(press: Press, tmp_path: Path) -> None:
    printed = press(width=400, height=600)
    printed.document.set_metadata({"title": "On  Fog"})
    path = printed.at(50, 100, FOG, 9).at(50, 300, "BOLD WORDS", 14, "tibo").save(tmp_path / "a.pdf")

    document = read_pdf(path)

    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.title == "On Fog"
    (page,) = document.pages
    assert (page.number, page.width, page.height) == (1, 400, 600)
    (fog,), (bold,) = page.blocks
    assert (fog.text, fog.size, fog.bold, fog.cells) == (FOG, 9, 0, 1)
    assert (bold.text, bold.size, bold.bold) == ("BOLD WORDS", 14, 1)
    assert fog.box[0] == pytest.approx(50, abs=1)
    assert fog.box[2] == pytest.approx(50 + pymupdf.get_text_length(FOG, "tiro", 9), abs=1)
    assert fog.box[1] < 100 - 4 < 100 < fog.box[3] < 105


def test_fragments_side_by_side_are_one_line_and_far_ones_are_cells(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 100, "Fog").at(200, 100, "Rain").at(300, 100, "Sun")
    printed.at(72, 200, "stretched").at(118, 200, "words").at(72, 300, "1").at(90, 300, "Introduction")

    lines = [line for block in read_pdf(printed.save(tmp_path / "a.pdf")).pages[0].blocks for line in block]

    # A heading's number stands apart and is no cell.
    assert [(line.text, line.cells) for line in lines] == [
        ("Fog Rain Sun", 3),
        ("stretched words", 1),
        ("1 Introduction", 1),
    ]


def test_text_is_normalised_as_it_is_read(press: Press, tmp_path: Path) -> None:
    path = press().at(72, 100, "Caf´e  na¨ive").save(tmp_path / "a.pdf")
    assert read_pdf(path).pages[0].blocks[0][0].text == "Café naïve"


def test_turned_text_is_no_part_of_the_page(press: Press, tmp_path: Path) -> None:
    path = press().at(72, 100, FOG).at(20, 700, "a stamp in the margin", rotate=90).save(tmp_path / "a.pdf")
    assert [line.text for block in read_pdf(path).pages[0].blocks for line in block] == [FOG]


def test_a_landscape_page_is_read_as_it_is_shown(press: Press, tmp_path: Path) -> None:
    # As LaTeX's landscape does it: the text is drawn upwards and the page is turned.
    printed = press().at(100, 700, FOG, rotate=90)
    printed.page.set_rotation(90)

    (page,) = read_pdf(printed.save(tmp_path / "a.pdf")).pages

    assert (page.width, page.height) == (842, 595)
    ((line,),) = page.blocks
    assert line.text == FOG
    # Page turned clockwise: what was 700 of 842 from the top starts 142 from the left, baseline at 100.
    assert line.box[0] == pytest.approx(142, abs=1)
    assert line.box[1] < 96 < 100 < line.box[3] < 106


def test_a_cropped_pages_boxes_count_from_the_crop(press: Press, tmp_path: Path) -> None:
    printed = press().at(172, 250, FOG)
    printed.page.set_cropbox(pymupdf.Rect(100, 150, 500, 750))

    (page,) = read_pdf(printed.save(tmp_path / "a.pdf")).pages

    assert (page.width, page.height) == (400, 600)
    assert page.blocks[0][0].box[0] == pytest.approx(72, abs=1)
    assert page.blocks[0][0].box[3] == pytest.approx(103, abs=3)


@settings(max_examples=25)
@given(
    places=st.lists(
        st.tuples(st.integers(-300, 900), st.integers(-50, 900), st.integers(4, 40)), min_size=1, max_size=8
    )
)
def test_every_line_stands_on_its_page(press: Press, tmp_path: Path, places: list[tuple[int, int, int]]) -> None:
    printed = press().at(72, 400, FOG)
    for x, y, size in places:
        printed.at(x, y, FOG, size)

    (page,) = read_pdf(printed.save(tmp_path / "a.pdf")).pages

    for line in (line for block in page.blocks for line in block):
        x0, y0, x1, y1 = line.box
        # A letter that the edge cuts is read; one beyond it is not.
        cut = 1.5 * line.size
        assert -cut <= x0 < x1 <= page.width + cut
        assert -cut <= y0 < y1 <= page.height + cut
        assert x1 > 0
        assert y1 > 0
        assert x0 < page.width
        assert y0 < page.height


def test_a_file_that_is_not_there_or_is_a_folder_is_unreadable(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.pdf") == (
        "unreadable file",
        "cannot read it: No such file or directory. Check its permissions",
    )
    assert refused(tmp_path)[0] == "unreadable file"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    assert refused(tmp_path / "a.pdf")[0] == "empty file"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html><title>Please log in</title></html>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 2000,
        b"x" * 2000 + b"%PDF-1.7",
        b"words",
    ],
    ids=["html", "png", "late", "text"],
)
def test_a_file_that_is_no_pdf_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    reason, detail = refused(tmp_path / "a.pdf")
    assert reason == "not a pdf"
    assert "Fetch it again" in detail


def test_junk_before_the_header_and_after_the_end_does_no_harm(tmp_path: Path, whole: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(b"\r\n" * 50 + whole + b"\n<!-- served from the attic -->" * 100)
    assert [sum(map(len, page.blocks)) for page in read_pdf(tmp_path / "a.pdf").pages] == [10, 10, 10]


def test_a_header_and_nothing_else_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00garbage" * 300)
    reason, detail = refused(tmp_path / "a.pdf")
    assert reason == "broken pdf"
    assert "Fetch it again" in detail


def test_a_file_cut_anywhere_is_refused_rather_than_read_in_part(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "a.pdf"
    reasons = set()
    for end in [*range(1, 1030, 103), *range(1030, len(whole) - 40, len(whole) // 60)]:
        path.write_bytes(whole[:end])
        reasons.add(refused(path)[0])
    assert reasons <= {"not a pdf", "broken pdf", "truncated pdf"}
    assert "truncated pdf" in reasons


def test_an_updated_file_that_was_cut_in_its_update_is_refused(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(whole)
    with pymupdf.open(path) as document:
        for y in range(300, 700, 12):
            document[0].insert_text((72, y), f"A later thought, number {y}.")
        document.saveIncr()
    updated = path.read_bytes()
    assert updated.startswith(whole)
    assert len(read_pdf(path).pages) == 3

    path.write_bytes(updated[: len(whole) + (len(updated) - len(whole)) // 2])

    assert refused(path)[0] == "truncated pdf"


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a.pdf").write_bytes(damaged)

    try:
        document = read_pdf(tmp_path / "a.pdf")
    except UnreadablePdf:
        return
    assert any(page.blocks for page in document.pages)


def test_a_file_with_a_password_is_refused_and_one_that_only_forbids_copying_is_read(
    press: Press, tmp_path: Path
) -> None:
    printed = press().at(72, 100, FOG)
    how = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "owner_pw": "owner"}
    assert refused(printed.save(tmp_path / "a.pdf", user_pw="user", **how))[0] == "encrypted pdf"
    assert read_pdf(printed.save(tmp_path / "b.pdf", **how)).pages[0].blocks[0][0].text == FOG


def test_a_scan_is_refused_with_what_to_do(press: Press, tmp_path: Path) -> None:
    printed = press()
    picture = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 40))
    picture.clear_with(90)
    printed.page.insert_image((50, 50, 500, 700), pixmap=picture)

    reason, detail = refused(printed.save(tmp_path / "a.pdf"))

    assert reason == "no text"
    assert "ocrmypdf" in detail


def test_a_page_without_text_among_others_is_an_empty_page(press: Press, tmp_path: Path) -> None:
    path = press().at(72, 100, FOG).turn().turn().at(72, 100, FOG).save(tmp_path / "a.pdf")
    assert [(page.number, len(page.blocks)) for page in read_pdf(path).pages] == [(1, 1), (2, 0), (3, 1)]


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )
    assert refused(tmp_path / "a.pdf") == ("page count", f"0 pages; 1 to {MAX_PAGES} are read")


def test_a_pdf_with_more_pages_than_any_paper_is_refused(press: Press, tmp_path: Path) -> None:
    printed = press().at(72, 100, FOG)
    for _ in range(1000):
        printed.document.new_page()
    assert refused(printed.save(tmp_path / "a.pdf")) == ("page count", "1001 pages; 1 to 1000 are read")
