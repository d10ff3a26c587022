"""Delivering an event by e-mail, through an SMTP server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from billing.outbox.destinations import NotDelivered
from billing.outbox.models import OutboxEvent
from billing.outgoing import sockets

SECONDS = 10
Security = Literal["starttls", "tls", "none"]


class _Plain(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return sockets.connect(host, port, timeout)


class _Secure(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(sockets.connect(host, port, timeout), server_hostname=host)


@dataclass(frozen=True, slots=True)
class Mail:
    """A destination: the server, how to sign in to it, and who the mail is from."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str | None = None
    password: str | None = None

    def deliver(self, event: OutboxEvent, at: datetime) -> None:
        """Send `to`, `subject` and `text` of the event's body. The `Message-ID` is the same at every try.

        Raises:
            NotDelivered: the server cannot be reached or does not take it; it will be tried again.
        """
        message = self._message(event)
        try:
            with self._connect() as server:
                if self.user is not None:
                    server.login(self.user, self.password or "")
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotDelivered(f"SMTP {code}: recipient refused") from error
        except smtplib.SMTPResponseException as error:
            raise NotDelivered(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(type(error).__name__) from error

    def _message(self, event: OutboxEvent) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        domain = Address(addr_spec=self.sender).domain
        message["From"], message["To"] = self.sender, event.body["to"]
        message["Subject"] = event.body["subject"]
        message["Date"] = format_datetime(event.created_at)
        message["Message-ID"] = f"<outbox-{event.id}-{event.created_at:%Y%m%d%H%M%S}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(event.body["text"])
        message["Content-Language"] = event.body["language"]  # after the content, which takes such headers away
        return message

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            return _Secure(self.host, self.port, timeout=SECONDS, context=ssl.create_default_context())
        server = _Plain(self.host, self.port, timeout=SECONDS)
        if self.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        return server
