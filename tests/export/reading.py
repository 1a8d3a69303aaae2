"""Each export read back by the field's own readers, and compared with what was written."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from export.citations import Collection, Item
from export.markdown import JOINED

Row = dict[str, Any]
"""The fields of one paper as a reader gives them; a field that the format cannot hold is missing."""

HELD = (
    *("key", "title", "authors", "year", "container", "series", "volume", "pages", "publisher", "url", "pdf"),
    "arxiv",
    *(
        "venue",
        "tier",
        "keywords",
        "tags",
        "terms",
        "abstract",
        "licence",
        "section",
        "state",
        "priority",
        "note",
        "why",
    ),
)


def expected(item: Item, listed: bool) -> Row:
    """What was written."""
    one, entry = item.citation, item.entry
    return {
        "key": one.key,
        "title": one.title,
        "authors": [name.full for name in one.authors],
        "year": one.year,
        "container": one.container,
        "series": one.series,
        "volume": one.volume,
        "pages": one.pages,
        "publisher": one.publisher,
        "url": one.url,
        "pdf": one.pdf,
        "arxiv": one.arxiv,
        "venue": one.venue,
        "tier": one.tier,
        "keywords": list(one.keywords),
        "terms": list(item.terms),
        "tags": list(entry.tags),
        "abstract": one.abstract,
        "licence": one.licence,
        "section": item.section,
        "state": entry.state if listed else None,
        "priority": entry.priority or None,
        "note": entry.note or None,
        "why": entry.why.text if entry.why else None,
    }


def plain(value: Any) -> Any:
    """A value for comparing: white space and typographic signs count once, an absent one is an empty one."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", " ".join(value.split()))
        text = text.replace("---", "—").replace("--", "–")
        text = text.translate(str.maketrans({"‘": "`", "’": "'", "‑": "-", "−": "-", "ˆ": "^", "…": "..."}))
        text = re.sub("``|''|[“”\"]", '"', text).replace("`", "'")
        # Emphasis is Markdown's, LaTeX's or none, by the format.
        text = re.sub(r"(?<![\w*\\])\*(\w(?:[^*]*\w)?)\*(?![\w*])", r"\1", text)
        # A source's own LaTeX means what it says: \% is a per cent sign, \emph{x} is x.
        text = re.sub(r"\\(?:emph|text(?:it|bf|tt|sc|rm|sf|up))\{([^{}\\$]*)\}", r"\1", text)
        return re.sub(r"\\+([%&#_$])", r"\1", text) or None
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value] or None
    return value


def changed(rows: Iterable[Row], collection: Collection) -> Counter[tuple[str, str]]:
    """How often each field is ``kept`` or ``changed``, of the fields that the format holds."""
    found: Counter[tuple[str, str]] = Counter()
    rows = list(rows)
    assert len(rows) == len(collection.items), f"{len(rows)} of {len(collection.items)} read back"
    for row, item in zip(rows, collection.items, strict=True):
        wanted = expected(item, collection.listed)
        for name, value in row.items():
            same = plain(value) == plain(wanted[name])
            found[name, "kept" if same else "changed"] += 1
    return found


def differences(rows: Iterable[Row], collection: Collection) -> list[tuple[str, str, Any, Any]]:
    """Each field that changed: the key, the field, what was read and what was written."""
    found = []
    for row, item in zip(rows, collection.items, strict=True):
        wanted = expected(item, collection.listed)
        for name, value in row.items():
            if plain(value) != plain(wanted[name]):
                found.append((item.citation.key, name, value, wanted[name]))
    return found


def latex(text: str) -> str:
    """LaTeX as the characters it stands for; formulas stay as they are."""
    from pylatexenc.latex2text import LatexNodes2Text

    if not re.search(r"[\\{}$~%]|--|''|``", text):
        return text
    # Names of LaTeX's own that this reader does not know; braces wait as characters of nobody's.
    known = {"textbraceleft": "\ue000", "textbraceright": "\ue001", "textbar": "|", "textless": "<", "textgreater": ">"}
    for name, sign in (known | {"ensuremath{-}": "−"}).items():
        text = text.replace(f"{{\\{name}}}", sign)
    reader = LatexNodes2Text(math_mode="verbatim", keep_comments=True, strict_latex_spaces=True)
    return str(reader.latex_to_text(text)).replace("\ue000", "{").replace("\ue001", "}")


def _bib(fields: Mapping[str, str], key: str, authors: list[str], annotation: str) -> Row:
    def get(name: str) -> str:
        return latex(fields.get(name, ""))

    return {
        "key": key,
        "title": get("title"),
        "authors": authors,
        "year": int(fields.get("year", fields.get("date", "")) or 0) or None,
        "container": get("booktitle") or get("journal") or get("journaltitle"),
        "series": get("series"),
        "volume": get("volume"),
        "pages": fields.get("pages"),
        "publisher": get("publisher"),
        "url": fields.get("url"),
        "arxiv": get("eprint"),
        "terms": [latex(one) for one in _split(fields.get("keywords", ""))],
        "abstract": get("abstract"),
        "note": get(annotation),
    }


