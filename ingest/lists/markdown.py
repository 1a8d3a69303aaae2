"""Reading lists in Markdown: Posterhall's own (the grammar is in ``export/markdown.py``) and what people write by hand.

What is what, in either:

* The name is ``title:`` in front matter, or the only ``#`` heading where it comes first; other headings are sections.
* What stands before the first section and the first paper is the list's description. A sentence that links to a paper
  is part of it where bullets follow; in Posterhall's own form all before them is.
* A list's bullet is a paper, by its link or else by its title; two papers' links on it are two papers. A bullet that
  neither links to a paper nor begins with a title that is linked, bold or quoted, above bullets that link to papers, is
  a section.
* A paragraph or a quoted one (``>``) is a paper if it links to one; if several of its lines do, each is one.
* What is indented below a paper belongs to it: the fields that Posterhall writes, and else its note.
* Anything else is a remark. It goes into the note of every paper that follows it, up to the next remark or section:
  "Two works on memory:" is true of both. After the last paper of its section it belongs to that paper, and in a section
  without papers to the description, under the section's name.

A remark that several papers share is in each one's note, and is written with each: once a list is in Posterhall's own
form it reads back as it is, whatever it was made from.
"""

from __future__ import annotations

import re
from typing import Any

import yaml  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.lists.blocks import Reader
from ingest.lists.draft import Draft, NotAList, joined
from ingest.lists.inline import Source, line_of
from library.text import one_line

MAX_DEPTH = 40
"""Lists and quotes inside each other; what lies deeper is no list of papers."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,20000}?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
# The backslash before what would start something else in a description of Posterhall's own form.
_STARTED = re.compile(r"^\\(?=[#+*=<>`~|:-]|\d+[.)])")


def parse(text: str) -> Draft:
    """Read a list.

    Raises:
        NotAList: It is nested too deeply, or there are too many papers.
    """
    text = "\n".join(text.splitlines())
    matter = _FRONT_MATTER.match(text)
    name = _title(matter[1] or "") if matter else None
    shift = text[: matter.end()].count("\n") if matter else 0
    text = text[matter.end() :] if matter else text
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_DEPTH}).enable("table")
    # Addresses are kept as they are written and judged by ourselves; what a line says is read once it is wanted.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.disable(["inline", "text_join"])
    env: dict[str, Any] = {}
    tokens = parser.parse(text, env)
    for token in tokens:
        if token.level >= MAX_DEPTH - 2:
            line = (token.map or [0])[0] + shift + 1
            raise NotAList(line, "nested more deeply than any list of papers: is this another kind of file?")
    blocks = SyntaxTreeNode(tokens).children
    source = Source(text.split("\n"), parser, env)
    reader = Reader(source, shift + 1)
    tops = [block for block in blocks if block.type == "heading" and block.tag == "h1"]
    start = 0
    if name is None and len(tops) == 1 and blocks[0] is tops[0]:
        name, start = source.text(tops[0].children[0]), (tops[0].map or (0, 0))[1]
        blocks = blocks[1:]
    first = reader.first(blocks)
    end = line_of(blocks[first]) if first < len(blocks) else len(source.lines)
    told = (_STARTED.sub("", line.strip()) for line in source.lines[start:end])
    for block in blocks[first:]:
        reader.block(block)
    reader.close()
    description = joined("\n".join(told), *reader.loose)
    return Draft(tuple(reader.items), name or None, description, tuple(reader.sections))


def _title(matter: str) -> str | None:
    """``title`` of front matter; what cannot be read has none."""
    try:
        fields = yaml.safe_load(matter)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    title = fields.get("title") if isinstance(fields, dict) else None
    return one_line(str(title)) if isinstance(title, (str, int, float)) else None
