"""The example does what its comments say."""

from __future__ import annotations

from tests.builders.examples import said_by


def test_a_subscriptions_whole_life_runs_and_says_what_happened():
    said = said_by("subscription_life.py")

    assert said[0] == "the offer was changed meanwhile: it is looked at again"
    assert "active until 2026-02-28" in said
    assert "used 4.80 USD of 110.00 USD" in said
    assert "after a pause of 7 days until 2026-03-07" in said
    assert "already renewed from 2026-03-07" in said
    assert any(line.startswith("upgraded; credited") for line in said)
    assert any(line.endswith("[] the second time") for line in said)
    assert "expired - period" in said
