"""Every text is there in three languages, with the same values and buttons, and every key that is used exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from billing import errors, schemas
from billing.forecasts.schemas import CannotTell
from tests.data.test_nlu import topics

ROOT = Path(__file__).resolve().parents[2]
RESPONSES = ROOT / "data" / "responses"
LANGUAGES = ["en", "ja", "ko"]


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(RESPONSES.rglob("*.yml")):
        for key, variants in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items():
            assert key not in found, f"{key} is in two files"
            found[key] = variants
    return found


ALL = responses()


def language(variant: dict[str, Any]) -> str:
    return variant["condition"][0]["value"] if "condition" in variant else "en"


@pytest.mark.parametrize("key", ALL)
def test_a_text_has_three_languages_with_the_same_values_and_buttons(key: str) -> None:
    variants = ALL[key]
    assert [language(v) for v in variants] == LANGUAGES
    assert len({frozenset(re.findall(r"\{([^{}]*)\}", v["text"])) for v in variants}) == 1
    assert len({tuple(b["payload"] for b in v.get("buttons", [])) for v in variants}) == 1


@pytest.mark.parametrize("topic", [topic for topic in topics() if topic.startswith("faq/")])
def test_a_knowledge_topic_is_answered_with_its_documentation_link(topic: str) -> None:
    for variant in ALL[f"utter_{topic}"]:
        last = variant["text"].splitlines()[-1]
        assert re.fullmatch(r"https://(developer\.kore\.ai|ai-docs\.fptcloud\.com)/\S+", last)
        assert ("lang=ja" in last) == (language(variant) == "ja" and "kore.ai" in last)
        assert last.find("?lang") < last.find("#") or "#" not in last
        assert variant["metadata"]["link_title"]


def refusals() -> list[type[errors.BillingError]]:
    found = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.BillingError)]
    return [c for c in found if c is not errors.BillingError]


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.code)
def test_every_refusal_has_a_sentence(kind: type[errors.BillingError]) -> None:
    assert f"utter_{kind.code}" in ALL


def used_keys() -> set[str]:
    sources = [*(ROOT / "actions").glob("*.py"), *(ROOT / "data" / "rules").glob("*.yml")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    spoken = {key for key in re.findall(r"\butter_[a-z_]+\b", text) if not key.endswith("_")}
    terms = {f"utter_term_{key}" for key in re.findall(r'\bterm\(\s*"([a-z_]+)"', text)}
    return (spoken | terms) - {"utter_message", "utter_faq"}


@pytest.mark.parametrize("key", sorted(used_keys()))
def test_every_key_that_an_action_or_rule_uses_exists(key: str) -> None:
    assert key in ALL


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("utter_plan", schemas.PlanStatus),
        ("utter_term_interval", schemas.Interval),
        ("utter_term_payment_option", schemas.PaymentOption),
        ("utter_term_payment_status", schemas.PaymentStatus),
        ("utter_term_bucket", schemas.Bucket),
        ("utter_term_answer_time", schemas.SupportTier),
        ("utter_recharge_confirm", schemas.Method),
        ("utter_forecast", CannotTell),
    ],
)
def test_every_value_of_a_term_has_its_text(prefix: str, values: Any) -> None:
    assert {f"{prefix}_{value}" for value in values.__args__} <= ALL.keys()


def test_no_text_for_people_is_in_python() -> None:
    letters = re.compile(r"[぀-ヿ一-鿿가-힣]")
    packages = [ROOT / "actions", ROOT / "billing", ROOT / "gateway"]
    spoken = [path for package in packages for path in package.rglob("*.py") if letters.search(path.read_text("utf-8"))]
    names = {"billing/demo/service.py"}  # two customers' own
    assert {path.relative_to(ROOT).as_posix() for path in spoken} <= names
