"""What an operator sets for the helpdesk in which the team works."""

from __future__ import annotations

from typing import Literal

from billing.channel_settings import SHORTEST_SECRET, ChannelSettings
from billing.errors import SettingInvalid, SettingMissing

NEEDED: dict[str, tuple[str, ...]] = {
    "zendesk": ("zendesk_url", "zendesk_email", "zendesk_token"),
    "chatwoot": ("chatwoot_url", "chatwoot_account", "chatwoot_inbox", "chatwoot_token"),
    "webhook": ("helpdesk_webhook_url", "helpdesk_webhook_secret"),
}
"""Helpdesk → its settings: all of them where HELPDESK names it."""


class HelpdeskSettings(ChannelSettings):
    """`helpdesk` says which; without it requests to support go nowhere else."""

    helpdesk: Literal["zendesk", "chatwoot", "webhook"] | None = None
    zendesk_url: str | None = None
    zendesk_email: str | None = None
    zendesk_token: str | None = None
    chatwoot_url: str | None = None
    chatwoot_account: int | None = None
    chatwoot_inbox: int | None = None
    chatwoot_token: str | None = None
    helpdesk_webhook_url: str | None = None
    helpdesk_webhook_secret: str | None = None

    def require_helpdesk(self, *, production: bool) -> None:
        """Refuse a helpdesk of which only a part is set, and in production what guards nothing.

        Raises:
            SettingMissing: names what is missing.
            SettingInvalid: in production, an address without https, or a secret of our own that is too short.
        """
        if self.helpdesk is None:
            return
        for name in NEEDED[self.helpdesk]:
            value = getattr(self, name)
            if not value:
                raise SettingMissing(name.upper())
            if production and name.endswith("_url") and not str(value).startswith("https://"):
                raise SettingInvalid(f"{name.upper()}: begins with https://")
        secret = self.helpdesk_webhook_secret
        if production and secret and len(secret.encode()) < SHORTEST_SECRET:
            raise SettingInvalid(f"HELPDESK_WEBHOOK_SECRET: at least {SHORTEST_SECRET} bytes")
