"""How often callers may call: in memory and in a Redis that several servers share."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from limits.aio.strategies import MovingWindowRateLimiter
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from billing.config import Settings
from gateway import errors
from gateway.errors import Problem
from gateway.rates.callers import AddressRates, address_of, message_rate
from gateway.rates.counting import Rate, Rates
from gateway.telemetry.metrics import REDIS_FAILURES
from tests.builders.redis import an_own_redis


async def _took(rates: Rates, rate: Rate, caller: str, times: int) -> list[int]:
    answers = []
    for _ in range(times):
        try:
            await rates.take(rate, caller)
            answers.append(200)
        except Problem as problem:
            assert 1 <= int(problem.headers["Retry-After"]) <= 60
            answers.append(problem.status)
    return answers


def test_a_caller_may_call_so_often_and_another_is_not_held_up() -> None:
    async def run() -> None:
        rates, rate = Rates(), Rate("test", 3)
        assert await _took(rates, rate, "a", 5) == [200, 200, 200, 429, 429]
        assert await _took(rates, rate, "b", 1) == [200]
        assert await _took(rates, Rate("off", 0), "a", 9) == [200] * 9

    asyncio.run(run())


def test_the_time_passes_and_the_caller_may_call_again(monkeypatch) -> None:
    async def run() -> None:
        rates, rate = Rates(), Rate("test", 2)
        assert isinstance(rates._here, MovingWindowRateLimiter)
        assert await _took(rates, rate, "a", 3) == [200, 200, 429]
        later = __import__("time").time() + 61
        monkeypatch.setattr("time.time", lambda: later)
        assert await _took(rates, rate, "a", 1) == [200]

    asyncio.run(run())


def test_two_servers_count_together(redis_url) -> None:
    async def run() -> None:
        one, two, rate = Rates(redis_url), Rates(redis_url), Rate(uuid4().hex, 4)
        assert await _took(one, rate, "a", 3) == [200] * 3
        assert await _took(two, rate, "a", 3) == [200, 429, 429]

    asyncio.run(run())


def test_without_its_redis_each_process_counts_for_itself_and_nobody_waits(capsys) -> None:
    before = REDIS_FAILURES.labels("limits")._value.get()
    with an_own_redis() as (url, process):

        async def run() -> float:
            one, two, rate = Rates(url), Rates(url), Rate("test", 20)
            assert await _took(one, rate, "a", 1) == [200]
            process.kill()
            process.wait()
            began = asyncio.get_running_loop().time()
            for rates in (one, two):
                assert await _took(rates, rate, "a", 25) == [200] * 20 + [429] * 5
            return asyncio.get_running_loop().time() - began

        assert asyncio.run(run()) < 2
    told = capsys.readouterr()
    assert "counted by each process alone" in told.out + told.err  # where the log goes depends on who configured it
    assert REDIS_FAILURES.labels("limits")._value.get() == before + 2


@pytest.fixture
def served():
    def app(**settings: object) -> TestClient:
        present = Settings(**settings)
        made = FastAPI()
        made.state.settings, made.state.rates = present, Rates()
        errors.install(made)

        @made.get("/v1/address")
        async def address(request: Request) -> str:
            return address_of(request.scope)

        @made.post("/v1/c/{conversation_id}")
        async def say(request: Request, conversation_id: str) -> None:
            await message_rate(request, conversation_id)

        @made.get("/health/live")
        async def live() -> None: ...

        made.add_middleware(AddressRates, settings=present, rates=made.state.rates)
        if present.trusted_proxies:
            made.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(present.trusted_proxies))
        return TestClient(made, client=("10.1.2.3", 5000))

    return app


def test_an_address_gets_a_problem_and_the_health_is_never_refused(served) -> None:
    client = served(rate_address=2)
    answers = [client.get("/v1/address") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "too_many_calls"
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert [client.get("/health/live").status_code for _ in range(5)] == [200] * 5


def test_a_conversation_has_a_limit_of_its_own(served) -> None:
    client = served(rate_conversation=1)
    answers = [client.post("/v1/c/a"), client.post("/v1/c/a"), client.post("/v1/c/b")]
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].json()["code"] == "too_many_messages"


def test_who_says_whence_a_call_came_is_believed_only_where_trusted(served) -> None:
    said = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    assert served().get("/v1/address", headers=said).json() == "10.1.2.3"
    assert served(trusted_proxies="10.0.0.0/8").get("/v1/address", headers=said).json() == "203.0.113.9"
    assert served(trusted_proxies="10.9.9.9").get("/v1/address", headers=said).json() == "10.1.2.3"
