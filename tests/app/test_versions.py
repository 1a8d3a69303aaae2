"""Versions in the app: a work once in lists, its versions on its page, a workshop's oral shown as one."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import posterhall
from library.types import Paper
from tests.app.pages import Visit, shown
from views import parts

MEAN = "</p></details><img src=x onerror=alert(1)>"
FEW = "Lanterns help <b>some</b>."
TITLE = "Lanterns for Slow Learners"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of a work in three versions and 25 other papers."""
    common = {"title": TITLE, "authors": ["Ada Brook"], "year": 2031}
    rows: list[dict[str, object]] = [
        {**common, "id": "conf", "venue": "Harbour 2031", "tier": "poster", "abstract": f"Lanterns help all {MEAN}."},
        {
            **common,
            "id": "shop",
            "venue": "Reefs @ Harbour 2031",
            "tier": "oral",
            "abstract": "Lanterns help <b>some</b>.",
        },
        {**common, "id": "draft", "venue": "arXiv"},
    ]
    rows += [{"id": f"n{n:02}", "title": f"Pebbles {n:02}", "venue": "Meadow 2030", "year": 2030} for n in range(25)]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hall = posterhall.open(tmp_path / "data")
    hall.ingest_files(tmp_path / "papers.jsonl")
    hall.close()
    return tmp_path / "data"


def links(app: AppTest) -> list[str]:
    return [element.proto.query_string for element in app.main.get("page_link")]


def test_browse_lists_a_work_once_with_where_else_it_is(visit: Visit) -> None:
    app = visit("browse")
    assert not app.exception
    assert "<b>26 papers</b>, 1 to 25 shown" in shown(app)
    assert links(app)[0] == "id=id-conf"
    assert "Also at" in shown(app)
    assert "Reefs @ Harbour 2031</span>" in shown(app)
    second = visit("browse", page="2")
    assert links(second) == ["id=id-n24"]


def test_browse_under_a_filter_shows_the_version_that_passes_it(visit: Visit) -> None:
    app = visit("browse", tier="oral")
    assert links(app) == ["id=id-shop"]
    assert "workshop oral" in shown(app)


def test_a_workshops_oral_never_looks_like_a_conferences(visit: Visit) -> None:
    for app in (
        visit("browse"),
        visit("browse", tier="oral"),
        visit("paper", id="id-shop"),
        visit("paper", id="id-conf"),
    ):
        assert "workshop oral" in shown(app)
        assert "ph-oral" not in shown(app)
        assert ">oral<" not in shown(app)
    unnamed = Paper("p", "T", venue_id="harbour.org/2031/Workshop/Reefs", tier="oral")
    assert parts.badges(unnamed) == (
        '<span class="ph-badge">harbour.org/2031/Workshop/Reefs</span>'
        '<span class="ph-badge ph-tier">workshop oral</span>'
    )
    assert "ph-oral" in parts.badges(Paper("p", "T", venue="Harbour 2031", tier="oral"))


def test_a_paper_shows_its_other_versions_and_what_changed_with_every_word_escaped(
    visit: Visit,
) -> None:
    app = visit("paper", id="id-conf")
    assert not app.exception
    text = shown(app)
    assert [query for query in links(app) if query.startswith("id=")][:2] == ["id=id-draft", "id=id-shop"]
    assert "<h2>Other versions</h2>" in text
    assert "workshop, same title" in text
    assert "What changed in the abstract: workshop to conference" in text
    assert "Lanterns help <del>&lt;b&gt;some&lt;/b&gt;.</del> <ins>all &lt;/p&gt;&lt;/details&gt;&lt;img" in text
    assert "<img" not in text
    assert "<b>some" not in text


def test_a_version_is_split_at_a_click_and_brought_back_at_another(visit: Visit) -> None:
    app = visit("paper", id="id-conf")
    app.button(key="split-id-shop").click().run()
    assert not app.exception
    assert "not the same work, by your word" in shown(app)
    assert "What changed in the abstract" not in shown(app)
    app.button(key="join-id-shop").click().run()
    assert not app.error
    assert "workshop, joined by hand" in shown(app)


def join_with(app: AppTest, typed: str) -> None:
    app.session_state["same-id-n03-0"] = True
    app.run()
    app.text_input(key="same-id-n03-0-other").input(typed)
    # AppTest does not keep a folded box open by itself.
    app.session_state["same-id-n03-0"] = True
    next(button for button in app.button if button.label == "The same work").click().run()


def test_a_paper_is_joined_with_another_by_its_title_and_split_again(visit: Visit) -> None:
    app = visit("paper", id="id-n03")
    join_with(app, "pebbles 07")
    assert not app.exception
    assert "Other versions" in shown(app)
    assert "joined by hand" in shown(app)
    app.button(key="split-id-n07").click().run()
    assert "not the same work, by your word" in shown(app)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("Pebbles of <b>nobody</b>", "no paper 'Pebbles of <b>nobody</b>'"), ("id-n03", "id-n03 is one paper: name two")],
)
def test_what_keeps_two_papers_from_being_joined_is_told_in_place(visit: Visit, typed: str, told: str) -> None:
    app = visit("paper", id="id-n03")
    join_with(app, typed)
    assert not app.exception
    assert told in app.error[0].value.replace("\\", "")
    assert "Other versions" not in shown(app)


def test_a_paper_without_other_versions_says_nothing_of_them(visit: Visit) -> None:
    assert "Other versions" not in shown(visit("paper", id="id-n03"))
    assert "Also at" not in shown(visit("browse", page="2"))


def test_equal_abstracts_are_called_that() -> None:
    papers = Paper("a", "T", venue="arXiv"), Paper("b", "T", venue="Harbour")
    assert parts.changes(*papers, []) == '<div class="ph-faint">The abstract is the same.</div>'
