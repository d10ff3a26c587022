from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.redis import a_redis


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with a_redis() as url:
        yield url
