from __future__ import annotations

import socket
from decimal import Decimal

import pytest

from billing.api import Billing
from billing.config import Settings
from tests.builders.accounts import a_plan, a_top_up, an_account, use
from tests.builders.mailbox import Mailbox
from tests.builders.receivers import Receiver

SECRET = "what-the-receiver-knows-too"


@pytest.fixture
def receiver():
    with Receiver().running() as running:
        yield running


@pytest.fixture
def mailbox():
    with Mailbox().running() as running:
        yield running


@pytest.fixture
def billing(billing, receiver, mailbox, clock):
    told = Settings(
        database_url=billing.database.url,
        alert_webhook_url=receiver.url,
        alert_webhook_secret=SECRET,
        smtp_host="127.0.0.1",
        smtp_port=mailbox.port,
        smtp_security="none",
        smtp_from="billing@example.com",
    )
    return Billing(billing.database, told, clock)


def a_low_account(billing, account_id="acme", **more):
    account = an_account(billing, account_id, **more)
    billing.set_alert_settings(account, low_balance=None, email=f"{account_id}@example.com")
    minimum = billing.top_up_limits(account).minimum.amount
    a_top_up(billing, account, minimum * 2)
    billing.adjust_credit(account, -minimum * Decimal("1.5"), reason="spent", key="spent")
    return account


def test_the_webhook_is_told_of_the_crossing_and_of_the_all_clear_signed(billing, receiver, clock):
    account = a_low_account(billing)
    billing.check_alerts()
    clock.forward(hours=1)
    a_top_up(billing, account, 50)
    billing.check_alerts()
    billing.deliver_outbox()

    raised, cleared = receiver.deliveries
    assert all(delivery.is_signed_with(SECRET) for delivery in (raised, cleared))
    assert (raised.event["type"], cleared.event["type"]) == ("alert.raised", "alert.cleared")
    told = raised.event["data"]
    assert (told["account"], told["kind"]) == ("acme", "low_balance")
    assert told["figures"] == {
        "available": {"amount": "12.50", "currency": "USD"},
        "threshold": {"amount": "25.00", "currency": "USD"},
    }
    assert "cleared_at" not in told
    assert cleared.event["data"]["id"] == told["id"]
    assert cleared.event["data"]["cleared_by"] == "balance_restored"
    assert cleared.event["data"]["at"] == clock.now.isoformat()


@pytest.mark.parametrize(
    ("language", "currency", "subject", "figure"),
    [
        ("en", "USD", "Your balance is low: $12.50", "$25.00"),
        ("ja", "JPY", "残高が少なくなっています：￥1,500", "￥3,000"),
        ("ko", "KRW", "잔액이 부족합니다: ₩15,000", "₩30,000"),
    ],
)
def test_the_mail_is_in_the_accounts_language_with_the_ledgers_figures(
    billing, mailbox, language, currency, subject, figure
):
    a_low_account(billing, language=language, currency=currency)
    billing.check_alerts()
    billing.deliver_outbox()

    (mail,) = mailbox.mails
    assert (mail["To"], mail["From"]) == ("acme@example.com", "billing@example.com")
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == language
    assert figure in mail.get_content()


def test_one_mail_tells_the_gravest_and_only_what_is_still_so(billing, mailbox, receiver, clock):
    account = an_account(billing)
    billing.set_alert_settings(account, low_balance=Decimal(0), email="ann@example.com")
    plan = a_plan(billing, account, "renderer")
    use(billing, account, 46, "gpu_container")
    billing.check_alerts()
    clock.set(plan.ends_at)
    a_plan(billing, account, "renderer")
    billing.check_alerts()
    billing.deliver_outbox()

    subjects = [mail["Subject"] for mail in mailbox.mails]
    assert subjects == ["90% of your Renderer plan is used", "Your plan is renewed"]
    kinds = [delivery.event["type"] for delivery in receiver.deliveries]
    assert (kinds.count("alert.raised"), kinds.count("alert.cleared")) == (5, 5)


