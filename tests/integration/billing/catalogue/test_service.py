from __future__ import annotations

from decimal import Decimal

import pytest

from billing.errors import BillingError, CatalogueInvalid
from tests.builders.accounts import a_plan, an_account, use
from tests.builders.catalogue import a_catalogue
from tests.builders.money import usd, yen

DEARER = ('rates: {USD: "0.05", JPY: "7"', 'rates: {USD: "0.5", JPY: "70"')


def test_a_catalogue_with_a_mistake_loads_nothing(billing, tmp_path):
    before = billing.services("USD"), billing.plans("USD")
    path = a_catalogue(tmp_path, dearer=DEARER, mistake=("ko: 스타터", "fr: Débutant"))

    with pytest.raises(CatalogueInvalid):
        billing.load_catalogue(path)

    assert (billing.services("USD"), billing.plans("USD")) == before


def test_a_catalogue_that_says_the_same_is_no_new_version(billing, tmp_path, clock):
    clock.forward(days=1)
    again = billing.load_catalogue(a_catalogue(tmp_path))
    with a_catalogue(tmp_path).open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    commented = billing.load_catalogue(tmp_path / "catalogue.yml")

    assert (again.version, again.changed) == (commented.version, commented.changed) == (1, False)


def test_a_changed_catalogue_is_a_new_version(billing, tmp_path):
    loaded = billing.load_catalogue(a_catalogue(tmp_path, dearer=DEARER))

    assert (loaded.version, loaded.changed) == (2, True)
    assert billing.services("USD")[0].rate == usd("0.5")


def test_offers_are_priced_in_the_currency_asked_for(billing):
    session = billing.services("JPY")[0]
    starter, yearly = billing.plans("JPY")[:2]

    assert (session.service, session.unit, session.rate) == ("bot_session", "session", yen(7))
    assert session.names == {"en": "Bot sessions", "ja": "ボットセッション", "ko": "봇 세션"}
    assert (starter.plan, starter.interval, starter.price, starter.amount) == (
        "starter",
        "monthly",
        yen(900),
        yen(1000),
    )
    assert starter.quotas == {"bot_session": Decimal(100), "inference": Decimal(1000)}
    assert (yearly.interval, yearly.price) == ("yearly", yen(9000))
    assert billing.service_names()["inference"]["ja"] == "AI推論"


@pytest.mark.parametrize("ask", ["services", "plans"])
def test_offers_in_a_currency_that_nothing_is_priced_in_are_refused(billing, ask):
    with pytest.raises(BillingError):
        getattr(billing, ask)("EUR")


def test_a_plan_keeps_the_terms_that_were_confirmed(billing, tmp_path):
    account = an_account(billing)
    a_plan(billing, account)
    dearer = ('bot_session: {USD: "0.04"', 'bot_session: {USD: "0.4"')
    fewer = ('amount: {USD: "10", JPY: "1000"', 'amount: {USD: "1", JPY: "1000"')

    billing.load_catalogue(a_catalogue(tmp_path, dearer=dearer, fewer=fewer))
    use(billing, account, 10)

    plan = billing.plan(account)
    assert (plan.amount, plan.used) == (usd(10), usd("0.40"))


def test_use_of_a_service_that_is_no_longer_sold_is_still_told(billing, tmp_path):
    account = an_account(billing)
    use(billing, account, 2, "inference")
    text = a_catalogue(tmp_path).read_text(encoding="utf-8")
    without = text.replace(', inference: "1000"', "").replace(', inference: "12000"', "")
    start, end = without.index("  inference:"), without.index("plans:")
    (tmp_path / "smaller.yml").write_text(without[:start] + without[end:], encoding="utf-8")

    billing.load_catalogue(tmp_path / "smaller.yml")

    assert [(spend.service, spend.quantity) for spend in billing.usage(account).services] == [("inference", 2)]
    assert billing.service_usage(account).total == usd("0.00402")
