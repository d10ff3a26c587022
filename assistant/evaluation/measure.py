"""The trained model on sentences, one after the other as messages come: what it guesses, and how long that takes."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np

from assistant.agent import Assistant
from assistant.evaluation.corpus import Sentence
from assistant.evaluation.guesses import Guesses


class Measured(NamedTuple):
    """What was guessed, and the milliseconds of processor time that each whole parse took."""

    guesses: Guesses
    milliseconds: np.ndarray

    def only(self, language: str) -> Measured:
        """Those of one language."""
        chosen = [sentence.language == language for sentence in self.guesses.sentences]
        return Measured(self.guesses.only(language), self.milliseconds[chosen])

    def percentile(self, share: float) -> float:
        """The milliseconds that this share (50: half) of all sentences took at most."""
        return round(float(np.percentile(self.milliseconds, share)), 1)


async def measure(assistant: Assistant, sentences: list[Sentence]) -> Measured:
    """Parse every sentence. Processor time is of this thread: what else the machine does is not in it."""
    parsed, taken = [], []
    for sentence in sentences:
        started = time.thread_time()
        parsed.append(await assistant.parse(sentence.text))
        taken.append(1000 * (time.thread_time() - started))
    topics = np.array([each.topic for each in parsed], dtype=object)
    return Measured(Guesses(sentences, topics, np.array([each.confidence for each in parsed])), np.array(taken))
