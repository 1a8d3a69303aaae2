"""Reading lists in Markdown: Posterhall's own (the grammar is in ``export/markdown.py``) and what people write by hand.

What is what, in either:

* The name is ``title:`` in front matter, or the only ``#`` heading where it comes first; other headings are sections.
* What stands before the first section and the first paper is the list's description.
* A list's bullet is a paper, if any bullet beside it links to one or begins with a title that is linked, bold or
  quoted. A bullet without any of these above bullets that have them is a section.
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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from ingest.lists.citation import MARK, Kind, Piece, is_marked, names_paper, read, unmarked
from ingest.lists.draft import Draft, Item, NotAList, check_room, joined
from ingest.lists.fields import SEPARATOR_OF_DEEP, apply_field
from library.editing import section_text
from library.lists import READ, Path
from library.text import one_line

MAX_DEPTH = 40
"""Lists and quotes inside each other; what lies deeper is no list of papers."""

MAX_PARAGRAPH = 20_000
"""Characters in which links are looked for; a paper with three hundred authors has six thousand. Brackets without end
take a parser the square of their number."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.{0,20000}?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
# The backslash before what would start something else in a description of Posterhall's own form.
_STARTED = re.compile(r"^\\(?=[#+*=<>`~|:-]|\d+[.)])")
_LISTS = ("bullet_list", "ordered_list")
_TASK = re.compile(r"\[([ xX])\]\s+")


@dataclass
class _Remark:
    text: str
    used: bool = False


@dataclass
class _Reader:
    """Goes through the blocks of a document once and collects what they are."""

    lines: list[str]
    env: dict[str, Any]
    parser: MarkdownIt
    shift: int
    items: list[Item] = field(default_factory=list)
    sections: list[Path] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    """Remarks of sections without papers."""
    headings: list[tuple[int, str]] = field(default_factory=list)
    here: Path = ()
    remark: _Remark | None = None
    fresh: bool = True
    """The next remark takes the place of the one before; in a row they are one."""

    # What the blocks are

    def first(self, blocks: Sequence[SyntaxTreeNode]) -> int:
        """Where the description ends: at the first section or paper. Where bullets are papers, text before is none."""
        bulleted = any(map(self.is_list, blocks))
        for n, block in enumerate(blocks):
            linked = not bulleted and any(names_paper(self.pieces(inline)) for inline in _inlines(block))
            if block.type == "heading" or self.is_list(block) or linked:
                return n
        return len(blocks)

    def is_list(self, node: SyntaxTreeNode) -> bool:
        """Whether a list is one of papers."""
        return node.type in _LISTS and any(is_marked(self.pieces(inline)) for inline in _inlines(node))

    def block(self, node: SyntaxTreeNode, extra: Path = ()) -> None:
        if node.type == "heading":
            self.heading(node)
        elif self.is_list(node):
            self.bullets(node, extra)
        elif node.type == "blockquote" and any(names_paper(self.pieces(n)) for n in _inlines(node)):
            for child in node.children:
                self.block(child, extra)
        elif node.type == "paragraph" and any(map(names_paper, self.by_line(node.children[0]))):
            self.paragraph(node, extra)
        elif node.type == "table" and any(names_paper(self.pieces(n)) for n in _inlines(node)):
            for row in node.walk():
                if row.type == "tr" and any(names_paper(self.pieces(n)) for n in _inlines(row)):
                    cells = [piece for n in _inlines(row) for piece in (*self.pieces(n), Piece(Kind.TEXT, " "))]
                    self.paper(_line(row), cells, extra)
        elif node.type != "hr":
            self.remarked(self.raw(node))

    def heading(self, node: SyntaxTreeNode) -> None:
        self.close()
        level, name = int(node.tag[1]), self.text(node.children[0]) or "Untitled"
        self.headings = [each for each in self.headings if each[0] < level] + [(level, name)]
        path: Path = ()
        for depth, part in self.headings:
            # Deeper than headings go the path stands in the last one.
            path += tuple(part.split(SEPARATOR_OF_DEEP)) if depth == 6 else (part,)
        self.here = path
        self.sections.append(path)

    def bullets(self, node: SyntaxTreeNode, extra: Path) -> None:
        heads = [next(iter(_inlines(item)), None) for item in node.children]
        for item, head in zip(node.children, heads, strict=True):
            below = [child for child in item.children if child.type != "paragraph"]
            papers = [n for n in below if any(names_paper(self.pieces(i)) for i in _inlines(n))]
            if head is None:
                self.remarked(self.raw(item))
            elif papers and not is_marked(self.pieces(head)):
                path = (*extra, self.text(head))
                self.close()
                self.sections.append((*self.here, *path))
                for child in item.children[1:]:
                    self.block(child, path)
                self.close()
            else:
                self.bullet(item, head, extra)

    def bullet(self, item: SyntaxTreeNode, head: SyntaxTreeNode, extra: Path) -> None:
        at = len(self.items)
        self.paper(_line(item), self.pieces(head), extra)
        for child in item.children[1:]:
            if child.type in _LISTS:
                for sub in child.children:
                    self.below(at, sub, extra)
            else:
                self.annotate(at, self.raw(child))

    def below(self, at: int, sub: SyntaxTreeNode, extra: Path) -> None:
        """A bullet below a paper: one of Posterhall's fields, another paper, or a note."""
        inline = next(iter(_inlines(sub)), None)
        given = re.match(r"[-*+][ \t]+(state|priority|tags|why|note):[ \t]?(.*)", self.raw(sub), re.DOTALL)
        changed = None
        if given:
            text = given[2] if given[1] == "note" else self.text(inline, marked=True).partition(":")[2]
            changed = apply_field(self.items[at].entry, given[1], text)
        if changed is not None:
            self.items[at] = replace(self.items[at], entry=changed)
        elif inline is not None and names_paper(self.pieces(inline)):
            self.bullet(sub, inline, extra)
        else:
            self.annotate(at, self.raw(sub))

    def paragraph(self, node: SyntaxTreeNode, extra: Path) -> None:
        lines = self.by_line(node.children[0])
        if sum(map(names_paper, lines)) == 1:
            lines = [[piece for line in lines for piece in (*line, Piece(Kind.TEXT, " "))]]
        for n, pieces in enumerate(lines):
            if names_paper(pieces):
                self.paper(_line(node) + n, pieces, extra)
            else:
                self.remarked("".join(piece.text for piece in pieces))

    # What is made of them

    def paper(self, line: int, pieces: list[Piece], extra: Path) -> None:
        state = None
        if pieces and (task := _TASK.match(pieces[0].text)):
            state = READ if task[1] in "xX" else None
            pieces = [Piece(Kind.TEXT, pieces[0].text[task.end() :]), *pieces[1:]]
        item = read(line + self.shift, pieces)
        entry = replace(item.entry, section=(*self.here, *extra), state=state or item.entry.state)
        if self.remark is not None:
            self.remark.used = True
            entry = replace(entry, note=joined(self.remark.text, entry.note))
        self.fresh = True
        self.items.append(replace(item, entry=entry))
        check_room(len(self.items), item.line)

    def annotate(self, at: int, text: str) -> None:
        entry = self.items[at].entry
        self.items[at] = replace(self.items[at], entry=replace(entry, note=joined(entry.note, text)))

    def remarked(self, text: str) -> None:
        if self.fresh or self.remark is None:
            self.close()
            self.remark, self.fresh = _Remark(text), False
        else:
            self.remark.text = joined(self.remark.text, text)

    def close(self) -> None:
        """End a remark's reach; one that no paper followed goes to the paper before it, or to the description."""
        remark, self.remark, self.fresh = self.remark, None, True
        if remark is None or remark.used:
            return
        if self.items and self.items[-1].entry.section[: len(self.here)] == self.here:
            self.annotate(len(self.items) - 1, remark.text)
        else:
            self.loose.append(joined(section_text(self.here), remark.text))

    # What they say

    def raw(self, node: SyntaxTreeNode) -> str:
        """A block's source, without the indent of its first line."""
        first, last = node.map or (0, 0)
        lines = self.lines[first:last]
        indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        return "\n".join(line[min(indent, len(line) - len(line.lstrip())) :] for line in lines).strip()

    def inline(self, node: SyntaxTreeNode) -> list[Token]:
        token = node.token
        assert token is not None, "an inline node is one token"
        if not token.children:
            found: list[Token] = []
            if len(token.content) > MAX_PARAGRAPH:
                found.append(Token("text", "", 0, content=token.content))
            else:
                self.parser.inline.parse(token.content, self.parser, self.env, found)
            token.children = found
        return token.children

    def by_line(self, node: SyntaxTreeNode) -> list[list[Piece]]:
        """The pieces of each line of a paragraph."""
        lines: list[list[Token]] = [[]]
        for token in self.inline(node):
            if token.type in ("softbreak", "hardbreak"):
                lines.append([])
            else:
                lines[-1].append(token)
        return [_pieces(tokens) for tokens in lines]

    def pieces(self, node: SyntaxTreeNode) -> list[Piece]:
        return _pieces(self.inline(node))

    def text(self, node: SyntaxTreeNode | None, *, marked: bool = False) -> str:
        told = "".join(piece.text for piece in _pieces(self.inline(node))) if node else ""
        return told if marked else unmarked(told)


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
    reader = _Reader(text.split("\n"), env, parser, shift + 1)
    tops = [block for block in blocks if block.type == "heading" and block.tag == "h1"]
    start = 0
    if name is None and len(tops) == 1 and blocks[0] is tops[0]:
        name, start = reader.text(tops[0].children[0]), (tops[0].map or (0, 0))[1]
        blocks = blocks[1:]
    first = reader.first(blocks)
    end = _line(blocks[first]) if first < len(blocks) else len(reader.lines)
    told = (_STARTED.sub("", line.strip()) for line in reader.lines[start:end])
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


