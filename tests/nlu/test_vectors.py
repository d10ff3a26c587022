"""Vectors that need not be computed again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.nlu import encoders, sentences, ship, vectors
from assistant.nlu.encoders import encode_all, version_of

FIRST, SECOND = "how much is left", "stop my plan"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    _write(tmp_path / "nlu", "en/show_balance", [FIRST])
    _write(tmp_path / "nlu", "en/faq/pause", [SECOND])
    return tmp_path / "nlu"


def _write(folder: Path, name: str, texts: list[str]) -> None:
    path = (folder / name).with_suffix(".yml")
    path.parent.mkdir(parents=True, exist_ok=True)
    examples = "".join(f"      - {text}\n" for text in texts)
    path.write_text(f"nlu:\n  - intent: {name}\n    examples: |\n{examples}", encoding="utf-8")


def test_what_comes_with_the_repository_is_what_the_encoder_gives() -> None:
    shipped = vectors.shipped(ship.SLOW, version_of(ship.SLOW))
    for path in sentences.files()[::40]:
        _, text = next(iter(sentences.sentences(path)))
        given, kept = encoders.encoder(ship.SLOW)(text), shipped[vectors.key(text[: encoders.LONGEST])]
        assert given @ kept / np.linalg.norm(given) / np.linalg.norm(kept) > 0.9999


def test_a_first_training_encodes_none_of_the_shipped_sentences_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [text for _, text in sentences.sentences(sentences.files()[0])]
    monkeypatch.setattr(encoders, "_encode", lambda name, texts: pytest.fail(f"{texts} came with the repository"))

    assert encode_all(ship.SLOW, texts, tmp_path).shape == (len(texts), 384)


def test_only_the_files_whose_sentences_changed_are_written(tmp_path: Path, data: Path) -> None:
    places = {tmp_path / "v" / "e5" / name for name in ("en/show_balance.npz", "en/faq/pause.npz")}
    assert set(ship.ship(tmp_path / "v", data)) == places
    assert ship.ship(tmp_path / "v", data) == []

    _write(data, "en/show_balance", [FIRST, SECOND])
    assert ship.ship(tmp_path / "v", data) == [tmp_path / "v" / "e5" / "en" / "show_balance.npz"]
    (data / "en" / "faq" / "pause.yml").unlink()
    assert ship.ship(tmp_path / "v", data) == [tmp_path / "v" / "e5" / "en" / "faq" / "pause.npz"]
    assert vectors.shipped("e5", version_of("e5"), tmp_path / "v").keys() == {vectors.key(FIRST), vectors.key(SECOND)}


def test_the_same_vectors_are_the_same_bytes(tmp_path: Path) -> None:
    known = {vectors.key(text): encoders.encoder("e5")(text) for text in (FIRST, SECOND)}
    once = vectors.Shipped.of(known, "1")
    once.save(tmp_path / "once.npz")
    vectors.Shipped.of(once.vectors(), "1").save(tmp_path / "twice.npz")

    assert (tmp_path / "once.npz").read_bytes() == (tmp_path / "twice.npz").read_bytes()


def test_vectors_of_another_version_and_damaged_files_are_passed_over(tmp_path: Path) -> None:
    known = {vectors.key(FIRST): encoders.encoder("e5")(FIRST)}
    vectors.Shipped.of(known, "another").save(tmp_path / "e5" / "other.npz")
    (tmp_path / "e5" / "damaged.npz").write_bytes(b"PK\x03\x04 half a file")

    assert vectors.shipped("e5", version_of("e5"), tmp_path) == {}
