"""A customer who left a word of their own wherever a customer can put text or contact data."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from assistant.masking.personal import mask
from billing.api import Billing, SalesEvent
from billing.schemas import RequestDetails
from billing.sealing import DataKeyWrong, unseal
from gateway.auth import Identity
from gateway.channels import blind
from gateway.channels import store as channels
from gateway.channels.models import ChannelConversation, ChannelLink, ChannelLinkOffer
from gateway.channels.schemas import Call, Heard, Speaker
from gateway.conversations.ratings import RatingStore
from gateway.conversations.schemas import NewMessage
from gateway.conversations.store import ConversationStore
from gateway.deflection.noting import Note, note
from gateway.handoff import store as handoffs
from gateway.handoff.service import Handoffs
from gateway.unsure import store as unsure

WORDS = {
    name: f"zq{name}canary"
    for name in (
        *("chat", "reply", "card", "form", "topic", "message", "contact", "callat", "note", "crm", "alert"),
        *("handoff", "person", "linkname", "channeluser", "place", "heard", "shown", "unsure", "tracker", "support"),
    )
}
_SEALED = re.compile(r"gAAAA[\w-]{60,}=*", re.ASCII)
NOT_EXPORTED = {"tracker"}
"""The assistant's own notes of the same messages: working data, which the messages say already."""
W = WORDS


_TOLD = Note(("balance",), frozenset(), "en", None, None)


def plant(billing: Billing, settings: Any, tracker: Path, account: str, user: str) -> str:
    """Everything, for that user; the conversation's id."""
    who, at, store = Identity(account, user), billing.now(), ConversationStore(billing.database)
    conversation, _ = store.open(who, at)
    message = _talk(billing, store, conversation)
    _requests(billing, account, message)
    handing = Handoffs(billing, settings)
    with billing.database.transaction() as session:
        handoffs.ask(session, conversation, "R-000001", "en", at)
        note(session.connection(), _TOLD, conversation, _turn(session, message), at, at)
        unsure.see(session, unsure.Masked("en", mask(f"I {W['unsure']} it", [])), [("balance", 0.4)], "unsure", at)
    handing.take(conversation, "operator:ann", "Ann")
    handing.say(conversation, "operator:ann", f"Hello {W['person']}", "k-1")
    store.claim(conversation, "during", NewMessage(text=f"I am {W['handoff']}"), at)
    _channels(billing, conversation, account, user)
    _tracker(tracker, conversation)
    return conversation


def _talk(billing: Billing, store: ConversationStore, conversation: str) -> str:
    at = billing.now()
    for key, text in (("one", f"I am {W['chat']}, {W['form']}"), ("two", f"I {W['unsure']} it")):
        claimed = store.claim(conversation, key, NewMessage(text=text), at)
        said = {"id": f"{claimed.message_id}-1", "role": "assistant", "text": f"You said {W['reply']}"}
        more = {"language": "en", "topic": "balance", "buttons": [], "links": [], "answer_id": claimed.message_id}
        card = {"kind": "requests", "message": W["card"]}
        store.finish(conversation, claimed.id, [said | more | {"card": card, "created_at": at.isoformat()}], at)
        RatingStore(billing.database).rate(conversation, claimed.message_id, True, at)
    return claimed.message_id


def _requests(billing: Billing, account: str, message: str) -> None:
    request = billing.contact_sales(
        account_id=account,
        topic=W["topic"],
        contact=f"{W['contact']}@example.com",
        message=f"About {W['message']}",
        language="en",
        key=message,
        details=RequestDetails(call_at=W["callat"]),
        attach=True,
    )
    support = billing.open_request(account, topic="support", message=W["support"], language="en", key=f"{message}-2")
    billing.answer_request(support.id, f"We call {W['note']}")
    billing.set_alert_settings(account, low_balance=None, email=f"{W['alert']}@example.com", actor="customer:x")
    billing.take_sales_event(SalesEvent("crm-1", request.id, "offered", f"Soon {W['crm']}", None))


def _channels(billing: Billing, conversation: str, account: str, user: str) -> None:
    at, place = billing.now(), {"chat": W["place"]}
    speaker = Speaker(workspace="T1", user=W["channeluser"], name=W["linkname"])
    heard = Heard(event="E1", speaker=speaker, place_id=W["place"], place=place, private=True, text=W["heard"])
    with billing.database.transaction() as session:
        stream = blind.stream_of(session, "slack", "T1", W["place"])
        index = blind.user_of(session, "slack", "T1", W["channeluser"])
        whose = {"channel": "slack", "workspace": "T1", "user": W["channeluser"], "user_index": index}
        link = {"account": account, "account_user": user, "linked_at": at, "name": W["linkname"]}
        session.add(ChannelLink(id="L1", **whose, **link))
        offer = {"name": W["linkname"], "stream": stream, "place": place, "language": "en", "expires_at": at}
        session.add(ChannelLinkOffer(token_hash="h", **whose, **offer))
        talk = {"stream": stream, "link_id": "L1", "conversation_id": conversation, "place": place}
        session.add(ChannelConversation(**whose, **talk))
        channels.keep(session, "slack", [heard], at)
        shown = Call(method="post", body={"text": W["shown"]})
        channels.queue(session, "slack", stream, [channels.Queueing("key", [shown], "L1")], at)


def _tracker(file: Path, conversation: str) -> None:
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)"
        )
        row = (conversation, f'{{"text": "{W["tracker"]}"}}')
        connection.exec_driver_sql("INSERT INTO events (sender_id, data) VALUES (?, ?)", row)
    engine.dispose()


def _turn(session: Any, message: str) -> int:
    from gateway.conversations.models import TurnRow

    return session.scalars(sa.select(TurnRow.id).where(TurnRow.message_id == message)).one()


def found_in(engine: sa.Engine) -> set[str]:
    """Which of the words stand in any column of any table, also of what is encrypted there."""
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [str(tuple(row)) for table in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')]
    return _words_in("\n".join(rows))


def found_in_files(*files: Path) -> set[str]:
    """Which of the words stand in the bytes of the files, or of what SQLite keeps beside them."""
    beside = [part for file in files for part in file.parent.glob(f"{file.name}*")]
    return set().union(*(_words_in(part.read_bytes().decode("latin-1")) for part in beside))


def _words_in(text: str) -> set[str]:
    opened = [text]
    for token in _SEALED.findall(text):
        with suppress(DataKeyWrong):  # cut at the end of a page
            opened.append(unseal(token))
    return {name for name, word in WORDS.items() if any(word in part for part in opened)}
