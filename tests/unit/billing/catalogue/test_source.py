from __future__ import annotations

import re

import pytest

from billing.catalogue import source
from billing.errors import CatalogueInvalid
from tests.builders.catalogue import a_catalogue, line_of

# what stands in the file → what stands there by mistake, the place the refusal names, and why
MISTAKES = {
    "a float": (
        'rates: {USD: "0.05", JPY: "7", KRW: "65"}',
        'rates: {USD: 0.05, JPY: "7", KRW: "65"}',
        "services.bot_session.rates.USD",
        "write decimals in quotes",
    ),
    "a float price": (
        'price: {USD: "9", JPY: "900", KRW: "9000"}',
        'price: {USD: 9.5, JPY: "900", KRW: "9000"}',
        "plans.starter.monthly.price.USD",
        "write decimals in quotes",
    ),
    "a missing language": (
        "names: {en: Starter, ja: スターター, ko: 스타터}",
        "names: {en: Starter, ko: 스타터}",
        "plans.starter.names",
        "no name in ja",
    ),
    "a language that is not spoken": (
        "names: {en: Renderer, ja: レンダラー, ko: 렌더러}",
        "names: {en: Renderer, ja: レンダラー, ko: 렌더러, fr: Rendeur}",
        "plans.renderer.names.fr",
        "'en', 'ja' or 'ko'",
    ),
    "a rate too fine": ('"0.00201"', '"0.002011"', "services.inference.rates", "at most 5 decimals"),
    "a negative rate": ('"2.4"', '"-2.4"', "services.gpu_container.rates", "not negative"),
    "a rate that is no number": ('"2.4"', '"cheap"', "services.gpu_container.rates.USD", "decimal"),
    "a rate that is not finite": ('"2.4"', '"NaN"', "services.gpu_container.rates.USD", "finite"),
    "an unknown currency": ('{USD: "0.05",', '{EUR: "0.05",', "services.bot_session.rates", "unknown currency EUR"),
    "a price no coin can pay": (
        'price: {USD: "90", JPY: "9000"',
        'price: {USD: "90", JPY: "9000.5"',
        "plans.starter.yearly.price",
        "more decimals than JPY",
    ),
    "an unknown unit": ("unit: hour", "unit: fortnight", "services.gpu_container.unit", "'hour'"),
    "a key nobody knows": (
        "services: [gpu_container]",
        "services: [gpu_container]\n    discount: '5'",
        "plans.renderer.discount",
        "Extra inputs",
    ),
    "a missing part": (
        '  minimum: {USD: "25", JPY: "3000", KRW: "30000"}',
        "",
        "top_up.minimum",
        "required",
    ),
    "unknown support hours": ("basic: {hours: 8x5}", "basic: {hours: always}", "support_tiers.basic.hours", "8x5"),
    "a negative price": ('price: {USD: "99.99"', 'price: {USD: "-99.99"', "plans.renderer.monthly.price", ""),
    "a negative quota": (
        'quotas: {bot_session: "1200"',
        'quotas: {bot_session: "-1200"',
        "plans.starter.yearly.quotas",
        "",
    ),
    "a deposit of the whole price": (
        "services: [gpu_container]",
        'services: [gpu_container]\n    conditions: {deposit_share: "1"}',
        "plans.renderer.conditions.deposit_share",
        "less than 1",
    ),
    "a deposit that is no exact share": (
        "services: [gpu_container]",
        "services: [gpu_container]\n    conditions: {deposit_share: 0.3}",
        "plans.renderer.conditions.deposit_share",
        "quotes",
    ),
    "pauses longer than a year": (
        "services: [gpu_container]",
        "services: [gpu_container]\n    conditions: {pause_days: 366}",
        "plans.renderer.conditions.pause_days",
        "365",
    ),
    "a quota finer than use is measured": (
        'quotas: {bot_session: "1200"',
        'quotas: {bot_session: "1200.0001"',
        "plans.starter.yearly.quotas",
        "",
    ),
}


def refusal(path) -> str:
    with pytest.raises(CatalogueInvalid) as raised:
        source.read(path)
    return str(raised.value)


def test_the_catalogue_without_mistakes_is_read(tmp_path):
    catalogue = source.read(a_catalogue(tmp_path))

    assert list(catalogue.services) == ["bot_session", "gpu_container", "inference"]
    assert str(catalogue.services["inference"].rates["USD"]) == "0.00201"


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_line_its_place_and_the_reason(tmp_path, mistake):
    here, instead, place, reason = mistake
    path = a_catalogue(tmp_path, mistake=(here, instead))
    line = line_of(instead.splitlines()[-1] if instead else "top_up:", path)

    told = refusal(path)

    assert told.startswith(f"{path}:{line}: {place}")
    assert reason in told


@pytest.mark.parametrize(
    ("here", "instead"),
    [
        ("services: [gpu_container]", "services: [gpu_container, teleport]"),
        ("bot_session: {USD", "teleport: {USD"),
        ('{bot_session: "1200", inference: "12000"}', '{teleport: "1200", inference: "12000"}'),
    ],
    ids=["in scope", "in rates", "in quotas"],
)
def test_a_service_that_is_not_sold_is_told_with_its_line(tmp_path, here, instead):
    path = a_catalogue(tmp_path, mistake=(here, instead))
    plan = "renderer" if "gpu_container" in here else "starter"

    told = refusal(path)

    assert f"plan {plan} names unknown services: teleport" in told
    line = int(re.match(rf"{re.escape(str(path))}:(\d+):", told)[1])
    assert line_of(f"  {plan}:", path) <= line <= line_of("teleport", path)


def test_all_mistakes_are_told_at_once(tmp_path):
    path = a_catalogue(tmp_path, one=('"2.4"', "2.4"), two=("unit: session", "unit: moment"))

    told = refusal(path).splitlines()

    assert [re.match(r".*:(\d+): ", line)[1] for line in told] == [
        str(line_of("unit: moment", path)),
        str(line_of("USD: 2.4", path)),
    ]


@pytest.mark.parametrize(
    ("text", "why"), [("[" * 3000, "nested too deeply"), ("version: 2026-13-45", "month must be in")]
)
def test_what_yaml_itself_breaks_on_is_a_mistake_of_the_file(text, why):
    with pytest.raises(CatalogueInvalid, match=why):
        source.parse(text, "catalogue.yml")
