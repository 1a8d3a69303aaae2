"""``posterhall cite``: a citation to paste."""

from pathlib import Path
from typing import Any

import posterhall
from library.observations import Seen

pytest_plugins = ("tests.hall_fixture",)

TIDEPOOL = "Tidepool Caches for Reading Long Documents"
ENTRY = """@inproceedings{brook2031tidepool,
  title     = {Tidepool Caches for Reading Long Documents},
  author    = {Brook, Ada and Castle, Ben},
  booktitle = {Harbour 2031},
  year      = {2031},
}
"""


def test_a_paper_is_cited_by_its_id_or_title_once_and_without_its_abstract(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "cite", "id-tidepool", TIDEPOOL.lower())
    assert (ran.code, ran.out, ran.err) == (0, ENTRY, "")


def test_papers_are_cited_with_the_keys_of_their_export(data: Path, terminal: Any) -> None:
    both = terminal("--data", data, "cite", "id-tidepool", "id-lattice", "--style", "biblatex").out
    exported = terminal("--data", data, "export", "biblatex", "--all").out
    first, second = (part.splitlines()[0] for part in both.split("\n\n"))
    assert (first, second) == ("@inproceedings{brook2031tidepool,", "@inproceedings{dunes2031lattice,")
    assert first in exported.splitlines()
    assert second in exported.splitlines()


def test_a_reference_is_written_in_a_style(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "cite", "id-tidepool", "--style", "apa")
    assert ran.out == f"Brook, A., & Castle, B. (2031). {TIDEPOOL}. Harbour 2031.\n"


def test_openreviews_own_entry_is_printed_as_it_is_but_for_what_drives_a_terminal(copied: Path, terminal: Any) -> None:
    hall = posterhall.open(copied)
    own = "@inproceedings{\nada2031tide,\ntitle={Tide\x1b[31mpool}\n}"
    fields = {"title": TIDEPOOL, "printed": {"bibtex": own}}
    hall.library.observations.put(Seen("id-tidepool", "openreview", "forum:t", "harbour", "accepted", fields))
    assert hall.cite("id-tidepool", "openreview") == own
    assert "openreview" in hall.cite_styles("id-tidepool")
    assert "openreview" not in hall.cite_styles("id-lattice")
    hall.close()
    ran = terminal("--data", copied, "cite", TIDEPOOL, "--style", "openreview")
    assert ran.out == "@inproceedings{\nada2031tide,\ntitle={Tide [31mpool}\n}\n"


def test_what_cannot_be_cited_is_wrong_usage(data: Path, terminal: Any) -> None:
    ran = terminal("--data", data, "cite", "id-tidepool", "--style", "openreview")
    assert (ran.code, ran.out) == (2, "")
    assert "no entry of OpenReview's for id-tidepool" in ran.err
    ran = terminal("--data", data, "cite", "id-tidepool", "--style", "nothing")
    assert (ran.code, "there is no citation style 'nothing'" in ran.err) == (2, True)
    ran = terminal("--data", data, "cite", "no such paper")
    assert (ran.code, "no such paper" in ran.err) == (2, True)
