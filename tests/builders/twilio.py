"""Who writes by WhatsApp or SMS, as Twilio tells of them: forms in the recorded format, signed as Twilio signs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.builders.talkers import Button, Message, Request
from tests.builders.vendors import Sent, Vendors

ACCOUNT = "ACa1b2c3d4e5f60718293a4b5c6d7e8f90"
TOKEN = "12345678901234567890123456789012"
WEBHOOK = "https://billing.example.com/webhooks/twilio/messages"
BUSINESS = "+14155238886"
_numbers = itertools.count(1)


def signature(form: dict[str, str], address: str = WEBHOOK, token: str = TOKEN) -> str:
    """As Twilio's documentation says it is made, without any code of Twilio's."""
    signed = address + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def request(form: dict[str, str], **signing: str) -> Request:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Twilio-Signature": signature(form, **signing),
    }
    return Request("/webhooks/twilio/messages", urlencode(form).encode(), headers)


@dataclass
class TwilioUser:
    kind: str = "whatsapp:"
    number: str = field(default_factory=lambda: f"+8190{next(_numbers):08}")

    @property
    def address(self) -> str:
        return f"{self.kind}{self.number}"

    def form(self, text: str, **more: str) -> dict[str, str]:
        message = f"SM{next(_numbers):032x}"
        common = {
            "SmsMessageSid": message, "NumMedia": "0", "SmsSid": message, "SmsStatus": "received", "Body": text,
            "To": f"{self.kind}{BUSINESS}", "NumSegments": "1", "MessageSid": message, "AccountSid": ACCOUNT,
            "From": self.address, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        whatsapp = {"ProfileName": "Ada", "WaId": self.number.removeprefix("+"), "MessageType": "text"}
        return {**common, **(whatsapp if self.kind else {"FromCountry": "JP"}), **more}

    def writes(self, text: str) -> Request:
        return request(self.form(text))

    def presses(self, button: Button) -> Request:
        raise AssertionError("there are no buttons here")

    def shown(self, vendors: Vendors) -> list[Message]:
        return [_message(sent) for sent in self.sent(vendors)]

    def sent(self, vendors: Vendors) -> list[Sent]:
        calls = [sent for sent in vendors.sent if sent.path.startswith("/twilio/")]
        return [sent for sent in calls if sent.body["To"] == self.address]


def _message(sent: Sent) -> Message:
    text = sent.body["Body"]
    found = re.search(r"https://\S+#link-channel=\S+", text)
    return Message(text, link=found[0] if found else None)
