"""Papers on topics, in a real library of our own words with its index."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import posterhall
from browse.parts import Part
from library import Library
from library.errors import InputError, UsageError
from library.text import one_line
from library.types import NOTE, TITLE, Filter, Paper, PaperRecord
from posterhall import Judged, Posterhall, TopicMembers
from tests.hall_fixture import PAPERS, link_or_copy, once

pytest_plugins = ("tests.hall_fixture",)

Opened = Callable[[Path], Posterhall]

WEATHER = """
[[topic]]
id = "weather"
name = "Weather forecasting"
description = "Forecasts the weather, such as rain or hail, with networks that read radar images."
synonyms = ["rainfall forecast", "radar image", "weather model"]
excluded = ["weather services"]

[[topic]]
id = "attention-memory"
name = "Memory of attention"
description = "Keeps fewer keys and values of a language model so that long documents can be read."
synonyms = ["tidepool cache", "cache of keys and values"]

[[topic]]
id = "volcanoes"
name = "Volcanic eruptions"
description = "Measures lava, ash and the eruptions of volcanoes."
synonyms = ["magma", "volcano"]
"""


@pytest.fixture(scope="session")
def measured(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``data`` with topics of our own, all of them measured once."""

    def make(folder: Path) -> None:
        shutil.copytree(data, folder, copy_function=link_or_copy, dirs_exist_ok=True)
        (folder / "topics.toml").write_text(WEATHER, encoding="utf-8")
        hall = posterhall.open(folder)
        hall.topics()
        hall.close()

    return once(tmp_path_factory, "measured", make)


@pytest.fixture
def hall(measured: Path, tmp_path: Path, opened: Opened) -> Posterhall:
    """A copy of ``measured`` to do anything with."""
    shutil.copytree(measured, tmp_path / "hall", copy_function=link_or_copy)
    return opened(tmp_path / "hall")


def ids(found: TopicMembers) -> list[str]:
    return [member.paper.paper_id for member in found.members]


def count(hall: Posterhall, topic: str) -> int:
    return next(row.count for row in hall.topics() if row.topic.topic_id == topic)


def test_papers_are_on_the_topics_they_are_about_and_a_topic_may_be_empty(hall: Posterhall) -> None:
    assert set(ids(hall.topic("weather"))) == {"id-rain", "id-hail"}
    assert ids(hall.topic("Memory of Attention")) == ["id-tidepool"]
    assert ids(hall.topic("volcanoes")) == []
    assert count(hall, "weather") == 2
    assert count(hall, "volcanoes") == 0


def test_a_title_that_is_all_there_is_of_a_paper_puts_it_on_the_topic_that_it_names(hall: Posterhall) -> None:
    assert "id-quilt" in ids(hall.topic("mixture-of-experts"))


def test_a_reason_is_a_whole_sentence_that_stands_where_it_says(hall: Posterhall) -> None:
    seen = set()
    for row in hall.topics():
        for member in hall.topic(row.topic.topic_id).members:
            reason, paper = member.reason, member.paper
            assert reason is not None
            passage = next(p for p in hall.passages(paper.paper_id) if p.passage_id == reason.passage_id)
            assert reason.text in [passage.text[a:b] for a, b in passage.sentences]
            if reason.page is None:
                field = {TITLE: paper.title, NOTE: paper.note}.get(passage.kind, paper.abstract)
                assert one_line(field or "")[reason.span.start : reason.span.end] == reason.text
            else:
                document = hall.document(paper.paper_id)
                assert document is not None
                page = hall.library.documents.page(document.document_id, reason.page)
                assert page is not None
                assert page.text[reason.span.start : reason.span.end] == reason.text
            seen.add(reason.section)
    assert "Abstract" in seen


def test_a_reason_names_the_topic_where_the_paper_does(hall: Posterhall) -> None:
    hail = next(m for m in hall.topic("weather").members if m.paper.paper_id == "id-hail")
    tidepool = hall.topic("attention-memory").members[0]

    assert hail.reason is not None
    assert hail.reason.text == "A network reads radar images and forecasts hail for the next hour."
    assert tidepool.reason is not None
    assert tidepool.reason.section == "Abstract"


