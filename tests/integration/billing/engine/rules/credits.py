"""Top-ups, transfers, vouchers, codes, corrections."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import multiple, precondition, rule

from billing.money import Money, minor_digits
from tests.integration.billing.engine.base import Done, EngineBase, accounts, fault
from tests.integration.billing.engine.model.credits import Code, Voucher
from tests.integration.billing.engine.model.sold import SERVICES, SOLD, refuse

few = st.integers(min_value=1, max_value=500)
scopes = st.lists(st.sampled_from(SERVICES), unique=True, max_size=2)
codes = st.fixed_dictionaries(
    {
        "amount": few,
        "uses": st.integers(1, 2),
        "days": st.none() | st.integers(1, 40),
        "valid_days": st.none() | st.integers(1, 40),
        "services": st.sampled_from([[], ["bot_session"]]),
        "needs_top_up": st.booleans(),
    }
)
GUESSED = {"voucher_unknown", "voucher_expired", "voucher_used_up", "voucher_revoked"}


class CreditRules(EngineBase):
    def coins(self, account: str, number: int) -> Decimal:
        """So many of the account's smallest coin."""
        return Decimal(number).scaleb(-minor_digits(self.of(account).currency))

    def minimum(self, account: str) -> Decimal:
        return Decimal(SOLD["plain"]["top_up"]["minimum"][self.of(account).currency])

    @rule(
        target=EngineBase.done,
        account=accounts,
        extra=st.sampled_from([-1, 0, 13, 10**9]) | few,
        method=st.sampled_from(["card", "e_wallet", "bank_transfer"]),
        fault=fault,
    )
    def top_up(self, account, extra, method, fault):
        amount, key = self.minimum(account) + self.coins(account, extra), self.key()

        def recharge(amount=amount):
            return self.billing.recharge(account, amount=amount, currency=None, method=method, key=key)

        did = self.attempt(
            lambda: self.of(account).credits.recharge(self.world.shop, Fraction(amount), method, self.now),
            recharge,
            fault,
        )
        if did is None:
            return multiple()
        did[0].number = did[1].id

        def said(told):
            return (told.id, told.amount) if method == "bank_transfer" else told  # a transfer comes to be completed

        return Done(recharge, did[1], said, other=lambda: recharge(amount * 2), code="recharge_key_reused")

    @precondition(lambda self: any(a.credits.pending for a in self.world.accounts.values()))
    @rule(data=st.data(), fault=fault)
    def confirm_a_transfer(self, data, fault):
        waiting = [t.number for a in self.world.accounts.values() for t in a.credits.top_ups if t.completed is None]
        number = data.draw(st.sampled_from(waiting))

        def complete():
            for account in self.world.accounts.values():
                for transfer in [t for t in account.credits.top_ups if t.number == number]:
                    account.credits.complete(transfer, self.now)

        _, receipt = self.attempt(complete, lambda: self.billing.confirm_transfer(number), fault, again="done twice")
        assert receipt.status == "completed"
        self.audited("transfer.confirm", number, twice=self.lost)

    @rule(target=EngineBase.done, account=accounts, amount=st.integers(-3000, 3000).filter(bool), fault=fault)
    def correct_credit(self, account, amount, fault):
        amount, key = self.coins(account, amount), self.key()

        def adjust(amount=amount):
            return self.billing.adjust_credit(account, amount, reason="a reason", key=key)

        if self.attempt(lambda: self.of(account).credits.adjust(Fraction(amount)), adjust, fault) is None:
            return multiple()
        self.audited("credit.adjust", account)
        return Done(adjust, adjust(), other=lambda: adjust(-amount), code="adjustment_key_reused")

    @rule(
        target=EngineBase.done,
        account=accounts,
        amount=few,
        days=st.none() | st.integers(1, 60),
        services=scopes,
        fault=fault,
    )
    def give_a_voucher(self, account, amount, days, services, fault):
        key, now = self.key(), self.now
        expires = None if days is None else now + timedelta(days=days)
        money = Money.of(self.coins(account, amount), self.of(account).currency)

        def expect() -> Voucher:
            self.world.shop.check(services)
            return self.of(account).credits.give(Fraction(money.amount), now, expires, services)

        def give(money=money):
            return self.billing.give_voucher(account, money, key=key, expires_at=expires, services=services)

        did = self.attempt(expect, give, fault)
        if did is None:
            return multiple()
        did[0].number = did[1].id
        self.audited("voucher.give", did[1].id)
        if "fine_tuning" in services or "inference" in services:
            return multiple()  # what it names may not be sold any more when it is repeated
        return Done(
            give, did[1], said=lambda told: told.id, other=lambda: give(money + money), code="voucher_key_reused"
        )

    @rule(currency_of=accounts, terms=codes, fault=fault)
    def make_a_code(self, currency_of, terms, fault):
        self._make_a_code(currency_of, **terms, fault=fault)

    def _make_a_code(self, currency_of, amount, uses, days, valid_days, services, needs_top_up, fault):
        currency = self.of(currency_of).currency
        text, now = f"CODE-{self.key()}".upper(), self.now
        expires = None if days is None else now + timedelta(days=days)
        minimum = self.minimum(currency_of) if needs_top_up else Decimal(0)
        credit = self.coins(currency_of, amount)
        code = Code(text, Fraction(credit), currency, uses, now, expires, valid_days, services, Fraction(minimum))

        def make():
            return self.billing.create_voucher_code(
                Money.of(credit, currency),
                code=text,
                uses=uses,
                expires_at=expires,
                valid_days=valid_days,
                services=services,
                minimum_top_up=Money.of(minimum, currency) if needs_top_up else None,
            )

        self.attempt(lambda: self.world.codes.append(code), make, fault, again="voucher_code_exists")
        code.number = self.billing.voucher_codes()[0].id
        self.audited("voucher_code.create", code.number)

    def code(self, text: str) -> Code | None:
        return next((code for code in self.world.codes if code.text == text), None)

    @rule(target=EngineBase.done, account=accounts, data=st.data(), fault=fault)
    def redeem(self, account, data, fault):
        if len(self.world.codes) < 2:
            self._make_a_code(account, **data.draw(codes), fault=None)
        text = data.draw(st.sampled_from([*(code.text for code in self.world.codes), "NO-SUCH-CODE"]))
        key = self.key()

        def redeem(text=text):
            return self.billing.redeem_voucher(account, text, key=key)

        did = self.attempt(
            lambda: self.of(account).credits.redeem(account, self.code(text), self.now),
            redeem,
            fault,
            fault_if_refused=False,  # a wrong code is no change, and counts as often as it is tried
        )
        if did is None:
            self.of(account).credits.wrong_tries += [self.now] if self.refused in GUESSED else []
            return multiple()
        did[0].number = did[1].id
        self.audited("voucher.redeem", did[1].id)
        return Done(
            redeem, did[1], said=lambda told: told.id, other=lambda: redeem("ANOTHER"), code="voucher_key_reused"
        )

    @precondition(lambda self: self.world.codes)
    @rule(data=st.data(), fault=fault)
    def revoke_a_code(self, data, fault):
        text = data.draw(st.sampled_from([code.text for code in self.world.codes]))
        number, before = self.code(text).number, self.code(text).revoked
        self.attempt(
            lambda: setattr(self.code(text), "revoked", True), lambda: self.billing.revoke_voucher_code(number), fault
        )
        if not before:
            self.audited("voucher_code.revoke", number)

    @rule(account=accounts, data=st.data(), fault=fault)
    def revoke_a_voucher(self, account, data, fault):
        numbers = [voucher.number for voucher in self.of(account).credits.vouchers]
        number = data.draw(st.sampled_from([*numbers, "V-999999"]))

        def revoke() -> bool:
            refuse(number not in numbers, "voucher_not_found")
            voucher = self.of(account).credits.vouchers[numbers.index(number)]
            first = voucher.revoked is None
            self.of(account).credits.revoke(voucher, self.now)
            return first

        did = self.attempt(revoke, lambda: self.billing.revoke_voucher(number), fault)
        if did is not None and did[0]:
            self.audited("voucher.revoke", number)

    @rule(fault=fault)
    def expire_vouchers(self, fault):
        def expire() -> int:
            return sum(account.credits.expire(self.now) for account in self.world.accounts.values())

        expected, expired = self.attempt(expire, self.billing.expire_vouchers, fault, whole=False)
        assert expired <= expected if self.lost else expired == expected
