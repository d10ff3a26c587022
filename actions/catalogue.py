"""Names of services as the catalogue gives them."""

from __future__ import annotations

from actions.texts import Texts
from billing.api import Billing, Reading


def service_names(billing: Billing | Reading, texts: Texts) -> dict[str, str]:
    """Each service's name in the reader's language."""
    return {service: texts.name(names) for service, names in billing.service_names().items()}
