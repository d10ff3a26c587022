"""What a policy predicts: Rasa looks for the likeliest of eighty actions each time somebody asks (0.1 ms a turn)."""

from __future__ import annotations

from functools import cached_property
from types import ModuleType


def likeliest_found_once(module: ModuleType) -> None:
    """Keep it: the probabilities of a prediction are not changed once it is made."""
    found = module.PolicyPrediction.max_confidence.fget
    kept = cached_property(found)
    kept.__set_name__(module.PolicyPrediction, "max_confidence")
    module.PolicyPrediction.max_confidence = kept
