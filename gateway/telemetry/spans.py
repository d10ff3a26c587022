"""Spans for OpenTelemetry, where `OTEL_EXPORTER_OTLP_ENDPOINT` says who collects them; otherwise nothing is loaded.

request → turn → nlu, action → billing: the parts are wrapped where they are called, so that none of them knows of it.
The SDK reads its own `OTEL_…` variables (headers, service name, sampler).
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from billing.config import Settings
from billing.errors import SettingInvalid
from billing.tracing import Trace, begun

_NEEDS = "OTEL_EXPORTER_OTLP_ENDPOINT: needs packages that are not installed: make extras EXTRAS=telemetry"
_QUIET = {"record_exception": False, "set_status_on_exception": False}
"""An exception's message may quote what a customer wrote; its type is told instead."""
_TRIFLES = frozenset({"now", "close", "reading", "past_reading"})
"""What takes no time: a reading is told by what is read."""
_tracer: Any = None


def configure(settings: Settings) -> Callable[[], None]:
    """Begin to send spans, where the settings say so; what is returned sends the rest, at the end.

    Raises:
        SettingInvalid: the extra `telemetry` is not installed.
    """
    global _tracer  # noqa: PLW0603  one process has one tracer
    if not settings.otel_exporter_otlp_endpoint or _tracer is not None:
        return lambda: None
    os.environ.setdefault("OTEL_SERVICE_NAME", "billing-assistant")
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingInvalid(_NEEDS) from error
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("billing-assistant")
    _wrap_the_parts()
    return provider.shutdown


class RequestSpan:
    """What is known of a request only at its end; `None` while nothing is collected."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def named(self, method: str, route: str, status: int) -> None:
        """By its route's template, as the semantic conventions for HTTP ask."""
        if self._span is not None:
            self._span.update_name(f"{method} {route}")
            self._span.set_attributes(
                {"http.request.method": method, "http.route": route, "http.response.status_code": status}
            )


@contextmanager
def of_request(method: str, header: str | None) -> Iterator[tuple[Trace, RequestSpan]]:
    """The trace of a request: the caller's gone on with, or a new one."""
    if _tracer is None:
        yield begun(header), RequestSpan()
        return
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({"traceparent": header} if header else {})
    with _tracer.start_as_current_span(method, context, kind=trace.SpanKind.SERVER, **_QUIET) as span:
        told = span.get_span_context()
        found = Trace(f"{told.trace_id:032x}", f"{told.span_id:016x}", f"{int(told.trace_flags):02x}")
        yield found, RequestSpan(span)


def _wrap_the_parts() -> None:
    from assistant.actions_in_process import InProcessActions
    from assistant.agent import Assistant
    from assistant.turns import TurnProcessor
    from billing.api import Billing, Reading

    _wrap(Assistant, "handle", lambda *_, **__: "turn")
    _wrap(TurnProcessor, "parse_message", lambda *_, **__: "nlu")
    _wrap(InProcessActions, "request", lambda *_, **named: str((named.get("json") or {}).get("next_action", "action")))
    for owner in (Billing, Reading):
        for name, _ in inspect.getmembers(owner, inspect.isfunction):
            static = isinstance(inspect.getattr_static(owner, name), staticmethod)
            if not name.startswith("_") and not static and name not in _TRIFLES:
                _wrap(owner, name, functools.partial(_constant, f"billing.{name}"))


def _constant(name: str, *_: Any, **__: Any) -> str:
    return name


def _wrap(owner: type, name: str, named: Callable[..., str]) -> None:
    function = getattr(owner, name)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with _span(named(*args, **kwargs)):
            return function(*args, **kwargs)

    @functools.wraps(function)
    async def wait(*args: Any, **kwargs: Any) -> Any:
        with _span(named(*args, **kwargs)):
            return await function(*args, **kwargs)

    setattr(owner, name, wait if inspect.iscoroutinefunction(function) else call)


@contextmanager
def _span(name: str) -> Iterator[None]:
    from opentelemetry.trace import StatusCode

    with _tracer.start_as_current_span(name, **_QUIET) as span:
        try:
            yield
        except Exception as error:
            span.set_attribute("error.type", type(error).__qualname__)
            span.set_status(StatusCode.ERROR)
            raise
