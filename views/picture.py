"""The picture of the map in the browser: the script that the exported file has, as a component of Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

import posterhall
from posterhall import Placed

HEIGHT = 640
"""CSS pixels: a laptop's window shows all of it."""

# Streamlit calls this whenever the data change and keeps the element: the picture stays, with its zoom and its choice.
_COMPONENT = """
const live = new WeakMap();
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".pm-host");
  const points = { ...data.points, question: data.question, hits: data.hits };
  const chosen = data.chosen.join(" ");
  const known = live.get(host);
  if (known) {
    known.tell = setTriggerValue;
    known.picture.update(points, data.colour);
    // What was typed or chosen in the picture is there already, and newer than what the server says of it; another one
    // comes with the address.
    const typing = known.picture.search.getRootNode().activeElement === known.picture.search;
    if (known.find !== data.find && !typing) known.picture.setFind(data.find);
    if (known.chosen !== chosen) known.picture.setChosen(data.chosen);
    Object.assign(known, { find: data.find, chosen });
  } else {
    const made = { tell: setTriggerValue, find: data.find, chosen };
    made.picture = drawMap(host, points, {
      colour: data.colour,
      find: data.find,
      chosen: data.chosen,
      onSelect: (ids) => made.tell("chosen", ids),
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
    chosen: Sequence[str],
    question: Placed | None,
    on_find: Callable[[str], None],
    on_chosen: Callable[[Sequence[str]], None],
) -> None:
    """Draw the map.

    Args:
        points: What :func:`posterhall.map_payload` makes.
        key: Of the component.
        colour: Which colouring.
        find: What the search box holds.
        chosen: Ids of the papers that are chosen.
        question: Where a star stands, and the papers around it that have a ring.
        on_find: Called with what was typed into the search box.
        on_chosen: Called with the papers that were chosen, by box, lasso or click.
    """
    data = {
        "points": points,
        "colour": colour,
        "find": find,
        "chosen": list(chosen),
        "question": question.place if question else None,
        "hits": [hit.paper.paper_id for hit in question.hits] if question else [],
    }

    def told(name: str) -> Any:
        return st.session_state[key].get(name)

    _PICTURE(
        key=key,
        data=data,
        on_find_change=lambda: on_find(told("find") or ""),
        on_chosen_change=lambda: on_chosen(told("chosen") or ()),
    )