def _pieces(tokens: Sequence[Token]) -> list[Piece]:
    """What is linked, bold or in italics as a piece each; other marks are left out and their text kept."""
    found: list[Piece] = []
    kinds = {"link": Kind.LINK, "strong": Kind.STRONG, "em": Kind.EMPHASIS}
    depth, kind, href, text = 0, Kind.TEXT, "", ""
    for token in tokens:
        name, _, side = token.type.rpartition("_")
        if side == "open" and name in kinds:
            depth += 1
            # A link inside bold type is a link, and bold type inside a link is, too.
            if depth == 1 or name == "link":
                if text:
                    found.append(Piece(kind, text, href))
                kind, href, text = kinds[name], str(token.attrGet("href") or ""), ""
        elif side == "close" and name in kinds:
            depth -= 1
            if depth == 0 or name == "link":
                if text or kind is Kind.LINK:
                    found.append(Piece(kind, text, href))
                kind, href, text = Kind.TEXT, "", ""
        elif token.type in ("softbreak", "hardbreak"):
            text += " "
        else:
            entity = token.type == "text_special" and token.info == "entity"
            text += f"{MARK}{token.content}" if entity and token.content in ",”" else token.content
    return [*found, Piece(kind, text, href)] if text else found


def _inlines(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    return (each for each in node.walk() if each.type == "inline")


def _line(node: SyntaxTreeNode) -> int:
    """Where a block begins, from 0."""
    while node.map is None and node.parent is not None:
        node = node.parent
    return (node.map or (0, 0))[0]
