"""BibTeX entries as rows."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ingest.addresses import web
from library.errors import InputError

_NO_LATEX = ("url", "pdf", "eprint", "arxivid", "openreview", "doi", "howpublished", "ee")
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?")
_ARXIV = re.compile(rf"\b(?:arXiv:\s*|abs/)({_ARXIV_ID.pattern})", re.IGNORECASE)
"""In the journal's name as Google Scholar has it, in the volume as dblp and Semantic Scholar do."""
_REMARKS = re.compile(r"note|annote|annotation|review|comment(?:-.*)?")
"""Fields of the user's own words; JabRef has a comment for each user."""
_INHERITED = ("booktitle", "year", "date", "series", "volume", "publisher")
_TAGS = ("keywords", "mendeley-tags", "groups", "mendeley-groups")
_ENTRY = re.compile(r"^[ \t]*(?:[a-z]+[ \t]*\{[^{}\n]*,[ \t]*)?title[ \t]*=[ \t]*[{\"]", re.IGNORECASE | re.MULTILINE)
"""A title in what stands between entries, which BibTeX takes for a comment."""
_SHOWN = 160
"""Characters of an entry that cannot be read by which it is known again."""

_BARE_SIGN = re.compile(r"(?<!\\)([%&])")
"""To LaTeX a comment's start and a column's end; in a title they are meant as they stand."""

_LATEX = re.compile(r"[\\{}$~`]|--|''")
_MEANT = {0xE000: "{", 0xE001: "}", 0xE002: "$"}
"""Characters of no script that stand for those a text means, while the same ones of LaTeX are in it."""
_TERM = re.compile(r"(?:\{(?:[^{}]|\{[^{}]*\})*\}|[^,;])+")
"""One of several keywords: a comma in braces is part of it."""
_MACROS = {
    **{"{": "\ue000", "textbraceleft": "\ue000", "}": "\ue001", "textbraceright": "\ue001", "$": "\ue002"},
    **{"textless": "<", "textgreater": ">", "textbar": "|", "textasciicircum": "^", "url": "%s"},
}
"""What pylatexenc does not know, or gives as LaTeX's own sign."""


