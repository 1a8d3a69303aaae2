"""Sentences of scientific English: sentencex, with the abbreviations that papers use."""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries

_OPEN = r"(?:^|[\s(\[])"
_NEVER_ENDS = re.compile(
    _OPEN
    + r"(?:approx|cf|cor|def|dr|e\.g|eqn?s?|figs?|i\.e|lem|mrs?|no|prof|prop|refs?|resp|secs?|sect|s\.t|tab|thms?|"
    r"viz|vs|w\.l\.o\.g|w\.r\.t)\.$",
    re.IGNORECASE,
)
_MAY_END = re.compile(_OPEN + r"(?:al|app|ca|chap|etc|ex|i\.i\.d|incl|pp?|rem|st|suppl|vol)\.$", re.IGNORECASE)
# "J. Smith" goes on, "in Appendix B. We" does not.
_INITIAL = re.compile(r"(?<!ppendix)(?<!ection)(?<!App\.)(?:^|[\s.])[A-Z]\.$")
# sentencex panics at these in some places.
_LINE_ENDS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), " ")
_GOES_ON = re.compile(r"[\d(\[]")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of every sentence, in order, without the white space around them.

    A boundary after an abbreviation is kept only when a capital follows one that may end a sentence
    ("et al.", "etc."); after "Eq.", "Fig." and their like never.
    """
    spans: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries("en", text.translate(_LINE_ENDS)):
        start, end = boundary["start_index"], boundary["end_index"]
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        if spans and _joined(text[spans[-1][0] : spans[-1][1]], text[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _joined(before: str, after: str) -> bool:
    tail = before[-16:]
    if _NEVER_ENDS.search(tail) or _INITIAL.search(tail) or after[0].islower():
        return True
    return bool(_GOES_ON.match(after) and _MAY_END.search(tail))
