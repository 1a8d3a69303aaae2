"""The picture of the map in the browser: the script that the exported file has, as a component of Streamlit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

import posterhall

HEIGHT = 640
"""CSS pixels: a laptop's window shows all of it."""

# Streamlit calls this whenever the data change and keeps the element: the picture stays, with its zoom and its choice.
_COMPONENT = """
const live = new WeakMap();
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const host = parentElement.querySelector(".pm-host");
  const points = { ...data.points, question: data.question };
  const known = live.get(host);
  if (known) {
    known.tell = setStateValue;
    if (known.colour !== data.colour || known.version !== points.version || data.question || known.question) {
      known.picture.update(points, data.colour);
    }
    // What is being typed is newer than what the server says was.
    if (known.picture.search.getRootNode().activeElement !== known.picture.search) known.picture.setFind(data.find);
    Object.assign(known, { colour: data.colour, question: data.question, version: points.version, ids: points.ids });
  } else {
    const made = { tell: setStateValue, colour: data.colour, question: data.question, version: points.version };
    made.ids = points.ids;
    made.picture = drawMap(host, points, {
      colour: data.colour,
      find: data.find,
      onSelect: (indices) => made.tell("chosen", indices.map((n) => made.ids[n])),
      onFind: (text) => made.tell("find", text),
    });
    live.set(host, made);
  }
  return () => {
    const made = live.get(host);
    if (made) made.picture.stop();
    live.delete(host);
  };
}
"""

_SCRIPT, _STYLE = posterhall.map_parts()
_PICTURE = st.components.v2.component(
    "posterhall_map",
    html='<div class="pm-host"></div>',
    css=_STYLE + f".pm-host {{ height: {HEIGHT}px; }}",
    js=_SCRIPT + _COMPONENT,
)


def picture(
    points: dict[str, Any],
    *,
    key: str,
    colour: str,
    find: str,
    question: tuple[float, float] | None,
    on_find: Callable[[], None],
) -> tuple[str, ...]:
    """Draw the map.

    Args:
        points: What :func:`posterhall.map_payload` makes.
        key: Of the component; its ``find`` in the session's state is what was typed into the search box.
        colour: Which colouring.
        find: What the search box holds.
        question: Where a star stands.
        on_find: Called when something was typed.

    Returns:
        Ids of the papers that were chosen, by box, lasso or click.
    """
    data = {"points": points, "colour": colour, "find": find, "question": question}
    state = _PICTURE(
        key=key, data=data, default={"chosen": [], "find": find}, on_chosen_change=_nothing, on_find_change=on_find
    )
    known = set(points["ids"])
    chosen = state.get("chosen") or ()
    return tuple(c for c in chosen if c in known)


def _nothing() -> None:
    """The page is drawn again, which is all that is wanted."""
