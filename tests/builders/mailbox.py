"""A real SMTP server that takes mail, or refuses it as it is told, and keeps what came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.builders.ports import free_port


class Mailbox:
    """Answers each mail with the first of `answers`, and takes it when there are none left."""

    def __init__(self, user: str | None = None, password: str | None = None) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        self._known = (user, password)
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=free_port(),  # aiosmtpd looks for itself at the port given
            auth_required=user is not None,
            auth_require_tls=False,
            authenticator=self._authenticate,
        )

    @property
    def port(self) -> int:
        return int(self._controller.port)

    @contextmanager
    def running(self) -> Iterator[Mailbox]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def _authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._known, handled=False)  # the server answers
