"""Who a channel's user is, at rest: unreadable, found all the same, after a migration and while keys change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from billing import sealing
from billing.api import Billing
from billing.config import Settings
from billing.sealing import DataKeyWrong
from billing.signing import Signer
from gateway import migrations
from gateway.auth import Identity
from gateway.channels import blind, links, store
from gateway.channels.models import (
    ChannelConversation,
    ChannelDelivery,
    ChannelEvent,
    ChannelLink,
    ChannelLinkOffer,
)
from gateway.channels.schemas import Call, Heard, Speaker
from gateway.channels.store import Queueing
from gateway.conversations.models import ConversationRow
from gateway.privacy.service import Privacy
from tests.builders.databases import a_database, migrate_to

AT = datetime(2026, 3, 1, tzinfo=UTC)
PHONE, NAME, TEXT = "whatsapp:+821055501234", "Kim Zqname", "zqtext"
WORDS = ("5501234", "Zqname", TEXT)
KIM = Speaker(workspace="+15550100", user=PHONE, name=NAME)
PLACE = {"to": PHONE, "from": "+15550100"}
OLD, NEW = "an-old-key-of-thirty-two-bytes-or-more", "a-new-key-of-thirty-two-bytes-or-more"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it: the migrations seal their first secrets by the keys of the test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'billing.db'}"
        return
    with a_database(request.getfixturevalue("postgresql_server")) as address:
        yield address


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    sealing.use(Settings().keys)


def opened(address: str, *keys: str) -> Billing:
    made = Billing.open(Settings(database_url=address, data_keys=keys))
    migrations.upgrade(made.database.engine)
    return made


def raw(billing: Billing) -> str:
    engine = billing.database.engine
    with engine.connect() as connection:
        tables = [name for name in sa.inspect(connection).get_table_names() if name.startswith(("channel", "blind"))]
        rows = [str(tuple(row)) for name in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
    assert rows
    return "\n".join(rows)


def heard(event: str = "SM1") -> Heard:
    return Heard(event=event, speaker=KIM, place_id=PHONE, place=PLACE, private=True, text=TEXT)


def fill(billing: Billing) -> None:
    """One row in each table, and a link."""
    call = Call(method="send", body={"To": PHONE, "Body": TEXT})
    with billing.database.transaction() as session:
        stream = blind.stream_of(session, "twilio", KIM.workspace, PHONE)
        links.offer(session, Signer("s" * 40, "test"), "twilio", heard(), stream, "en", AT)
        offer = session.scalars(sa.select(ChannelLinkOffer)).one()
        link = links.take(session, offer, Identity("acme", "bo"), AT)
        store.keep(session, "twilio", [heard()], AT)
        store.queue(session, "twilio", stream, [Queueing("k", [call], link.id)], AT)
        session.scalars(sa.select(ChannelDelivery)).one().last_error = f"HTTP 400: 'To' {PHONE}"
        session.add(ConversationRow(id="talk", account="acme", user="bo", created_at=AT))
        session.flush()
        session.add(
            ChannelConversation(
                channel="twilio",
                workspace=KIM.workspace,
                user=PHONE,
                user_index=offer.user_index,
                stream=stream,
                link_id=link.id,
                conversation_id="talk",
                place=PLACE,
            )
        )


def told(billing: Billing) -> dict[str, Any]:
    """All that was kept, in plain, and that it is found by who the user is."""
    with billing.database.snapshot() as session:
        link = links.of_speaker(session, "twilio", KIM)
        assert link is not None
        assert links.of_speaker(session, "twilio", KIM.model_copy(update={"user": "whatsapp:+821055501235"})) is None
        assert links.of_speaker(session, "telegram", KIM) is None
        [talk], [offer] = session.scalars(sa.select(ChannelConversation)), session.scalars(sa.select(ChannelLinkOffer))
        [event], [call] = session.scalars(sa.select(ChannelEvent)), session.scalars(sa.select(ChannelDelivery))
        stream = blind.stream_of(session, "twilio", KIM.workspace, PHONE)
        assert {talk.stream, offer.stream, event.stream, call.stream} == {stream}
        assert {talk.user_index, offer.user_index, link.user_index} == {
            blind.user_of(session, "twilio", KIM.workspace, PHONE)
        }
        return {
            "link": (link.user, link.name, link.account_user),
            "offer": (offer.user, offer.name, offer.place),
            "talk": (talk.user, talk.place),
            "event": event.heard and event.heard["text"],
            "call": (call.call and call.call["body"], call.last_error),
        }


PLAIN = {
    "link": (PHONE, NAME, "bo"),
    "offer": (PHONE, NAME, PLACE),
    "talk": (PHONE, PLACE),
    "event": TEXT,
    "call": ({"To": PHONE, "Body": TEXT}, f"HTTP 400: 'To' {PHONE}"),
}


def test_no_row_of_a_channel_tells_who_its_user_is(database_url) -> None:
    billing = opened(database_url, OLD)
    fill(billing)
    held = raw(billing)

    assert [word for word in WORDS if word in held] == []
    plain = hashlib.sha256(f"twilio\x00{KIM.workspace}\x00{PHONE}".encode()).hexdigest()
    assert plain not in held, "a digest without a key is tried for every number there is"
    assert told(billing) == PLAIN
    billing.close()


def test_digests_of_another_database_are_others(tmp_path) -> None:
    made = [opened(f"sqlite:///{tmp_path / name}", OLD) for name in ("one.db", "two.db")]
    found = set()
    for billing in made:
        with billing.database.snapshot() as session:
            found.add(blind.user_of(session, "twilio", KIM.workspace, PHONE))
            found.add(blind.user_of(session, "twilio", KIM.workspace, PHONE))
        billing.close()
    assert len(found) == 2


def test_a_user_is_found_while_and_after_keys_are_rotated(database_url) -> None:
    billing = opened(database_url, OLD)
    fill(billing)
    billing.close()

    both = opened(database_url, NEW, OLD)
    assert told(both) == PLAIN
    privacy = Privacy(both, Settings(database_url=database_url))
    assert privacy.rotate_keys(actor="operator:ann") == privacy.rotate_keys(actor="operator:ann") == 6
    both.close()

    only_new = opened(database_url, NEW)
    assert told(only_new) == PLAIN
    only_new.close()
    only_old = opened(database_url, OLD)
    with pytest.raises(DataKeyWrong, match="DATA_KEYS"):
        told(only_old)
    only_old.close()


OLD_ROWS: dict[str, dict[str, Any]] = {
    "conversation": {"id": "talk", "account": "acme", "user": "bo", "created_at": AT},
    "channel_link": {"id": "L1", "user": PHONE, "name": NAME, "account": "acme", "account_user": "bo", "linked_at": AT},
    "channel_link_offer": {
        "token_hash": "h",
        "user": PHONE,
        "name": NAME,
        "place": PLACE,
        "language": "en",
        "expires_at": AT,
    },
    "channel_conversation": {"id": 1, "user": PHONE, "link_id": "L1", "conversation_id": "talk", "place": PLACE},
    "channel_event": {"id": 1, "event": "SM1", "state": "pending", "heard": heard().model_dump(mode="json")},
    "channel_delivery": {
        "id": 1,
        "key": "k",
        "link_id": "L1",
        "state": "pending",
        "perhaps_twice": False,
        "call": {"method": "send", "body": {"To": PHONE, "Body": TEXT}, "optional": False},
        "last_error": f"HTTP 400: 'To' {PHONE}",
    },
}


def insert(connection: sa.Connection, into: str, **values: Any) -> None:
    """As it was written before: reflected, so that the models of today have no say."""
    table = sa.Table(into, sa.MetaData(), autoload_with=connection)
    stream = hashlib.sha256(f"twilio\x00{KIM.workspace}\x00{PHONE}".encode()).hexdigest()
    common = {
        "channel": "twilio",
        "workspace": KIM.workspace,
        "stream": stream,
        "attempts": 1,
        "next_attempt_at": AT,
        "created_at": AT,
    }
    connection.execute(sa.insert(table), {k: v for k, v in (common | values).items() if k in table.c})


def test_a_migration_encrypts_and_indexes_what_is_there(database_url) -> None:
    billing = Billing.open(Settings(database_url=database_url, data_keys=(OLD,)))
    with billing.database.engine.begin() as connection:
        migrate_to(connection, "0010", migrations)
        for name, values in OLD_ROWS.items():
            insert(connection, name, **values)
    before = raw(billing)
    assert all(word in before for word in WORDS)

    migrations.upgrade(billing.database.engine)

    assert [word for word in WORDS if word in raw(billing)] == []
    assert told(billing) == PLAIN
    with pytest.raises(sa.exc.IntegrityError), billing.database.transaction() as session:
        [link] = session.scalars(sa.select(ChannelLink))
        names = ("channel", "workspace", "user", "user_index", "name", "account", "account_user", "linked_at")
        session.add(ChannelLink(id="L2", **{name: getattr(link, name) for name in names}))
    billing.close()


def test_a_migration_empties_what_was_done(database_url) -> None:
    billing = Billing.open(Settings(database_url=database_url, data_keys=(OLD,)))
    with billing.database.engine.begin() as connection:
        migrate_to(connection, "0010", migrations)
        insert(connection, "channel_event", **OLD_ROWS["channel_event"] | {"state": "done", "heard": None})

    migrations.upgrade(billing.database.engine)

    with billing.database.snapshot() as session:
        assert session.scalars(sa.select(ChannelEvent).where(ChannelEvent.heard.is_not(None))).all() == []
        assert session.scalars(sa.select(ChannelEvent)).one().heard is None
    billing.close()
