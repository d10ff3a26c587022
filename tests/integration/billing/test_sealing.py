from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from billing import sealing
from billing.api import Billing
from billing.config import Settings
from billing.db import create_engine
from billing.schemas import RequestDetails
from billing.sealing import DataKeyWrong
from tests.builders.accounts import an_account
from tests.builders.databases import migrate_to

OLD, NEW = "an-old-key-of-thirty-two-bytes-or-more", "a-new-key-of-thirty-two-bytes-or-more"
WORDS = ("zqtopic", "zqmessage", "zqcontact", "zqcall", "zqanswer", "zqalert")


@pytest.fixture(autouse=True)
def own_keys():
    """Whatever a test used, the next one begins with the keys of this process."""
    yield
    sealing.use(Settings().keys)


def opened(address: str, *keys: str) -> Billing:
    return Billing.open(Settings(database_url=address, data_keys=keys))


def fill(billing: Billing) -> None:
    an_account(billing)
    request = billing.contact_sales(
        account_id="acme",
        topic="zqtopic",
        contact="zqcontact@example.com",
        message="zqmessage",
        language="en",
        key="k-1",
        details=RequestDetails(call_at="zqcall"),
    )
    billing.answer_request(request.id, "zqanswer")
    billing.set_alert_settings("acme", low_balance=Decimal(5), email="zqalert@example.com")


def raw(address: str) -> str:
    engine = create_engine(address)
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        held = [str(tuple(row)) for table in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')]
    engine.dispose()
    return "\n".join(held)


def told(billing: Billing) -> tuple[object, ...]:
    [request] = billing.requests("acme")
    return request, billing.alert_settings("acme").email


def test_no_row_holds_contact_data_that_can_be_read(database_url):
    billing = opened(database_url, OLD)
    fill(billing)

    assert [word for word in WORDS if word in raw(database_url)] == []
    assert told(billing)[1] == "zqalert@example.com"
    billing.close()


def test_a_wrong_key_is_refused_by_name(database_url):
    billing = opened(database_url, OLD)
    fill(billing)
    billing.close()

    other = opened(database_url, NEW)
    with pytest.raises(DataKeyWrong, match="DATA_KEYS"):
        other.requests("acme")
    other.close()


def test_all_is_readable_while_and_after_keys_are_rotated(database_url):
    billing = opened(database_url, OLD)
    fill(billing)
    before = told(billing)
    billing.close()

    both = opened(database_url, NEW, OLD)
    assert told(both) == before
    assert both.rotate_keys() == 4  # the request, its two events, what the account wants to be told
    assert both.rotate_keys() == 4
    both.close()

    only_new = opened(database_url, NEW)
    assert told(only_new) == before
    only_new.close()
    only_old = opened(database_url, OLD)
    with pytest.raises(DataKeyWrong):
        only_old.requests("acme")
    only_old.close()


def test_a_migration_encrypts_what_is_there(tmp_path):
    address = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(address)
    with engine.begin() as connection:
        migrate_to(connection, "0013")
        connection.exec_driver_sql(
            "INSERT INTO request (key, kind, topic, message, contact, language, state, created_at, details)"
            " VALUES ('k', 'sales', 'zqtopic', 'zqmessage', 'zqcontact@example.com', 'en', 'open',"
            ' \'2026-01-01 00:00:00\', \'{"services": [], "call_at": "zqcall"}\')'
        )
        connection.exec_driver_sql(
            "INSERT INTO outbox_event (kind, subject, body, state, attempts, next_attempt_at, created_at)"
            " VALUES ('request.sales.opened', 1, '{\"message\": \"zqmessage\"}', 'pending', 0,"
            " '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
        )
    engine.dispose()

    billing = opened(address, OLD)

    assert [word for word in WORDS if word in raw(address)] == []
    [request] = billing.all_requests()
    assert (request.topic, request.message, request.details.call_at) == ("zqtopic", "zqmessage", "zqcall")
    billing.close()
