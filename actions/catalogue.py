"""Names of services and plans as the catalogue gives them."""

from __future__ import annotations

from actions.texts import Texts
from billing.api import Billing, Reading


def service_names(billing: Billing | Reading, texts: Texts) -> dict[str, str]:
    """Each service's name in the reader's language."""
    return {service: texts.name(names) for service, names in billing.service_names().items()}


def plan_names(billing: Billing, account: str, texts: Texts) -> dict[str, str]:
    """Each offered plan's name in the reader's language, by its id."""
    return {offer.plan: texts.name(offer.names) for offer in billing.plans(billing.account(account).currency)}
