"""Answers that can be proved: what is read for one, the same as of then, and what its figures came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from billing.accounts import service as accounts
from billing.answers import past, sources
from billing.answers.readings import Reading
from billing.answers.schemas import Explained, Orphan, Trace
from billing.api.door import Door
from billing.proof import checking


class AnswersDoor(Door):
    """One snapshot and one instant for all that an answer says, now or as of a trace."""

    @contextmanager
    def reading(self, account_id: str) -> Iterator[Reading]:
        """All reads of an answer about the account, of now.

        Raises:
            AccountNotFound: no account has that id.
        """
        with self._database.snapshot() as session:
            yield Reading(session, accounts.find(session, account_id), self._now())

    @contextmanager
    def past_reading(self, trace: Trace) -> Iterator[Reading]:
        """The same reads, of the account as it stood at the trace's position, at its instant."""
        with (
            self._database.snapshot() as session,
            past.past(session, trace.account, trace.position) as copy,
        ):
            yield Reading(copy, accounts.find(copy, trace.account), trace.as_of, trace.position, session)

    def explained(self, trace: Trace) -> Explained:
        """Each figure of an answer with its formula, entries and uses, as of its position.

        Of an explanation those that it explains.
        """
        explaining = trace.explaining
        with self._database.snapshot() as session:
            return sources.explain(session, explaining.trace if explaining else trace)

    def orphans(self, trace: Trace, text: str, texts: Mapping[str, str]) -> tuple[int, list[Orphan]]:
        """How many numerals a text has, and what of it does not follow from the database alone (`billing.proof`).

        `texts`: the responses of then by their names, in the text's language.
        """
        with self._database.snapshot() as session:
            return checking.orphans(session, trace, text, texts)