def _split(text: str) -> list[str]:
    """At the commas that stand in no braces."""
    parts, depth = [""], 0
    for c in text:
        depth += {"{": 1, "}": -1}.get(c, 0)
        if c == "," and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return [part.strip() for part in parts if part.strip()]


def by_pybtex(data: bytes) -> list[Row]:
    from pybtex.database import parse_string

    found = parse_string(data.decode(), "bibtex")
    rows = []
    for key, entry in found.entries.items():
        people = [
            latex(" ".join((*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names, *p.lineage_names)))
            for p in entry.persons.get("author", [])
        ]
        note = "annotation" if "annotation" in entry.fields else "annote"
        rows.append(_bib({k.lower(): v for k, v in entry.fields.items()}, key, people, note))
    return rows


def by_bibtexparser(data: bytes) -> list[Row]:
    import bibtexparser
    from bibtexparser import middlewares

    found = bibtexparser.parse_string(data.decode())
    assert not found.failed_blocks, found.failed_blocks
    for step in (middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()):
        found = step.transform(found)
    assert not found.failed_blocks, found.failed_blocks
    rows = []
    for entry in found.entries:
        fields = {field.key: field.value for field in entry.fields}
        people = [latex(" ".join((*p.first, *p.von, *p.last, *p.jr))) for p in fields.pop("author", [])]
        fields.pop("editor", None)
        note = "annotation" if "annotation" in fields else "annote"
        rows.append(_bib(fields, entry.key, people, note))
    return rows


def by_rispy(data: bytes) -> list[Row]:
    import rispy

    return [
        {
            "key": one["id"],
            "title": one.get("title"),
            "authors": [_turned(name) for name in one.get("authors", [])],
            "year": int(one["year"]) if "year" in one else None,
            "container": one.get("secondary_title"),
            "series": one.get("tertiary_title"),
            "volume": one.get("volume"),
            "pages": "--".join(one[name] for name in ("start_page", "end_page") if name in one),
            "publisher": one.get("publisher"),
            "url": next(iter(one.get("urls", [])), None),
            "pdf": one.get("file_attachments1"),
            "arxiv": one.get("accession_number", "").removeprefix("arXiv:"),
            "terms": one.get("keywords", []),
            "abstract": one.get("abstract"),
            "note": "\n".join(one.get("notes", [])),
        }
        for one in rispy.loads(data.decode())
    ]


def _turned(name: str) -> str:
    parts = name.split(", ")
    return " ".join((*parts[1:2], parts[0], *parts[2:]))


def by_json(data: bytes) -> list[Row]:
    def person(parts: Mapping[str, str]) -> str:
        names = ("given", "non-dropping-particle", "family", "suffix", "literal")
        return " ".join(parts[name] for name in names if name in parts)

    return [
        {
            "key": one["id"],
            "title": re.sub("</?i>", "", one.get("title", "")),
            "authors": [person(parts) for parts in one.get("author", [])],
            "year": one["issued"]["date-parts"][0][0] if "issued" in one else None,
            "container": one.get("container-title"),
            "series": one.get("collection-title"),
            "volume": one.get("volume"),
            "pages": one.get("page", "").replace("-", "--"),
            "publisher": one.get("publisher"),
            "url": one.get("URL"),
            "pdf": one.get("custom", {}).get("pdf"),
            "arxiv": one.get("custom", {}).get("arxiv"),
            "tier": one.get("custom", {}).get("tier"),
            "tags": one.get("custom", {}).get("tags"),
            "abstract": one.get("abstract"),
            "licence": one.get("license"),
            "section": JOINED.join(one.get("custom", {}).get("section", [])),
            "state": one.get("custom", {}).get("state"),
            "priority": one.get("custom", {}).get("priority"),
            "note": one.get("annote"),
            "why": one.get("custom", {}).get("why", {}).get("text"),
        }
        for one in json.loads(data)
    ]


def by_csv(data: bytes) -> list[Row]:
    def several(cell: str) -> list[str]:
        return [one.replace("\\;", ";") for one in re.split(r"(?<!\\); ", cell)] if cell else []

    rows = []
    for cells in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        row: Row = {name: re.sub("^'(?='*[=+\\-@\t\r＝＋－＠])", "", cell) for name, cell in cells.items()}
        row |= {name: several(row[name]) for name in ("authors", "tags", "keywords")}
        row |= {name: int(row[name]) if row[name] else None for name in ("year", "priority")}
        rows.append(row)
    return rows