def test_a_reason_is_what_the_authors_did_before_what_they_say_of_the_field(hall: Posterhall) -> None:
    hall.add_topic("Whispers", "Recognises whispered speech without pitch.", synonyms=["whispered speech", "whispers"])
    hall.verdict("whispers", "id-whisper", "accept")
    [member] = [m for m in hall.topic("whispers").members if m.paper.paper_id == "id-whisper"]

    # Both sentences name the topic, and the first shares three words more with its description.
    assert member.reason is not None
    assert member.reason.text == "We turn ordinary recordings into whispers and halve the word error rate."


def test_a_reason_comes_from_the_document_when_only_that_names_the_topic(hall: Posterhall) -> None:
    hall.add_topic("Pneumonia", "Detects pneumonia in hospitals that may not share records.", synonyms=["pneumonia"])
    hall.verdict("pneumonia", "fOrUm0Veil", "accept")
    [member] = hall.topic("pneumonia").members

    assert member.reason is not None
    assert (member.reason.page, member.reason.section) == (2, "2 Results")
    assert "pneumonia" in member.reason.text


def test_papers_on_no_topic_are_counted_and_listed_and_each_paper_is_somewhere(hall: Posterhall) -> None:
    placed = {m for row in hall.topics() for m in ids(hall.topic(row.topic.topic_id))}
    unsorted = [paper.paper_id for paper in hall.unsorted()]

    assert placed.isdisjoint(unsorted)
    assert len(placed) + len(unsorted) == len(PAPERS) == hall.count()
    assert hall.count_unsorted() == len(unsorted)
    assert [p.paper_id for p in hall.unsorted(limit=2, offset=1)] == unsorted[1:3]


def test_the_topics_of_a_paper_are_those_that_list_it(hall: Posterhall) -> None:
    listed = {row.topic.topic_id: ids(hall.topic(row.topic.topic_id)) for row in hall.topics()}

    for paper in hall.papers():
        told = {topic.topic_id for topic, _ in hall.topics_of(paper.paper_id)}
        assert told == {topic_id for topic_id, members in listed.items() if paper.paper_id in members}
    assert "weather" in {topic.topic_id for topic, _ in hall.topics_of("id-rain")}
    assert hall.topics_of("nobody' OR 1") == []


def test_a_verdict_counts_at_once_and_can_be_taken_back(hall: Posterhall) -> None:
    hall.verdict("weather", "id-rain", "reject")
    hall.verdict("weather", "id-whisper", "accept")
    found = hall.topic("weather")
    assert "id-rain" not in ids(found)
    assert "id-whisper" in ids(found)
    assert [m.paper.paper_id for m in found.rejected] == ["id-rain"]
    assert {m.verdict for m in found.members} >= {"accept"}

    hall.verdict("weather", "id-rain", None)
    hall.verdict("weather", "id-whisper", None)
    assert set(ids(hall.topic("weather"))) == {"id-rain", "id-hail"}


def test_a_verdict_takes_a_forums_id_as_well(hall: Posterhall) -> None:
    assert hall.verdict("weather", "fOrUm0Veil", "accept").paper.paper_id == "fOrUm0Veil"


def test_a_verdict_is_kept_while_another_process_takes_in_papers(hall: Posterhall) -> None:
    with Library.open(hall.data) as library, library.writing():
        hall.verdict("weather", "id-bits", "accept")

    assert "id-bits" in ids(hall.topic("weather"))


def test_a_verdict_leaves_the_index_up_to_date(hall: Posterhall) -> None:
    hall.verdict("weather", "id-bits", "accept")

    assert not hall.searcher.stale


