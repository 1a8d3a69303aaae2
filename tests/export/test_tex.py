"""Titles, names and abstracts in LaTeX."""

import pytest
from hypothesis import given, settings

from export.maths import can_be_set, is_harmless
from export.tex import ascii_text, plain, prose, title, unicode_text
from tests.export.hostile import TITLES
from tests.export.reading import latex
from tests.export.reading import plain as folded


@pytest.mark.parametrize(
    ("given_title", "written"),
    [
        ("Learning with Few Labels", "Learning with Few Labels"),
        ("How LLMs Learn: A GPT-4 Study", "How {LLMs} Learn: A {GPT}-4 Study"),
        ("AdamW and the t-SNE of iNaturalist", "{AdamW} and the t-{SNE} of {iNaturalist}"),
        ("Bayesian Inference by Langevin Dynamics", "{Bayesian} Inference by {Langevin} Dynamics"),
        ("Schrödinger Bridges", '{Schr{\\"o}dinger} Bridges'),
        ("Feynman's Path and Brenier’s Map", "{Feynman's} Path and {Brenier's} Map"),
        ("Fast A* Search over K Words", "Fast A* Search over {K} Words"),
        ("Coresets for $\\ell_p$ Regression", "Coresets for {$\\ell_p$} Regression"),
        ("QuIP$\\#$: Even Better", "{QuIP}{$\\#$}: Even Better"),
        ("Costs $5 and $6 More", "Costs \\$5 and \\$6 More"),
        ("An \\emph{Odd} Title & 100\\% of it", "An {\\emph{Odd}} Title \\& 100\\% of it"),
        ("How Paris and Oslo differ from other large cities", "How {Paris} and {Oslo} differ from other large cities"),
        ('The "Why" of Déjà Vu', "The ``Why'' of D{\\'e}j{\\`a} Vu"),
        ("Sets {a, b} and a brace {", "Sets {\\textbraceleft}a, b{\\textbraceright} and a brace {\\textbraceleft}"),
        ("Polyak–Łojasiewicz — Again…", "{Polyak}--{{\\L}ojasiewicz} --- Again{\\ldots}"),
    ],
)
def test_a_title_keeps_its_formulas_and_capitals_and_its_signs_are_escaped(given_title: str, written: str) -> None:
    assert title(given_title, ascii_text) == written


def test_utf8_titles_escape_only_what_latex_acts_on() -> None:
    assert title("Poincaré & 100% “Sure” – a_b", unicode_text) == "{Poincaré} \\& 100\\% “Sure” – a\\_b"


@pytest.mark.parametrize(
    "inside",
    [
        *(r"\mathcal{O}(\sqrt{T})", "l_0", r"\bf{\Phi}_\textrm{Flow}", r"\#", "^2", r"\ell_\infty", r"{\rm E}(3)"),
        *("C^*", "-", r"d+\mathcal{O}(1)", r"\frac{1}{2}", r"\frac12", "x^{a}_b", "{}^2", "f'^2", r"\{x\}"),
    ],
)
def test_a_formula_that_tex_can_set_may_stand_in_a_title(inside: str) -> None:
    assert can_be_set(inside)


@pytest.mark.parametrize(
    "inside",
    [
        *("x^2^3", "x^{2}^3", "{x_1_2}", "f^2'", "x_", "^", r"\frac{1}", r"x_\frac12", r"\sqrt", r"\mathcal{}"),
        *("{", "}", "}{", "a%", "a&b", "a#1", "é", "\\", r"\input{x}", r"\write18{x}", r"\undefined"),
    ],
)
def test_a_formula_that_tex_cannot_set_is_text_in_a_title(inside: str) -> None:
    assert not can_be_set(inside)
    assert title(f"On ${inside}$", ascii_text).startswith("On \\$")


@pytest.mark.parametrize("inside", [r"\input{x}", r"\def\x{}", r"\catcode`", "a%", "{", r"\end{document}"])
def test_no_formula_of_an_abstract_does_harm(inside: str) -> None:
    assert not is_harmless(inside)


def test_an_abstract_keeps_formulas_that_need_more_than_a_title_may() -> None:
    text = r"at $O \left( \frac{n}{\epsilon} \right) $ cost, $<$200 of 100%"
    assert prose(text, ascii_text) == r"at $O \left( \frac{n}{\epsilon} \right) $ cost, $<$200 of 100\%"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"Coresets for $\ell_p$ at $5", "Coresets for ℓ_p at $5"),
        ("E$^2$GAN in $L_2$, $x^{-10}$ and $a_{12}$", "E²GAN in L₂, x⁻¹⁰ and a₁₂"),
        (r"$C^*$-Algebraic and $\bf{\Phi}_\textrm{Flow}$", "C*-Algebraic and Φ_Flow"),
        (r"$\texttt{MoE-RBench}$: Towards", "MoE-RBench: Towards"),
        (r"An \emph{Odd} Title & 100\% of it", "An Odd Title & 100% of it"),
        (
            "With *1k* Parameters: The *Transfer Function* Approach",
            "With 1k Parameters: The Transfer Function Approach",
        ),
        ("A* and B* search, *-algebras and *-rings", "A* and B* search, *-algebras and *-rings"),
    ],
)
def test_a_title_in_plain_text_has_characters_for_its_formulas_and_no_marks(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("the ''shadow'' of \"a\" model's 5''", "the ``shadow'' of ``a'' model's 5''"),
        (r"under \\$2,000 or \$0.13", r"under \$2,000 or \$0.13"),
    ],
)
def test_quotes_in_an_abstract_open_and_close_and_a_sign_that_is_escaped_twice_is_escaped_once(
    text: str, written: str
) -> None:
    assert prose(text, ascii_text) == written


@settings(max_examples=60)
@given(TITLES)
def test_any_title_reads_back_and_its_braces_match(text: str) -> None:
    for encode in (ascii_text, unicode_text):
        written = title(text, encode)
        depth = 0
        for c in written:
            depth += {"{": 1, "}": -1}.get(c, 0)
            assert depth >= 0
        assert depth == 0
        assert folded(latex(written)) == folded(text)


def test_the_letters_of_european_names_are_ascii_and_read_back() -> None:
    letters = "áàâäãåāăąæçćčđďéèêëęěėēğíìîïıīłñńňóòôöõøőœŕřśšşßťúùûüůűūýÿźžżÁÅÇÉŁØÖŞŠŽ"
    assert ascii_text(letters).isascii()
    assert latex(ascii_text(letters)) == letters


def test_a_character_without_a_name_in_latex_stays() -> None:
    assert ascii_text("张 😀 Ħ") == "张 😀 Ħ"
