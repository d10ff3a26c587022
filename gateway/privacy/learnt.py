"""Unsure messages that can be tied to a person: those whose text is what a message of theirs is masked to."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from assistant.masking.personal import mask
from assistant.parts import places
from gateway.conversations.models import TurnRow
from gateway.privacy.finding import rows_of
from gateway.unsure.models import UnsureRow
from gateway.unsure.store import Masked


def tied(session: Session, turns: Iterable[TurnRow], known: Iterable[str]) -> list[UnsureRow]:
    """Whole messages and the questions in them. `known`: the names by which the writer's messages were masked.

    The same words may be of others too: they go with the person's, as nobody can tell them apart.
    """
    names = [name for name in known if name]
    written = {text for turn in turns if turn.text for text in (turn.text, *_parts(turn.text))}
    digests = {Masked("", mask(text, names)).digest for text in written}
    return list(rows_of(session, sa.select(UnsureRow), UnsureRow.digest, sorted(digests)))


def _parts(text: str) -> set[str]:
    return {part for pair in places(text) for part in pair}