@pytest.mark.parametrize(
    ("topic", "paper", "verdict", "told"),
    [
        ("wether", "id-rain", "accept", "did you mean weather"),
        ("weather", "id-sun", "accept", "there is no paper 'id-sun'"),
        ("weather", "id-rain", "maybe", "there is no verdict 'maybe'"),
    ],
)
def test_a_verdict_on_what_is_not_there_is_refused(
    hall: Posterhall, topic: str, paper: str, verdict: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        hall.verdict(topic, paper, verdict)
    assert hall.library.topics.verdicts() == {}


def test_verdicts_survive_another_reading_of_papers_and_an_index_built_anew(
    hall: Posterhall, sources: Path, opened: Opened
) -> None:
    hall.verdict("weather", "id-tidepool", "accept")
    hall.verdict("weather", "id-hail", "reject")
    # Under another title the PDF is read again.
    rows = [{**row, "title": f"{row['title']} Again"} for row in PAPERS]
    again = hall.data / "again.jsonl"
    again.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    hall.ingest_files(again, sources / "pdfs")
    hall.index(full=True)
    found = opened(hall.data).topic("weather")

    assert "id-tidepool" in ids(found)
    assert "id-hail" not in ids(found)
    assert next(m for m in found.members if m.paper.paper_id == "id-tidepool").verdict == "accept"


def test_a_new_paper_is_placed_as_soon_as_it_is_indexed(hall: Posterhall) -> None:
    before = ids(hall.topic("weather"))
    rows = hall.data / "new.jsonl"
    rows.write_text(
        json.dumps(
            {"id": "snow", "title": "Radar Images Forecast Snow", "abstract": "A weather model reads radar images."}
        ),
        encoding="utf-8",
    )
    hall.ingest_files(rows)
    hall.index()

    assert set(ids(hall.topic("weather"))) == {*before, "id-snow"}


def test_a_withdrawn_paper_is_on_no_topic_even_when_it_was_accepted_there(hall: Posterhall) -> None:
    hall.verdict("weather", "id-rain", "accept")
    assert "id-rain" in ids(hall.topic("weather"))
    with Library.open(hall.data) as library, library.writing():
        paper = library.papers.get("id-rain")
        assert paper is not None
        library.papers.put("id-rain", (), {"title": paper.title, "abstract": paper.abstract}, {}, "withdrawn")

    assert "id-rain" not in ids(hall.topic("weather"))
    assert hall.topics_of("id-rain") == []
    assert "id-rain" not in {p.paper_id for p in hall.unsorted()}
    with pytest.raises(UsageError, match="no paper 'id-rain' among those shown"):
        hall.verdict("weather", "id-rain", "accept")


def test_what_was_measured_is_kept_and_used_by_the_next_process(hall: Posterhall, opened: Opened) -> None:
    first = hall.topic("weather")
    kept = hall.data / "index" / "topics.json"
    # Lowering every score in the file shows that it is read.
    rows = json.loads(kept.read_text(encoding="utf-8"))
    for row in rows["topics"].values():
        row["values"] = [[0.0] * len(Part._fields) for _ in row["values"]]
        row["seeds"] = []
    kept.write_text(json.dumps(rows), encoding="utf-8")

    assert ids(opened(hall.data).topic("weather")) == []
    assert hall.topic("weather") == first


@pytest.mark.parametrize("text", ["", "[]", "null", '{"format": 1}', "\x00", '{"format":1,"state":"","topics":{}}'])
def test_a_kept_file_that_cannot_be_used_is_made_again(hall: Posterhall, opened: Opened, text: str) -> None:
    first = ids(hall.topic("weather"))
    kept = hall.data / "index" / "topics.json"
    kept.write_text(text, encoding="utf-8")

    assert ids(opened(hall.data).topic("weather")) == first
    assert json.loads(kept.read_text(encoding="utf-8"))["topics"]


def test_a_kept_file_whose_numbers_are_none_is_made_again(hall: Posterhall, opened: Opened) -> None:
    first = ids(hall.topic("weather"))
    kept = hall.data / "index" / "topics.json"
    rows = json.loads(kept.read_text(encoding="utf-8"))
    for row in rows["topics"].values():
        row["values"] = [[float("nan")] * len(Part._fields) for _ in row["values"]]
    kept.write_text(json.dumps(rows), encoding="utf-8")

    assert ids(opened(hall.data).topic("weather")) == first


def test_another_topic_costs_no_new_measuring_of_the_others(hall: Posterhall) -> None:
    hall.topics()
    kept = hall.data / "index" / "topics.json"
    before = json.loads(kept.read_text(encoding="utf-8"))["topics"]
    hall.add_topic("Bandits", "Plays bandits whose rewards arrive late.", synonyms=["bandit"])
    assert ids(hall.topic("bandits")) == ["pmlr-meadow-2030-brook31a"]

    after = json.loads(kept.read_text(encoding="utf-8"))["topics"]
    assert after.keys() - before.keys() == {hall.topic("bandits").topic.key}
    assert {key: after[key] for key in before} == before


def test_the_same_library_gives_the_same_topics(hall: Posterhall, opened: Opened) -> None:
    first = [hall.topic(row.topic.topic_id) for row in hall.topics()]
    hall.index(full=True)
    (hall.data / "index" / "topics.json").unlink()
    other = opened(hall.data)

    assert [ids(other.topic(found.topic.topic_id)) for found in first] == [ids(found) for found in first]


def test_a_topic_of_ones_own_is_kept_and_can_be_removed(hall: Posterhall, opened: Opened) -> None:
    added = hall.add_topic(
        "Late rewards", "Plays bandits whose rewards arrive late.", seeds=["pmlr-meadow-2030-brook31a"]
    )
    assert (added.topic_id, added.own) == ("late-rewards", True)
    assert "pmlr-meadow-2030-brook31a" in ids(opened(hall.data).topic("late rewards"))

    with pytest.raises(UsageError, match="a topic late-rewards"):
        hall.add_topic("Late Rewards", "Something else.")
    replaced = hall.add_topic("Late rewards", "Something else.", replace=True)
    assert hall.topic("late-rewards").topic == replaced
    assert hall.remove_topic("late-rewards").topic == replaced
    with pytest.raises(UsageError, match="no topic called late-rewards"):
        hall.topic("late-rewards")


def test_what_was_said_of_papers_on_a_topic_goes_with_it(hall: Posterhall) -> None:
    hall.add_topic("Odd ones", "Papers on odd things.", seeds=["id-causal"])
    hall.verdict("odd-ones", "id-rain", "reject")
    hall.verdict("odd-ones", "id-hail", "accept")
    assert (hall.topic_removal("odd-ones").verdicts, hall.topic_removal("odd-ones").back) == (2, None)
    assert hall.topic("odd-ones").topic.kept

    gone = hall.remove_topic("odd-ones")
    assert (gone.topic.topic_id, gone.verdicts, gone.back) == ("odd-ones", 2, None)
    hall.add_topic("Odd ones", "Papers on other odd things.")
    assert hall.topic("odd-ones").rejected == ()
    assert hall.library.topics.verdicts() == {}


def test_a_topic_that_comes_back_into_its_place_keeps_what_was_said_of_its_papers(hall: Posterhall) -> None:
    shipped = hall.topic("kv-cache").topic
    hall.verdict("kv-cache", "id-rain", "accept")
    hall.add_topic("Caches of mine", "Papers on caches.", topic_id="kv-cache", replace=True)
    hall.verdict("kv-cache", "id-hail", "reject")

    gone = hall.remove_topic("kv-cache")
    assert (gone.topic.name, gone.verdicts, gone.back) == ("Caches of mine", 2, shipped)
    assert hall.library.topics.verdicts() == {"kv-cache": {"id-hail": "reject", "id-rain": "accept"}}


def test_a_verdict_says_how_many_other_papers_left_and_came(hall: Posterhall) -> None:
    hall.add_topic("Joules", "Energy.", synonyms=["energy"])
    assert ids(hall.topic("joules")) == []
    # Nearly enough of the paper on crystals speaks for it: another one on energy lets it in.
    said = hall.verdict("joules", "id-bits", "accept")
    assert (said.paper.paper_id, said.topic.topic_id, said.left, said.came) == ("id-bits", "joules", 0, 1)
    assert ids(hall.topic("joules")) == ["id-bits", "id-lattice"]
    back = hall.verdict("joules", "id-bits", None)
    assert (back.left, back.came) == (1, 0)
    assert ids(hall.topic("joules")) == []


@pytest.mark.parametrize(
    ("left", "came", "told"),
    [
        (0, 0, ""),
        (1, 0, "1 other paper left"),
        (3, 1, "3 other papers left, 1 came"),
        (0, 1200, "1,200 other papers came"),
    ],
)
def test_what_a_verdict_moved_is_told_in_words(hall: Posterhall, left: int, came: int, told: str) -> None:
    assert Judged(Paper("p", "T"), hall.topic("weather").topic, left, came).moved == told


def test_a_topic_that_is_not_kept_in_the_library_cannot_be_removed_from_it(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match=r"remove it from .*topics\.toml"):
        hall.remove_topic("weather")
    with pytest.raises(UsageError, match="it ships with Posterhall"):
        hall.remove_topic("kv-cache")


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "description": "x"},
        {"name": "???", "description": "x"},
        {"name": "Ships", "description": " "},
        {"name": "Ships", "description": "x", "topic_id": "../ships"},
        {"name": "Ships", "description": "x", "synonyms": [""]},
        {"name": "Ships", "description": "x", "acronyms": ["-"]},
    ],
)
def test_a_topic_that_cannot_be_used_is_refused_and_not_kept(hall: Posterhall, fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="field"):
        hall.add_topic(**fields)
    assert hall.library.topics.own() == []


