"""What Twilio tells, read. https://www.twilio.com/docs/messaging/guides/webhook-request

Twilio signs names and values without anything between them: the signature stays right when a value takes in the name
that follows. Whatever decides something here is therefore held to its exact form.
"""

from __future__ import annotations

import re

from starlette.datastructures import QueryParams

from gateway.channels.adapter import EventMalformed
from gateway.channels.schemas import Heard, Received, Speaker

WHATSAPP = "whatsapp:"
_MESSAGE = re.compile(r"(SM|MM)[0-9a-f]{32}")
_NUMBER = re.compile(r"(whatsapp:)?\+?[0-9]{3,15}")


def events_of(form: QueryParams, account: str) -> Received:
    """The message; none of what Twilio tells about messages that were sent."""
    if "MessageStatus" in form:
        return Received()
    message, sender, recipient = form["MessageSid"], form["From"], form["To"]
    if form["AccountSid"] != account or not _MESSAGE.fullmatch(message):
        raise EventMalformed
    if not (_NUMBER.fullmatch(sender) and _NUMBER.fullmatch(recipient)):
        raise EventMalformed
    heard = Heard(
        event=message,
        speaker=Speaker(workspace=account, user=sender, name=form.get("ProfileName") or sender.removeprefix(WHATSAPP)),
        place_id=f"{sender} {recipient}",
        place={"from": recipient, "to": sender},
        private=True,
        text=form.get("Body") or "",
    )
    return Received((heard,))
