"""The texts of a Markdown document: their source, and what is linked, bold or in italics in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from ingest.lists.citation import MARK, Kind, Piece, unmarked

MAX_PARAGRAPH = 20_000
"""Characters in which links are looked for; a paper with three hundred authors has six thousand. Brackets without end
take a parser the square of their number."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document's lines, and the parser and the references that its texts are read with."""

    lines: list[str]
    parser: MarkdownIt
    env: dict[str, Any]

    def raw(self, node: SyntaxTreeNode) -> str:
        """A block's source, without the indent of its first line."""
        first, last = node.map or (0, 0)
        lines = self.lines[first:last]
        indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
        return "\n".join(line[min(indent, len(line) - len(line.lstrip())) :] for line in lines).strip()

    def _inline(self, node: SyntaxTreeNode) -> list[Token]:
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
        for token in self._inline(node):
            if token.type in ("softbreak", "hardbreak"):
                lines.append([])
            else:
                lines[-1].append(token)
        return [_pieces(tokens) for tokens in lines]

    def pieces(self, node: SyntaxTreeNode) -> list[Piece]:
        """The pieces of a paragraph, a heading or a cell."""
        return _pieces(self._inline(node))

    def text(self, node: SyntaxTreeNode | None, *, marked: bool = False) -> str:
        """Its text; ``marked`` keeps :data:`ingest.lists.citation.MARK` in it."""
        told = "".join(piece.text for piece in _pieces(self._inline(node))) if node else ""
        return told if marked else unmarked(told)


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


def inlines(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    """The texts inside a block."""
    return (each for each in node.walk() if each.type == "inline")


def line_of(node: SyntaxTreeNode) -> int:
    """Where a block begins, from 0."""
    while node.map is None and node.parent is not None:
        node = node.parent
    return (node.map or (0, 0))[0]
