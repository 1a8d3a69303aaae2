"""Encoders: texts to unit vectors. The one on the query path needs tokenizers and OpenVINO only."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.model import DIMENSION, MAX_TOKENS, MODEL_KEY, TOKENIZER, load_tokenizer, printable, sha256_of
from library.errors import IndexUnavailable, ModelError

RECORD = "encoder.json"
GRAPH = "model.xml"
GRAPH_WEIGHTS = "model.bin"

FORMAT = 1
"""Of the compiled folder. Grows when compile.py makes something else of the same weights."""

BATCH = 16
"""Texts a batch. Sorted by length, batches of 8 to 64 are alike on two cores and 128 is slower."""

Vectors = NDArray[np.float32]
Progress = Callable[[int], None]


class Encoder(Protocol):
    """Turns texts into vectors."""

    @property
    def key(self) -> str:
        """Names the model: vectors of two encoders with one key may be compared."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        """Vectors of the texts, in their order: float32 ``[len(texts), dimension]``, each of length one.

        May be called from several threads. ``on_progress`` is called with the number of texts
        encoded so far.
        """
        ...


@dataclass(frozen=True, slots=True)
class EncoderRecord:
    """``encoder.json``: what a compiled folder holds.

    Attributes:
        kind: ``openvino``, or ``torch`` when compiling did not give the same vectors.
        precision: OpenVINO's INFERENCE_PRECISION_HINT, which it would otherwise choose by itself.
        cosine: The least cosine between compiled and original vectors of the probe texts.
        reason: Why ``kind`` is ``torch``; empty otherwise.
        files: Name to sha256 of every other file.
    """

    kind: str
    key: str
    format: int = FORMAT
    precision: str = ""
    cosine: float | None = None
    reason: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write the record into its folder."""
        (folder / RECORD).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> EncoderRecord:
        """Read a folder's record and check every file against it.

        Raises:
            IndexUnavailable: The record or a file is missing, altered or of another version.
        """
        remedy = "run `posterhall index --full`"
        try:
            record = cls(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise IndexUnavailable(f"cannot read the compiled model's {folder / RECORD}: {error}: {remedy}") from error
        if (record.format, record.key) != (FORMAT, MODEL_KEY):
            raise IndexUnavailable(
                f"the compiled model in {folder} is {record.key} (format {record.format}), "
                f"this version uses {MODEL_KEY} (format {FORMAT}): {remedy}"
            )
        for name, expected in record.files.items():
            path = folder / name
            if not path.is_file() or sha256_of(path) != expected:
                raise IndexUnavailable(f"the compiled model's {path} is missing or altered: {remedy}")
        return record


class OpenVinoEncoder:
    """The embedded model, compiled for this machine's CPU. May be shared between threads.

    One graph serves questions and ingestion alike: with the latency hint all cores work on one
    batch, which is as fast here as several streams and needs the weights in memory once.
    """

    def __init__(self, folder: Path, record: EncoderRecord | None = None) -> None:
        """Load a folder that :func:`index.compile.compile_encoder` wrote; its record, if it was just read.

        Raises:
            IndexUnavailable: The folder is incomplete or altered.
        """
        ov = import_openvino()
        self.record = record or EncoderRecord.read(folder)
        self.key = self.record.key
        self.dimension = DIMENSION
        self._tokenizer = load_tokenizer(folder / TOKENIZER, max_tokens=MAX_TOKENS)
        core = ov.Core()
        # A folder made on a CPU with bf16 may be opened on one without; there the hint would be refused.
        native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = self.record.precision if native else "f32"
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": self.precision}
        try:
            compiled = core.compile_model(folder / GRAPH, "CPU", settings)
        except RuntimeError as error:
            message = f"OpenVINO cannot load {folder / GRAPH}: {error}: run `posterhall index --full`"
            raise ModelError(message) from error
        self._request: Any = compiled.create_infer_request()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        """See :meth:`Encoder.encode`. Of each text the first 256 tokens count."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for places, ids, mask in self._batches(texts):
            with self._lock:
                self._request.infer({"input_ids": ids, "attention_mask": mask})
                found = self._request.get_output_tensor(0).data.copy()
            vectors[places] = found / np.linalg.norm(found, axis=1, keepdims=True)
            done += len(places)
            if on_progress:
                on_progress(done)
        return vectors

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]]:
        encoded = self._tokenizer.encode_batch_fast([printable(t) for t in texts])
        # Padding costs as much as text: batches of like lengths are 1.5 to 1.8 times as fast.
        order = sorted(range(len(texts)), key=lambda i: (-len(encoded[i]), i))
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            longest = len(encoded[places[0]])
            ids = np.zeros((len(places), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, i in enumerate(places):
                ids[row, : len(encoded[i])] = encoded[i].ids
                mask[row, : len(encoded[i])] = 1
            yield places, ids, mask


def load_encoder(folder: Path) -> Encoder:
    """The encoder in a compiled folder; one whose compilation failed is loaded through torch.

    Raises:
        IndexUnavailable: The folder is incomplete or altered.
    """
    record = EncoderRecord.read(folder)
    if record.kind == "torch":
        from index.compile import TorchEncoder

        return TorchEncoder()
    return OpenVinoEncoder(folder, record)


def import_openvino() -> Any:
    """The openvino module, without the part of it that reports each conversion to its vendor."""
    # None makes `import openvino_telemetry` fail, for which openvino has a stand-in that does nothing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino
