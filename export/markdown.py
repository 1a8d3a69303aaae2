"""Reading lists as Markdown: the form that an import reads back.

The grammar, by line; a line's indent says what it belongs to::

    # Name of the list

    The description, as it was written.

    - [Title](https://openreview.net/forum?id=x). Ada Lovelace, Laurens van der Maaten. *ICML 2024*, 2024.
      - state: reading
      - priority: 1
      - tags: state spaces, to present
      - why: “The sentence that put it there.” (Introduction, p. 2)
      - note: My own words, in Markdown.

        Their second paragraph.

    ## A section

    ### A section in it

    - **A paper without a link**. *SCOPE - ICLR 2025*.

======================  ================================================================================================
at the line's start     what it is
======================  ================================================================================================
``# ``                  the name; it comes first and once
``## `` … ``###### ``   a section, by depth; one that lies deeper than Markdown's headings has the rest of its path
                        here, joined by `` › ``. Papers before the first section are in none
``- ``                  a paper
``  - label: ``         what the list knows of that paper (two spaces)
four spaces             goes on with a ``note``: these four are not part of it
anything else           before the first paper and section: the description. Blank lines elsewhere mean nothing
======================  ================================================================================================

A paper is its title, as a link or else in bold, and up to three parts, each ended by a full stop: the authors, joined by ``, ``; the
venue in italics; the year after the venue and ``, ``, or alone. The full stop is one more than the part's own: ``Jr..``.
Labels are left out at their defaults: ``state`` (``to read``), ``priority`` (0), ``tags``, ``why``, ``note``. Tags are joined by
``, ``; the section and the page of a ``why`` stand in brackets after the last ``” (``, the page only where there is one.

All but the description and the notes is escaped: what Markdown would act on stands behind a backslash, but for ``$…$``, whose inside
is as it was given, and means the same either way. A comma in a name or a tag, and in a section's name before ``p.``, is ``&#44;``,
so that a line can be split before it is unescaped. Line breaks and runs of white space are single spaces. In the description a
line that would start something else has a backslash before it.
"""
