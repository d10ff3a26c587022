"""Slack: Events API and interactivity in, Web API out."""

from gateway.channels.slack.adapter import Slack

__all__ = ["Slack"]
