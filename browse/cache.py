"""Topics' parts, kept in a file beside the index, so that a page of topics need not ask for all of them again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from browse.parts import Part, Parts

FILE_NAME = "topics.json"

FORMAT = 4
"""Grows when the parts of this version mean something else."""


def read(folder: Path, state: str) -> dict[str, Parts]:
    """The parts that were kept for a state of the index, by :attr:`browse.topics.Topic.key`.

    What cannot be used is as good as nothing: it is measured again.
    """
    try:
        found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        if found["format"] != FORMAT or found["state"] != state:
            return {}
        return {key: _parts(row) for key, row in found["topics"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def write(folder: Path, state: str, parts: Mapping[str, Parts]) -> None:
    """Keep parts for a state of the index, in the place of all others; a folder that cannot be written keeps none."""
    rows = {k: {"papers": p.papers, "values": p.values.tolist(), "seeds": p.seeds} for k, p in parts.items()}
    text = json.dumps({"format": FORMAT, "state": state, "topics": rows})
    # Two processes may write at once; each has a file of its own until it is whole.
    beside = folder / f".{FILE_NAME}.{os.getpid()}"
    with suppress(OSError):
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / FILE_NAME)


def _parts(row: Mapping[str, Any]) -> Parts:
    papers, seeds = tuple(map(str, row["papers"])), tuple(map(str, row["seeds"]))
    values = np.array(row["values"], dtype=float).reshape(len(papers), len(Part._fields))
    if not np.isfinite(values).all() or list(papers) != sorted(set(papers)):
        raise ValueError("not what was written")
    return Parts(papers, values, seeds)
