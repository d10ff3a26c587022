"""The demo catalogue is valid and says what the demo data relies on."""

from __future__ import annotations

from pathlib import Path

from billing.catalogue.source import read

CATALOGUE = Path(__file__).resolve().parents[2] / "data" / "catalogue" / "demo.yml"


def test_the_demo_catalogue_offers_three_plans_and_four_services() -> None:
    catalogue = read(CATALOGUE)
    assert list(catalogue.plans) == ["starter", "growth", "scale"]
    assert list(catalogue.services) == ["bot_session", "gpu_container", "fine_tuning", "inference"]
