"""Facebook Messenger: webhooks in, Send API out."""

from gateway.channels.messenger.adapter import Messenger

__all__ = ["Messenger"]
