"""Exports through the Python interface: keys, venues and lists of papers in a library."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import posterhall
from front.writing import MANIFEST, Written
from library.errors import InputError, UsageError
from library.lists import READ, TO_READ, Entry, Named, ReadingList
from posterhall import Posterhall

ROWS = (
    {
        "title": "Tides and LLMs",
        "authors": ["Ada Sea"],
        "venue": "ICML 2024 Oral",
        "year": 2024,
        "forum_id": "tidesAndA1",
    },
    {"title": "Tides Again", "authors": ["Bo Sea"], "venue": "Harbour 2031", "year": 2024, "arxiv_id": "2401.00001"},
)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Posterhall]:
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    hall = posterhall.open(tmp_path / "data")
    hall.ingest_files(tmp_path / "papers.jsonl")
    yield hall
    hall.close()


def ids(hall: Posterhall) -> list[str]:
    return [paper.paper_id for paper in hall.papers(sort="title")][::-1]


def keys(bib: bytes) -> list[str]:
    return [line.split("{")[1].rstrip(",") for line in bib.decode().splitlines() if line.startswith("@")]


def test_a_paper_has_the_same_key_in_every_list(hall: Posterhall) -> None:
    first, second = ids(hall)
    assert keys(hall.export("bibtex", papers=[first, second])) == ["sea2024tides", "sea2024tidesa"]
    assert keys(hall.export("bibtex", papers=[second])) == ["sea2024tidesa"]


def test_new_papers_change_no_key(hall: Posterhall, tmp_path: Path) -> None:
    first, second = ids(hall)
    (tmp_path / "more.jsonl").write_text(json.dumps(ROWS[0] | {"title": "Tides: A Third", "forum_id": "aaaaaaaaaa"}))
    hall.ingest_files(tmp_path / "more.jsonl")
    assert keys(hall.export("bibtex", papers=[first, second])) == ["sea2024tides", "sea2024tidesa"]


def test_known_venues_are_named_in_full_and_others_as_they_are(hall: Posterhall) -> None:
    rows = json.loads(hall.export("csl", papers=ids(hall)))
    assert [row["container-title"] for row in rows] == [
        "Proceedings of the 41st International Conference on Machine Learning",
        "Harbour 2031",
    ]
    assert rows[1]["custom"]["arxiv"] == "2401.00001"


def test_a_list_keeps_its_order_and_papers_that_no_library_holds(hall: Posterhall) -> None:
    stranger = Entry(Named("Tides Elsewhere", ("Cy Sea",), "Quay 2024", 2024), state=READ)
    gone = Entry(Named("Tides Gone", ("Di Sea",), "Quay 2024", 2024), "gone")
    held = Entry(Named("Tides", ("Ada Sea",)), ids(hall)[1])
    made = ReadingList("l", "Mine", entries=(stranger, held, gone))
    assert keys(hall.export("bibtex", made=made)) == ["sea2024tidesjgaa", "sea2024tidesa", "sea2024tidesomip"]
    assert b"  - state: read\n" in hall.export("markdown", made=made)


def test_either_papers_or_a_list_are_exported(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match="give papers, or a reading list"):
        hall.export("bibtex")
    with pytest.raises(UsageError, match="the library has no paper 'nobody'"):
        hall.export("bibtex", papers=["nobody"])
    with pytest.raises(UsageError, match="no format 'word'"):
        hall.export("word", papers=[])


def test_a_vault_is_a_folder_or_a_zip(hall: Posterhall, tmp_path: Path) -> None:
    assert hall.write_export(tmp_path / "v", "obsidian", papers=ids(hall)) == Written(papers=2)
    notes = sorted(path.name for path in (tmp_path / "v" / "papers").iterdir())
    assert notes == ["Tides Again.md", "Tides and LLMs.md"]
    hall.write_export(tmp_path / "v.zip", "obsidian", papers=ids(hall))
    assert (tmp_path / "v.zip").read_bytes() == hall.export("obsidian", papers=ids(hall))
    with pytest.raises(UsageError, match="has no citation styles"):
        hall.write_export(tmp_path / "w", "obsidian", papers=ids(hall), style="apa")
    assert not (tmp_path / "w").exists()


@pytest.fixture
def twice(hall: Posterhall) -> ReadingList:
    """A paper of the library twice, and one of the list's alone three times."""
    stranger = Named("Waves: A Study", ("Grace Hopper",), "Quay 2024", 2024)
    return ReadingList(
        "l",
        "Mine",
        sections=(("A",), ("B",)),
        entries=(
            Entry(Named("Tides"), ids(hall)[0], ("A",), "First.", ("one",), READ),
            Entry(stranger, note="Mine."),
            Entry(stranger, section=("B",), note="Mine."),
            Entry(Named("Tides"), ids(hall)[0], ("B",), "Second.", ("two", "one"), TO_READ, 2),
            Entry(replace(stranger, title="waves - a study"), section=("B",), tags=("three",)),
        ),
    )


