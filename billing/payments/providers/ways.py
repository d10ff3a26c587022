"""The ways to pay of this installation, by its settings."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from billing.config import Settings
from billing.errors import PaymentMethodUnknown
from billing.payments.providers.base import OnlineProvider, Provider
from billing.payments.providers.offline import BankTransfer, TestCard
from billing.schemas import Method

_INFO = "ways to pay"


class Ways:
    """Which provider takes which way to pay. A session of the database knows those of its installation."""

    def __init__(self, providers: Mapping[Method, Provider], online: OnlineProvider | None = None) -> None:
        self._providers, self.online = dict(providers), online

    @classmethod
    def of(cls, settings: Settings) -> Ways:
        """Stripe where its keys are set; without them a test card in demo mode, and in production transfers only."""
        if settings.stripe_secret_key:
            from billing.payments.providers.stripe import Stripe  # half a second that only who uses it should wait

            stripe = Stripe(settings)
            return cls({"card": stripe, "e_wallet": stripe, "bank_transfer": BankTransfer()}, stripe)
        if settings.mode == "demo":
            return cls({"card": TestCard(), "e_wallet": TestCard(), "bank_transfer": BankTransfer()})
        return cls({"bank_transfer": BankTransfer()})

    @property
    def methods(self) -> list[Method]:
        """What customers can choose from."""
        return list(self._providers)

    def get(self, method: str) -> Provider | None:
        """The provider of a way to pay; None where it is not taken here."""
        return next((provider for known, provider in self._providers.items() if known == method), None)

    def provider_of(self, method: str) -> Provider:
        """The provider of a way to pay.

        Raises:
            PaymentMethodUnknown: not a way to pay here.
        """
        provider = self.get(method)
        if provider is None:
            raise PaymentMethodUnknown(method)
        return provider

    def known_to(self, info: dict[str, object]) -> None:
        """Make them those of all sessions that are given this."""
        info[_INFO] = self


def ways_of(session: Session) -> Ways:
    """The ways to pay of the installation whose database this is."""
    found = session.info.get(_INFO)
    assert isinstance(found, Ways), "a database is opened by `Billing`, which knows the ways to pay"
    return found
