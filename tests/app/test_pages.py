"""The pages without a browser: what they hold for a real library, and what they say when something is missing."""

from pathlib import Path

import pytest

import posterhall
from tests.app.pages import Visit, links, shown
from views.parts import OWN_WORDS

QUESTION = "How much of the optimizer state does the lantern scheduler keep in memory?"


def test_a_question_is_answered_with_numbered_quotes_under_their_papers(visit: Visit, quote: str) -> None:
    app = visit("ask", q=QUESTION)
    assert not app.exception
    assert not app.error
    assert quote in shown(app)
    assert "[1]" in shown(app)
    assert links(app)["Lantern Scheduling for Lean Training"] == "id=id-lantern"
    assert "Papers on this" in shown(app)
    assert "by words: #" in shown(app)


def test_a_question_that_is_typed_stands_in_the_address(visit: Visit) -> None:
    app = visit("ask")
    assert "For example" in shown(app)
    app.text_input(key="ask-q").input(QUESTION)
    app.button[0].click().run()
    assert app.query_params["q"] == QUESTION
    assert "For example" not in shown(app)


def test_an_example_is_asked_at_a_click(visit: Visit) -> None:
    app = visit("ask")
    example = app.button[1]
    example.click().run()
    assert app.query_params["q"] == example.label
    assert app.text_input(key="ask-q").value == example.label


def test_a_question_about_something_else_is_not_answered_but_shows_the_closest_papers(visit: Visit) -> None:
    app = visit("ask", q="Which glaze did Venetian potters fire majolica with?")
    assert app.info
    assert "ph-quote" not in shown(app)
    assert "Closest papers" in shown(app)


def test_filters_of_a_linked_question_are_kept(visit: Visit) -> None:
    app = visit("ask", q=QUESTION, venue="Meadow 2030", tier="poster")
    assert app.selectbox(key="ask-venue").value == "Meadow 2030"
    assert app.selectbox(key="ask-tier").value == "poster"
    assert "Lantern Scheduling for Lean Training" not in links(app)


def test_browse_lists_papers_by_title_twenty_five_at_a_time(visit: Visit) -> None:
    app = visit("browse")
    assert not app.exception
    assert "<b>34 papers</b>, 1 to 25 shown" in shown(app)
    assert len(links(app)) == 25
    app.button(key="Next-bottom").click().run()
    assert app.query_params["page"] == "2"
    assert "26 to 34 shown" in shown(app)


def test_browse_filters_by_venue_tier_year_and_words(visit: Visit) -> None:
    app = visit("browse", page="2")
    app.selectbox(key="browse-venue").set_value("Harbour 2031").run()
    assert set(links(app)) == {"Lantern Scheduling for Lean Training", "Heron Attention"}
    assert "page" not in app.query_params
    app.text_input(key="browse-text").input("tokens").run()
    assert set(links(app)) == {"Heron Attention"}
    assert app.query_params["venue"] == "Harbour 2031"
    assert app.query_params["text"] == "tokens"


def test_a_linked_view_shows_what_it_showed(visit: Visit) -> None:
    app = visit("browse", tier="oral", sort="newest")
    assert list(links(app)) == ["Lantern Scheduling for Lean Training", "A Paper With a Note Alone"]
    assert app.selectbox(key="browse-tier").value == "oral"
    assert app.selectbox(key="browse-sort").value == "newest"


def test_a_linked_filter_that_fits_nothing_is_told(visit: Visit) -> None:
    app = visit("browse", venue="Elsewhere")
    assert "Elsewhere" in app.warning[0].value
    assert "<b>34 papers</b>" in shown(app)


def test_facets_filter_and_count_what_the_other_filters_leave(visit: Visit) -> None:
    app = visit("browse", author="FINN grove", venue="Meadow 2030")
    assert "<b>30 papers</b>" in shown(app)
    assert app.multiselect(key="browse-authors").value == ["Finn Grove"]
    assert "Finn Grove (30)" in app.multiselect(key="browse-authors").options
    assert "browse-tier" not in [box.key for box in app.selectbox]  # all of them are posters
    assert app.query_params["author"] == "Finn Grove"


def test_a_chosen_keyword_stands_in_the_address_and_goes_with_the_clear_button(visit: Visit) -> None:
    app = visit("browse")
    app.multiselect(key="browse-keywords").set_value(["memory"]).run()
    assert not app.exception
    assert list(links(app)) == ["Lantern Scheduling for Lean Training"]
    assert app.query_params["keyword"] == "memory"
    app.button(key="clear").click().run()
    assert "<b>34 papers</b>" in shown(app)
    assert app.multiselect(key="browse-keywords").value == []


def test_papers_with_full_text_can_be_chosen(visit: Visit) -> None:
    app = visit("browse", full="yes")
    assert set(links(app)) == {"Lantern Scheduling for Lean Training", "Heron Attention"}
    assert app.selectbox(key="browse-full").options == ["Full text (2)", "No full text (32)"]


