"""Telegram: updates by webhook in, Bot API out."""

from gateway.channels.telegram.adapter import Telegram

__all__ = ["Telegram"]
