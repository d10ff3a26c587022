"""Usage as a picture, for channels that show no cards. With the extra `charts` (matplotlib) only."""

from __future__ import annotations

from importlib.util import find_spec


def are_installed() -> bool:
    """Whether charts can be drawn."""
    return find_spec("matplotlib") is not None
