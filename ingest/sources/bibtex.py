"""BibTeX entries as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from library.errors import InputError


def bibtex_rows(path: Path) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Yield ``(place, row)`` for every entry, with LaTeX in its values as the characters it stands for.

    An entry that cannot be read gives its problem in place of a row.

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
    stack = [
        middlewares.LatexDecodingMiddleware(),
        middlewares.SeparateCoAuthors(),
        middlewares.SplitNameParts(),
        middlewares.MergeNameParts(style="first"),
    ]
    parsed = bibtexparser.parse_string(text, append_middleware=stack)
    for block in parsed.failed_blocks:
        yield f"{path.name}:{(block.start_line or 0) + 1}", f"not a BibTeX entry that can be read ({block.error})"
    for entry in parsed.entries:
        yield f"{path.name}:{entry.key}", _row(entry.key, {f.key.lower(): f.value for f in entry.fields})


def _row(key: str, fields: dict[str, Any]) -> dict[str, Any]:
    url = fields.get("url") or ""
    on_arxiv = "arxiv" in str(fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    year = re.search(r"\d{4}", str(fields.get("year") or fields.get("date") or ""))
    link = "forum_url" if "openreview.net/forum" in url else "proceedings_url" if "/v" in url else "site_url"
    return {
        "id": key,
        "title": _bare(fields.get("title")),
        "authors": [_bare(name) for name in fields.get("author") or []],
        "abstract": _bare(fields.get("abstract")),
        "venue": _bare(fields.get("booktitle") or fields.get("journal")),
        "year": year[0] if year else None,
        "keywords": _bare(fields.get("keywords")),
        "arxiv_id": fields.get("eprint") if on_arxiv else None,
        "forum_id": fields.get("openreview"),
        "pdf_url": fields.get("pdf"),
        link: url or None,
    }


def _bare(text: str | None) -> str | None:
    """Without the braces that only protect capitals."""
    return re.sub(r"[{}]", "", text) if text else text
