"""Carrying an index from one machine to another, which has its own compiled model and no reason to trust the files.

The words travel as tantivy's files, which are slow to make (some 40 µs a passage) and are read by a library that checks
its bounds. The vectors travel once, as rows of the library; faiss's file is written anew from them, because faiss
believes what a file says.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from index.build import build_dense, wanted_passages
from index.dense import DenseIndex
from index.encoder import RECORD
from index.generation import (
    CURRENT,
    DENSE,
    LEXICAL,
    MANIFEST,
    current,
    current_name,
    hashes,
    read_manifest,
    write_manifest,
)
from index.generation import Manifest as Manifest
from index.lexical import LexicalIndex
from index.model import DIMENSION, MODEL_KEY, sha256_of
from library import Library
from library.errors import IndexUnavailable


def carried(folder: Path) -> tuple[dict[str, Path], int]:
    """The files of the current generation that travel, by their names in ``folder``, and the revision it is of.

    Raises:
        IndexUnavailable: There is no index, or it is not as it should be.
    """
    generation = current(folder)
    kept = [name for name in generation.manifest.files if name != DENSE]
    names = [CURRENT, *(f"{generation.path.name}/{name}" for name in (MANIFEST, *kept))]
    return {name: folder / name for name in names}, generation.manifest.revision


def adopt(library: Library, folder: Path, encoder: Path) -> bool:
    """Make the carried index in ``folder`` this machine's; one that does not fit the library is removed.

    Args:
        library: What came with it.
        folder: Of the index.
        encoder: The compiled model to ask it with.

    Returns:
        False when it was removed and must be built.
    """
    try:
        _adopt(library, folder, encoder)
    except (IndexUnavailable, OSError, ValueError):
        fits = False
    except BaseException as error:  # what tantivy raises on a file that it did not foresee is no Exception
        if type(error).__name__ != "PanicException":
            raise
        fits = False
    else:
        return True
    for path in folder.glob("gen-*"):
        shutil.rmtree(path)
    (folder / CURRENT).unlink(missing_ok=True)
    return fits


def _adopt(library: Library, folder: Path, encoder: Path) -> None:
    path = folder / current_name(folder)
    manifest = read_manifest(path)
    vouched = {name: digest for name, digest in manifest.files.items() if name != DENSE}
    if (manifest.model, manifest.revision) != (MODEL_KEY, library.revision) or hashes(path) != vouched:
        raise IndexUnavailable("it is another library's, or another model's")
    wanted = wanted_passages(library)
    titles = {row.passage_id: row.title for row in library.passages.index_rows(wanted)}
    lexical = LexicalIndex(path / LEXICAL)
    if lexical.count() != len(wanted) or lexical.titles(sorted(wanted)) != titles:
        raise IndexUnavailable("it has other passages than the library")
    dense = DenseIndex.empty(DIMENSION)
    build_dense(library, dense, sorted(wanted), (), wanted)
    if dense.count() != len(wanted):
        raise IndexUnavailable("the library lacks vectors")
    dense.save(path / DENSE)
    ours = replace(manifest, encoder=encoder.name, encoder_sha256=sha256_of(encoder / RECORD))
    write_manifest(path, replace(ours, files=hashes(path), passages=len(wanted)))
