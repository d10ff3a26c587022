"""Whatever is done to a plan, whenever: billing says what a plain model of its life says, on both databases."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders.databases import a_database
from tests.integration.billing.plans.machine import PlanLife

EXPLORE = {
    "stateful_step_count": 30,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.reuse, Phase.generate],  # add Phase.shrink to look into a failure: it takes minutes
}


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 15), ("postgresql", 5)])
def test_whatever_is_done_to_a_plan_it_is_what_the_model_says(kind, examples, request):
    def address(stack, folder):
        if kind == "sqlite":
            return f"sqlite:///{folder / 'billing.db'}"
        template = request.getfixturevalue("postgresql_template")
        return stack.enter_context(a_database(request.getfixturevalue("postgresql_server"), template=template))

    machine = type("Life", (PlanLife,), {"address": staticmethod(address)})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, **EXPLORE))