def test_a_paper_that_is_on_a_list_twice_is_one_item_of_a_bibliography(hall: Posterhall, twice: ReadingList) -> None:
    wanted = ["hopper2024waves", "sea2024tides"]
    assert keys(hall.export("bibtex", made=twice)) == keys(hall.export("biblatex", made=twice)) == wanted
    rows = json.loads(hall.export("csl", made=twice))
    assert [row["id"] for row in rows] == wanted
    assert [row["annote"] for row in rows] == ["Mine.", "First.\n\nSecond."]
    assert rows[1]["custom"] | {"arxiv": ""} == {
        **{"section": ["A"], "state": "read", "tags": ["one", "two"], "priority": 2, "tier": "oral", "arxiv": ""}
    }
    assert hall.export("ris", made=twice).count(b"TY  - ") == 2
    assert hall.export("text", made=twice).count(b"\n") == 2


def test_a_list_in_markdown_csv_and_html_keeps_every_entry(hall: Posterhall, twice: ReadingList) -> None:
    assert hall.export("markdown", made=twice).count(b"\n- ") == 5
    rows = hall.export("csv", made=twice).decode().splitlines()[1:]
    assert [row[:3] for row in rows] == ["hop", "sea", "hop", "sea", "hop"]
    assert hall.export("html", made=twice).count(b'<p class="title"') == 5


def test_the_key_of_a_paper_of_the_lists_alone_is_its_own_whatever_comes_and_goes(hall: Posterhall) -> None:
    entries = [Entry(Named(f"Some {word}", ("Cy A",), year=2020)) for word in ("Sea", "Sand", "Salt")]

    def named(*which: int) -> dict[str, str]:
        made = ReadingList("l", "Mine", entries=tuple(entries[n] for n in which))
        rows = json.loads(hall.export("csl", made=made))
        return {row["title"]: row["id"] for row in rows}

    whole = named(0, 1, 2)
    assert len(set(whole.values())) == 3
    assert named(2, 1).items() <= whole.items()
    assert named(0, 2).items() <= whole.items()
    assert named(1) == {"Some Sand": "a2020some"}


def test_a_paper_of_the_lists_alone_has_its_number_on_arxiv_from_its_link_or_venue(hall: Posterhall) -> None:
    made = ReadingList(
        "l",
        "Mine",
        entries=(
            Entry(Named("One", ("Cy A",), "arXiv preprint arXiv:2312.00752", 2023)),
            Entry(Named("Two", ("Cy A",), "CoRR", 2023, "https://arxiv.org/abs/1706.03762v7")),
            Entry(Named("Three", ("Cy A",), "Journal of Machine Learning Research", 2023)),
            Entry(Named("Four", ("Cy A",), "ICML", 2023, "https://doi.org/10.48550/arXiv.2205.14135")),
        ),
    )
    bib = hall.export("bibtex", made=made).decode()
    assert [line.split("{")[0] for line in bib.splitlines() if line.startswith("@")] == [
        *("@misc", "@misc", "@article", "@inproceedings")
    ]
    assert [line.split("{")[1] for line in bib.splitlines() if "eprint " in line] == [
        *("2312.00752},", "1706.03762},", "2205.14135},")
    ]
    assert "  journal = {Journal of Machine Learning Research},\n" in bib
    assert bib.count("booktitle") == 1


def test_the_notes_of_a_vault_are_as_many_as_its_papers(hall: Posterhall, tmp_path: Path) -> None:
    same = [Entry(Named("Same", (f"{name} Sea",), year=2020)) for name in ("Ada", "Bo", "Cy")]
    other = [Entry(Named("same", ("Di Ebb",), year=year)) for year in (2020, 2021)]
    made = ReadingList("l", "Mine", entries=(*same, *other))
    hall.write_export(tmp_path / "v", "obsidian", made=made)
    assert sorted(path.name for path in (tmp_path / "v" / "papers").iterdir()) == [
        *("Same.md", "same ebb2020same.md", "same ebb2021same.md")
    ]


