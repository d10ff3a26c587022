"""The HTML of the payment pages: one template, filled by language and state; whatever is put in is escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from billing.api import Payment
from gateway.channels.facts import written_money
from gateway.pay.texts import texts

FOLDER = Path(__file__).resolve().parent
FILES = FOLDER / "static"
_FINAL = {"succeeded": "already_paid", "cancelled": "cancelled", "expired": "expired"}


@lru_cache(maxsize=1)
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("page.html")


def payment_page(payment: Payment, language: str, *, seller: str, base: str, js_url: str) -> str:
    """The page of a payment as it stands: with a form while it can be paid, else only with what became of it."""
    said, amount = texts(language), written_money(payment.amount, language)
    final = _FINAL.get(payment.state)
    told = {name: text.format(amount=amount) for name, text in said["states"].items()}
    return _page(
        language,
        kind="payment",
        base=base,
        state=payment.state,
        failure=None if final else payment.failure,
        title=said["title"].format(amount=amount),
        heading=said["heading"].format(amount=amount),
        lines=[said["to"].format(seller=seller), said["purposes"][payment.purpose].format(number=payment.number)],
        js_url=None if final else js_url,
        can_save=payment.method == "card",
        can_cancel=True,
        confirm=said["pay"].format(amount=amount),
        status=told[final or "loading"],
        texts=told | _failures(language) | {"busy": said["busy"]},
    )


def card_page(language: str, *, seller: str, base: str, js_url: str) -> str:
    """The page on which a card is saved and nothing is paid."""
    said = texts(language)
    card = said["card"]
    told = {"unavailable": said["states"]["unavailable"], "saved": card["saved"], "busy": said["busy"]}
    return _page(
        language,
        kind="card",
        base=base,
        state="waiting",
        failure=None,
        title=card["title"],
        heading=card["heading"],
        lines=[card["intro"].format(seller=seller)],
        js_url=js_url,
        can_save=False,
        can_cancel=False,
        confirm=card["save"],
        status=said["states"]["loading"],
        texts=told | _failures(language),
    )


def gone_page(language: str) -> str:
    """What whoever has an address sees that is not ours, was changed, or has expired: alike, and without any figure."""
    said = texts(language)["gone"]
    return _page(
        language,
        kind="gone",
        base="",
        state="expired",
        failure=None,
        title=said["title"],
        heading=said["title"],
        lines=[],
        js_url=None,
        can_save=False,
        can_cancel=False,
        confirm="",
        status=said["text"],
        texts={},
    )


def _failures(language: str) -> dict[str, str]:
    return {f"failure_{code}": text for code, text in texts(language)["failures"].items()}


def _page(language: str, **values: Any) -> str:
    page: str = _template().render(t=texts(language), language=language, is_open=values["js_url"] is not None, **values)
    return page