def test_an_account_without_an_address_gets_no_mail(billing, mailbox, receiver):
    account = a_low_account(billing)
    billing.set_alert_settings(account, low_balance=Decimal(1), email=None)
    receiver.deliveries.clear()
    billing.deliver_outbox()
    billing.adjust_credit(account, Decimal(-12), reason="spent", key="more")
    billing.check_alerts()
    mailbox.mails.clear()
    billing.deliver_outbox()

    assert mailbox.mails == []
    assert receiver.deliveries


@pytest.mark.parametrize("refusal", ["451 later", "550 no such user", "421 closing"])
def test_mail_that_is_refused_comes_again_with_the_same_id(billing, mailbox, clock, refusal):
    a_low_account(billing)
    billing.check_alerts()
    mailbox.answers = [refusal]
    billing.deliver_outbox()
    (waiting,) = billing.undelivered()
    assert (waiting["destination"], waiting["attempts"], waiting["last_error"]) == ("email", 1, f"SMTP {refusal[:3]}")
    clock.forward(minutes=5)
    billing.deliver_outbox()

    assert len(mailbox.mails) == 1
    assert mailbox.mails[0]["Message-ID"].endswith("@example.com>")
    assert billing.undelivered() == []


def test_a_mail_server_that_is_gone_holds_up_no_webhook(billing, receiver, clock):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = billing._settings.model_copy(update={"smtp_port": port})
    unheard = Billing(billing.database, settings, clock)
    a_low_account(unheard)
    unheard.check_alerts()

    unheard.deliver_outbox()

    assert [delivery.event["type"] for delivery in receiver.deliveries] == ["alert.raised"]
    (waiting,) = unheard.undelivered()
    assert (waiting["state"], waiting["last_error"]) == ("pending", "ConnectionRefusedError")


def test_a_server_that_asks_who_sends_is_told(billing, clock):
    with Mailbox("sender", "secret").running() as mailbox:
        signed_in = billing._settings.model_copy(
            update={"smtp_port": mailbox.port, "smtp_user": "sender", "smtp_password": "secret"}
        )
        wrong = signed_in.model_copy(update={"smtp_password": "guess"})
        a_low_account(billing)
        billing.check_alerts()
        Billing(billing.database, wrong, clock).deliver_outbox()
        assert [event["last_error"] for event in billing.undelivered()] == ["SMTP 535"]
        clock.forward(minutes=5)
        Billing(billing.database, signed_in, clock).deliver_outbox()
        assert len(mailbox.mails) == 1


def test_a_server_without_encryption_gets_nothing_where_it_is_wanted(billing, mailbox, clock):
    a_low_account(billing)
    billing.check_alerts()
    wanted = billing._settings.model_copy(update={"smtp_security": "starttls"})
    Billing(billing.database, wanted, clock).deliver_outbox()

    assert mailbox.mails == []
    assert [event["last_error"] for event in billing.undelivered()] == ["SMTPNotSupportedError"]


def test_without_destinations_alerts_are_kept_and_nothing_waits_in_the_outbox(billing, clock):
    silent = Billing(billing.database, Settings(database_url=billing.database.url), clock)
    account = a_low_account(silent)

    assert silent.check_alerts().raised == 1
    assert len(silent.alerts(account)) == 1
    assert silent.undelivered() == []


def test_an_alert_and_what_tells_of_it_are_kept_together_or_not_at_all(billing, monkeypatch, clock):
    account = a_low_account(billing)
    with monkeypatch.context() as broken:
        broken.setattr("billing.alerts.texts.mail", lambda *_: 1 / 0)
        assert billing.check_alerts().raised == 0
    assert billing.alerts(account) == []
    assert billing.undelivered() == []

    assert billing.check_alerts().raised == 1
    assert len(billing.undelivered()) == 2