@pytest.fixture
def pair(hall: Posterhall) -> tuple[ReadingList, ReadingList]:
    """Two lists that share a paper; the second has another of its own."""
    tides, again = (Entry(Named("Kept"), paper_id) for paper_id in ids(hall))
    first = ReadingList("va", "VA", entries=(replace(tides, note="Of A.", tags=("one",), state=READ),))
    second = ReadingList("vb", "VB", sections=(("Deep",),), entries=(replace(tides, section=("Deep",)), again))
    return first, second


def notes(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


def test_a_vault_holds_several_lists_and_a_paper_on_two_has_one_note(
    hall: Posterhall, pair: tuple[ReadingList, ReadingList], folder: Path
) -> None:
    for made in (*pair, pair[0]):
        assert hall.write_export(folder, "obsidian", made=made) == Written(papers=len(made.entries))
    assert notes(folder) == ["VA.md", "VB.md", "papers/Tides Again.md", "papers/Tides and LLMs.md"]
    assert (folder / "papers" / "Tides and LLMs.md").read_text().split("\nlist:\n")[1] == (
        "- '[[VA]]'\n- '[[VB]]'\nstate: read\ntags:\n- one\n---\n\n# Tides and LLMs\n\nAda Sea\n\n"
        "## [[VA]]\n\nread · one\n\n### Note\n\nOf A.\n\n## [[VB]]\n\nDeep · to read\n"
    )
    one = json.loads((folder / MANIFEST).read_text())["exports"]
    assert {name: sorted(said) for name, said in one.items()} == {
        "list va": ["VA.md", "papers/Tides and LLMs.md"],
        "list vb": ["VB.md", "papers/Tides Again.md", "papers/Tides and LLMs.md"],
    }


def test_a_paper_that_leaves_one_list_keeps_the_note_of_the_other(
    hall: Posterhall, pair: tuple[ReadingList, ReadingList], folder: Path
) -> None:
    hall.write_export(folder / "alone", "obsidian", made=pair[0])
    for made in pair:
        hall.write_export(folder / "both", "obsidian", made=made)
    after = replace(pair[1], name="Renamed", entries=())
    done = hall.write_export(folder / "both", "obsidian", made=after)
    assert done == Written(removed=("VB.md", "papers/Tides Again.md"))
    assert notes(folder / "both") == ["Renamed.md", "VA.md", "papers/Tides and LLMs.md"]
    name = "papers/Tides and LLMs.md"
    assert (folder / "both" / name).read_text() == (folder / "alone" / name).read_text()


def test_two_lists_of_one_name_and_papers_of_one_title_do_not_take_each_others_notes(
    hall: Posterhall, folder: Path
) -> None:
    for who in ("Ada", "Bo") * 2:
        entry = Entry(Named("Same", (f"X {who}",), year=2020))
        done = hall.write_export(folder, "obsidian", made=ReadingList(who.lower(), "List", entries=(entry,)))
        assert done == Written(papers=1)
    assert notes(folder) == ["List 2.md", "List.md", "papers/Same bo2020same.md", "papers/Same.md"]


def test_a_vault_of_before_is_written_again_by_its_list_and_refused_to_others(
    hall: Posterhall, pair: tuple[ReadingList, ReadingList], folder: Path
) -> None:
    hall.write_export(folder, "obsidian", made=pair[0])
    old = json.loads((folder / MANIFEST).read_text())
    del old["exports"]
    (folder / MANIFEST).write_text(json.dumps(old))
    before = notes(folder)
    with pytest.raises(InputError, match=r"that of VA\.md: export that list into it once more"):
        hall.write_export(folder, "obsidian", made=pair[1])
    assert notes(folder) == before
    for made in pair:
        assert hall.write_export(folder, "obsidian", made=made).left == ()
    assert len(notes(folder)) == 4


def test_a_manifest_that_says_nonsense_of_a_paper_is_an_error(
    hall: Posterhall, pair: tuple[ReadingList, ReadingList], folder: Path
) -> None:
    hall.write_export(folder, "obsidian", made=pair[0])
    path = folder / MANIFEST
    path.write_text(path.read_text().replace('"state": "read"', '"state": "eaten"'))
    with pytest.raises(InputError, match="cannot be read"):
        hall.write_export(folder, "obsidian", made=pair[1])
