"""Places in a stored call that are filled when it is sent: addresses that expire, or that the store must not hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([a-z]+):([^{_OPEN}{_CLOSE}]*){_CLOSE}")


def mark(kind: str, value: str) -> str:
    """Stands for an address of that kind."""
    return f"{_OPEN}{kind}:{value}{_CLOSE}"


def clean(text: str) -> str:
    """The text without anything that could pass for a mark."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")


def fill(body: Any, address: Callable[[str, str], str]) -> Any:
    """The same with every mark replaced by its address."""
    if isinstance(body, str):
        return _MARK.sub(lambda found: address(found[1], found[2]), body)
    if isinstance(body, dict):
        return {name: fill(value, address) for name, value in body.items()}
    if isinstance(body, list):
        return [fill(value, address) for value in body]
    return body
