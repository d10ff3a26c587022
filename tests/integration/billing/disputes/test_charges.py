"""Which charges a customer may mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.api import Billing, Charge, Period
from billing.config import Settings
from billing.errors import RequestKeyReused
from tests.builders.demo import demo_database


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("disputes") / "billing.db"
    demo_database(path)
    billing = Billing.open(Settings(database_url=f"sqlite:///{path}"))
    yield billing
    billing.close()


def test_without_a_word_on_which_the_newest_are_shown(demo: Billing) -> None:
    found = demo.charges_like("acme")
    assert len(found) == 5
    assert [charge.on for charge in found] == sorted((charge.on for charge in found), reverse=True)
    assert all(charge.amount.units > 0 for charge in found)
    assert demo.charges_like("empty") == []


def test_what_is_named_narrows_it(demo: Billing) -> None:
    [newest, *_] = demo.charges_like("hangang", service="gpu_container")
    assert newest.service == "gpu_container"
    day = Period.model_validate({"from": newest.on, "to": newest.on})
    for charge in demo.charges_like("hangang", service="gpu_container", period=day):
        assert (charge.service, charge.on) == ("gpu_container", newest.on)
    amount = Decimal(newest.amount.rounded().plain())
    assert newest.id in {charge.id for charge in demo.charges_like("hangang", amount=amount, limit=100)}
    for charge in demo.charges_like("hangang", amount=amount):
        assert charge.amount.rounded() == newest.amount.rounded()


def test_where_nothing_fits_all_of_it_what_fits_most_is_shown(demo: Billing) -> None:
    [newest, *_] = demo.charges_like("hangang", service="gpu_container")
    long_ago = Period.model_validate({"from": date(2001, 1, 1), "to": date(2001, 1, 2)})
    assert demo.charges_like("hangang", service="gpu_container", period=long_ago)[0].id == newest.id


def test_a_line_of_an_invoice_names_the_invoice(demo: Billing) -> None:
    numbers = {invoice.number for invoice in demo.invoices("hangang")}
    lines = [charge for charge in demo.charges_like("hangang", limit=200) if charge.kind == "invoice"]
    assert lines
    assert {charge.id.partition("/")[0] for charge in lines} <= numbers


def test_the_charges_go_with_the_request_once(demo: Billing) -> None:
    charges: list[Charge] = demo.charges_like("acme", limit=2)
    ask = {"topic": "contact_support", "message": "Both are wrong", "language": "en", "key": "d-1"}
    first = demo.open_request("acme", charges=charges, **ask)
    assert demo.open_request("acme", charges=charges, **ask) == first
    assert demo.requests("acme")[0].charges == charges
    with pytest.raises(RequestKeyReused):
        demo.open_request("acme", charges=charges[:1], **ask)
