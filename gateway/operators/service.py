"""Operators and their sessions. Every method blocks: call it off the event loop."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from billing.api import Billing
from gateway.errors import Problem
from gateway.operators import passwords, tries
from gateway.operators.models import OperatorRow, OperatorSession
from gateway.operators.schemas import Language, Operator, Role, SignedIn

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
"""A session's last use is written at most that often."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Operators:
    """Who may sign in to the console, and who is signed in. Each change is in the audit trail."""

    def __init__(self, billing: Billing) -> None:
        self._billing, self._database = billing, billing.database

    def add(self, name: str, password: str, role: Role, language: Language, *, actor: str) -> Operator:
        """A new operator.

        Raises:
            Problem: 422 `operator_name_invalid` or `password_invalid`, 409 `operator_exists`.
        """
        if not _NAME.fullmatch(name):
            raise Problem(422, "operator_name_invalid", "A name is of a-z, 0-9, '.', '_' and '-', 64 at most.")
        kept = passwords.hashed(password)

        def change(session: Session) -> Operator:
            if session.get(OperatorRow, name) is not None:
                raise Problem(409, "operator_exists", "An operator of that name is there already, perhaps disabled.")
            row = OperatorRow(
                name=name, password_hash=kept, role=role, language=language, created_at=self._billing.now()
            )
            session.add(row)
            self._record(session, actor, "operator.add", name, after={"role": role, "language": language})
            return _out(row)

        return self._database.run(change)

    def all(self) -> list[Operator]:
        """Everybody by name, disabled ones too."""
        with self._database.snapshot() as session:
            return [_out(row) for row in session.scalars(sa.select(OperatorRow).order_by(OperatorRow.name))]

    def disable(self, name: str, *, actor: str, disabled: bool = True) -> Operator:
        """End every session of the operator and let nobody sign in by that name; or let them again.

        Raises:
            Problem: 404 `operator_not_found`.
        """
        with self._database.transaction() as session:
            row = self._locked(session, name)
            row.disabled_at = self._billing.now() if disabled else None
            self._sign_out_everywhere(session, name)
            self._record(session, actor, "operator.disable" if disabled else "operator.enable", name)
            return _out(row)

    def set_role(self, name: str, role: Role, *, actor: str) -> Operator:
        """Another role; every session ends, so that none keeps the old one.

        Raises:
            Problem: 404 `operator_not_found`.
        """
        with self._database.transaction() as session:
            row = self._locked(session, name)
            before, row.role = row.role, role
            self._sign_out_everywhere(session, name)
            self._record(session, actor, "operator.role", name, before={"role": before}, after={"role": role})
            return _out(row)

    def set_password(self, name: str, password: str, *, actor: str) -> Operator:
        """Another password; every session ends.

        Raises:
            Problem: 404 `operator_not_found`, 422 `password_invalid`.
        """
        kept = passwords.hashed(password)
        with self._database.transaction() as session:
            row = self._locked(session, name)
            row.password_hash = kept
            self._sign_out_everywhere(session, name)
            self._record(session, actor, "operator.password", name)
            return _out(row)

    def sign_in(self, name: str, password: str, address: str, former: str | None = None) -> str:
        """The secret id of a new session, after the right password; the `former` session of the browser ends.

        Raises:
            Problem: 401 `sign_in_refused`, the same for whatever was wrong; 429 `sign_in_wait` after too many tries.
        """
        secret, now = secrets.token_urlsafe(32), self._billing.now()

        def begin(session: Session) -> None:
            self._sign_out(session, former)
            session.execute(sa.delete(OperatorSession).where(OperatorSession.created_at < now - LONGEST))
            begun = {"created_at": now, "seen_at": now, "confirmed_at": now}
            session.add(OperatorSession(id_hash=_hash(secret), operator=name, **begun))

        self._prove(name, password, address, "operator.sign_in", begin)
        return secret

    def confirm(self, who: SignedIn, password: str, address: str) -> None:
        """The password again, before money moves; a wrong one counts as a failed try to sign in.

        Raises:
            Problem: as `sign_in`.
        """
        now = self._billing.now()

        def note(session: Session) -> None:
            those = OperatorSession.id_hash == who.session
            session.execute(sa.update(OperatorSession).where(those).values(confirmed_at=now))

        self._prove(who.name, password, address, "operator.confirm", note)

    def signed_in(self, secret: str | None, *, active: bool = True) -> SignedIn | None:
        """Whoever the session belongs to; None when it ended. Not `active`: a page that asks by itself."""
        if not secret:
            return None
        now = self._billing.now()
        with self._database.snapshot() as session:
            found = session.get(OperatorSession, _hash(secret))
            row = session.get(OperatorRow, found.operator) if found else None
        if found is None or row is None or row.disabled_at or not _in_force(found, now):
            return None
        if active and now - found.seen_at >= _SEEN_EVERY:
            with self._database.transaction() as session:
                those = OperatorSession.id_hash == found.id_hash
                session.execute(sa.update(OperatorSession).where(those).values(seen_at=now))
        operator = _out(row)
        return SignedIn(
            operator.name, operator.role, operator.language, csrf_of(secret), found.id_hash, found.confirmed_at
        )

    def sign_out(self, secret: str | None) -> None:
        """End the session of this browser."""
        with self._database.transaction() as session:
            self._sign_out(session, secret)

    def set_language(self, who: SignedIn, language: Language) -> None:
        """The language in which the console speaks to the operator."""
        with self._database.transaction() as session:
            self._locked(session, who.name).language = language

    def _prove(self, name: str, password: str, address: str, action: str, then: Callable[[Session], None]) -> None:
        """`then` in the transaction that records the right password, if it is still the operator's by that time."""
        now = self._billing.now()
        wait = self._database.run(lambda session: tries.claim(session, name, address, now))
        if wait is not None:
            seconds = str(int(wait.total_seconds()) + 1)
            raise Problem(429, "sign_in_wait", "Too many tries: wait.", {"Retry-After": seconds})
        with self._database.snapshot() as session:
            row = session.get(OperatorRow, name) if _NAME.fullmatch(name) else None
        kept = row.password_hash if row and not row.disabled_at else None
        right = passwords.matches(kept, password)
        fresh = passwords.hashed(password) if right and kept and passwords.outdated(kept) else kept
        with self._database.transaction() as session:
            locked = session.get(OperatorRow, name, with_for_update=True) if right else None
            if locked is not None and locked.password_hash == kept and not locked.disabled_at:
                locked.password_hash = fresh or locked.password_hash
                tries.succeeded(session, name, address, now)
                self._record(session, f"operator:{name}", action, name, after={"from": address})
                then(session)
                return
            # an unknown name may be a password that was typed into the wrong field
            self._record(session, "system", f"{action}_refused", row.name if row else "?", after={"from": address})
        raise Problem(401, "sign_in_refused", "The name or the password is not right.")

    def _sign_out(self, session: Session, secret: str | None) -> None:
        found = session.get(OperatorSession, _hash(secret)) if secret else None
        if found is not None:
            session.delete(found)
            self._record(session, f"operator:{found.operator}", "operator.sign_out", found.operator)

    def _sign_out_everywhere(self, session: Session, name: str) -> None:
        session.execute(sa.delete(OperatorSession).where(OperatorSession.operator == name))

    def _locked(self, session: Session, name: str) -> OperatorRow:
        row = session.get(OperatorRow, name, with_for_update=True)
        if row is None:
            raise Problem(404, "operator_not_found", "There is no operator of that name.")
        return row

    def _record(self, session: Session, actor: str, action: str, name: str, **changed: Any) -> None:
        self._billing.record_change(session, actor=actor, action=action, subject=f"operator:{name}", **changed)


def csrf_of(secret: str) -> str:
    """What each form of that session carries: derived from its secret, telling nothing of it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _in_force(session: OperatorSession, now: datetime) -> bool:
    return now - session.seen_at < IDLE and now - session.created_at < LONGEST


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _out(row: OperatorRow) -> Operator:
    return Operator.model_validate(row, from_attributes=True)
