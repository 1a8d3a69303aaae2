"""Which clusters are offered as topics."""

from browse.clusters import Cluster
from browse.offers import Offer, offers


def cluster(name: str, letter: str, size: int, terms: tuple[str, ...] = ()) -> Cluster:
    papers = tuple(f"{letter}{n:02}" for n in range(size))
    return Cluster(name, terms, papers, papers[:5])


TIDES = cluster("tides, moon", "t", 12, ("tides", "moon", "sea level", "harbours", "ebb"))
KITES = cluster("kites", "k", 8)
PAPERS = {*TIDES.paper_ids, *KITES.paper_ids}


def test_a_cluster_is_offered_when_less_than_a_quarter_of_it_is_on_a_topic() -> None:
    assert [o.name for o in offers([TIDES], PAPERS, {"t00", "t01"})] == ["tides, moon"]  # 2 of 12
    assert offers([TIDES], PAPERS, {"t00", "t01", "t02"}) == []  # 3 of 12


def test_the_one_with_the_most_papers_on_no_topic_comes_first() -> None:
    assert [(o.name, o.papers, o.unplaced) for o in offers([KITES, TIDES], PAPERS, {"k07"})] == [
        ("tides, moon", 12, 12),
        ("kites", 8, 7),
    ]


def test_papers_that_count_no_more_do_not_count_and_too_few_are_no_subject() -> None:
    assert [o.papers for o in offers([KITES], PAPERS - {"k00", "k01"}, set())] == [6]
    assert offers([KITES], {"k00", "k01", "k02", "k03"}, set()) == []


def test_an_offer_is_described_by_its_terms_named_by_the_first_of_them_and_seeded_by_its_middle() -> None:
    [offer] = offers([TIDES], PAPERS - {"t01"}, set())
    assert offer.description == "Work on tides, moon, sea level, harbours, ebb."
    assert offer.synonyms == ("tides", "moon", "sea level", "harbours")
    assert offer.seeds == ("t00", "t02", "t03", "t04", "t05", "t06", "t07", "t08", "t09", "t10")
    assert Offer("kites", (), 8, 8, ()).description == "Work on kites."
