from __future__ import annotations

from tests.builders.examples import said_by


def test_the_metering_pipeline_charges_each_reading_once():
    said = said_by("metering_pipeline.py")

    assert said == [
        "60 accepted, 60 repeated, refused: usage_in_future, usage_too_old",
        "10.02 hours of gpu_container: 24.048 USD",
        "0.952 USD left, 0.00 USD owed, 0 mistakes in the ledger",
    ]
