"""A past answer is said again byte for byte, whatever happened since; `ANSWERS` says how many (`make answers`)."""

from __future__ import annotations

import os

from billing.api import Billing
from billing.config import Settings
from gateway.answers.replay import Replays
from gateway.answers.traces import Traces
from tests.builders.answers import Asking
from tests.builders.months import ACCOUNTS, Month

ANSWERS = int(os.environ.get("ANSWERS", "60"))


def test_every_answer_is_said_again_after_a_month_of_late_events_corrections_and_catalogues(
    billing: Billing, asking: Asking, settings: Settings, month: Month
) -> None:
    for _ in range(ANSWERS):
        month.pass_time(deeds=max(1, 240 // ANSWERS))
        asking.at_random(month.rng, [*ACCOUNTS])
    month.pass_time(deeds=60)

    replays = Replays(billing, settings)
    replayed = [replays.replay(traced) for traced in Traces(billing.database).everyone()]

    assert len(replayed) == ANSWERS
    for each in replayed:
        assert each.again == each.then
        assert each.identical
    assert any(not each.unchanged for each in replayed)
    assert len({each.then["text"] for each in replayed}) > ANSWERS / 3
