"""A bundle in the app: every page reads from it, and what would change it says what to do instead."""

from pathlib import Path

import pytest

import posterhall
from tests.app.pages import Visit

pytest_plugins = ("tests.hall_fixture",)


@pytest.fixture
def folder(data: Path, cache: Path, tmp_path: Path) -> Path:
    """The folder that a bundle of the app's library is unpacked in."""
    hall = posterhall.open(data)
    hall.bundle(tmp_path / "shared.posterhall")
    hall.close()
    opened = posterhall.open(tmp_path / "shared.posterhall")
    opened.close()
    return opened.data


@pytest.mark.parametrize(
    ("view", "params"),
    [
        ("ask", {"q": "How much of the optimizer state is kept in memory?"}),
        ("browse", {}),
        ("paper", {"id": "id-lantern"}),
        ("topics", {}),
        ("map", {}),
        ("author", {"name": "Ada Brook"}),
    ],
)
def test_every_page_reads_from_a_bundle(visit: Visit, folder: Path, view: str, params: dict[str, str]) -> None:
    before = (folder / "library.db").read_bytes()
    page = visit(view, **params)
    assert not page.exception
    assert not page.error
    assert (folder / "library.db").read_bytes() == before


def test_the_page_of_a_passage_says_how_its_picture_can_be_had(visit: Visit, folder: Path) -> None:
    page = visit("ask", q="How much of the optimizer state does the lantern scheduler keep in memory?")
    [first, *_] = [button for button in page.button if "age" in button.label]
    page = first.click().run()
    assert not page.exception
    assert "posterhall sync" in page.error[0].value.replace("\\", "")


def test_a_word_on_a_topic_is_answered_with_how_to_keep_it(visit: Visit, folder: Path) -> None:
    hall = posterhall.open(folder)
    topic = next(row.topic.topic_id for row in hall.topics() if row.count)
    hall.close()
    page = visit("topics", id=topic)
    [first, *_] = [button for button in page.button if button.label == "Does not"]
    page = first.click().run()
    assert not page.exception
    assert "--merge" in page.error[0].value.replace("\\", "")
