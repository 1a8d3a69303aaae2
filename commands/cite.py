"""``cite PAPER``: how papers are cited, to be pasted."""

from __future__ import annotations

import click

from commands.terminal import printable
from posterhall import CITATION_STYLES, Posterhall


@click.command("cite")
@click.argument("papers", metavar="PAPER...", nargs=-1, required=True)
@click.option(
    "--style",
    default="bibtex",
    show_default=True,
    help=f"bibtex, biblatex, openreview (its own BibTeX), {', '.join(CITATION_STYLES)}, another style's name, or the "
    "path of a .csl file.",
)
@click.pass_obj
def cite_command(hall: Posterhall, papers: tuple[str, ...], style: str) -> None:
    """Print how papers are cited.

    A paper is named by its id or its whole title. Keys are those of every export.
    """
    found = dict.fromkeys(hall.find(paper).paper_id for paper in papers)
    cited = [hall.cite(paper_id, style) for paper_id in found]
    click.echo("\n\n".join("\n".join(map(printable, text.splitlines())) for text in cited))
