from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.builders.rabbitmq import a_broker
from tests.builders.redis import a_redis


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with a_redis() as url:
        yield url


@pytest.fixture
def amqp() -> tuple[str, str]:
    """The broker's address and a queue of the test's own."""
    return a_broker(), f"test-{uuid4().hex}"
