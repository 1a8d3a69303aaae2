"""Titles, names and notes that strangers might give, and lists of papers made of them."""

from __future__ import annotations

from hypothesis import strategies as st

from export.citations import Collection, cite_entry, collect, stem_of_entry
from export.keys import unique
from library.lists import PRIORITIES, STATES, Entry, Named, ReadingList, Why, arranged

PIECES = (
    *("&", "%", "$", "#", "_", "{", "}", "~", "^", "\\", '"', "'", "`", "<", ">", "|", "[", "]", "(", ")", "*", "-"),
    *(
        "$x^2$",
        "$\\ell_p$",
        "\\emph{x}",
        "{\\'e}",
        "\\input{x}",
        "``q''",
        "--",
        "---",
        "@article{x,",
        "ER  - ",
        "TY  - ",
    ),
    *(
        "=cmd()",
        "+1",
        "@SUM(A1)",
        "# ",
        "- ",
        "1. ",
        "> ",
        "```",
        "~~~",
        "</script>",
        "<!--",
        "&amp;",
        "&#44;",
        "[[x]]",
    ),
    *("![i](u)", "[a]: b", "---", "://", "%20", ": ", ", ", "; ", ". ", " and ", " > ", "LLM", "the", "Ångström", "😀"),
    *("\u202eabc\u202c", "مرحبا", "张伟", "e\u0301", "\u200b", "ﬁ", "√", "−", "…", "’", "“", "”", "\n", "\t", "\u2028"),
)
"""All but the signs that a reader of LaTeX takes for something else: see ``TITLES``."""

_LETTERS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufeff"), max_size=8)

TEXTS = st.lists(st.sampled_from(PIECES) | _LETTERS, max_size=12).map("".join)
WORDS = TEXTS.filter(lambda text: bool(text.split()))
LONG = st.builds(lambda piece: (piece * 4000)[:4000], st.sampled_from(PIECES))
TITLES = (TEXTS | LONG).map(lambda text: f"T{text}t")
"""A title begins and ends with a letter: white space around one means nothing."""

NAMES = st.sampled_from(
    ["Ada Lovelace", "Laurens van der Maaten", "Martin Luther King Jr.", "Guy Van den Broeck", "Zoë Łuk", "张 伟"]
) | WORDS.filter(lambda text: "," not in text and not text.endswith("\\"))

NOTES = st.lists(TEXTS, max_size=4).map("\n".join)


TAGS = st.lists(
    WORDS.filter(lambda tag: not tag.endswith("\\")), max_size=3, unique_by=lambda tag: " ".join(tag.split())
)


@st.composite
def lists(draw: st.DrawFn) -> ReadingList:
    """A reading list of papers that no library holds."""
    headings = st.lists(WORDS, max_size=7).map(tuple)
    sections = draw(st.lists(headings, max_size=3))
    entries = [
        Entry(
            Named(
                draw(TITLES),
                tuple(draw(st.lists(NAMES, max_size=4))),
                draw(st.none() | TEXTS),
                draw(st.none() | st.integers(1000, 9999)),
                draw(st.none() | st.sampled_from(["https://a.org/x_y?a=1&copy=2#z", "https://a.org/%20*~"])),
            ),
            section=draw(st.sampled_from([(), *sections])),
            note=draw(NOTES),
            tags=tuple(draw(TAGS)),
            state=draw(st.sampled_from(STATES)),
            priority=draw(st.sampled_from(PRIORITIES)),
            why=draw(st.none() | st.builds(Why, WORDS, WORDS, st.none() | st.integers(1, 99))),
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    made = ReadingList("hostile", draw(TEXTS), draw(NOTES), tuple(filter(None, sections)), tuple(entries))
    return arranged(made)


def collected(made: ReadingList) -> Collection:
    """A list as it is exported when the library holds none of its papers."""
    keys = unique((str(entry.entry_id), stem_of_entry(entry)) for entry in made.entries)
    return collect(made, {entry.entry_id: cite_entry(entry, keys[str(entry.entry_id)]) for entry in made.entries}, {})
