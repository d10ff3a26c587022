"""Anything that can happen to an account, in any order: the ledger holds, and says what an independent model says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.billing.machine import Account

EXPLORE = settings(
    max_examples=10,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],  # add Phase.shrink to look into a failure: it takes minutes
)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KRW"])
def test_whatever_happens_the_ledger_says_what_the_model_says(currency):
    machine = type(f"Account{currency}", (Account,), {"currency": currency})
    run_state_machine_as_test(machine, settings=EXPLORE)
