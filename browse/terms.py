"""The words that set groups of texts apart: class-based TF-IDF, with phrases, over the texts that use a term."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

MOST = 8
"""Terms of a group."""

LEAST_SHARE = 0.06
"""Share of a group's texts that must use a term for it to stand for them."""

PHRASE_BONUS = 1.6
"""For each word after the first: "graph neural networks" says more than "graph"."""

LOOKED_AT = 100
"""Terms of a group that are looked at; many share a word with a stronger one."""

BELONGS = 0.8
"""Share of a term's uses right after one and the same word from which on that word belongs to it: "series" is said
after "time", "space models" after "state", though those words alone say nothing."""

_WORD = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*")

# These end a phrase that says something, though they say nothing themselves.
_HEAD_WORDS = """
algorithm algorithms analysis data estimation function functions inference learning machine model modeling models
network networks problem problems process processes set sets system systems task tasks test theory training
"""
_HEADS = frozenset(_HEAD_WORDS.split())

# These begin one, though they say nothing themselves.
_OPENING_WORDS = """
data deep human information knowledge large learning machine natural optimal question state time world
"""
_OPENINGS = frozenset(_OPENING_WORDS.split())

# What any paper says, whatever it is about. (Beside scikit-learn's English ones.)
_EMPTY_WORDS = """
ability able absence access accuracy accurate achieve achieved achieves achieving addition additional address addresses
aim al algorithm algorithms allow allowing allows analysis analyze applicable application applications applied apply
approach approaches arbitrary art aspects assumption assumptions author authors available average based baseline
baselines behavior benchmark benchmarks best better broad called capabilities capture case cases challenge challenges
challenging choice class classical code common commonly compare compared comparison complex complexity component
components comprehensive computation computational compute consider considered consistently construct contrast
contribution contributions convergence crucial current data dataset datasets deep demonstrate demonstrated demonstrates
demonstrating depend derive derived design designed despite develop developed different difficult direct directly does
domain domains drawback effective effectively effectiveness efficacy efficiency efficient efficiently empirical
empirically enable enables enabling end enhance enhanced ensure ensuring error especially establish et evaluate
evaluated evaluation evaluations evidence example examples existing experiment experimental experiments explore
extensive fact fail final finally finding findings fixed focus form formulation framework frameworks fully function
functions fundamental furthermore future gap general generally given good great guarantee guarantees handle help high
higher highlight highly https human idea identify impact important improve improved improvement improvements improves
improving include including increase increasing inference information inherent input insight insights inspired instance
introduce introduced introduces introducing investigate issue issues just key knowledge known lack large large-scale
largely larger lead leading leads learn learned learning level leverage leverages leveraging like limit limitation
limitations limited loss low lower machine machine-learning main major make making manner mechanism method methodology
methods metric metrics mitigate model modeling models moreover motivated multiple namely natural nature necessary need
needs network networks new notably novel number numerous objective observation observations observe observed obtain
obtained offer offers open optimal order original outperform outperforming outperforms output outputs overall paper
parameter parameters particular particularly performance performs perspective popular position possible potential power
powerful practical practice present presented presents prevalent previous previously prior problem problems procedure
process processes promising properties property propose proposed proposes proposing prove proven provide provided
provides providing quality question questions range rate real real-world realistic recent recently reduce reduced
reduces reducing related relationship relevant rely remain remains require required requirements requires requiring
research respect result resulting results reveal rich robust robustness role scale scenario scenarios second set sets
setting settings shot show showing shown shows significant significantly similar simple simply simultaneously single
solution solutions solve solving specific specifically specified standard state state-of-the-art step steps strategies
strategy strong structure structures studied studies study substantial substantially success successful successfully
suffer suggest superior synthetic system systems tackle target task tasks technique techniques test testing theorem
theoretical theoretically theory time times traditional train trained training true two type types typical typically
understand understanding unified unique unknown use used useful user users uses using usually utilize utilizing valid
validate value values variable variables variety various vary verify via wide widely widespread work works world yield
yields
"""


