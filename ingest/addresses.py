"""What an address on the web, or an id, says of a paper: the identifier that the library may know it by."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

FORUM = "forum"
PMLR = "pmlr"
ARXIV = "arxiv"

_FORUM = re.compile(r"[A-Za-z0-9_-]{8,12}")
_PMLR = re.compile(r"/v(\d+)/([\w-]+?)(?:/[\w-]+\.pdf|\.html)?$")
_RAW_PMLR = re.compile(r"/mlresearch/v(\d+)/\w+/assets/([\w-]+)/")
_ARXIV_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_ARXIV = re.compile(rf"(?:arxiv:\s*|.*/(?:abs|pdf|html)/){_ARXIV_ID}(?:\.pdf)?/?", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"/10\.48550/arxiv\.{_ARXIV_ID}", re.IGNORECASE)
_EVENT = re.compile(r"/virtual/(\d{4})/(?:oral|poster|spotlight)/(\d+)/?")

_OPENREVIEW = ("openreview.net", "api.openreview.net", "api2.openreview.net")
_SITES = ("icml.cc", "iclr.cc", "neurips.cc")

_DOI = r"(?:doi:\s*)?(10\.\d{4,9}/[^\s<>\"]+)"
_HOSTS = "arxiv.org openreview.net proceedings.mlr.press doi.org aclanthology.org icml.cc iclr.cc neurips.cc jmlr.org"
BARE = re.compile(
    rf"(?<![\w./:@-])(?:{_DOI}|(?:[a-z]+\.)?(?:{'|'.join(map(re.escape, _HOSTS.split()))})/[^\s<>\"]+)", re.IGNORECASE
)
"""An address as people write it down, without its scheme, or a DOI."""

_PAPERS = (
    *("doi.org", "dx.doi.org", "aclanthology.org", "papers.nips.cc", "papers.neurips.cc", "proceedings.neurips.cc"),
    *("openaccess.thecvf.com", "jmlr.org", "dl.acm.org", "ojs.aaai.org"),
)
"""Other places where an address is a paper's."""


def identifier(text: str) -> tuple[str, str] | None:
    """``(scheme, value)`` as the library keeps it, of an address, a bare forum id or ``arXiv:2401.01234``; or None.

    Known are OpenReview's forums, PDFs and attachments, PMLR's pages and PDFs, arXiv's pages and PDFs of any version
    (also by DOI), and the talks and posters on the sites of ICML, ICLR and NeurIPS.
    """
    text = text.strip()
    if _FORUM.fullmatch(text):
        return FORUM, text
    if match := _ARXIV.fullmatch(text) if text[:6].lower() == "arxiv:" else None:
        return ARXIV, match[1]
    try:
        parts = urlsplit(text)
        host, query = (parts.hostname or "").removeprefix("www."), parse_qs(parts.query)
    except ValueError:
        return None
    forum = next(iter(query.get("id", [])), "")
    if host in _OPENREVIEW:
        return (FORUM, forum) if _FORUM.fullmatch(forum) else None
    if pattern := {"proceedings.mlr.press": _PMLR, "raw.githubusercontent.com": _RAW_PMLR}.get(host):
        return (PMLR, f"v{match[1]}/{match[2]}") if (match := pattern.search(parts.path)) else None
    if pattern := {"arxiv.org": _ARXIV, "export.arxiv.org": _ARXIV, "doi.org": _ARXIV_DOI}.get(host):
        return (ARXIV, match[1]) if (match := pattern.fullmatch(parts.path)) else None
    if host in _SITES and (match := _EVENT.fullmatch(parts.path)):
        return "id", f"{host}/{match[1]}/{match[2]}"
    return None


def completed(text: str) -> str:
    """A text that is a :data:`BARE` address as one with its scheme; any other as it is."""
    if not (match := BARE.fullmatch(text)):
        return text
    return f"https://doi.org/{match[1]}" if match[1] else f"https://{text}"


def is_paper(url: str) -> bool:
    """Whether an address is a paper's, known or not, rather than that of any page of the web."""
    if not web(url):
        return False
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return identifier(url) is not None or host in _PAPERS or parts.path.lower().endswith(".pdf")


def web(url: str) -> bool:
    """Whether it is an address that may be shown as a link: http or https, with a host and no spaces."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r'[\s<>"]', url)
    except ValueError:
        return False


def plain(url: str) -> str:
    """An address for comparing: without its scheme, ``www.``, the last slash and the fragment."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    return f"{host}{parts.path.rstrip('/')}{'?' * bool(parts.query)}{parts.query}"
