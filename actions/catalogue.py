"""Names of services as the catalogue gives them."""

from __future__ import annotations

from actions.texts import Texts
from billing.api import Billing


def service_names(billing: Billing, services: list[str], texts: Texts) -> list[str]:
    """The names of these services, in the reader's language and the order given."""
    known = billing.service_names()
    return [texts.name(known[service]) for service in services]


def service_name(billing: Billing, service: str, texts: Texts) -> str:
    """The name of one service."""
    return service_names(billing, [service], texts)[0]
