"""The helpdesk that the settings name."""

from __future__ import annotations

from billing.config import Settings
from billing.helpdesk.chatwoot import Chatwoot
from billing.helpdesk.zendesk import Zendesk
from billing.outbox.destinations import Destination
from billing.outbox.webhook import Webhook


def helpdesk_of(told: Settings) -> Destination:
    """Where requests to support are handed to; `require_helpdesk` has seen that its settings are there."""
    if told.helpdesk == "zendesk":
        return Zendesk(told.zendesk_url or "", told.zendesk_email or "", told.zendesk_token or "")
    if told.helpdesk == "chatwoot":
        return Chatwoot(
            told.chatwoot_url or "", told.chatwoot_account or 0, told.chatwoot_inbox or 0, told.chatwoot_token or ""
        )
    return Webhook(told.helpdesk_webhook_url or "", told.helpdesk_webhook_secret or "")
