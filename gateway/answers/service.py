"""What the figures of an answer came from, and whether they can be derived from the database alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from billing.api import Billing, Orphan, TracedFigure
from gateway.answers.traces import Traced, Traces


class ExplainedMessage(BaseModel):
    """A message of an answer and the figures that it says, walked down to entries and uses.

    The positions are the account's: its newest ledger transaction, its newest use that cost nothing, the newest state
    of a row of it, and the catalogue's version.
    """

    model_config = ConfigDict(frozen=True)

    message_id: str
    text: str
    topic: str
    as_of: datetime
    ledger_position: int
    free_position: int
    row_position: int
    catalogue_version: int
    figures: list[TracedFigure]


class Explanation(BaseModel):
    """What an answer's figures came from; `texts` and `model` are the fingerprints of those it was given with."""

    model_config = ConfigDict(frozen=True)

    answer_id: str
    account: str
    texts: str
    model: str
    messages: list[ExplainedMessage]


class Checked(BaseModel):
    """A message whose numerals were looked for in the database: how many there are, and those not found there."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    numerals: int
    orphans: list[Orphan]


class Answers:
    """Every method is one or a few transactions and blocks: call it off the event loop."""

    def __init__(self, billing: Billing) -> None:
        self._billing, self._traces = billing, Traces(billing.database)

    def explain(self, answer_id: str, owner: tuple[str, str] | None = None) -> Explanation:
        """What the figures of an answer came from; `owner`: the account and user whose it must be.

        Raises:
            Problem: 404, there is no such answer, it is another's, or it says no figures.
        """
        found = self._traces.of(answer_id, owner)
        return Explanation(
            answer_id=found[0].answer_id,
            account=found[0].trace.account,
            texts=found[0].texts,
            model=found[0].model,
            messages=[self._explained(traced) for traced in found],
        )

    def check(self, answer_id: str | None = None) -> Iterator[Checked]:
        """Hold every numeral of an answer's texts, or of all answers, against the database.

        Raises:
            Problem: 404, there is no such answer, or it says no figures.
        """
        found = self._traces.everyone() if answer_id is None else iter(self._traces.of(answer_id))
        for traced in found:
            yield self._checked(traced)

    def _explained(self, traced: Traced) -> ExplainedMessage:
        explained = self._billing.explained(traced.trace)
        told = explained.model_dump(exclude={"account", "topic"})
        return ExplainedMessage(
            message_id=traced.message["id"], text=traced.message["text"], topic=explained.topic, **told
        )

    def _checked(self, traced: Traced) -> Checked:
        said = self._traces.texts(traced.texts, traced.trace.language)
        numerals, orphans = self._billing.orphans(traced.trace, traced.message["text"], said)
        return Checked(message_id=traced.message["id"], numerals=numerals, orphans=orphans)
