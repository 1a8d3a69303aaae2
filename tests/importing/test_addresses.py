"""Addresses as papers' identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.addresses import identifier, is_paper, plain, web


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://openreview.net/forum?id=frA0NNBS1n", ("forum", "frA0NNBS1n")),
        ("http://www.openreview.net/forum?id=frA0NNBS1n&noteId=x#top", ("forum", "frA0NNBS1n")),
        ("https://openreview.net/pdf?id=frA0NNBS1n", ("forum", "frA0NNBS1n")),
        ("https://openreview.net/attachment?id=frA0NNBS1n&name=pdf", ("forum", "frA0NNBS1n")),
        (" frA0NNBS1n ", ("forum", "frA0NNBS1n")),
        ("https://openreview.net/group?id=ICML.cc/2024/Conference", None),
        ("https://openreview.net/pdf/0123456789abcdef.pdf", None),
        ("https://proceedings.mlr.press/v235/zhao24c.html", ("pmlr", "v235/zhao24c")),
        ("https://proceedings.mlr.press/v235/zhao24c/zhao24c.pdf", ("pmlr", "v235/zhao24c")),
        (
            "https://raw.githubusercontent.com/mlresearch/v235/main/assets/zhao24c/zhao24c.pdf",
            ("pmlr", "v235/zhao24c"),
        ),
        ("https://arxiv.org/abs/2404.17546", ("arxiv", "2404.17546")),
        ("https://arxiv.org/pdf/2404.17546v2.pdf", ("arxiv", "2404.17546")),
        ("http://export.arxiv.org/abs/cs/0501001v1", ("arxiv", "cs/0501001")),
        ("arXiv:2404.17546v3", ("arxiv", "2404.17546")),
        ("https://doi.org/10.48550/arXiv.2404.17546", ("arxiv", "2404.17546")),
        ("https://doi.org/10.1000/182", None),
        ("https://icml.cc/virtual/2024/poster/35174", ("id", "icml.cc/2024/35174")),
        ("https://neurips.cc/virtual/2024/oral/97965", ("id", "neurips.cc/2024/97965")),
        ("https://example.org/forum?id=frA0NNBS1n", None),
        ("https://[half", None),
        ("", None),
    ],
)
def test_an_address_tells_the_paper_it_leads_to(text: str, found: tuple[str, str] | None) -> None:
    assert identifier(text) == found


def test_a_papers_address_is_told_from_any_other_page() -> None:
    assert is_paper("https://doi.org/10.1000/182")
    assert is_paper("https://example.org/papers/x.PDF")
    assert not is_paper("https://www.notion.so/ICLR-2025-Oral-Papers")
    assert not is_paper("javascript:alert(1)//arxiv.org/abs/2404.17546")
    assert not is_paper("frA0NNBS1n")


def test_only_web_addresses_without_spaces_or_brackets_are_links() -> None:
    assert web("https://x.org/a")
    assert not any(map(web, ("ftp://x.org", "https://", "https://x.org/a b", 'https://x.org/"><script>', "x.org")))


def test_addresses_compare_without_what_does_not_matter() -> None:
    assert plain("http://www.X.org/a/?q=1#top") == plain("https://x.org/a?q=1") == "x.org/a?q=1"


@given(st.text())
def test_any_text_is_an_address_or_none_without_an_error(text: str) -> None:
    for url in (text, f"https://{text}", f"https://arxiv.org/{text}", f"https://openreview.net/{text}"):
        identifier(url)
        is_paper(url)
        plain(url)
