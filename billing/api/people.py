"""Requests to people, and their answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from billing.api.alerts import AlertsDoor
from billing.audit import service as audit
from billing.requests import callbacks
from billing.requests import service as requests
from billing.requests.callbacks import SalesEvent
from billing.requests.contact import normalise
from billing.requests.service import Changed, NewRequest, NewState
from billing.schemas import Charge, Request, RequestDetails, RequestMoment

_VERBS: dict[NewState, str] = {"answered": "answer", "closed": "close"}


class PeopleDoor(AlertsDoor):
    """Requests to sales and support."""

    def normalise_contact(self, contact: str, language: str) -> str:
        """An e-mail address or phone number in its normal form.

        Raises:
            ContactInvalid: neither.
        """
        return normalise(contact, language)

    def contact_sales(
        self,
        *,
        account_id: str | None,
        topic: str,
        contact: str,
        message: str,
        language: str,
        key: str,
        details: RequestDetails | None = None,
        attach: bool = False,
    ) -> Request:
        """Ask sales, once per key; anonymous visitors too.

        `attach`: the customer agreed that their plan and usage are sent along, as they are now.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("sales", account_id, topic, message, contact, language, details, attach), key)

    def open_request(
        self,
        account_id: str,
        *,
        topic: str,
        message: str,
        language: str,
        key: str,
        contact: str | None = None,
        charges: Sequence[Charge] = (),
    ) -> Request:
        """Ask the team for something, once per key; `charges`: those of the account that it says are wrong.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(
            NewRequest("support", account_id, topic, message, contact, language, charges=tuple(charges)), key
        )

    def request_of(self, account_id: str | None, key: str) -> Request | None:
        """The request that this key was spent on by the account (None: by a visitor); None when there is none."""
        with self._database.snapshot() as session:
            return requests.of_key(session, account_id, key)

    def requests_made(self, since: datetime, until: datetime) -> list[RequestMoment]:
        """When people were asked for something, and under which keys, from one instant to another; earliest first."""
        with self._database.snapshot() as session:
            return requests.made(session, since, until)

    def _open(self, new: NewRequest, key: str) -> Request:
        return self._database.run(lambda session: requests.open_once(session, new, key=key, at=self._now()))

    def all_requests(self) -> list[Request]:
        """Everybody's, newest first, for operators."""
        with self._database.snapshot() as session:
            return requests.everybodys(session)

    def answer_request(self, request_id: str, note: str, *, actor: str = "operator:cli") -> Request:
        """Answer a request; a note replaces the one before.

        Raises:
            RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
        """
        return self.move_request(request_id, "answered", note, actor=actor)

    def close_request(self, request_id: str, note: str | None = None, *, actor: str = "operator:cli") -> Request:
        """Close a request for good, with a last note or with what it was answered before.

        Raises:
            RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
        """
        return self.move_request(request_id, "closed", note, actor=actor)

    def move_request(
        self, request_id: str, state: NewState, note: str | None = None, *, actor: str = "operator:cli"
    ) -> Request:
        """Say where a request stands; the customer and the team are told once. What is so already changes nothing.

        Raises:
            RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
        """
        with self._database.transaction() as session:
            changed = requests.change(session, request_id, state, note, at=self._now(), channels=self._channels)
            self._note_change(session, changed, _VERBS.get(state, "move"), actor)
            return changed.after

    def is_from_sales(self, body: bytes, *, timestamp: str, signature: str) -> bool:
        """Whether the CRM signed it, with the secret of the webhook to sales, at most five minutes ago."""
        secret = self._settings.sales_webhook_secret
        return bool(secret) and callbacks.is_genuine(secret or "", timestamp, signature, body, self._now())

    def take_sales_event(self, event: SalesEvent) -> Request:
        """Move a request as the CRM tells, once per event; the customer is told, the CRM is not told back.

        An event that is older than the request's present state changes nothing.

        Raises:
            RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
            RequestKeyReused: the event's id was told of something else before.
        """

        def work(session: Session) -> Request:
            outcome = callbacks.take(session, event, at=self._now(), channels=self._channels)
            if isinstance(outcome, Changed):
                self._note_change(session, outcome, "move", "system:sales")
                return outcome.after
            return outcome

        return self._database.run(work)

    def _note_change(self, session: Session, changed: Changed, verb: str, actor: str) -> None:
        if changed.before == changed.after:
            return
        audit.record(
            session,
            actor=actor,
            action=f"request.{verb}",
            subject=changed.after.id,
            at=self._now(),
            before=_audited(changed.before),
            after=_audited(changed.after),
        )


def _audited(request: Request) -> dict[str, str | None]:
    """Without the words: the audit trail is kept for good, and a person may be erased. A digest tells them apart."""
    words = None if request.answer is None else hashlib.sha256(request.answer.encode()).hexdigest()[:16]
    return {"state": request.state, "answer": words}
