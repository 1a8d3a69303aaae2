import json
import re
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity import MismatchKind, check_identity
from ingest.layout import lay_out
from ingest.pdf import read_pdf
from ingest.title import guess_title

TITLE = "Counting Ships at Dusk: Harbour Lamps as Regularised Estimators"
AUTHORS = ["Johanna Brook", "Kai van der Castle", "Émile Poincaré"]
FRONT = (
    f"{TITLE}\nJohanna Brook1 Kai van der Castle2 Émile Poincaré∗\nAbstract\nWe count ships.\n1 Introduction\nFog [1]."
)
BODY = ["The lamps are lit at dusk. " * 60] * 7


def kind(title: str, authors: list[str], front: str, rest: list[str] = BODY) -> MismatchKind | None:
    mismatch = check_identity(title, authors, [front, *rest])
    return mismatch.kind if mismatch else None


def front_of(title: str, names: str) -> str:
    return f"{title}\n{names}\nAbstract\nWe count ships.\n1 Introduction\nFog rises [1]."


def parsed(path: Path) -> tuple[list[str], str]:
    document = read_pdf(path)
    return [page.text for page in lay_out(document)[0]], guess_title(document)


def test_a_paper_with_its_own_record_is_not_warned_of() -> None:
    assert kind(TITLE, AUTHORS, FRONT) is None


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("Harbour Lamps as Regularised Estimators of Fog", "Harbour Lamps as Regu-\nlarised Estima-\ntors of Fog"),
        ("Harbour Lamps as Regularised Estimators of Fog", "H ARBOUR L AMPS AS R EGULARISED\nE STIMATORS OF F OG"),
        ("Efficient Flow of Difficult Fluids", "Eﬃcient Flow of Diﬃcult Fluids"),
        ("On Poincaré Embeddings of Naïve Masts", "On Poincar´e Embeddings of Nai\u0308ve Masts"),
        ("Sparse $\\ell_1$ Lamps and $\\alpha$-Stable Fog", "Sparse ℓ1 Lamps and α-Stable Fog"),
        ("An $\\mathcal{O}(n \\log n)$ Count of {Ships} in Harbours", "An O(n log n) Count of Ships in Harbours"),
        ('Schr{\\"o}dinger Bridges over the {\\O}resund', "Schrödinger Bridges over the Øresund"),
        ("港湾における船舶の計数手法", "港湾における船舶の\n計数手法"),
    ],
)
def test_a_title_is_known_however_it_is_set(title: str, printed: str) -> None:
    assert kind(title, [], front_of(printed, "Anonymous authors")) is None
    assert kind(title, AUTHORS, front_of(printed, "Anonymous authors")) is None


@given(
    st.lists(st.sampled_from(["", " ", "-\n", "\n", "\u00ad", "\u2010"]), min_size=len(TITLE), max_size=len(TITLE)),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
)
def test_spaces_hyphens_and_case_never_hide_a_title(glue: list[str], case: Any) -> None:
    printed = "".join(case(letter) + between for letter, between in zip(TITLE, glue, strict=True))
    assert kind(TITLE, AUTHORS, front_of(printed, "Anonymous authors")) is None


@pytest.mark.parametrize(
    "names",
    [
        "Johanna Brook1,2 Kai van der Castle∗ Émile Poincaré3",
        "J. Brook, K. van der Castle and E. Poincare",
        "Brook, Johanna; Castle, Kai van der; Poincaré, Émile",
        "JOHANNA M. BROOK, KAI VAN DER CASTLE, ÉMILE POINCARÉ",
        "Johanna Brooka Kai van der Castleb EmilePoincaré",
    ],
)
@pytest.mark.parametrize(
    "authors",
    [
        AUTHORS,
        ["J. Brook", "K. Castle", "E. Poincaré"],
        ["Brook, Johanna", "van der Castle, Kai", "Poincar\\'e, \\'Emile"],
    ],
)
def test_another_title_of_the_same_authors_is_the_milder_warning(authors: list[str], names: str) -> None:
    front = front_of("What Fishermen Taught Us About Weather", names)
    assert kind(TITLE, authors, front) is MismatchKind.TITLE_DIFFERS


def test_a_title_reworded_in_part_by_the_same_authors_is_no_reason_to_warn() -> None:
    front = front_of(
        "Counting Ships at Dusk: What Lamps Tell of Fog", "Johanna Brook Kai van der Castle Émile Poincaré"
    )
    assert kind(TITLE, AUTHORS, front) is None


def test_people_who_share_a_family_name_are_not_the_authors() -> None:
    front = front_of("What Fishermen Taught Us About Weather", "Maria Brook, Olaf Castle, Henri Poincaré")
    assert kind(TITLE, AUTHORS, front) is MismatchKind.OTHER_PAPER


def test_names_in_another_script_are_found() -> None:
    front = front_of("海上天気の予測について", "山田太郎 李小龙")
    assert kind("港湾における船舶の計数手法", ["山田太郎", "李小龙"], front) is MismatchKind.TITLE_DIFFERS
    assert kind("港湾における船舶の計数手法", ["張三", "王五"], front) is MismatchKind.OTHER_PAPER


