"""Reading lists as Markdown."""

from export.markdown import escaped, markdown
from library.lists import READ, Entry, Named, ReadingList, Why, arranged
from tests.export.hostile import collected

LIST = arranged(
    ReadingList(
        "seas",
        "Seas & *tides*",
        "What to read.\n\n# Not a heading",
        (("Deep",), ("Deep", "Deeper"), ("Empty",)),
        (
            Entry(
                Named("Waves [v2]", ("Ada Lovelace", "King, Jr."), "Harbour 2031", 2031, "https://a.org/x_(1)"),
                section=("Deep", "Deeper"),
                note="First.\n\n- a point\n",
                tags=("to present", "a, b"),
                state=READ,
                priority=1,
                why=Why("It ebbs.", "Results, p. 9", 3),
            ),
            Entry(Named("Untied $x_1$ costs $5", year=2030)),
        ),
    )
)

WRITTEN = r"""# Seas & \*tides\*

What to read.

\# Not a heading

- **Untied $x_1$ costs \$5**. 2030.

## Deep

### Deeper

- [Waves \[v2\]](https://a.org/x_%281%29). Ada Lovelace, King&#44; Jr.. *Harbour 2031*, 2031.
  - state: read
  - priority: 1
  - tags: to present, a&#44; b
  - why: “It ebbs.” (Results&#44; p. 9, p. 3)
  - note: First.

    - a point

## Empty
"""


def test_a_list_is_written_by_the_grammar() -> None:
    assert markdown(collected(LIST)) == WRITTEN


def test_sections_below_markdowns_headings_are_joined() -> None:
    deep = arranged(ReadingList("d", "D", sections=(("1", "2", "3", "4", "5", "6", "7"),)))
    assert markdown(collected(deep)).splitlines()[-3:] == ["###### 5 › 6", "", "###### 5 › 6 › 7"]


def test_a_formula_in_a_links_text_is_whole_where_it_makes_no_emphasis() -> None:
    title = r"$\bf{\Phi}_\textrm{Flow}$: Simulations"
    assert escaped(title, in_link=True) == title
    assert escaped("$}_a$ and $}_b$", in_link=True) == r"\$}\_a\$ and \$}\_b\$"
    assert escaped("$}_a$") == r"\$}\_a\$"


def test_only_what_markdown_acts_on_is_escaped() -> None:
    assert escaped("a_b and _c_ & R&D &amp; C# and 2 < 3 # x") == "a_b and \\_c\\_ & R&D \\&amp; C# and 2 \\< 3 # x"
    assert escaped("On C##") == "On C\\#\\#"
