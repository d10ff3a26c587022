"""Twilio: WhatsApp and SMS."""

from gateway.channels.twilio.adapter import Twilio

__all__ = ["Twilio"]