def test_a_broken_topics_file_is_told_and_does_not_stop_a_search(hall: Posterhall) -> None:
    (hall.data / "topics.toml").write_text("[[topic]]\nid = 'x'\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"topics\.toml: topic 'x': field 'name'"):
        hall.topics()
    assert hall.search("rain").hits


def test_seeds_are_known_by_their_forums_id_and_are_on_the_topic(hall: Posterhall) -> None:
    hall.add_topic("Odd ones", "Nothing that any paper says.", seeds=["fOrUm0Veil", "id-causal"])
    assert set(ids(hall.topic("odd-ones"))) == {"fOrUm0Veil", "id-causal"}

    hall.verdict("odd-ones", "id-causal", "reject")
    assert ids(hall.topic("odd-ones")) == ["fOrUm0Veil"]


def test_a_paper_that_its_score_did_not_put_on_a_topic_says_what_did(hall: Posterhall) -> None:
    hall.add_topic("Odd ones", "Nothing that any paper says.", seeds=["fOrUm0Veil"])
    [seed] = hall.topic("odd-ones").members
    assert (seed.seed, seed.verdict, seed.standing) == (True, None, "a seed of this topic")
    assert seed.score < 0.5

    hall.verdict("odd-ones", "fOrUm0Veil", "accept")
    assert hall.topic("odd-ones").members[0].standing == "accepted by you"
    for member in hall.topic("weather").members:
        assert (member.seed, member.standing) == (False, "")


def test_seeds_that_the_library_has_not_are_named_and_no_topic_is_kept(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match="the library has no paper 'nope', 'nada'"):
        hall.add_topic("Odd ones", "Nothing that any paper says.", seeds=["nope", "id-causal", "nada"])
    assert hall.library.topics.own() == []


def test_an_empty_library_has_topics_without_papers(empty: Path, opened: Opened) -> None:
    with Library.open(empty, create=True) as library, library.writing():
        paper = library.papers.merge(PaperRecord("test", "Rain", (("id", "rain"),))).paper_id
        library.papers.put(paper, (), {"title": "Rain"}, {}, "withdrawn")
    hall = opened(empty)
    hall.index()

    assert {row.count for row in hall.topics()} == {0}
    assert hall.unsorted() == []


WEATHER_PAPERS = {"id-rain", "id-hail"}


def test_a_filter_keeps_lists_searches_questions_and_counts_within_a_topic(hall: Posterhall) -> None:
    where = Filter(topic="Weather forecasting")

    assert {p.paper_id for p in hall.papers(where)} == WEATHER_PAPERS
    assert {p.paper_id for p in hall.works(where)[0]} == WEATHER_PAPERS
    assert hall.count(where) == 2
    assert {hit.paper.paper_id for hit in hall.search("language models", where=where).hits} == WEATHER_PAPERS
    assert {c.paper_id for c in hall.ask("What do radar images forecast?", where=where).citations} <= WEATHER_PAPERS
    assert hall.facets(where).tiers == (("poster", 2),)
    assert [share.papers for share in hall.trends(where).years] == [1, 1]
    assert hall.count(Filter(topic="weather", papers=("id-hail", "id-bits"))) == 1
    with pytest.raises(UsageError, match="did you mean weather"):
        hall.count(Filter(topic="wether"))


def test_a_topic_as_a_filter_follows_the_readers_word_at_once(hall: Posterhall) -> None:
    where = Filter(topic="weather")
    assert hall.count(where) == 2
    hall.verdict("weather", "id-bits", "accept")
    hall.verdict("weather", "id-hail", "reject")
    assert {p.paper_id for p in hall.papers(where)} == {"id-rain", "id-bits"}


def test_topics_are_counted_among_the_papers_that_pass_the_rest_of_the_filter(hall: Posterhall) -> None:
    def counts(where: Filter | None = None) -> dict[str, int]:
        return {row.topic.topic_id: row.count for row in hall.topic_facet(where)}

    everywhere = counts()
    assert everywhere["weather"] == 2
    assert "volcanoes" not in everywhere
    assert list(everywhere.values()) == sorted(everywhere.values(), reverse=True)
    assert counts(Filter(venue="Meadow 2030"))["weather"] == 1
    # The topic that is chosen restricts neither itself nor the others, and stays on offer when it is empty.
    assert counts(Filter(topic="weather")) == everywhere
    assert counts(Filter(topic="volcanoes"))["volcanoes"] == 0
    assert counts(Filter(papers=("id-bits",))).get("weather") is None


def test_a_paper_is_coloured_by_the_topic_that_it_is_surest_on(hall: Posterhall) -> None:
    topics = {p.paper.paper_id: p.topic for p in hall.map()}
    for paper, name in topics.items():
        assert name == next((topic.name for topic, _ in hall.topics_of(paper)), None)
    assert topics["id-rain"] == "Weather forecasting"
    (hall.data / "topics.toml").write_text("[[topic]]\nid = 'x'\n", encoding="utf-8")
    assert {p.topic for p in hall.map()} == {None}


def test_a_group_that_the_topics_miss_is_offered_until_it_is_one(hall: Posterhall) -> None:
    [offered] = [each for each in hall.topic_offers() if "id-smoothing" in each.offer.seeds]
    offer = offered.offer
    assert [p.paper_id for p in offered.examples] == list(offer.seeds[:3])
    made = hall.add_topic("Noise", offer.description, synonyms=offer.synonyms, seeds=offer.seeds)

    assert set(offer.seeds) <= set(ids(hall.topic(made.topic_id)))
    assert offer.name not in [each.offer.name for each in hall.topic_offers()]


def test_placing_beforehand_tells_of_every_topic_and_the_next_look_has_nothing_to_do(
    hall: Posterhall, opened: Opened
) -> None:
    (hall.data / "index" / "topics.json").unlink()
    told: list[tuple[str, int, int]] = []
    first, again = opened(hall.data), opened(hall.data)
    first.place_papers(lambda *step: told.append(step))
    total = len(first.topics())
    assert told == [("topics", n, total) for n in range(1, total + 1)]
    again.place_papers(lambda *step: told.append(step))
    assert len(told) == total


def test_a_topic_may_have_a_name_in_any_script(hall: Posterhall) -> None:
    topic = hall.add_topic("天気予報", "Forecasts the weather.")
    assert hall.topic("天気予報").topic == topic
    assert topic.topic_id.startswith("topic-")
