"""Usage: one event, many, late ones, conversations told whole or by their begin and end."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from billing.api import ConversationMoment, NewConversation, NewUsage
from tests.integration.billing.engine.base import Done, EngineBase, accounts, fault
from tests.integration.billing.engine.model.account import sessions
from tests.integration.billing.engine.model.sold import SERVICES, Refused

quantities = st.integers(min_value=1, max_value=200_000).map(lambda thousandths: Decimal(thousandths) / 1000)
agos = st.one_of(st.just(0), st.integers(-60, 300 * 60), st.integers(0, 36 * 24 * 60)).map(
    lambda m: timedelta(minutes=m)
)
uses = st.tuples(accounts, st.sampled_from(SERVICES), quantities, agos)
human = st.integers(0, 1000)
HEADERS = {"content-type": "application/cloudevents-batch+json"}
CLOUD_EVENT = {"specversion": "1.0", "type": "usage.recorded", "source": "meter"}


class UsageRules(EngineBase):
    @rule(
        target=EngineBase.done,
        told=st.lists(uses, min_size=1, max_size=5),
        copies=st.sampled_from([1, 1, 1, 70]),
        fault=fault,
    )
    def use(self, told, copies, fault):
        """Alone, in a few, or in so many that they are written in bulk."""
        events = [
            NewUsage(
                source="meter", id=self.key(), account=account, service=service, time=self.now - ago, quantity=quantity
            )
            for account, service, quantity, ago in told
            for _ in range(copies if quantity < 10 else 1)
        ]
        return self._record(events, self.billing.record_usage, fault)

    @rule(target=EngineBase.done, told=st.lists(uses, min_size=1, max_size=3), fault=fault)
    def use_told_as_cloud_events(self, told, fault):
        events = [
            NewUsage(
                source="meter", id=self.key(), account=account, service=service, time=self.now - ago, quantity=quantity
            )
            for account, service, quantity, ago in told
        ]

        def post(some):
            body = [
                CLOUD_EVENT
                | {"id": event.id, "subject": event.account, "time": event.time.isoformat()}
                | {"data": {"service": event.service, "quantity": str(event.quantity)}}
                for event in some
            ]
            return self.billing.record_cloud_events(HEADERS, json.dumps(body).encode())[1]

        return self._record(events, post, fault)

    @rule(target=EngineBase.done, account=accounts, seconds=st.integers(0, 10_000), human=human, ago=agos, fault=fault)
    def talk(self, account, seconds, human, ago, fault):
        human = min(human, seconds)
        event = NewConversation(
            source="bot", id=self.key(), account=account, time=self.now - ago, seconds=seconds, human_seconds=human
        )
        return self._record([event], self.billing.record_usage, fault)

    @rule(
        target=EngineBase.done,
        account=accounts,
        name=st.sampled_from(["a", "b", "c", "d"]),
        moment=st.sampled_from(["started", "ended"]),
        human=human,
        ago=agos,
        fault=fault,
    )
    def begin_or_end_a_conversation(self, account, name, moment, human, ago, fault):
        human = human if moment == "ended" else 0
        event = ConversationMoment(
            source="bot",
            id=self.key(),
            account=account,
            time=self.now - ago,
            conversation=name,
            moment=moment,
            human_seconds=human,
        )
        return self._record([event], self.billing.record_usage, fault)

    def _record(self, events, record, fault):
        """Refused ones are left out, the rest is kept; told again, none counts twice, and none not at all."""
        did = self.attempt(lambda: [self._expected(event) for event in events], lambda: record(events), fault)
        expected, result = did
        counted = "repeated" if self.lost else "accepted"
        assert [event.code or event.status for event in result.events] == [code or counted for code in expected]
        kept = [event for event, code in zip(events, expected, strict=True) if code is None]
        if not kept:
            return multiple()

        def again():
            return record(kept)

        return Done(again, None, said=lambda told: told is None or told.repeated == len(kept))

    def _expected(self, event) -> str | None:
        try:
            self._use(event)
        except Refused as refusal:
            return refusal.code
        return None

    def _use(self, event) -> None:
        account, now = self.of(event.account), self.now
        if isinstance(event, ConversationMoment):
            self.world.tell(event.account, event.conversation, event.moment, event.human_seconds, event.time, now)
            return
        whole = isinstance(event, NewConversation)
        quantity = Fraction(sessions(event.seconds, event.human_seconds)) if whole else Fraction(event.quantity)
        account.use(self.world.shop, "bot_session" if whole else event.service, quantity, event.time, now)
