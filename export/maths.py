r"""Formulas in titles and abstracts: ``$\ell_p$`` stays one where TeX can set it and it can do no harm.

Text comes from strangers. A formula may hold only commands that are known here; in a title, which every document
prints, each must also have what it needs, so that one odd title does not stop a bibliography.
"""

from __future__ import annotations

import itertools
import re

CANDIDATE = r"\$(?P<maths>(?:\\\$|[^$])+)\$"

_WITH_ARGUMENTS = {"frac": 2, "dfrac": 2, "tfrac": 2, "binom": 2}
_WITH_ARGUMENT_NAMES = """
    mathcal mathbb mathbf mathrm mathtt mathsf mathit mathfrak text textrm textit textbf texttt textsf operatorname
    sqrt bar hat tilde vec dot ddot widehat widetilde overline underline
"""
_WITH_ARGUMENTS |= dict.fromkeys(_WITH_ARGUMENT_NAMES.split(), 1)
_ALONE_NAMES = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell
    infty partial nabla hbar Re Im aleph emptyset forall exists neg times cdot cdots ldots dots pm mp div ast star circ
    bullet oplus otimes odot wedge vee cap cup setminus in notin ni subset subseteq supset leq le geq ge neq ne equiv
    sim simeq approx cong propto perp parallel mid ll gg prec succ to rightarrow leftarrow leftrightarrow Rightarrow
    Leftarrow mapsto uparrow downarrow langle rangle lfloor rfloor lceil rceil sum prod int log ln exp sin cos tan min
    max sup inf lim arg det dim ker deg gcd Pr rm bf it tt sf cal prime top bot dagger quad qquad
"""
_ALONE = frozenset(_ALONE_NAMES.split())
_UNPRINTED_NAMES = """
    left right middle big Big bigg Bigg bigl bigr Bigl Bigr boldsymbol bm mathscr mbox small lesssim gtrsim limits
    varnothing vert Vert lvert rvert lVert rVert iff implies land lor not stackrel underbrace overbrace textup emph
    bigcup bigcap bigoplus coloneqq triangleq argmin argmax tanh cosh sinh limsup liminf colon lbrace rbrace subsetneq
    mathop mathrel displaystyle textstyle ensuremath leqslant geqslant preceq succeq hookrightarrow longrightarrow
"""
_UNPRINTED = _ALONE | _WITH_ARGUMENTS.keys() | frozenset(_UNPRINTED_NAMES.split())

_TOKEN = re.compile(r"\\(?:(?P<name>[A-Za-z]+)|[#%&_$ ,;:!|{}])|(?P<bad>[\\#%&~$]|[^\x20-\x7e])|(?P<other>.)")
_TEX = re.compile(r"\\[A-Za-z]|[\^_]")


def is_formula(inside: str, after: str) -> bool:
    """Whether what stands between two dollar signs is meant as a formula, and not the words between two prices.

    Args:
        inside: All of it.
        after: What follows the second sign.
    """
    tight = inside == inside.strip() and not after[:1].isdigit()
    return tight or bool(_TEX.search(inside)) or not re.search(r"[\w\s]", inside)


def is_harmless(inside: str) -> bool:
    """Whether a formula has only known commands and braces that match: enough where nobody prints it."""
    tokens = _tokens(inside)
    return tokens is not None and _closes(tokens) and all(t[0] != "\\" or _known(t) for t in tokens)


def can_be_set(inside: str) -> bool:
    """Whether TeX can set a formula, with amsmath alone."""
    tokens = _tokens(inside)
    return tokens is not None and _closes(tokens) and _sets(tokens)


def _sets(tokens: list[str]) -> bool:
    at, scripts = 0, ""
    while at < len(tokens):
        one = tokens[at]
        needs = _WITH_ARGUMENTS.get(one[1:], 0)
        if one in ("^", "_", "'"):
            if one.replace("'", "^") in scripts:
                return False
            scripts, needs = scripts + one.strip("'"), int(one != "'")
        elif one != " ":
            scripts = ""
            if one[0] == "\\" and one[1:].isalpha() and not needs and one[1:] not in _ALONE:
                return False
        needs, at = (1, at) if one == "{" else (needs, at + 1)
        for _ in range(needs):
            end = _argument(tokens, at, may_be_empty=one == "{")
            if not end or not _sets(_inside(tokens[at:end])):
                return False
            at = end
    return True


def _inside(tokens: list[str]) -> list[str]:
    """An argument without the spaces before it, the command that sets its letters, and its braces."""
    kept = [*itertools.dropwhile(lambda one: one == " " or one[1:] in _WITH_ARGUMENTS, tokens)]
    return kept[1:-1] if kept[0] == "{" else kept


def _tokens(inside: str) -> list[str] | None:
    """Commands, braces and characters; None where one stands that a formula cannot have."""
    found = list(_TOKEN.finditer(inside))
    return None if any(match["bad"] for match in found) else [match[0] for match in found]


def _closes(tokens: list[str]) -> bool:
    depth = 0
    for one in tokens:
        depth += {"{": 1, "}": -1}.get(one, 0)
        if depth < 0:
            return False
    return depth == 0


def _known(token: str) -> bool:
    return not token[1:].isalpha() or token[1:] in _UNPRINTED


def _argument(tokens: list[str], at: int, may_be_empty: bool = False) -> int:
    """Where an argument ends that begins here; 0 where none does."""
    while at < len(tokens) and tokens[at] == " ":
        at += 1
    if at >= len(tokens) or tokens[at] in ("}", "^", "_", "'"):
        return 0
    if tokens[at] != "{":
        if tokens[at][1:] not in _WITH_ARGUMENTS:
            return at + 1
        return _argument(tokens, at + 1) if tokens[at].startswith(("\\math", "\\text")) else 0
    depth = 0
    for end in range(at, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end], 0)
        if not depth:
            return end + 1 if may_be_empty or end > at + 1 else 0
    return 0
