from __future__ import annotations

import gc

import pytest

from billing.metering import collector


def test_the_collector_is_on_again_when_the_last_is_done_whatever_happened():
    with pytest.raises(ZeroDivisionError), collector.paused():
        with collector.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ZeroDivisionError

    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with collector.paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
