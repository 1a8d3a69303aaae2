"""Keeping lists and questions within a topic, or within papers that were chosen on the map."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import posterhall
from tests.app.pages import Visit, shown
from tests.hall_fixture import link_or_copy
from views import within

LEAN = "lean-training"


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """The app's library with a topic of our own that two papers are on."""
    shutil.copytree(data, tmp_path / "data", copy_function=link_or_copy)
    hall = posterhall.open(tmp_path / "data")
    hall.add_topic("Lean **training**", "Trains in less memory.", topic_id=LEAN, seeds=["id-lantern", "id-heron"])
    hall.close()
    return tmp_path / "data"


@pytest.fixture
def chosen() -> Iterator[str]:
    """How an address names two papers that were chosen."""
    where = within.choose(["id-noted", "id-heron"])
    yield within.selection_name(where.papers or ())
    within._selections().clear()


def said(app: AppTest) -> list[str]:
    """What the page says it is kept within."""
    return [element.value for element in app.markdown if element.value.startswith("Within")]


def test_browse_offers_topics_with_counts_among_the_papers_that_pass_the_rest(visit: Visit) -> None:
    app = visit("browse", venue="Harbour 2031")
    box = app.selectbox(key="browse-topic")
    assert "Lean **training** (2)" in box.options
    box.select(LEAN).run()
    assert not app.exception
    assert "<b>2 papers</b>" in shown(app)
    assert app.query_params["topic"] in (LEAN, [LEAN])
    app.selectbox(key="browse-tier").select("oral").run()
    assert "<b>1 paper</b>" in shown(app)
    assert "Lean **training** (1)" in app.selectbox(key="browse-topic").options


def test_a_topic_in_the_address_is_chosen_and_an_unknown_one_is_told(visit: Visit) -> None:
    app = visit("browse", topic="Lean **training**")
    assert app.selectbox(key="browse-topic").value == LEAN
    app = visit("browse", topic="kites")
    assert not app.exception
    assert "topic “kites”" in app.warning[0].value
    assert "<b>34 papers</b>" in shown(app)


def test_browse_works_without_topics_where_they_cannot_be_told(visit: Visit, folder: Path) -> None:
    (folder / "topics.toml").write_text("[[topic]]\nid = '<x>'\n", encoding="utf-8")
    app = visit("browse")
    assert not app.exception
    assert "<b>34 papers</b>" in shown(app)
    assert "browse-topic" not in [box.key for box in app.selectbox]
    assert shown(app).count("topic &#x27;&lt;x&gt;&#x27;: field &#x27;name&#x27;") == 1
    assert not app.warning


def test_a_topic_that_cannot_be_applied_is_kept_in_the_address_and_no_paper_is_shown(
    visit: Visit, folder: Path
) -> None:
    file = folder / "topics.toml"
    for view, params in (("browse", {"text": "pebbles"}), ("ask", {"q": "What is sorted by weight?"})):
        file.write_text("[[topic]]\nid = '<x>'\n", encoding="utf-8")
        app = visit(view, topic=LEAN, **params)
        assert not app.exception
        [warning] = [element.value.replace("\\", "") for element in app.warning]
        assert f"No paper is shown, for the topic “{LEAN}” cannot be applied" in warning
        assert "topic '<x>': field 'name'" in warning
        assert not app.main.get("page_link")
        assert "Study" not in shown(app)
        for name, value in {"topic": LEAN, **params}.items():
            assert app.query_params[name] in (value, [value])
        file.unlink()
        app.run()
        assert not app.exception
        assert not app.warning
        assert app.query_params["topic"] in (LEAN, [LEAN])


def test_a_topic_that_cannot_be_applied_can_be_left_out(visit: Visit, folder: Path) -> None:
    shutil.move(folder / "index", folder / "elsewhere")
    app = visit("browse", topic=LEAN, year="2030")
    assert "run posterhall index" in app.warning[-1].value.replace("\\", "").replace("`", "")
    app.button(key="browse-wide-topic").click().run()
    assert not app.exception
    assert "topic" not in app.query_params
    assert "<b>32 papers</b>" in shown(app)


def test_a_question_within_a_topic_says_so_and_can_be_asked_of_all_papers_again(visit: Visit) -> None:
    app = visit("ask", topic=LEAN, q="What is sorted by weight?")
    assert not app.exception
    assert said(app) == [r"Within the topic **Lean \*\*training\*\***, 2 papers"]
    assert "Study" not in shown(app)
    app.button(key="ask-wide-topic").click().run()
    assert said(app) == []
    assert "Study" in "".join(link.proto.label for link in app.main.get("page_link"))


def test_chosen_papers_are_browsed_and_asked_within_and_let_go(visit: Visit, chosen: str) -> None:
    app = visit("browse", chosen=chosen)
    assert said(app) == ["Within **2 chosen papers**"]
    assert "<b>2 papers</b>" in shown(app)
    assert app.query_params["chosen"] in (chosen, [chosen])
    app.button(key="browse-wide-chosen").click().run()
    assert "<b>34 papers</b>" in shown(app)
    app = visit("ask", chosen=chosen, q="What does careful bookkeeping beat?")
    assert not app.exception
    assert said(app) == ["Within **2 chosen papers**"]
    assert "clever pruning" in shown(app)


def test_a_link_to_chosen_papers_that_nobody_remembers_says_so(visit: Visit) -> None:
    for view in ("browse", "ask"):
        app = visit(view, chosen="37-0123456789ab")
        assert not app.exception
        assert "not known any more" in app.warning[0].value
        assert "chosen" not in app.query_params


def test_only_the_last_selections_are_remembered(chosen: str) -> None:
    for n in range(within.KEPT):
        within.choose([f"paper-{n}"])
    assert chosen not in within._selections()
    assert len(within._selections()) == within.KEPT
