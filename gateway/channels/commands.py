"""Messages that steer the channel itself: linking and unlinking. They never reach the assistant."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from gateway.channels.schemas import Choice, Heard, Said
from gateway.channels.texts import sign_in_texts, text_of, word_in

LINK = "channel:link"
"""What the sign-in button carries; choices of the assistant never look so."""
START = "/start"
"""What Telegram's own client sends when a conversation is opened: a greeting."""

Command = Literal["link", "unlink"]


def command_of(heard: Heard) -> tuple[Command | None, str | None]:
    """What the event tells the channel to do, and the language of the word that does."""
    if heard.choice == LINK:
        return "link", None
    commands: tuple[Command, ...] = ("link", "unlink")
    for command in commands:
        language = word_in(command, heard.text or "")
        if language is not None:
            return command, language
    return None, None


def with_sign_in(said: Said) -> Said:
    """The assistant's word that one must sign in, with a button that does."""
    if said.text not in sign_in_texts():
        return said
    return replace(said, choices=(*said.choices, Choice(text_of("link_button", said.language), LINK)))
