"""Compiling the embedded model for CPUs. The only module that imports torch and sentence-transformers.

The compiled model is kept only if it gives the same vectors: see :func:`compile_encoder`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import (
    FORMAT,
    GRAPH,
    GRAPH_WEIGHTS,
    RECORD,
    EncoderRecord,
    OpenVinoEncoder,
    Progress,
    Vectors,
    import_openvino,
)
from index.model import DIMENSION, MAX_TOKENS, MODEL_KEY, TOKENIZER, find_model, printable, sha256_of, verify_weights
from library.errors import IndexUnavailable

MIN_COSINE = 0.999
"""Least cosine between a compiled and an original vector. Measured 0.9999 (bf16); int8 has 0.998, and
with it the ten nearest passages are no longer the same ones (overlap 0.954)."""

PROBES = (
    "x",
    " ",
    "Which papers compress the key-value cache?",
    "State space models and linear attention, compared on long sequences of tokens.",
    "Größenordnung, naïveté, 東京大学, Ω(n log n), ∇f(x) ≈ 0, emoji 🙂 and a tab\there.",
    "Diffusion models generate molecules by reversing a noising process. " * 6,
    "An agent explores; a critic scores what it finds; both learn from the score. " * 14,
    "longer than the model takes in, so that both must cut it at the same place " * 40,
)
"""Our own words: one token, nothing but space, many scripts, and lengths up to well past 256 tokens."""


class TorchEncoder:
    """The embedded model through sentence-transformers: slower by far, and never wrong about itself."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load the model by its path, so that no hub is asked.

        Raises:
            ModelError: It is not installed, or altered.
        """
        folder = folder or find_model()
        verify_weights(folder)
        self.key = MODEL_KEY
        self.dimension = DIMENSION
        self.model = _load(folder)

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        """See :meth:`index.encoder.Encoder.encode`."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found = self.model.encode(
            [printable(t) for t in texts], normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        if on_progress:
            on_progress(len(texts))
        return np.ascontiguousarray(found, dtype=np.float32)


def ready_encoder(encoders: Path, current: Path | None, *, retry: bool = False, min_cosine: float = MIN_COSINE) -> Path:
    """A compiled model of ``encoders`` that is undamaged, or a newly compiled one.

    Args:
        encoders: See :func:`compile_encoder`.
        current: The folder to prefer.
        retry: Compile again when the last attempt failed.
        min_cosine: See :data:`MIN_COSINE`.

    Raises:
        ModelError: The model is to be compiled, and is not installed or altered.
    """
    found = sorted(encoders.glob("[!.]*")) if encoders.is_dir() else []
    for folder in [current, *found] if current else found:
        try:
            record = EncoderRecord.read(folder)
        except IndexUnavailable:
            continue
        if record.kind == "openvino" or not retry:
            return folder
    return compile_encoder(encoders, min_cosine=min_cosine)


def compile_encoder(encoders: Path, *, min_cosine: float = MIN_COSINE) -> Path:
    """Compile the embedded model into a folder of ``encoders`` that is named by its content.

    When compiling fails, or the vectors differ, the folder records kind ``torch`` and the reason;
    :func:`index.encoder.load_encoder` then loads the original.

    Returns:
        The folder. It appears at once and complete.

    Raises:
        ModelError: The model is not installed, or altered.
    """
    source = find_model()
    original = TorchEncoder(source)
    encoders.mkdir(parents=True, exist_ok=True)
    work = encoders / f".compiling-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        record = _compile(source, original, work, min_cosine)
        if record.kind == "torch":
            for path in work.iterdir():
                path.unlink()
        record.write(work)
        content = hashlib.sha256((work / RECORD).read_bytes()).hexdigest()
        target = encoders / f"{MODEL_KEY.replace('@', '-')}-{content[:12]}"
        if target.exists():
            shutil.rmtree(target)  # the same content was damaged, or it would have been used
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _compile(source: Path, original: TorchEncoder, work: Path, min_cosine: float) -> EncoderRecord:
    try:
        precision = _convert(original, work)
        shutil.copyfile(source / TOKENIZER, work / TOKENIZER)
        files = {name: sha256_of(work / name) for name in (GRAPH, GRAPH_WEIGHTS, TOKENIZER)}
        EncoderRecord("openvino", MODEL_KEY, FORMAT, precision, None, "", files).write(work)
        vectors = OpenVinoEncoder(work).encode(PROBES)
    except Exception as error:  # whatever a converter may raise: the original still works
        return EncoderRecord("torch", MODEL_KEY, reason=f"compiling with OpenVINO failed: {error}")
    cosine = float((vectors * original.encode(PROBES)).sum(axis=1).min())
    if not cosine >= min_cosine:
        reason = f"the compiled model's vectors differ: least cosine {cosine:.5f}, wanted {min_cosine}"
        return EncoderRecord("torch", MODEL_KEY, cosine=cosine, reason=reason)
    return EncoderRecord("openvino", MODEL_KEY, FORMAT, precision, round(cosine, 6), "", files)


def _convert(original: TorchEncoder, work: Path) -> str:
    """Write the graph, pooled, into ``work``; returns the precision that it is meant to run at."""
    import torch

    ov = import_openvino()

    class Pooled(torch.nn.Module):
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            types = torch.zeros_like(input_ids)
            found = self.inner(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types)
            weights = attention_mask.unsqueeze(-1).to(found.last_hidden_state.dtype)
            return (found.last_hidden_state * weights).sum(1) / weights.sum(1)

    example = {n: torch.ones((2, 8), dtype=torch.int64) for n in ("input_ids", "attention_mask")}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's, about branches that padding never takes
        graph = ov.convert_model(Pooled(original.model[0].auto_model.eval()), example_input=example)
    for port, name in zip(graph.inputs, example, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_partial_shape(ov.PartialShape([-1, -1]))
    graph.validate_nodes_and_infer_types()
    ov.save_model(graph, work / GRAPH, compress_to_fp16=True)
    return "bf16" if "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _load(folder: Path) -> Any:
    # Before the import: the libraries read it once. A model with a path needs no hub.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # On macOS faiss and torch bring an OpenMP runtime each, and the second one ends the process.
    os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "TRUE")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    model.max_seq_length = MAX_TOKENS
    return model
