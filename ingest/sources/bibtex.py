"""BibTeX entries as rows."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from library.errors import InputError

_NO_LATEX = ("url", "pdf", "eprint", "openreview", "doi")
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


def bibtex_rows(path: Path, *, abstracts: bool = True) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Yield ``(place, row)`` for every entry, with LaTeX in its values as the characters it stands for.

    An entry that cannot be read gives its problem in place of a row. Abstracts hold nine tenths of the LaTeX: who does
    not want them is done sooner.

    Raises:
        InputError: The file is not text.
    """
    # Imported here: only who has BibTeX waits for it.
    import bibtexparser
    from bibtexparser import middlewares

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    for name in ("bibtexparser", "pylatexenc"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they cannot read becomes a row below
    parsed = bibtexparser.parse_string(text, append_middleware=[middlewares.NormalizeFieldKeys()])
    as_written: dict[str, dict[str, str]] = {}
    for entry in parsed.entries:
        as_written[entry.key] = {f.key: _address(str(f.value)) for f in entry.fields if f.key in _NO_LATEX}
        if not abstracts:
            entry.fields = [field for field in entry.fields if field.key != "abstract"]
    for step in (
        # Braces stay until the names are split: "{Barnes and Noble}" is one.
        middlewares.LatexDecodingMiddleware(decoder=_decoder()),
        middlewares.SeparateCoAuthors(),
        middlewares.SplitNameParts(),
        middlewares.MergeNameParts(style="first"),
    ):
        parsed = step.transform(parsed)
    for block in parsed.failed_blocks:
        why = getattr(block.error, "abort_reason", None) or block.error
        yield f"{path.name}:{(block.start_line or 0) + 1}", f"not a BibTeX entry that can be read ({why})"
    for entry in parsed.entries:
        fields = {f.key: f.value for f in entry.fields} | as_written[entry.key]
        yield f"{path.name}:{entry.key}", _row(entry.key, fields) | {"line": (entry.start_line or 0) + 1}


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


def _row(key: str, fields: dict[str, Any]) -> dict[str, Any]:
    url = fields.get("url") or ""
    on_arxiv = "arxiv" in str(fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    year = re.search(r"\d{4}", str(fields.get("year") or fields.get("date") or ""))
    link = "forum_url" if "openreview.net/forum" in url else "proceedings_url" if "mlr.press/v" in url else "site_url"
    names = [_bare(name) for name in fields.get("author") or []]
    return {
        "id": key,
        "title": _bare(fields.get("title")),
        "authors": [name for name in names if name != "others"],
        "abstract": _bare(fields.get("abstract")),
        "venue": _bare(fields.get("booktitle") or fields.get("journal")),
        "year": year[0] if year else None,
        "keywords": [_bare(word) or "" for word in _TERM.findall(fields.get("keywords") or "")],
        "arxiv_id": fields.get("eprint") if on_arxiv else None,
        "forum_id": fields.get("openreview"),
        "doi": fields.get("doi"),
        "remark": _bare(fields.get("annote") or fields.get("annotation") or fields.get("note")),
        "pdf_url": fields.get("pdf"),
        link: url or None,
        **{name: _bare(fields.get(name)) for name in ("series", "volume", "publisher", "pages")},
        "booktitle": _bare(fields.get("booktitle")),
    }


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
