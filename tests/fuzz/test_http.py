"""Every call of the description, asked for with what fits it and with what does not, by everybody.

`FUZZ_EXAMPLES` calls of each kind (`make fuzz`: 200, at random); a few, always the same ones, otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from billing.config import Settings
from gateway.app import create_app
from tests.builders.server import Server

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
_STREAM = "/v1/conversations/{conversation_id}/events"
"""With a conversation that there is it goes on for minutes."""


@pytest.fixture(scope="module")
def known(server: Server) -> dict[str, str]:
    """Ids that are there, so that calls get past `not found`."""
    customer = server.customer("acme")
    conversation = customer.open()
    told = customer.say(conversation, "What is my balance?")
    return {
        "account_id": "acme",
        "conversation_id": conversation,
        "answer_id": told[0]["answer_id"],
        "number": customer.get("/v1/account/invoices").json()["invoices"][0]["number"],
        "request_id": "R-000001",
        "message_id": "1",
    }


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("group", range(6))
def test_every_call_answers_as_described_whoever_asks_for_whatever(
    server: Server, new_key: Callable[[], str], known: dict[str, str], who: str, mode: GenerationMode, group: int
):
    failures = []
    for operation in OPERATIONS[group::6]:
        headers = _headers(server, new_key, who, operation.path)
        try:
            _fuzz(server, operation, mode, headers, {} if operation.path == _STREAM else known)
        except Unsatisfiable:  # a call that takes nothing: nothing can be wrong with it
            continue
        except Exception as failure:
            failures.append(f"{operation.label}: {failure}")

    assert not failures, "\n\n".join(failures)


def _headers(server: Server, new_key: Callable[[], str], who: str, path: str) -> dict[str, str]:
    if who == "customer":
        return {"Authorization": server.customer("acme").http.headers["authorization"]}
    return {"Authorization": f"Bearer {new_key()}"} if who == "operator" else {}


def _fuzz(server: Server, operation: Any, mode: GenerationMode, headers: dict[str, str], known: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), named=st.booleans())
    def ask(case: Any, named: bool) -> None:
        if named and case.path_parameters:
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
        response = case.call(base_url=server.address, headers=headers, timeout=20)
        case.validate_response(response, checks=CHECKS)

    ask()