def bibtex_rows(
    path: Path, *, text: str | None = None, abstracts: bool = True
) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Yield ``(place, row)`` for every entry, with LaTeX in its values as the characters it stands for.

    An entry that cannot be read gives its problem in place of a row. One whose key another has already is a paper for
    all that, without an id and at the place of its line. Abstracts hold nine tenths of the LaTeX: who does not want
    them is done sooner.

    Args:
        path: The file.
        text: What stands in it, where that is known.
        abstracts: Read them, too.

    Raises:
        InputError: The file is not text.
    """
    # Imported here: only who has BibTeX waits for it.
    import bibtexparser
    from bibtexparser import middlewares

    text = _read(path) if text is None else text
    for name in ("bibtexparser", "pylatexenc"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they cannot read becomes a row below
    parsed = bibtexparser.parse_string(text, parse_stack=())
    entries, failed = _entries(parsed.blocks)
    keys = [entry.key for entry in entries]
    for n, entry in enumerate(entries):
        entry.key = str(n)  # the parser's library holds none twice
    decoded = bibtexparser.Library([*parsed.strings, *entries])
    for step in middlewares.default_parse_stack():
        decoded = step.transform(decoded)
    as_written: list[dict[str, str]] = []
    for entry in entries:
        entry.fields = _once(entry.fields)
        as_written.append({f.key: _address(str(f.value)) for f in entry.fields if f.key in _NO_LATEX})
        if not abstracts:
            entry.fields = [field for field in entry.fields if field.key != "abstract"]
    for step in (
        # Braces stay until the names are split: "{Barnes and Noble}" is one.
        middlewares.LatexDecodingMiddleware(decoder=_decoder()),
        middlewares.SeparateCoAuthors(),
        middlewares.SplitNameParts(),
        middlewares.MergeNameParts(style="first"),
    ):
        decoded = step.transform(decoded)
    lines = text.split("\n")
    for start, why in (*failed, *map(_failure, decoded.failed_blocks)):
        yield f"{path.name}:{start + 1}", f"not a BibTeX entry that can be read ({why}): {_beginning(lines, start)}"
    rows = {int(entry.key): {f.key: f.value for f in entry.fields} for entry in decoded.entries}
    first = {key: n for n, key in reversed(list(enumerate(keys)))}
    for n, fields in rows.items():
        line = (entries[n].start_line or 0) + 1
        key = keys[n] if first[keys[n]] == n else None
        above = rows.get(first.get(str(fields.get("crossref")), n), fields)
        fields = _inherited(fields, above) | as_written[n]
        yield f"{path.name}:{key or line}", _row(key, fields) | {"line": line}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error


def _entries(blocks: Iterable[Any]) -> tuple[list[Any], list[tuple[int, str]]]:
    """The entries, those too whose key or a field of which comes twice; and where, from 0, what cannot be read is."""
    from bibtexparser import model

    entries, failed = [], []
    for block in blocks:
        found = block
        if isinstance(block, (model.DuplicateBlockKeyBlock, model.DuplicateFieldKeyBlock)):
            found = block.ignore_error_block
        if isinstance(found, model.Entry):
            entries.append(found)
        elif isinstance(found, model.ParsingFailedBlock):
            failed.append(_failure(found))
        elif isinstance(found, model.ImplicitComment) and (lost := _ENTRY.search(found.comment)):
            failed.append(((found.start_line or 0) + found.comment.count("\n", 0, lost.start()), "no @ before it"))
    return entries, failed


def _failure(block: Any) -> tuple[int, str]:
    return block.start_line or 0, str(getattr(block.error, "abort_reason", None) or block.error)


def _beginning(lines: list[str], start: int) -> str:
    """How what begins on a line looks, by which it is known again."""
    shown = [line[:_SHOWN].strip() for line in lines[start : start + 4]]
    end = next((n for n, line in enumerate(shown) if n and line.startswith("@")), len(shown))
    return " ".join(" ".join(shown[:end]).split())[:_SHOWN]


def _once(fields: Iterable[Any]) -> list[Any]:
    """Each field under its name in lower case; of one that comes again the first counts, as for BibTeX.

    Remarks and keywords that come again are all kept.
    """
    found: dict[str, list[Any]] = {}
    for field in fields:
        field.key = field.key.lower()
        found.setdefault(field.key, []).append(field)
    for name, (first, *more) in found.items():
        if more and (name in _TAGS or _REMARKS.fullmatch(name)):
            first.value = (", " if name in _TAGS else "\n\n").join(str(field.value) for field in (first, *more))
    return [first for first, *_ in found.values()]


def _inherited(fields: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """The fields of a paper with what its proceedings (``crossref``) say for it."""
    if above is fields:
        return fields
    told = {name: above[name] for name in _INHERITED if name in above}
    return {"booktitle": above.get("title"), **told, **fields}


def _decoder() -> Any:
    """What reads LaTeX: formulas stay, and braces, so that :func:`_bare` can tell them from those that are text."""
    from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

    known = get_default_latex_context_db()
    macros = [MacroTextSpec(name, simplify_repl=text) for name, text in _MACROS.items()]
    known.add_context_category("posterhall", prepend=True, macros=macros)
    decoder = LatexNodes2Text(latex_context=known, keep_braced_groups=True, math_mode="verbatim")
    decode = decoder.latex_to_text
    # Most values hold no LaTeX, and to parse one takes a thousand times as long as to see that.
    decoder.latex_to_text = lambda text: decode(_BARE_SIGN.sub(r"\\\1", text)) if _LATEX.search(text) else text
    return decoder


def _row(key: str | None, fields: dict[str, Any]) -> dict[str, Any]:
    how = str(fields.get("howpublished") or "")
    url = fields.get("url") or fields.get("ee") or (how if web(how) else "")
    year = re.search(r"\d{4}", str(fields.get("year") or fields.get("date") or ""))
    link = "forum_url" if "openreview.net/forum" in url else "proceedings_url" if "mlr.press/v" in url else "site_url"
    names = [_bare(name) for name in fields.get("author") or []]
    journal = fields.get("journal") or fields.get("journaltitle")
    return {
        "id": key,
        "title": _bare(fields.get("title")),
        "authors": [name for name in names if name != "others"],
        "abstract": _bare(fields.get("abstract")),
        "venue": _bare(fields.get("booktitle") or journal or fields.get("eventtitle")),
        "year": year[0] if year else None,
        "keywords": _terms(fields.get("keywords")),
        "arxiv_id": _arxiv_id(fields, str(journal or "")),
        "forum_id": fields.get("openreview"),
        "doi": fields.get("doi"),
        "remarks": [_bare(value) for name, value in fields.items() if _REMARKS.fullmatch(name)],
        "tags": [term for name in _TAGS[1:] for term in _terms(fields.get(name))],
        **{name: _bare(fields.get(name)) for name in ("readstatus", "priority", "ranking")},
        "pdf_url": fields.get("pdf"),
        link: url or None,
        **{name: _bare(fields.get(name)) for name in ("series", "volume", "publisher", "pages")},
        "booktitle": _bare(fields.get("booktitle")),
    }


def _terms(text: str | None) -> list[str]:
    return [_bare(word) or "" for word in _TERM.findall(text or "")]


def _arxiv_id(fields: dict[str, Any], journal: str) -> str | None:
    archive = str(fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    if fields.get("eprint") and ("arxiv" in archive or (not archive and _ARXIV_ID.fullmatch(fields["eprint"]))):
        return str(fields["eprint"])
    if fields.get("arxivid"):
        return str(fields["arxivid"])
    named = journal if "arxiv" in journal.lower() else ""
    volume = str(fields.get("volume") or "") if named or journal.lower() == "corr" else ""
    found = _ARXIV.search(f"{named} {volume}")
    return found[1] if found else None


def _address(text: str) -> str:
    """An address or an id: of LaTeX it has at most a command around it and backslashes before its signs."""
    return re.sub(r"\\url\b|[{}]|\\(?=[^A-Za-z])", "", text)


def _bare(text: str | None) -> str | None:
    """Without the braces that only protect capitals: formulas keep theirs."""
    if not text:
        return text
    parts = re.split(r"(\$[^$]*\$)", text)
    parts[::2] = [re.sub(r"[{}]", "", part) for part in parts[::2]]
    return "".join(parts).translate(_MEANT)
