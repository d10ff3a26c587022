"""Papers as they cross the door."""

from __future__ import annotations

from typing import Literal

from billing.schemas import Schema

Language = Literal["en", "ja", "ko"]
"""What papers are written in."""


class Document(Schema):
    """A PDF file: its name, and its bytes."""

    name: str
    language: Language
    content: bytes
