"""The map as a picture: what the scripts beside this file draw, and one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from browse.atlas import MapPoint
from library.kinds import tier_name

# How points can be coloured: name to what is shown and what of a point decides. Add one here, and it is in the file, in
# the terminal and in the app; a point with None has no colour of its own.
COLOURS: Mapping[str, tuple[str, Callable[[MapPoint], str | None]]] = {
    "cluster": ("Cluster", lambda point: point.cluster),
    "topic": ("Topic", lambda point: point.topic),
    "venue": ("Venue", lambda point: point.paper.venue),
    "tier": ("Tier", lambda point: tier_name(point.paper)),
}

LABELLED = ("cluster", "topic")
"""Colourings whose names stand on the map, at the middle of their papers."""

NOTES: Mapping[str, str] = {
    "topic": "Each paper counts once here, for its surest topic: a topic’s own page may have more."
}
"""Said above a legend whose numbers are not what one would think."""

COLOURED: Mapping[str, int] = {"topic": 12}
"""How many values have a colour where there are more than an eye can tell apart: the commonest. The others are grey
until they are chosen in the legend; a name is shown at the pointer."""

DIGITS = 3
"""Decimals of a position; a map is some hundred units wide."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Posterhall map</title>
<style>{style}</style>
</head>
<body>
<main id="map"></main>
<noscript>The map is drawn by a script inside this file, which this browser does not run.</noscript>
<script type="application/json" id="papers">{papers}</script>
<script>{script}</script>
</body>
</html>
"""

_PAGE_STYLE = """
:root { color-scheme: light dark; --st-text-color: #1d2330; --st-background-color: #fff; --st-primary-color: #2f6f5e; }
@media (prefers-color-scheme: dark) {
  :root { --st-text-color: #e6e8ee; --st-background-color: #14171f; --st-primary-color: #4fa68d; } }
html, body { height: 100%; margin: 0; background: var(--st-background-color); }
#map { height: 100%; padding: .8rem; box-sizing: border-box; }
"""

_PAGE_SCRIPT = """
const papers = JSON.parse(document.getElementById("papers").textContent);
const drawn = drawMap(document.getElementById("map"), papers, { colour: papers.colour, wheel: true, chooser: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target === drawn.search) return;
  event.preventDefault();
  drawn.search.focus();
});
"""


def payload(points: Sequence[MapPoint]) -> dict[str, Any]:
    """What the script draws: columns, one value for each point. Titles stay as they are: it shows them as text."""
    columns: dict[str, Any] = {
        "x": [round(p.x, DIGITS) for p in points],
        "y": [round(p.y, DIGITS) for p in points],
        "titles": [p.paper.title for p in points],
        "notes": [", ".join(filter(None, (p.paper.venue, tier_name(p.paper)))) for p in points],
        "links": [_link(p.paper.links) for p in points],
        "ids": [p.paper.paper_id for p in points],
        "colours": {name: _colouring(name, points) for name in COLOURS},
    }
    columns["version"] = hashlib.sha256(json.dumps(columns).encode()).hexdigest()[:16]
    return columns


def page(points: Sequence[MapPoint], colour: str = "cluster") -> str:
    """One HTML file with the map in it: it asks nothing of any network, and no title in it can act."""
    script, style = parts()
    script, style = script + _PAGE_SCRIPT, style + _PAGE_STYLE
    # The browser itself holds the page to that: these two texts and nothing else run or style, nothing is fetched.
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    papers = json.dumps({**payload(points), "colour": colour}, separators=(",", ":"))
    return _PAGE.format(policy=policy, style=style, script=script, papers=_inert(papers))


@cache
def parts() -> tuple[str, str]:
    """The script, which defines ``drawMap``, and its style."""
    folder = Path(__file__).parent
    script = "\n".join((folder / name).read_text(encoding="utf-8") for name in ("brush.js", "picture.js"))
    return script, (folder / "picture.css").read_text(encoding="utf-8")


def _colouring(name: str, points: Sequence[MapPoint]) -> dict[str, Any]:
    label, value_of = COLOURS[name]
    values = [value_of(point) for point in points]
    counts = Counter(value for value in values if value)
    names = [value for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    number = {value: n for n, value in enumerate(names)}
    found: dict[str, Any] = {"label": label, "names": names, "of": [number[v] if v else -1 for v in values]}
    if name in NOTES:
        found["note"] = NOTES[name]
    if name in COLOURED:
        found["coloured"] = COLOURED[name]
    if name in LABELLED:
        found["labels"] = [_middle([p for p, v in zip(points, values, strict=True) if v == name]) for name in names]
    return found


def _middle(points: Sequence[MapPoint]) -> tuple[float, float]:
    """The median place: a few that stand far off do not pull it away."""
    xs, ys = sorted(p.x for p in points), sorted(p.y for p in points)
    return round(xs[len(xs) // 2], DIGITS), round(ys[len(ys) // 2], DIGITS)


def _link(links: Mapping[str, str]) -> str:
    for name in ("forum", "proceedings", "site", "pdf"):
        url = links.get(name, "")
        if url.isprintable() and urlsplit(url).scheme in ("http", "https"):
            return url
    return ""


def _inert(text: str) -> str:
    """JSON that no HTML parser sees an end of a script, a comment or an entity in."""
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
