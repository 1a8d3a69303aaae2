"""What one line says of a paper: its title, its authors, where it is, and what else stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ingest.addresses import BARE, completed, identifier, is_paper, web
from ingest.lists.draft import Item
from library.lists import Entry, Named
from library.text import one_line

MARK = "\0"
"""Stands before a comma or a quotation mark that belongs to a part of a line instead of ending it: Posterhall writes
these as entities. No text holds it otherwise."""

_ADDRESS = re.compile(r"https?://[^\s<>\"]+|\barxiv:\s?\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE)
_ANY_ADDRESS = re.compile(f"{_ADDRESS.pattern}|{BARE.pattern}", re.IGNORECASE)
_QUOTED = re.compile(r"“([^“”]{3,})”|\"([^\"]{3,})\"")
_YEAR = re.compile(r"\b(?:19|20|21)\d\d\b")
_LAST_YEAR = re.compile(r"(?:^|(?<=\. ))((?:19|20|21)\d\d)\.$")
_ENDS = " \t\n,;:.-–—|()[]"
_LABELS = {"abs", "abstract", "arxiv", "code", "forum", "here", "html", "link", "openreview", "paper", "pdf", "url"}


class Kind(Enum):
    """What a piece of a line is."""

    TEXT = "text"
    LINK = "link"
    STRONG = "strong"
    EMPHASIS = "emphasis"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a line's text; ``href`` is a link's address."""

    kind: Kind
    text: str
    href: str = ""


def unmarked(text: str) -> str:
    """The text on one line, as it is meant."""
    return one_line(text.replace(MARK, ""))


def pieces_of(text: str, *, bare: bool = False) -> list[Piece]:
    """Plain text as pieces: the addresses in it, and what stands between them; ``bare`` are those without a scheme."""
    found, at = [], 0
    for match in (_ANY_ADDRESS if bare else _ADDRESS).finditer(text):
        url = _trimmed(match[0])
        found.append(Piece(Kind.TEXT, text[at : match.start()]))
        href = f"https://arxiv.org/abs/{url[6:].strip()}" if url.lower().startswith("arxiv:") else completed(url)
        found.append(Piece(Kind.LINK, url if _ADDRESS.match(url) else href, href))
        at = match.start() + len(url)
    found.append(Piece(Kind.TEXT, text[at:]))
    return [piece for piece in found if piece.text]


