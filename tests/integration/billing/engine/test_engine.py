"""Whatever happens, in whatever order, interrupted anywhere: billing says what a plain model says."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders.databases import a_database
from tests.integration.billing.engine.machine import Engine

EXAMPLES = int(os.environ.get("ENGINE_EXAMPLES", "0"))
EXPLORE = {
    "stateful_step_count": int(os.environ.get("ENGINE_STEPS", "30")),
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.reuse, Phase.generate],  # add Phase.shrink to look into a failure: it takes minutes
}


@pytest.mark.timeout(600 + 60 * EXAMPLES)
@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 20), ("postgresql", 10)])
def test_whatever_happens_billing_says_what_the_model_says(kind, examples, request):
    def address(stack, folder):
        if kind == "sqlite":
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "billing.db")
            return f"sqlite:///{folder / 'billing.db'}"
        template = request.getfixturevalue("postgresql_template")
        server = request.getfixturevalue("postgresql_server")
        return stack.enter_context(a_database(server, template=template, durable=False))

    machine = type("Machine", (Engine,), {"address": staticmethod(address)})
    run_state_machine_as_test(machine, settings=settings(max_examples=EXAMPLES or examples, **EXPLORE))
