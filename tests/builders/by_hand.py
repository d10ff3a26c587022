"""What use costs on the plans of the tests' catalogue: each use by itself, in plain decimals, plan by plan."""

from __future__ import annotations

from decimal import Decimal

RATES = {"bot_session": Decimal("0.05"), "gpu_container": Decimal("2.4"), "inference": Decimal("0.00201")}
CENT = Decimal("0.01")
PLANS = {  # plan, interval: months of a period, price, amount, covered services, plan rates, quotas
    ("starter", "monthly"): (1, "9", "10", RATES, {"bot_session": "0.04"}, {"bot_session": 100, "inference": 1000}),
    ("starter", "yearly"): (12, "90", "120", RATES, {"bot_session": "0.04"}, {"bot_session": 1200, "inference": 12000}),
    ("renderer", "monthly"): (1, "99.99", "120", {"gpu_container"}, {}, {}),
    ("renderer", "yearly"): (12, "999.99", "1440", {"gpu_container"}, {}, {}),
}


def by_hand(uses: list[tuple[int, str, Decimal]], months: int, length: int, terms: tuple) -> Decimal:
    """Price and overage of one plan over some months of use, each use a (day, service, quantity)."""
    _, price, amount, covered, rates, quotas = terms
    share = Decimal(months) / 12 if length == 12 else Decimal(1)
    overage, cost = Decimal(0), Decimal(price) * (share if length == 12 else months)
    period, left, used = None, Decimal(0), {}
    for day, service, quantity in uses:
        if (now := 0 if length == 12 else day // 30) != period:
            period, used = now, {}
            left = (Decimal(amount) * share).quantize(CENT)
        rate = Decimal(rates.get(service, RATES[service]))
        within = quantity if service in covered else Decimal(0)
        if service in quotas:
            within = min(within, (quotas[service] * share).quantize(Decimal("0.001")) - used.get(service, 0))
        if within * rate >= left:
            within = min(within, (left / rate).quantize(Decimal("0.001"), "ROUND_UP"))
            left = Decimal(0)
        else:
            left -= within * rate
        used[service] = used.get(service, 0) + within
        overage += (quantity - within) * RATES[service]
    return cost.quantize(CENT, "ROUND_HALF_UP") + overage.quantize(CENT, "ROUND_HALF_UP")
