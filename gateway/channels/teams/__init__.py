"""Microsoft Teams: Bot Framework activities in, its Connector API out."""

from gateway.channels.teams.adapter import Teams

__all__ = ["Teams"]