def by_markdown(data: bytes, listed: bool = False) -> list[Row]:
    """By CommonMark's rules: the first line of each item, and the items below it."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(data.decode())
    state = "to read" if listed else None
    lines = data.decode().split("\n")
    rows: list[Row] = []
    sections: list[str] = []
    depth = 0
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag != "h1" and token.level == 0:
            level = int(token.tag[1]) - 2
            sections = [*sections[:level], _words(tokens[number + 1])]
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0) if token.level in (0, 2) else 0
        if token.type == "inline" and token.level == 3 and depth == 1:
            rows.append(
                _paper(token) | {"section": JOINED.join(sections), "state": state, "priority": None, "tags": []}
            )
        if token.type == "list_item_open" and token.level == 3 and depth == 2:
            first, last = token.map or (0, 0)
            label, _, text = lines[first].removeprefix("  - ").partition(": ")
            inline = _words(next(t for t in tokens[number:] if t.type == "inline"))
            said = inline.removeprefix(f"{label}: ")
            rest = [line.removeprefix("    ") for line in lines[first + 1 : last]]
            rows[-1][label] = {
                "priority": lambda said=said: int(said),
                "tags": lambda text=text: [_words(_inline(one)) for one in text.split(", ")],
                "note": lambda text=text, rest=rest: "\n".join((text, *rest)).strip(),
                "why": lambda said=said: said[1 : said.rindex("” (")],
            }.get(label, lambda said=said: said)()
    return rows


def _inline(text: str) -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").parseInline(text)[0]


def _words(token: Any) -> str:
    return "".join(child.content if child.type != "softbreak" else " " for child in token.children or ())


def _paper(token: Any) -> Row:
    text, parts, url = token.content, {"a": "", "em": "", "strong": "", "": ""}, None
    inside = ""
    for child in token.children:
        if child.type == "link_open":
            url = child.attrs["href"]
        if child.nesting:
            inside = child.tag if child.nesting == 1 else ""
        else:
            parts[inside] += child.content
    raw = re.sub(r"^(?:\*\*.*?(?<!\\)\*\*|\[(?:\\.|[^\\\]])*\]\([^)]*\))\.? ?", "", text)
    before = raw[: raw.rindex(f"*{_em(raw)}*")] if parts["em"] else re.sub(r"(?:^|(?<= ))\d{4}\.$", "", raw)
    year = re.search(r"(?:^|[ ,])(\d{4})\.$", raw)
    authors = before.strip().removesuffix(".")
    return {
        "title": parts["a"] or parts["strong"],
        "authors": [_words(_inline(one)) for one in authors.split(", ")] if authors else [],
        "venue": parts["em"],
        "year": int(year[1]) if year else None,
        "url": url,
    }


def _em(raw: str) -> str:
    match = re.search(r"(?:^|(?<= ))\*((?:\\.|[^\\*])*)\*(?:, \d{4})?\.$", raw)
    return match[1] if match else ""


def by_yaml(data: bytes) -> list[Row]:
    """The notes of a vault, in the order in which its list links them."""
    import yaml

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        notes = {name: archive.read(name).decode() for name in archive.namelist()}
    index = notes.pop(next(name for name in notes if "/" not in name))
    linked = re.findall(r"^- \[\[(papers/[^|\]]+)\|[^\]]*\]\]$", index, re.MULTILINE)
    assert sorted(f"{name}.md" for name in linked) == sorted(notes), "every note is linked once"
    rows = []
    for name in linked:
        _, front, body = re.split("^---\n", notes[f"{name}.md"], maxsplit=2, flags=re.MULTILINE)
        held = yaml.safe_load(front)
        note = re.search(r"\n## Note\n\n(.*?)(?=\n## Abstract\n|\Z)", body, re.DOTALL)
        rows.append(
            {
                "key": held["citekey"],
                **{name: held.get(name) for name in ("title", "year", "container", "volume", "pages", "url", "pdf")},
                **{name: held.get(name) for name in ("arxiv", "venue", "tier", "state", "priority")},
                **{name: held.get(name, []) for name in ("authors", "keywords")},
                "section": held.get("section"),
                "note": note[1].strip() if note else None,
            }
        )
    return rows


READERS: dict[str, tuple[str, Callable[[bytes], list[Row]]]] = {
    "BibTeX, pybtex": ("bibtex", by_pybtex),
    "BibTeX, bibtexparser": ("bibtex", by_bibtexparser),
    "BibLaTeX, pybtex": ("biblatex", by_pybtex),
    "BibLaTeX, bibtexparser": ("biblatex", by_bibtexparser),
    "RIS, rispy": ("ris", by_rispy),
    "CSL-JSON, json": ("csl", by_json),
    "CSV, csv": ("csv", by_csv),
    "Markdown, markdown-it": ("markdown", by_markdown),
    "Obsidian, PyYAML": ("obsidian", by_yaml),
}
