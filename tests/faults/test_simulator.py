"""Billing lives through a world in which all goes wrong, and everything in it is as a plain model says."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tests.faults.simulator.runs import A_WORLD, run, shrunk, told

STEPS, SEED = int(os.environ.get("FAULTS_STEPS", "20000")), int(os.environ.get("FAULTS_SEED", "1"))
HAPPENED = ("died", "in the middle of another", "sent again", "given up", "webhook lost", "the clock jumped")


@pytest.mark.timeout(1200)
def test_a_thousand_deaths_leave_every_account_as_a_plain_model_says(record_property) -> None:
    happened: Counter[str] = Counter()
    for number in range(-(-STEPS // A_WORLD)):
        outcome = run(SEED + number, range(min(A_WORLD, STEPS - number * A_WORLD)))
        assert not outcome.failed, told(outcome, shrunk(outcome))
        happened += outcome.happened
    assert all(happened[name] for name in HAPPENED)
    record_property("shown", f"faults: {STEPS} steps from seed {SEED}, {happened['died']} deaths in them")


def test_a_seed_says_all_that_happens() -> None:
    assert run(7, range(300)).happened == run(7, range(300)).happened
