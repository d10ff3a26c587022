"""Every place of every response that an answer with figures is said by is mapped to a fact, for the checker."""

from __future__ import annotations

import re

import pytest
import yaml

from actions.base import FiguresAction
from assistant.replaying import Replaying
from billing.proof.numerals import PATTERNS
from billing.proof.places import ALL_SAID, NOTHING, PLACES
from tests.data.test_responses import ALL, RESPONSES, ROOT, refusals

KINDS = {*PATTERNS, "quantity", "service", "words", "lines", "term"}
REFUSED = {f"utter_{kind.code}" for kind in refusals()}
TERMS = re.compile(r'\bterm\(\s*f?"((?:row|forecast)_[a-z_]+)')


def spoken(topic: str) -> set[str]:
    """The responses of the topic but for refusals, and the lines that its action puts into them, by its source."""
    kept = yaml.safe_load((RESPONSES / f"{topic}.yml").read_text(encoding="utf-8"))["responses"]
    terms = TERMS.findall((ROOT / "actions" / f"{topic}.py").read_text(encoding="utf-8"))
    lines = {key for term in terms for key in ALL if key == f"utter_term_{term}" or _begins(key, f"utter_term_{term}")}
    return {key for key in kept if key not in REFUSED} | lines


def _begins(key: str, named: str) -> bool:
    return named.endswith("_") and key.startswith(named)


def test_every_topic_that_says_figures_has_its_places() -> None:
    actions = Replaying()._actions.values()
    said = {each.name().removeprefix("action_") for each in actions if isinstance(each, FiguresAction)}
    assert said == PLACES.keys()


@pytest.mark.parametrize("topic", PLACES)
def test_each_response_of_a_topic_is_mapped_and_each_of_its_places_is(topic: str) -> None:
    assert spoken(topic) == PLACES[topic].keys()
    for key, (_, places) in PLACES[topic].items():
        for variant in ALL[key]:
            assert set(re.findall(r"\{(\w+)\}", variant["text"])) <= places.keys(), key
        assert {told.partition(" ")[0] for told in places.values()} <= KINDS


def test_what_is_required_is_of_a_response() -> None:
    assert NOTHING.keys() <= {key for keys in PLACES.values() for key in keys}
    assert {group for keys in PLACES.values() for group, _ in keys.values()} >= ALL_SAID