def test_two_files_that_were_swapped_are_both_named(tmp_path: Path, press: Any) -> None:
    titles = {"ships": (TITLE, AUTHORS[0]), "birds": ("Herons Wait Longer in Moonlight", "Ada Marsh")}
    for name, (title, author) in titles.items():
        page = press().line(title[:40], 17, "tibo").line(title[40:] or " ", 17, "tibo").line(author)
        page.heading("Abstract").prose("Nothing is certain at sea. " * 60).heading("1 Introduction").prose(
            "Fog. " * 300
        )
        page.save(tmp_path / f"{name}.pdf")
    for name, other in (("ships", "birds"), ("birds", "ships")):
        title, author = titles[name]
        pages, printed = parsed(tmp_path / f"{name}.pdf")
        assert check_identity(title, [author], pages, printed) is None
        pages, printed = parsed(tmp_path / f"{other}.pdf")
        mismatch = check_identity(title, [author], pages, printed)
        assert mismatch is not None
        assert mismatch.kind is MismatchKind.OTHER_PAPER
        assert (mismatch.expected, mismatch.seen) == (title, printed)
        assert mismatch.detail == (
            "the file's first page names neither the title nor any of the authors: it may be another paper's PDF"
        )


@pytest.mark.parametrize("about", ["", f"Title of the paper: {TITLE}", f"{TITLE} by Johanna Brook"])
def test_a_consent_form_is_no_paper_even_when_it_names_one(tmp_path: Path, press: Any, about: str) -> None:
    page = press().line("Consent to Publish", 16, "tibo").space().line(about or "Title: ____________")
    page.prose("I hereby grant the publisher permission to print the work named above, and declare that I may do so.")
    page.space(30).line("Date: ____________   Signature: ____________").save(tmp_path / "form.pdf")
    pages, printed = parsed(tmp_path / "form.pdf")
    mismatch = check_identity(TITLE, AUTHORS, pages, printed)
    assert mismatch is not None
    assert mismatch.kind is MismatchKind.NOT_A_PAPER


def test_a_page_of_legal_terms_is_no_paper_and_an_abstract_of_one_page_is_one() -> None:
    terms = "The undersigned hereby assigns the copyright in the work to the society. " * 90
    assert kind(TITLE, AUTHORS, f"{TITLE}\n{terms}", []) is MismatchKind.NOT_A_PAPER
    assert kind(TITLE, AUTHORS, f"{TITLE}\nJohanna Brook\n" + "We count ships at dusk. " * 80, []) is None


@pytest.mark.parametrize("pages", [[], [""], ["  ", "\n"]])
def test_a_file_without_text_is_no_paper(pages: list[str]) -> None:
    mismatch = check_identity(TITLE, AUTHORS, pages)
    assert mismatch is not None
    assert (mismatch.kind, mismatch.seen) == (MismatchKind.NOT_A_PAPER, "")


def test_an_empty_first_page_and_a_cover_sheet_are_looked_behind() -> None:
    assert kind(TITLE, AUTHORS, "", [FRONT, *BODY]) is None
    assert kind(TITLE, AUTHORS, "Reports of the Harbour Office, volume 3", [FRONT, *BODY]) is None


def test_text_whose_letters_are_unknown_says_nothing() -> None:
    assert kind(TITLE, AUTHORS, "\ufffd" * 500) is None


def test_a_short_title_needs_an_author_too() -> None:
    front = front_of("Paying Attention to Harbours", "Ada Marsh")
    assert kind("Attention", ["Johanna Brook"], front) is MismatchKind.OTHER_PAPER
    assert kind("Attention", ["Ada Marsh"], front) is None
    assert kind("Attention", [], front) is None


def test_a_title_without_letters_is_found_anywhere() -> None:
    assert kind("???", [], FRONT) is None


@given(st.text(), st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3), st.text())
def test_any_text_gives_an_answer(title: str, authors: list[str], pages: list[str], printed: str) -> None:
    mismatch = check_identity(title, authors, pages, printed)
    assert mismatch is None or mismatch.detail


Real = list[tuple[str, str, list[str], list[str]]]


@pytest.fixture(scope="module")
def real(shared: Path) -> Real:
    """Set and name, title and authors as the record has them, and the pages (a paper's first ones are enough)."""
    found = []
    for name in ("enlsp2024", "gram2024"):
        for row in map(json.loads, (shared / "pdfs" / f"{name}.jsonl").open(encoding="utf-8")):
            if row.get("pdf_file"):
                with pymupdf.open(shared / "pdfs" / name / Path(row["pdf_file"]).name) as document:
                    pages = [page.get_text() if page.number < 2 else "" for page in document]
                found.append((row["pdf_file"], row["title"], row["authors"], pages))
    assert len(found) == 64
    return found


@pytest.mark.slow
def test_no_real_paper_is_warned_of_with_its_own_record(real: Real) -> None:
    assert [name for name, title, authors, pages in real if check_identity(title, authors, pages)] == []
    assert [name for name, title, _, pages in real if check_identity(title, [], pages)] == [
        name for name, *_ in real if re.search("sarwar24a", name)
    ]


@pytest.mark.slow
def test_every_real_paper_is_warned_of_with_any_other_ones_record(real: Real) -> None:
    kinds = []
    for number, (name, title, authors, _) in enumerate(real):
        # All 4,032 pairs were tried once and take half a minute; these meet neighbours and both workshops.
        for step in (1, 2, 3, 5, 8, 13, 21, 34):
            other, *_, pages = real[(number + step) % 64]
            mismatch = check_identity(title, authors, pages)
            assert mismatch is not None, (name, other)
            kinds.append(mismatch.kind)
    # The rest are other papers of the same people.
    assert kinds.count(MismatchKind.OTHER_PAPER) >= len(kinds) - 6 == 506
