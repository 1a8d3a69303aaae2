from hypothesis import given
from hypothesis import strategies as st

from browse.changes import DELETED, INSERTED, MOST_WORDS, SAME, Change, word_changes

WORDS = st.lists(st.sampled_from(["the", "tide", "is", "low", "and", "slow", "today"])).map(" ".join)


def test_what_was_deleted_stands_before_what_took_its_place() -> None:
    assert word_changes("We train small networks slowly", "We train large networks") == (
        Change(SAME, "We train"),
        Change(DELETED, "small"),
        Change(INSERTED, "large"),
        Change(SAME, "networks"),
        Change(DELETED, "slowly"),
    )


@given(WORDS, WORDS)
def test_the_changes_hold_both_texts_word_by_word(before: str, after: str) -> None:
    found = word_changes(before, after)
    assert found is not None
    assert " ".join(c.text for c in found if c.kind != INSERTED) == before
    assert " ".join(c.text for c in found if c.kind != DELETED) == after


def test_texts_of_any_length_beyond_an_abstracts_are_not_compared() -> None:
    assert word_changes("tide " * (MOST_WORDS + 1), "tide") is None
    assert word_changes("tide\n\n tide", "tide tide") == (Change(SAME, "tide tide"),)
