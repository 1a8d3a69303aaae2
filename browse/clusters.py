"""Clusters: groups of papers that nobody named, found by meaning and named by the words that set them apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from library.types import Paper

DIRECTIONS = 50
"""The vectors' main directions that are looked at. Agreement between clusterings of overlapping samples (adjusted Rand
index, 2,610 papers, 25 clusters): 0.62 with these, 0.57 with all 384; other ways of clustering are below both, see
bench/README.md."""

SIZE_FACTOR = 0.5
"""Clusters are this times the root of the papers: 26 for 2,610, of some hundred papers each."""

STARTS = 4
TERMS = 8
NAME_TERMS = 2
REPRESENTATIVES = 5

LEAST_SHARE = 0.06
"""Share of a cluster's papers that must use a term for it to stand for them."""

PHRASE_BONUS = 1.6
"""For each word after the first: "graph neural networks" says more than "graph"."""

LOOKED_AT = 100
"""Terms of a cluster that are looked at; many share a word with a stronger one."""

_WORD = re.compile(r"[a-z][a-z0-9]+(?:-[a-z0-9]+)*")

# These end a phrase that says something, though they say nothing themselves.
_HEADS = frozenset(
    "algorithm algorithms analysis data estimation function functions inference learning machine model modeling models "
    "network networks problem problems process processes set sets system systems task tasks test theory training".split()
)

# What any paper says, whatever it is about. (Beside scikit-learn's English ones.)
_EMPTY_WORDS = """
ability able absence access accuracy accurate achieve achieved achieves achieving addition additional address addresses
aim al algorithm algorithms allow allowing allows analysis analyze applicable application applications applied apply
approach approaches arbitrary art aspects assumption assumptions available average based baseline baselines behavior
benchmark benchmarks best better broad called capabilities capture case cases challenge challenges challenging choice
class classical code common commonly compare compared comparison complex complexity component components comprehensive
computation computational compute consider considered consistently construct contrast contribution contributions
convergence crucial current data dataset datasets deep demonstrate demonstrated demonstrates demonstrating depend derive
derived design designed despite develop developed different difficult direct directly does domain domains drawback
effective effectively effectiveness efficacy efficiency efficient efficiently empirical empirically enable enables
enabling end enhance enhanced ensure ensuring error especially establish et evaluate evaluated evaluation evaluations
evidence example examples existing experiment experimental experiments explore extensive fact fail final finally finding
findings fixed focus form formulation framework frameworks fully function functions fundamental furthermore future
gap general generally given good great guarantee guarantees handle help high higher highlight highly https human idea
identify impact important improve improved improvement improvements improves improving include including increase
increasing inference information inherent input insight insights inspired instance introduce introduced introduces
introducing investigate issue issues just key knowledge known lack large large-scale larger largely lead leading leads learn
learned learning level leverage leverages leveraging like limit limitation limitations limited loss low lower machine
machine-learning main major make making manner mechanism method methodology methods metric metrics mitigate model
modeling models motivated moreover multiple namely natural nature necessary need needs network networks new notably
novel number numerous objective observation observations observe observed obtain obtained offer offers open optimal order
original outperform outperforming outperforms output outputs overall paper parameter parameters particular particularly
performance performs perspective popular position possible potential power powerful practical practice present presented presents
prevalent previous previously prior problem problems procedure process processes promising properties property propose
proposed proposes proposing prove proven provide provided provides providing quality question questions range rate real
real-world realistic recent recently reduce reduced reduces reducing related relationship relevant rely remain remains
require required requirements requires requiring research respect result resulting results reveal rich robust robustness
role scale scenario scenarios second set sets setting settings shot show showing shown shows significant significantly
similar simple simply simultaneously single solution solutions solve solving specific specifically specified
standard state state-of-the-art step steps strategies strategy strong structure structures studied studies study study
substantial substantially success successful successfully suffer suggest superior synthetic system systems tackle target
task tasks technique techniques test testing theorem theoretical theoretically theory time times training trained train traditional
true two type types typical typically typically understand understanding unified unique unknown use used useful
user users uses using usually utilize utilizing valid validate value values variable variables variety various vary verify via wide widely
widespread work works world yield yields
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Papers near each other in meaning.

    Attributes:
        name: Its first terms; no two clusters have the same.
        terms: Words and pairs of words that set its papers apart, the strongest first.
        paper_ids: All its papers, the most central first.
        representatives: The most central papers.
    """

    name: str
    terms: tuple[str, ...]
    paper_ids: tuple[str, ...]
    representatives: tuple[str, ...]


