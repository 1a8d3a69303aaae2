"""The registry of topics: what a file may say, and what is said of one that may not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.topics import Registry, load, parse, registry, slug, topics_file
from library.errors import InputError, UsageError

TOPIC = 'id = "{id}"\nname = "{name}"\ndescription = "Papers about harbours and the ships in them."\n'
ROW: dict[str, Any] = {"id": "ships", "name": "Ships", "description": "Papers about ships."}


def file(folder: Path, *topics: str) -> Path:
    path = folder / "topics.toml"
    path.write_text("".join(f"[[topic]]\n{topic}\n" for topic in topics), encoding="utf-8")
    return path


def ships(id: str = "ships", name: str = "Ships") -> str:
    return TOPIC.format(id=id, name=name)


def test_the_topics_that_ship_can_be_used_and_are_found_by_id_and_by_name() -> None:
    shipped = load(topics_file())

    assert len(shipped.topics) == 59
    for topic in shipped.topics:
        assert shipped.find(topic.topic_id) is topic
        assert shipped.find(topic.name.upper()) is topic
        assert topic.synonyms
        assert topic.seeds
        assert not topic.own


def test_the_topics_that_ship_do_not_exclude_what_names_them() -> None:
    for topic in load(topics_file()).topics:
        assert not {s.casefold() for s in topic.synonyms} & {s.casefold() for s in topic.excluded}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kv-cahce", "kv-cache"),
        ("State space modle", "state-space-models"),
        ("LoRAs", "parameter-efficient-fine-tuning"),
    ],
)
def test_an_unknown_topic_suggests_the_nearest(typed: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean .*{meant}"):
        load(topics_file()).find(typed)


def registered(*rows: dict[str, Any]) -> Registry:
    return Registry(tuple(parse({**ROW, **row}) for row in rows))


def test_a_word_that_one_topic_alone_is_called_by_leads_to_it() -> None:
    found = registered(
        {"id": "ships", "synonyms": ["sailing vessels"], "acronyms": ["SV"]},
        {"id": "boats", "name": "Boats", "acronyms": ["ROW"]},
    )

    assert found.find("Sailing-Vessels").topic_id == "ships"
    assert found.find("row").topic_id == "boats"
    assert load(topics_file()).find("SSM").topic_id == "state-space-models"


def test_a_word_of_two_topics_leads_to_neither_and_suggests_both_and_a_name_goes_before_it() -> None:
    found = registered(
        {"id": "ships", "synonyms": ["vessels", "boats"]},
        {"id": "jars", "name": "Jars", "synonyms": ["vessels"]},
        {"id": "boats", "name": "Boats"},
    )

    with pytest.raises(UsageError, match="there is no topic called vessels: did you mean jars or ships"):
        found.find("vessels")
    assert found.find("Boats").topic_id == "boats"


@pytest.mark.parametrize("typed", ["zzzzqqq", "", "  ", "'; DROP TABLE topics; --", "\x1b[31m", "x" * 10_000])
def test_a_name_like_no_topic_is_told_where_the_topics_are(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(topics_file()).find(typed)

    assert "`posterhall topics`" in str(caught.value) or "did you mean" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_file_beside_the_library_adds_topics_and_one_of_the_same_id_takes_its_place(tmp_path: Path) -> None:
    file(tmp_path, ships(), ships("kv-cache", "Caches of mine"))
    found = registry(tmp_path)

    assert found.find("ships").own
    assert found.find("kv-cache").name == "Caches of mine"
    assert len(found.topics) == 60
    assert found.topics[-1].topic_id == "ships"


def test_a_topic_in_the_library_goes_before_one_in_the_file(tmp_path: Path) -> None:
    file(tmp_path, ships())

    assert registry(tmp_path, [{**ROW, "name": "Boats"}]).find("ships").name == "Boats"


@pytest.mark.parametrize(
    ("clashing", "told"),
    [
        (
            ships("kv-caches-of-mine", "KV cache"),
            "topics 'kv-cache', which ships, and 'kv-caches-of-mine' are both called 'kv cache': give "
            "'kv-caches-of-mine' another name, or the id 'kv-cache' to take that one's place",
        ),
        (
            ships("barges", "Boats of ours"),
            "topics 'boats', which the library keeps, and 'barges' are both called 'boats of ours': give 'barges' "
            "another id or name",
        ),
        (ships("boats-of-ours", "Barges"), "'boats', which the library keeps, and 'boats-of-ours' are both called"),
    ],
)
def test_a_topic_of_a_file_that_is_called_as_another_one_is_told_with_file_and_remedy(
    tmp_path: Path, clashing: str, told: str
) -> None:
    file(tmp_path, clashing)

    with pytest.raises(InputError) as caught:
        registry(tmp_path, [{**ROW, "id": "boats", "name": "Boats of ours"}])
    assert str(caught.value).startswith(f"{tmp_path / 'topics.toml'}: ")
    assert told in str(caught.value)


def test_a_topic_of_the_file_may_be_called_as_one_whose_place_another_has_taken(tmp_path: Path) -> None:
    file(tmp_path, ships("mine", "Recurrent neural networks"))
    found = registry(tmp_path, [{**ROW, "id": "recurrent-networks", "name": "Networks that recur"}])

    assert found.find("Recurrent neural networks").topic_id == "mine"
    assert found.find("recurrent-networks").name == "Networks that recur"


def test_a_topic_says_whether_the_library_keeps_it(tmp_path: Path) -> None:
    file(tmp_path, ships())
    found = registry(tmp_path, [{**ROW, "id": "boats", "name": "Boats"}])

    assert [(t.topic_id, t.kept) for t in found.topics if t.own] == [("ships", False), ("boats", True)]


def test_a_long_name_is_shortened_in_errors() -> None:
    for row in ({"id": "x" * 5000}, {"y" * 5000: 1}, {"synonyms": ["!" * 5000]}):
        with pytest.raises(InputError) as caught:
            parse({**ROW, **row})
        assert len(str(caught.value)) < 400


def test_a_checkouts_data_folder_gives_the_shipped_topics_once(root: Path) -> None:
    assert registry(root / "data") == load(topics_file())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[topic]]\nid = "ships"\n', "topic 'ships': field 'name'"),
        (f"[[topic]]\n{ships()}colour = 3\n", "topic 'ships': unknown field 'colour': use id, name"),
        (f"[[topic]]\n{ships()}synonyms = 'boat'\n", "topic 'ships': field 'synonyms' must be a list"),
        (f"[[topic]]\n{ships()}synonyms = ['boat', 7]\n", "topic 'ships': field 'synonyms' must be a list"),
        (f"[[topic]]\n{ships()}acronyms = ['!!']\n", "topic 'ships': field 'acronyms' has '!!'"),
        (f"[[topic]]\n{ships('Big Ships')}", "topic 'Big Ships': field 'id' must be lower-case"),
        (f"[[topic]]\n{ships()}\n[[topic]]\n{ships()}", "are both called 'ships'"),
        (f"[[topic]]\n{ships()}\n[[topic]]\n{ships('boats')}", "topics 'ships' and 'boats' are both called 'ships'"),
        (f"[topic]\n{ships()}", r"\[\[topic\]\]"),
        ("[[topics]]\n", r"\[\[topic\]\]"),
        ("topic = [1, 2]\n", "topic 1 is not a table"),
        ("[[topic]\n", "cannot read the topics"),
        ("[[topic]]\nname = 'x'\n", "topic 1: field 'id'"),
        (f"[[topic]]\n{ships(name='y' * 3000)}", "field 'name' has 3,000 characters"),
    ],
)
def test_an_error_in_a_file_is_told_with_file_topic_field_and_remedy(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "topics.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=told) as caught:
        registry(tmp_path)
    assert str(tmp_path / "topics.toml") in str(caught.value)


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InputError, match="cannot read the topics in"):
        registry(tmp_path)


TEXTS = st.sampled_from(["", " ", "boat", "a  boat\n", "Boat", "-", "\x00", "\ud800", "s" * 3000]) | st.text("ab- ")


@given(st.dictionaries(st.sampled_from([*ROW, "synonyms", "seeds", "x"]), st.none() | TEXTS | st.lists(TEXTS)))
def test_whatever_a_table_says_it_is_a_topic_or_an_input_error(fields: dict[str, Any]) -> None:
    told = None
    try:
        topic = parse({**ROW, **fields})
    except InputError as error:
        told = str(error)
    assert told.startswith("topic ") if told else parse(topic.as_row()) == topic


@given(st.text(min_size=1, max_size=30))
def test_an_id_made_of_a_name_is_a_valid_one_or_empty(name: str) -> None:
    made = slug(name)

    assert not made or parse({**ROW, "id": made}).topic_id == made


def test_a_key_changes_with_what_decides_and_not_with_what_does_not() -> None:
    topic = parse(ROW)
    changes: list[Callable[[], dict[str, Any]]] = [
        lambda: {"name": "Boats"},
        lambda: {"description": "Other papers."},
        lambda: {"synonyms": ["boat"]},
        lambda: {"acronyms": ["SS"]},
        lambda: {"excluded": ["spaceship"]},
        lambda: {"seeds": ["id-1"]},
    ]

    assert len({topic.key, *(parse({**ROW, **change()}).key for change in changes)}) == len(changes) + 1
    assert parse({**ROW, "sources": ["a-call"]}).key == topic.key
    assert Registry((topic,)).over([parse({**ROW, "name": "Boats"})]).find("boats").topic_id == "ships"
