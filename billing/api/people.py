"""Requests to people, and their answers."""

from __future__ import annotations

from datetime import datetime

from billing.api.door import Door
from billing.audit import service as audit
from billing.requests import service as requests
from billing.requests.contact import normalise
from billing.requests.service import NewRequest
from billing.schemas import Request, RequestMoment


class PeopleDoor(Door):
    """Requests to sales and support."""

    def normalise_contact(self, contact: str, language: str) -> str:
        """An e-mail address or phone number in its normal form.

        Raises:
            ContactInvalid: neither.
        """
        return normalise(contact, language)

    def contact_sales(
        self, *, account_id: str | None, topic: str, contact: str, message: str, language: str, key: str
    ) -> Request:
        """Ask sales, once per key; anonymous visitors too.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("sales", account_id, topic, message, contact, language), key)

    def open_request(
        self, account_id: str, *, topic: str, message: str, language: str, key: str, contact: str | None = None
    ) -> Request:
        """Ask the team for something, once per key.

        Raises:
            ContactInvalid, RequestKeyReused: nothing was written.
        """
        return self._open(NewRequest("support", account_id, topic, message, contact, language), key)

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
        return self._change(request_id, "answered", note, actor)

    def close_request(self, request_id: str, note: str | None = None, *, actor: str = "operator:cli") -> Request:
        """Close a request for good, with a last note or with what it was answered before.

        Raises:
            RequestNotFound, RequestClosed, NoteInvalid: nothing was written.
        """
        return self._change(request_id, "closed", note, actor)

    def _change(self, request_id: str, state: requests.Settled, note: str | None, actor: str) -> Request:
        with self._database.transaction() as session:
            changed = requests.change(session, request_id, state, note, at=self._now())
            audit.record(
                session,
                actor=actor,
                action=f"request.{'answer' if state == 'answered' else 'close'}",
                subject=changed.after.id,
                at=self._now(),
                before={"state": changed.before.state, "answer": changed.before.answer},
                after={"state": changed.after.state, "answer": changed.after.answer},
            )
            return changed.after