def find_clusters(papers: Sequence[Paper], vectors: NDArray[np.float32]) -> tuple[Cluster, ...]:
    """Group papers, the largest group first. The same papers give the same clusters.

    Args:
        papers: With what they say of themselves.
        vectors: Their unit vectors, ``[papers, dimension]``.
    """
    if not papers:
        return ()
    reduced = _reduced(vectors)
    labels = _labels(reduced, max(1, round(SIZE_FACTOR * math.sqrt(len(papers)))))
    groups = [np.flatnonzero(labels == n) for n in range(labels.max() + 1)]
    central = [_by_centrality(group, reduced) for group in groups]
    order = sorted(range(len(groups)), key=lambda n: (-len(groups[n]), papers[central[n][0]].paper_id))
    terms = _terms([_text(p) for p in papers], [central[n] for n in order])
    names = _names(terms)
    found = []
    for n, name, said in zip(order, names, terms, strict=True):
        ids = tuple(papers[i].paper_id for i in central[n])
        found.append(Cluster(name, said, ids, ids[:REPRESENTATIVES]))
    return tuple(found)


def by_paper(clusters: Sequence[Cluster]) -> Mapping[str, str]:
    """The name of each paper's cluster."""
    return {paper_id: cluster.name for cluster in clusters for paper_id in cluster.paper_ids}


def _reduced(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    found = centred @ directions[:, : -DIRECTIONS - 1 : -1]
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), dtype=np.float64)


def _labels(reduced: NDArray[np.float64], wanted: int) -> NDArray[np.int64]:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    if wanted < 2:
        return np.zeros(len(reduced), dtype=np.int64)
    # One thread: several add up in an order that differs from run to run.
    with threadpool_limits(1):
        labels = KMeans(wanted, n_init=STARTS, random_state=0).fit_predict(reduced)
    # Papers that say the same may leave a cluster without any.
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _by_centrality(group: NDArray[Any], reduced: NDArray[np.float64]) -> list[int]:
    nearness = reduced[group] @ reduced[group].mean(axis=0)
    return [int(i) for i in group[np.lexsort((group, -nearness.round(9)))]]


def _text(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract or paper.note or ''}"


def _terms(texts: Sequence[str], groups: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """The distinguishing terms of each group: class-based TF-IDF over the papers that use a term."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

    spelt: dict[str, Counter[str]] = {}
    empty = ENGLISH_STOP_WORDS | set(_EMPTY_WORDS.split())
    counter = CountVectorizer(binary=True, analyzer=lambda text: _phrases(text, empty, spelt))
    try:
        uses = counter.fit_transform(texts)
    except ValueError:  # no text has a word that says anything
        return [() for _ in groups]
    keys = counter.get_feature_names_out()
    words = np.array([min(spelt[key].items(), key=lambda item: (-item[1], item[0]))[0] for key in keys], dtype=object)
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
        best = np.lexsort((keys, -row.round(9)))[: LOOKED_AT]
        found.append(_distinct([str(words[i]) for i in best if row[i] > 0]))
    return found


def _phrases(text: str, empty: Collection[str], spelt: dict[str, Counter[str]]) -> list[str]:
    """Words, and runs of two or three, that could name something; ``spelt`` learns how each is written."""
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
                found.append(key)
    return found


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
        if len(kept) == TERMS:
            break
    return tuple(kept)


def _short_for(short: str, phrase: str) -> bool:
    """Whether one is the other's initials: ``gnns`` and ``graph neural networks``, ``llm`` and ``language models``."""
    initials = "".join(word[0] for word in re.split(r"[ -]", phrase))
    return len(initials) > 1 and short.removesuffix("s").endswith(initials)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ies", "ions", "ion", "ive", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _names(terms: Sequence[Sequence[str]]) -> list[str]:
    """A short name for each list of terms, longer or numbered where two would be the same."""
    names: list[str] = []
    for n, said in enumerate(terms, start=1):
        for length in range(NAME_TERMS, len(said) + 1):
            name = ", ".join(said[:length])
            if name not in names:
                break
        else:
            name = ", ".join(said[:NAME_TERMS]) or "papers"
            name = name if name not in names else f"{name} ({n})"
        names.append(name)
    return names
