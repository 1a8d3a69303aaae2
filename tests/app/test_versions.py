"""Versions in the app: a work once in lists, its versions on its page, a workshop's oral shown as one."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import posterhall
from library.types import Paper
from tests.app.pages import Visit, shown
from tests.hall_fixture import with_model
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


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> Path:
    """An indexed library of a work in three versions, on a topic, and three other papers."""
    root = tmp_path_factory.mktemp("versions")
    abstract = "Lanterns light the way of slow learners."
    common = {"title": TITLE, "authors": ["Ada Brook", "Ben Castle"], "year": 2031}
    rows: list[dict[str, object]] = [
        {**common, "id": "conf", "venue": "Harbour 2031", "tier": "poster", "abstract": abstract},
        {**common, "id": "shop", "venue": "Reefs @ Harbour 2031", "abstract": f"{abstract} Crabs carry the oil."},
        {**common, "id": "draft", "venue": "arXiv", "abstract": "Lanterns light the way."},
    ]
    rows += [{"id": f"n{n}", "title": f"Pebbles {n}", "abstract": f"Sorting pebbles, attempt {n}."} for n in range(3)]
    (root / "papers.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with_model(root / "data", compiled)
    hall = posterhall.open(root / "data")
    hall.ingest_files(root / "papers.jsonl")
    hall.index()
    hall.add_topic("Lanterns", "Lights the way with lanterns.", synonyms=["lanterns light the way"])
    hall.close()
    return root / "data"


def works(app: AppTest) -> list[str]:
    """The papers that are listed, in their order."""
    return [query.removeprefix("id=") for query in links(app) if query.startswith("id=id-")]


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
    app = visit("browse", tier="workshop oral")
    assert links(app) == ["id=id-shop"]
    assert "workshop oral" in shown(app)


def test_browse_offers_a_workshops_tier_by_its_own_name_and_has_no_oral_of_a_conference(visit: Visit) -> None:
    app = visit("browse")
    assert app.selectbox(key="browse-tier").options == ["poster (1)", "workshop oral (1)"]
    app.selectbox(key="browse-tier").set_value("workshop oral").run()
    assert links(app) == ["id=id-shop"]
    assert app.query_params["tier"] == "workshop oral"
    assert "tier “oral”" in visit("browse", tier="oral").warning[0].value


def test_a_workshops_oral_never_looks_like_a_conferences(visit: Visit) -> None:
    for app in (
        visit("browse"),
        visit("browse", tier="workshop oral"),
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


def test_a_search_in_browse_lists_a_work_once_by_the_version_that_matches_best(visit: Visit, indexed: Path) -> None:
    app = visit("browse", indexed, text="lanterns of crabs that carry the oil", sort="relevance")
    assert not app.exception
    assert works(app)[0] == "id-shop"
    assert sorted(works(app)[1:]) == ["id-n0", "id-n1", "id-n2"]
    assert "<b>4 papers</b> by match" in shown(app)
    assert "Also at" in shown(app)
    assert "(1)" in " ".join(app.selectbox(key="browse-topic").options)


def test_a_topics_page_lists_a_work_once_as_its_number_says(visit: Visit, indexed: Path) -> None:
    app = visit("topics", indexed, id="lanterns")
    assert not app.exception
    assert "<b>1 paper</b>" in shown(app)
    assert len(works(app)) == 1
    assert "Also at" in shown(app)
    overview = visit("topics", indexed)
    labels = [element.proto.label for element in overview.main.get("page_link")]
    assert "Lanterns (1)" in labels
    assert "On no topic (3)" in labels
    assert "<b>1 paper</b>" in shown(visit("browse", indexed, topic="lanterns"))


def test_a_papers_own_versions_are_not_similar_to_it_and_of_others_one_is(visit: Visit, indexed: Path) -> None:
    own = visit("paper", indexed, id="id-conf")
    assert not own.exception
    assert works(own)[:2] == ["id-draft", "id-shop"]
    assert sorted(works(own)[2:]) == ["id-n0", "id-n1", "id-n2"]
    other = visit("paper", indexed, id="id-n0")
    assert len({"id-conf", "id-shop", "id-draft"} & set(works(other))) == len(works(other)) - 2 == 1


def test_an_authors_page_lists_and_counts_a_work_once(visit: Visit, indexed: Path) -> None:
    app = visit("author", indexed, name="Ada Brook")
    assert not app.exception
    assert works(app) == ["id-conf"]
    assert "1 paper · " in shown(app)
    assert "Ben Castle (1)" in [element.proto.label for element in app.main.get("page_link")]
    assert "Also at" in shown(app)


def test_papers_that_were_asked_for_are_listed_once(visit: Visit, indexed: Path) -> None:
    app = visit("ask", indexed, q="What do lanterns light?")
    assert not app.exception
    hits = shown(app).split("<h2>Papers on this</h2>")[-1]
    assert hits.count("Also at") == 1


def test_equal_abstracts_are_called_that() -> None:
    papers = Paper("a", "T", venue="arXiv"), Paper("b", "T", venue="Harbour")
    assert parts.changes(*papers, []) == '<div class="ph-faint">The abstract is the same.</div>'
