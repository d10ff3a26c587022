"""Keeping the traces of a reply, in the transaction that finishes its turn, and finding them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from assistant import train
from billing.api import Trace
from billing.db import Database
from gateway.answers import texts
from gateway.answers.models import AnswerTraceRow
from gateway.conversations.models import ConversationRow, TurnRow
from gateway.errors import Problem

if TYPE_CHECKING:  # a command that reads traces does without Rasa
    from assistant.messages import Message


@dataclass(frozen=True, slots=True)
class Traced:
    """A message as it was said, and what its figures came from; the texts and the model of then."""

    answer_id: str
    message: dict[str, Any]
    trace: Trace
    texts: str
    model: str


@cache
def model() -> str:
    """The fingerprint of this process's model: what it was made of."""
    return train.fingerprint_of_model()


def keeping(messages: Sequence[Message], turn_id: int, at: datetime) -> Callable[[Session], None] | None:
    """What keeps the traces of these messages; None where none says a figure."""
    traces = {number: message.answer for number, message in enumerate(messages, 1) if message.answer is not None}
    return partial(_keep, traces, turn_id, at) if traces else None


def _keep(traces: dict[int, dict[str, Any]], turn_id: int, at: datetime, session: Session) -> None:
    said_with = texts.present()
    texts.keep(session, said_with, at)
    kept = {"turn_id": turn_id, "texts": said_with.fingerprint, "model": model(), "at": at}
    session.connection().execute(
        _KEPT_WITH, [{"number": number, "trace": trace, **kept} for number, trace in traces.items()]
    )


_KEPT_WITH = sa.insert(AnswerTraceRow)


class Traces:
    """The traces that were kept. Every method is one transaction and blocks: call it off the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._texts: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, answer_id: str, owner: tuple[str, str] | None = None) -> list[Traced]:
        """Those of an answer, in the order of its messages; `owner`: the account and user whose it must be.

        The id of one of its messages (`<answer>-<number>`) will do, too.

        Raises:
            Problem: 404, there is no such answer, it is another's, or it says no figures.
        """
        query = _TRACED.where(TurnRow.message_id == answer_id.partition("-")[0])
        if owner is not None:
            conversation = sa.select(ConversationRow.id).where(
                ConversationRow.account == owner[0], ConversationRow.user == owner[1]
            )
            query = query.where(TurnRow.conversation_id.in_(conversation))
        with self._database.snapshot() as session:
            found = [_traced(*row) for row in session.execute(query.order_by(AnswerTraceRow.number))]
        if not found:
            raise Problem(404, "answer_not_found", "There is no such answer that says figures.")
        return found

    def everyone(self, page: int = 500) -> Iterator[Traced]:
        """All that were kept, oldest first."""
        place = (0, 0)
        while True:
            after = sa.tuple_(AnswerTraceRow.turn_id, AnswerTraceRow.number) > sa.tuple_(*place)
            ordered = _TRACED.where(after).order_by(AnswerTraceRow.turn_id, AnswerTraceRow.number).limit(page)
            with self._database.snapshot() as session:
                rows = session.execute(ordered).all()
            for row in rows:
                yield _traced(*row)
            if len(rows) < page:
                return
            place = (rows[-1][0].turn_id, rows[-1][0].number)

    def responses(self, fingerprint: str) -> dict[str, Any] | None:
        """The texts of that hash; None where they are no longer here."""
        with self._database.snapshot() as session:
            return texts.unpack(session, fingerprint)

    def texts(self, fingerprint: str, language: str) -> dict[str, str]:
        """Those of that hash, in that language, by their names.

        Raises:
            Problem: 410, the texts are no longer here.
        """
        if (fingerprint, language) not in self._texts:
            found = self.responses(fingerprint)
            if found is None:
                raise Problem(410, "texts_gone", "The texts that this answer was said with are no longer here.")
            self._texts[fingerprint, language] = texts.spoken_in(found, language)
        return self._texts[fingerprint, language]


_TRACED = sa.select(AnswerTraceRow, TurnRow.message_id, TurnRow.reply).join(
    TurnRow, TurnRow.id == AnswerTraceRow.turn_id
)


def _traced(row: AnswerTraceRow, answer_id: str, reply: list[dict[str, Any]]) -> Traced:
    return Traced(answer_id, reply[row.number - 1], Trace.model_validate(row.trace), row.texts, row.model)
