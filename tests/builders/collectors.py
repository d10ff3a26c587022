"""A real receiver of OpenTelemetry's spans: OTLP over HTTP, protobuf."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.builders.receivers import served


class SpanCollector:
    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
                collector.raw += body
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans += scope.spans
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[SpanCollector]:
        with served(self._server):
            yield self

    def of(self, trace_id: str, *, until: str, within: float = 10) -> dict[str, Span]:
        """The spans of a trace by their names, once one named `until` came."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            found = {span.name: span for span in self.spans if span.trace_id.hex() == trace_id}
            if until in found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"no {until} among {sorted({span.name for span in self.spans})}")
