from __future__ import annotations

import io
import sys

import structlog

from assistant import logs


def test_a_warning_goes_to_the_standard_error_of_the_moment(monkeypatch):
    with io.StringIO() as first:
        monkeypatch.setattr(sys, "stderr", first)
        logs.configure()
        log = structlog.get_logger()
        log.warning("the first")
        assert "the first" in first.getvalue()

    second = io.StringIO()
    monkeypatch.setattr(sys, "stderr", second)
    log.warning("after the first was closed")

    assert "after the first was closed" in second.getvalue()