def test_a_name_that_nobody_has_is_told_and_left_out(visit: Visit) -> None:
    app = visit("browse", author="Nobody <b>", keyword="x", full="perhaps")
    for word in ("Nobody", "keyword “x”", "perhaps"):
        assert word in app.warning[0].value.replace("\\", "")
    assert "<b>34 papers</b>" in shown(app)
    assert "author" not in app.query_params


def test_words_rank_by_match_within_the_chosen_facets(visit: Visit) -> None:
    app = visit("browse", text="memory of optimizers on a windy beach", sort="relevance", venue="Harbour 2031")
    assert not app.exception
    assert "<b>2 papers</b> by match" in shown(app)
    assert next(iter(links(app))) == "Lantern Scheduling for Lean Training"
    assert "by words: #" in shown(app)
    assert "By title, until" in shown(visit("browse", sort="relevance"))


def test_the_share_of_each_year_and_venue_and_papers_like_the_chosen_ones_are_a_click_away(visit: Visit) -> None:
    app = visit("browse", tier="oral")
    assert [e.label for e in app.expander] == ["Over years and venues", "Similar to these 2 papers"]
    assert not app.get("vega_lite_chart")


def test_an_author_has_a_page_with_coauthors_keywords_and_papers(visit: Visit) -> None:
    app = visit("author", name="ada BROOK")
    assert not app.exception
    assert "<h1>Ada Brook</h1>" in shown(app)
    assert "1 paper · Harbour 2031 (1)" in shown(app)
    assert links(app)["Ben Castle (1)"] == "name=Ben+Castle"
    assert links(app)["memory (1)"] == "keyword=memory"
    assert links(app)["Lantern Scheduling for Lean Training"] == "id=id-lantern"
    assert links(app)["Filter and sort these papers"] == "author=Ada+Brook"


@pytest.mark.parametrize("params", [{}, {"name": "Nobody"}, {"name": "<script>' OR 1=1"}])
def test_an_author_who_is_not_there_is_said_plainly_with_a_way_back(visit: Visit, params: dict[str, str]) -> None:
    app = visit("author", **params)
    assert not app.exception
    assert app.info
    assert "Browse the papers" in links(app)


def test_no_paper_that_fits_is_said_plainly(visit: Visit) -> None:
    app = visit("browse", text="xylophone")
    assert "No paper fits" in app.info[0].value


def test_a_note_is_shown_as_our_own_words(visit: Visit) -> None:
    for app in (visit("browse", text="bookkeeping"), visit("paper", id="id-noted")):
        assert "Our note" in shown(app)
        assert OWN_WORDS in shown(app)


def test_a_paper_shows_its_record_its_text_and_papers_like_it(visit: Visit) -> None:
    app = visit("paper", id="id-lantern")
    assert not app.exception
    assert not app.error
    text = shown(app)
    for part in ("<h1>Lantern Scheduling", "Harbour 2031", "oral", "CC BY 4.0"):
        assert part in text
    assert [e.label.split(" · ")[0] for e in app.expander][-1] == r"2 Results"
    assert links(app)["Ada Brook"] == "name=Ada+Brook"
    assert links(app)["optimizers"] == "keyword=optimizers"
    assert "Similar papers" in text
    assert "file:papers.jsonl" in text


@pytest.mark.parametrize("params", [{}, {"id": "nobody"}, {"id": "<b>x</b>' OR 1=1"}])
def test_a_paper_that_is_not_there_is_said_plainly_with_a_way_back(visit: Visit, params: dict[str, str]) -> None:
    app = visit("paper", **params)
    assert not app.exception
    assert app.info
    assert "Browse the papers" in links(app)


def test_the_sidebar_says_what_is_held(visit: Visit) -> None:
    held = "\n".join(element.proto.body for element in visit("ask").sidebar.get("html"))
    assert "34 papers" in held
    assert "2 PDFs" in held
    assert "Meadow 2030" in held


def test_a_missing_library_is_told_with_what_to_do(visit: Visit, tmp_path: Path) -> None:
    app = visit("browse", folder=tmp_path)
    assert not app.exception
    assert "posterhall" in app.error[0].value


def test_a_missing_index_is_told_and_browsing_still_works(visit: Visit, tmp_path: Path) -> None:
    row = tmp_path / "papers.jsonl"
    row.write_text('{"title": "Unindexed", "id": "u", "abstract": "Nothing yet."}', encoding="utf-8")
    hall = posterhall.open(tmp_path / "data")
    hall.ingest_files(row)
    hall.close()
    assert "Unindexed" in links(visit("browse", folder=tmp_path / "data"))
    app = visit("browse", folder=tmp_path / "data", text="nothing", sort="relevance")
    assert "Unindexed" in links(app)
    assert "index" in app.main.warning[0].value
    app = visit("ask", folder=tmp_path / "data", q="anything")
    assert not app.exception
    assert "index" in app.error[0].value
    assert "index" in app.sidebar.warning[0].value
