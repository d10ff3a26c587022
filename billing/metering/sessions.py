"""Bot sessions: blocks of 15 minutes of conversation, begun or complete (knowledge, D: 31 minutes are 3)."""

from __future__ import annotations

BLOCK = 15 * 60
"""Seconds of a session."""


def sessions(seconds: int, human_seconds: int = 0) -> int:
    """The blocks begun, without the time with a human agent.

    A conversation of no length was begun, so it is one; one that was all with a human agent is none.
    """
    if not seconds:
        return 1
    return -(-(seconds - human_seconds) // BLOCK)