def distinguishing(texts: Sequence[str], groups: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """The terms of each group, the strongest first, no two of which share a word.

    Args:
        texts: In English.
        groups: Which of them are in each group, by number.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    spelt: dict[str, Counter[str]] = {}
    before: dict[str, Counter[str]] = {}
    empty = ENGLISH_STOP_WORDS | set(_EMPTY_WORDS.split())
    counter = CountVectorizer(binary=True, analyzer=lambda text: _phrases(text, empty, spelt, before))
    try:
        uses = counter.fit_transform(texts)
    except ValueError:  # no text has a word that says anything
        return [() for _ in groups]
    keys = counter.get_feature_names_out()
    words = np.array([_written(spelt[key], before[key]) for key in keys], dtype=object)
    bonus = np.array([PHRASE_BONUS ** key.count(" ") for key in keys])
    in_group = np.array([np.asarray(uses[group].sum(axis=0)).ravel() for group in groups], dtype=np.float64)
    sizes = np.array([[len(group)] for group in groups], dtype=np.float64)
    share = in_group / sizes
    # How often a paper of this group uses it, against how often any paper does.
    lift = np.log1p(share / (in_group.sum(axis=0) / sizes.sum()) / len(groups) ** 0.5)
    score = share * lift * bonus
    score[in_group < np.maximum(LEAST_SHARE * sizes, np.minimum(2, sizes))] = 0.0
    found = []
    for row in score:
        best = np.lexsort((keys, -row.round(9)))[:LOOKED_AT]
        found.append(_distinct([str(words[i]) for i in best if row[i] > 0]))
    return found


def _phrases(
    text: str, empty: Collection[str], spelt: dict[str, Counter[str]], before: dict[str, Counter[str]]
) -> list[str]:
    """Words, and runs of two or three, that could name something.

    ``spelt`` learns how each is written, and ``before`` after which word that begins names.
    """
    # A formula's commands are not words.
    plain = re.sub(r"\$[^$]*\$|\\[a-zA-Z]+|https?://\S+", " . ", text).lower()
    found = []
    for sentence in re.split(r"[.,;:!?()\[\]]+", plain):
        written = _WORD.findall(sentence)
        for length in (1, 2, 3):
            for n in range(len(written) - length + 1):
                phrase = written[n : n + length]
                heads = [word in empty for word in phrase]
                # "graph neural networks": a run may end with a word that alone says nothing.
                if any(heads[:-1]) or (heads[-1] and (length == 1 or phrase[-1] not in _HEADS)):
                    continue
                key = " ".join(_singular(word) for word in phrase)
                spelt.setdefault(key, Counter())[" ".join(phrase)] += 1
                before.setdefault(key, Counter())[written[n - 1] if n and written[n - 1] in _OPENINGS else ""] += 1
                found.append(key)
    return found


def _written(spelt: Counter[str], before: Counter[str]) -> str:
    """A term as it is mostly written, with the word that belongs before it."""
    term = min(spelt.items(), key=lambda item: (-item[1], item[0]))[0]
    word, uses = min(before.items(), key=lambda item: (-item[1], item[0]))
    return f"{word} {term}" if word and uses >= BELONGS * before.total() and uses > 1 else term


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu" else word


def _distinct(terms: Sequence[str]) -> tuple[str, ...]:
    """The first terms that share no word with one before them."""
    kept: list[str] = []
    seen: set[str] = set()
    for term in terms:
        stems = {_stem(word) for word in re.split(r"[ -]", term)}
        if stems & seen or any(_short_for(term, other) or _short_for(other, term) for other in kept):
            continue
        kept.append(term)
        seen |= stems
        if len(kept) == MOST:
            break
    return tuple(kept)


def _short_for(short: str, phrase: str) -> bool:
    """Whether one is the other's initials: ``gnns`` and ``graph neural networks``, ``llm`` and ``language models``."""
    initials = "".join(word[0] for word in re.split(r"[ -]", phrase))
    return len(initials) > 1 and short.removesuffix("s").endswith(initials)


def _stem(word: str) -> str:
    for ending in ("ly", "ations", "ation", "ings", "ing", "ies", "ions", "ion", "ive", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
