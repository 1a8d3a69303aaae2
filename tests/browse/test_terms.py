"""What groups of texts are called by, on texts so short that every count can be done by hand."""

from browse.terms import distinguishing

SERIES = ["We forecast time series.", "Time series of tides.", "A time series, whole."]
STATES = ["State space models scan.", "Some state space models scan."]


def test_a_word_that_always_stands_before_a_term_belongs_to_it_though_alone_it_says_nothing() -> None:
    series, states = distinguishing([*SERIES, *STATES], [[0, 1, 2], [3, 4]])
    assert series[0] == "time series"
    assert states[0] == "state space models"


def test_a_word_that_stands_before_a_term_now_and_then_does_not_belong_to_it() -> None:
    # "time" stands before 3 of 4 uses, which is under 0.8.
    [series] = distinguishing([*SERIES, "Tides in series."], [[0, 1, 2, 3]])
    assert series[0] == "series"


def test_a_word_that_any_paper_says_never_belongs_to_a_term() -> None:
    [tides] = distinguishing(["We propose tides.", "We propose tides."], [[0, 1]])
    assert tides == ("tides",)
