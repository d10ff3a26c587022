"""A month in the life of accounts, at random: use that comes late, corrections, plans, vouchers, new catalogues."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random

from billing.api import Billing, UsageInput
from billing.errors import BillingError
from billing.metering.schemas import NewUsage
from billing.money import Money
from tests.builders.accounts import an_account
from tests.builders.catalogue import a_catalogue
from tests.builders.clock import SettableClock
from tests.builders.life import confirmed, do

ACCOUNTS = {
    "acme": ("USD", "America/New_York", "en"),
    "sakura": ("JPY", "Asia/Tokyo", "ja"),
    "hangang": ("KRW", "Asia/Seoul", "ko"),
    "idle": ("USD", "UTC", "en"),
}
_SERVICES = ("bot_session", "gpu_container", "inference")
_TOP_UP = {"USD": 50, "JPY": 6000, "KRW": 60000}


class Month:
    """Moves the clock on as it goes. Everything is drawn from the seed."""

    def __init__(self, billing: Billing, clock: SettableClock, folder: Path, seed: int) -> None:
        self._billing, self._clock, self._folder, self.rng = billing, clock, folder, Random(seed)
        self._number = count(1)
        self._rates = count(1)
        self._transfers: list[str] = []
        self._vouchers: list[str] = []
        billing.load_catalogue(a_catalogue(folder))
        for account, (currency, zone, language) in ACCOUNTS.items():
            an_account(billing, account, currency=currency, time_zone=zone, language=language)
        self._deeds = (
            *[self._use] * 8,
            *[self._top_up] * 2,
            self._ask_for_transfer,
            self._confirm_transfer,
            self._give_voucher,
            self._revoke_voucher,
            self._correct,
            *[self._confirm_plan] * 2,
            self._act_on_plan,
            self._bill,
            self._new_catalogue,
        )

    def pass_time(self, deeds: int = 1) -> None:
        """Some deeds, each some hours later; what billing refuses is not done."""
        for _ in range(deeds):
            self._clock.forward(minutes=self.rng.randint(1, 300))
            account = self.rng.choice([name for name in ACCOUNTS if name != "idle"])
            try:
                self.rng.choice(self._deeds)(account)
            except BillingError:
                continue

    def _key(self) -> str:
        return f"deed-{next(self._number)}"

    def _use(self, account: str) -> None:
        events: list[UsageInput] = []
        for _ in range(self.rng.randint(1, 12)):
            late = timedelta(minutes=self.rng.choice((0, 0, 0, self.rng.randint(1, 20 * 1440))))
            events.append(
                NewUsage(
                    account=account,
                    source="meter",
                    id=self._key(),
                    service=self.rng.choice(_SERVICES),
                    quantity=Decimal(self.rng.randint(1, 9000)) / self.rng.choice((1000, 100, 100, 1)),
                    time=self._clock.now - late,
                )
            )
        self._billing.record_usage(events)

    def _top_up(self, account: str) -> None:
        amount = _TOP_UP[ACCOUNTS[account][0]] * self.rng.randint(1, 4)
        self._billing.recharge(account, amount=Decimal(amount), currency=None, method="card", key=self._key())

    def _ask_for_transfer(self, account: str) -> None:
        amount = Decimal(_TOP_UP[ACCOUNTS[account][0]])
        asked = self._billing.recharge(account, amount=amount, currency=None, method="bank_transfer", key=self._key())
        self._transfers.append(asked.id)

    def _confirm_transfer(self, account: str) -> None:
        if self._transfers:
            self._billing.confirm_transfer(self._transfers.pop(self.rng.randrange(len(self._transfers))))

    def _give_voucher(self, account: str) -> None:
        currency = ACCOUNTS[account][0]
        given = self._billing.give_voucher(
            account,
            Money.of(str(_TOP_UP[currency] // 2), currency),
            key=self._key(),
            expires_at=self.rng.choice((None, self._clock.now + timedelta(days=self.rng.randint(1, 20)))),
            services=self.rng.choice((None, ["bot_session"], ["gpu_container", "inference"])),
        )
        self._vouchers.append(given.id)

    def _revoke_voucher(self, account: str) -> None:
        if self._vouchers and self.rng.random() < 0.5:
            self._billing.revoke_voucher(self._vouchers.pop(0))
        self._billing.expire_vouchers()

    def _correct(self, account: str) -> None:
        amount = Decimal(self.rng.randint(-9, 20)) * (_TOP_UP[ACCOUNTS[account][0]] // 50)
        self._billing.adjust_credit(account, amount, reason="counted twice", key=self._key())

    def _confirm_plan(self, account: str) -> None:
        option = self.rng.choice(("full_upfront", "partial_upfront", "pay_later"))
        plan = self.rng.choice(("starter", "starter", "renderer"))
        confirmed(self._billing, account, plan, payment_option=option)

    def _act_on_plan(self, account: str) -> None:
        action = self.rng.choice(("pause", "resume", "resume", "cancel", "renew", "undo", "change"))
        do(self._billing, account, action, *(("starter",) if action == "change" else ()))

    def _bill(self, account: str) -> None:
        self._billing.bill_due()
        for invoice in self._billing.invoices(account)[:1]:
            self._billing.pay_invoice(account, invoice.number, key=self._key())

    def _new_catalogue(self, account: str) -> None:
        """Dearer, and called otherwise."""
        number = next(self._rates)
        changes = {
            "rate": ('USD: "2.4"', f'USD: "2.{4 + number % 5}1"'),
            "name": ("en: GPU container", f"en: GPU container v{'abcdefgh'[number % 8]}"),
            "plan": ('bot_session: "100"', f'bot_session: "{100 + number}"'),
        }
        self._billing.load_catalogue(a_catalogue(self._folder, **changes))
