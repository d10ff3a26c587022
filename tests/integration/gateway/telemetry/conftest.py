from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assistant import train
from tests.builders.collectors import SpanCollector
from tests.builders.server import Server


@dataclass
class Watched:
    """A real server that is watched in every way: JSON lines, metrics, spans."""

    server: Server
    spans: SpanCollector


@pytest.fixture(scope="package")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    train.main([])
    with SpanCollector().running() as spans:
        server = Server(
            tmp_path_factory.mktemp("watched"),
            LOG_FORMAT="json",
            LOG_LEVEL="info",
            OTEL_EXPORTER_OTLP_ENDPOINT=spans.url,
            OTEL_BSP_SCHEDULE_DELAY="100",
        )
        yield Watched(server.with_demo_data().start(), spans)
        assert server.stop() == 0, server.log