def _spread(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces with the addresses that stand bare in their text as links."""
    return [part for piece in pieces for part in (pieces_of(piece.text) if piece.kind is Kind.TEXT else [piece])]


def names_paper(pieces: Sequence[Piece]) -> bool:
    """Whether a line links to a paper."""
    return any(piece.kind is Kind.LINK and is_paper(piece.href) for piece in _spread(pieces))


def is_bare(pieces: Sequence[Piece]) -> bool:
    """Whether a line is a paper's address with a remark after it or a title before it, rather than a sentence."""
    shown = [piece for piece in _spread(pieces) if piece.text.strip()]
    return names_paper(shown[:1]) or (names_paper(shown[-1:]) and bool(_ADDRESS.fullmatch(shown[-1].text)))


def is_marked(pieces: Sequence[Piece]) -> bool:
    """Whether a line looks as if it named a paper: it links to one, or begins with a linked, bold or quoted title."""
    shown = [piece for piece in pieces if piece.text.strip()]
    return names_paper(pieces) or bool(
        shown and (shown[0].kind in (Kind.LINK, Kind.STRONG) or _QUOTED.match(shown[0].text.strip()))
    )


def is_own(pieces: Sequence[Piece]) -> bool:
    """Whether a line is a paper as Posterhall writes it."""
    shown = "".join(piece.text for piece in pieces).rstrip()
    return shown.endswith(".") and pieces[-1].kind is Kind.TEXT and _own_form(pieces) is not None


def papers_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of a line for each paper that it links to.

    A title may have several addresses: its forum, its preprint, its PDF. Two addresses are two papers where they are
    two forums (or two preprints), where each has a title of its own, or where there are no titles at all.
    """
    spread = [] if _own_form(pieces) else _spread(pieces)
    found: list[list[Piece]] = [[]]
    known: dict[str, str] = {}
    last: Piece | None = None
    for piece in spread:
        name = identifier(piece.href) if piece.kind is Kind.LINK and is_paper(piece.href) else None
        if name:
            scheme, value = name
            if last and (known.get(scheme, value) != value or _is_another(last, piece, found[-1], scheme in known)):
                at = _start_of(found[-1], last, piece)
                found.append(found[-1][at:])
                del found[-2][at:]
                known = {}
            known[scheme] = value
            last = piece
        found[-1].append(piece)
    return found if len(found) > 1 else [list(pieces)]


def _is_another(last: Piece, link: Piece, before: Sequence[Piece], known: bool) -> bool:
    """Whether two links are of two papers: two whole titles, or bare addresses without any word before them."""
    if all(_is_title(piece) and len(piece.text.split()) > 2 for piece in (last, link)):
        return last.text != link.text
    return not known and not _text(before) and all(_ADDRESS.match(piece.text) for piece in (last, link))


def _start_of(pieces: Sequence[Piece], last: Piece, link: Piece) -> int:
    """Where in what was read so far a paper begins that has this link: what stands before a bare one is its title."""
    at = next((n + 1 for n, piece in enumerate(pieces) if piece is last), 0)
    titled = _text(pieces[: at - 1] if at else [])
    return at if titled and not _is_title(link) else len(pieces)


def read(line: int, pieces: Sequence[Piece], *, plain_title: bool = True) -> Item:
    """The paper of a line.

    The title is a linked or bold text at the start, as Posterhall writes it and followed by authors, *venue* and year;
    else what stands in quotes, with the authors before it; else a linked text; else the text before the first address.

    Args:
        line: Its number.
        pieces: What stands on it.
        plain_title: A line without any mark is a title.
    """
    pieces = _without_gaps(pieces)
    first = pieces[0] if pieces else Piece(Kind.TEXT, "")
    head = first.kind is Kind.STRONG or (first.kind is Kind.LINK and _is_title(first))
    whole = any(piece.kind is Kind.EMPHASIS for piece in pieces)
    if (own := _own_form(pieces)) and (whole or first.text.strip(_ENDS).casefold() not in _LABELS):
        # A full stop and a remark look like authors; the library can tell.
        beside = "" if whole else _text(pieces[1:])
        return Item(line, Entry(own), (own.link,) if own.link else (), beside)
    pieces = _spread(pieces)
    addresses = [piece.href for piece in pieces if piece.kind is Kind.LINK and web(piece.href)]
    links = tuple(sorted(dict.fromkeys(addresses), key=lambda url: not is_paper(url)))
    named = Named("", link=links[0] if links else None)
    if head:
        rest = _text(pieces[1:])
        return Item(line, Entry(replace(named, title=one_line(first.text), year=_year(rest))), links, rest, rest)
    text = _text(pieces)
    if match := _QUOTED.search(text):
        return _quoted(line, named, links, text, match)
    title = next((piece for piece in pieces if is_paper(piece.href) and _is_title(piece)), None)
    if title is not None:
        rest = _text(piece for piece in pieces if piece is not title)
        return Item(line, Entry(replace(named, title=one_line(title.text), year=_year(rest))), links, rest, rest)
    at = next((n for n, piece in enumerate(pieces) if piece.kind is Kind.LINK), len(pieces))
    before, after = _text(pieces[:at]), _text(pieces[at:])
    if not before and not after and not links:
        before = one_line("".join(piece.text for piece in pieces))
    if before and plain_title:
        return Item(line, Entry(replace(named, title=before)), links, _sentence(before, after), after)
    return Item(line, Entry(named), links, _sentence(before, after), _sentence(before, after))


def _without_gaps(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that say something; a space between two is part of the text beside it."""
    found: list[Piece] = []
    gap = False
    for piece in pieces:
        if not piece.text.strip() and piece.kind is not Kind.LINK:
            gap = bool(found)
            continue
        if gap and piece.kind is Kind.TEXT:
            piece = replace(piece, text=f" {piece.text}")
        elif gap and found[-1].kind is Kind.TEXT:
            found[-1] = replace(found[-1], text=f"{found[-1].text} ")
        found.append(piece)
        gap = False
    return found


def _own_form(pieces: Sequence[Piece]) -> Named | None:
    """``[Title](link). Authors. *Venue*, year.`` with any of the three left out; None where a line is not that."""
    if not pieces or pieces[0].kind not in (Kind.LINK, Kind.STRONG):
        return None
    rest = pieces[1:]
    venues = [n for n, piece in enumerate(rest) if piece.kind is Kind.EMPHASIS]
    if any(piece.kind not in (Kind.TEXT, Kind.EMPHASIS) for piece in rest) or len(venues) > 1:
        return None
    whole = "".join(piece.text for piece in rest)
    if whole and not (whole.startswith(".") and whole.rstrip().endswith(".")):
        return None
    before, venue, after = whole, None, ""
    if venues:
        at = venues[0]
        before = "".join(piece.text for piece in rest[:at])
        venue, after = rest[at].text, "".join(piece.text for piece in rest[at + 1 :])
    before = before.strip().removeprefix(".").strip()
    found = re.fullmatch(r",\s*(\d{1,4})\.\s*", after) if venue else _LAST_YEAR.search(before)
    if venue and not found and after.strip() != ".":
        return None
    if found and not venue:
        before = before[: found.start()].strip()
    authors = tuple(unmarked(one) for one in re.split(r"(?<!\0), ", before.removesuffix(".")) if one.strip())
    link = pieces[0].href if web(pieces[0].href) else None
    year = int(found[1]) if found else None
    return Named(unmarked(pieces[0].text), authors, unmarked(venue) if venue else None, year, link)


def _quoted(line: int, named: Named, links: tuple[str, ...], text: str, match: re.Match[str]) -> Item:
    """A citation such as ``Zhao, Stephen, and Rob Brekelmans. “Title,” 2024.`` from a bibliography."""
    before, after = text[: match.start()].strip(_ENDS), text[match.end() :].strip(_ENDS)
    year = _year(after) or _year(before)
    where = _YEAR.sub("", after).strip(_ENDS)
    title = one_line(match[1] or match[2]).rstrip(",")
    title = title[:-1] if title.endswith(".") else title
    named = replace(named, title=title, authors=_cited(before), venue=one_line(where) or None, year=year)
    return Item(line, Entry(named), links, _sentence(before, after))


def _cited(text: str) -> tuple[str, ...]:
    """Authors as bibliographies name them: the first may have the family name first, ``et al.`` ends them."""
    text = re.sub(r",?\s*\bet al\b.*$|[()]", "", _YEAR.sub("", text))
    names = [name.strip(" ,;") for name in re.split(r",|;|\band\b|&", text) if name.strip(" ,;")]
    if len(names) > 1 and (" " not in names[0] or names[0][:1].islower()):
        names[:2] = [f"{names[1]} {names[0]}"]
    return tuple(one_line(name) for name in names)


def _is_title(piece: Piece) -> bool:
    """Whether a link's text is more than its address or a word such as "pdf"."""
    label = piece.text.strip(_ENDS).casefold()
    return bool(label) and label not in _LABELS and not _ADDRESS.match(label) and (" " in label or "/" not in label)


def _text(pieces: Iterable[Piece]) -> str:
    """What pieces say but for addresses and their labels."""
    told = (piece.text if piece.kind is not Kind.LINK or _is_title(piece) else " " for piece in pieces)
    return unmarked("".join(told)).strip(_ENDS)


def _sentence(before: str, after: str) -> str:
    return " ".join(part for part in (before, after) if part)


def _year(text: str) -> int | None:
    found = _YEAR.findall(text)
    return int(found[-1]) if found else None


def _trimmed(url: str) -> str:
    """Without the signs that end the sentence around an address."""
    while url and (url[-1] in ".,;:!?'*_”’" or (url[-1] in ")]" and url.count("(") + url.count("[") < _closed(url))):
        url = url[:-1]
    return url


def _closed(url: str) -> int:
    return url.count(")") + url.count("]")
