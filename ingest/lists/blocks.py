"""The blocks of a Markdown document as what they are in a reading list: see :mod:`ingest.lists.markdown`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it.tree import SyntaxTreeNode

from ingest.lists.citation import Kind, Piece, is_bare, is_marked, is_own, names_paper, papers_of, read
from ingest.lists.draft import Item, check_room, joined
from ingest.lists.fields import SEPARATOR_OF_DEEP, apply_field
from ingest.lists.inline import Source, inlines, line_of
from library.editing import section_text
from library.lists import READ, Path

_LISTS = ("bullet_list", "ordered_list")
_TASK = re.compile(r"\[([ xX])\]\s+")


@dataclass
class _Remark:
    text: str
    used: bool = False


@dataclass
class Reader:
    """Goes through the blocks of a document once and collects what they are."""

    source: Source
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
        """Where the description ends: at the first section or paper.

        Before bullets a sentence with a link is none yet. In Posterhall's own form nothing before them is.
        """
        lists = [block for block in blocks if self._is_list(block)]
        heads = [next(iter(inlines(item)), None) for block in lists for item in block.children]
        own = lists and all(head is not None and is_own(self.source.pieces(head)) for head in heads)
        for n, block in enumerate(blocks):
            names = is_bare if lists and block.type == "paragraph" else names_paper
            lines = (line for inline in inlines(block) for line in self.source.by_line(inline))
            linked = not own and any(map(names, lines))
            if block.type == "heading" or self._is_list(block) or linked:
                return n
        return len(blocks)

    def _is_list(self, node: SyntaxTreeNode) -> bool:
        """Whether a list is one of papers: it has any text."""
        return node.type in _LISTS and any(inline.content.strip() for inline in inlines(node))

    def block(self, node: SyntaxTreeNode, extra: Path = ()) -> None:
        """Take in a block; ``extra`` are the sections that it stands in besides those of headings."""
        if node.type == "heading":
            self._heading(node)
        elif self._is_list(node):
            self._bullets(node, extra)
        elif node.type == "blockquote" and any(names_paper(self.source.pieces(n)) for n in inlines(node)):
            for child in node.children:
                self.block(child, extra)
        elif node.type == "paragraph" and any(map(names_paper, self.source.by_line(node.children[0]))):
            self._paragraph(node, extra)
        elif node.type == "table" and any(names_paper(self.source.pieces(n)) for n in inlines(node)):
            for row in node.walk():
                if row.type == "tr" and any(names_paper(self.source.pieces(n)) for n in inlines(row)):
                    cells = [piece for n in inlines(row) for piece in (*self.source.pieces(n), Piece(Kind.TEXT, " "))]
                    for pieces in papers_of(cells):
                        self._paper(line_of(row), pieces, extra)
        elif node.type != "hr":
            self._remarked(self.source.raw(node))

    def _heading(self, node: SyntaxTreeNode) -> None:
        self.close()
        level, name = int(node.tag[1]), self.source.text(node.children[0]) or "Untitled"
        self.headings = [each for each in self.headings if each[0] < level] + [(level, name)]
        path: Path = ()
        for depth, part in self.headings:
            # Deeper than headings go the path stands in the last one.
            path += tuple(part.split(SEPARATOR_OF_DEEP)) if depth == 6 else (part,)
        self.here = path
        self.sections.append(path)

    def _bullets(self, node: SyntaxTreeNode, extra: Path) -> None:
        heads = [next(iter(inlines(item)), None) for item in node.children]
        for item, head in zip(node.children, heads, strict=True):
            below = [child for child in item.children if child.type != "paragraph"]
            papers = [n for n in below if any(names_paper(self.source.pieces(i)) for i in inlines(n))]
            if head is None:
                self._remarked(self.source.raw(item))
            elif papers and not is_marked(self.source.pieces(head)):
                path = (*extra, self.source.text(head))
                self.close()
                self.sections.append((*self.here, *path))
                for child in item.children[1:]:
                    self.block(child, path)
                self.close()
            else:
                self._bullet(item, head, extra)

    def _bullet(self, item: SyntaxTreeNode, head: SyntaxTreeNode, extra: Path) -> None:
        for pieces in papers_of(self.source.pieces(head)):
            self._paper(line_of(item), pieces, extra)
        at = len(self.items) - 1
        for child in item.children[1:]:
            if child.type in _LISTS:
                for sub in child.children:
                    self._below(at, sub, extra)
            else:
                self._annotate(at, self.source.raw(child))

    def _below(self, at: int, sub: SyntaxTreeNode, extra: Path) -> None:
        """A bullet below a paper: one of Posterhall's fields, another paper, or a note."""
        inline = next(iter(inlines(sub)), None)
        given = re.match(r"[-*+][ \t]+(state|priority|tags|why|note):[ \t]?(.*)", self.source.raw(sub), re.DOTALL)
        changed = None
        if given:
            text = given[2] if given[1] == "note" else self.source.text(inline, marked=True).partition(":")[2]
            changed = apply_field(self.items[at].entry, given[1], text)
        if changed is not None:
            self.items[at] = replace(self.items[at], entry=changed)
        elif inline is not None and names_paper(self.source.pieces(inline)):
            self._bullet(sub, inline, extra)
        else:
            self._annotate(at, self.source.raw(sub))

    def _paragraph(self, node: SyntaxTreeNode, extra: Path) -> None:
        lines = self.source.by_line(node.children[0])
        raw = [line.lstrip("> ") for line in self.source.raw(node).split("\n")]
        if len(raw) != len(lines):  # code that goes on on the next line
            raw = ["".join(piece.text for piece in line) for line in lines]
        if sum(map(names_paper, lines)) == 1:
            lines = [[piece for line in lines for piece in (*line, Piece(Kind.TEXT, " "))]]
        for n, line in enumerate(lines):
            if names_paper(line):
                for pieces in papers_of(line):
                    self._paper(line_of(node) + n, pieces, extra)
            else:
                self._remarked(raw[n])

    # What is made of them

    def _paper(self, line: int, pieces: list[Piece], extra: Path) -> None:
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

    def _annotate(self, at: int, text: str) -> None:
        entry = self.items[at].entry
        self.items[at] = replace(self.items[at], entry=replace(entry, note=joined(entry.note, text)))

    def _remarked(self, text: str) -> None:
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
            self._annotate(len(self.items) - 1, remark.text)
        else:
            self.loose.append(joined(section_text(self.here), remark.text))
