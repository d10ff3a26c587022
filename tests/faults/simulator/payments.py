"""What became of payments through the provider: seen in billing's rows, held against what the provider did."""

from __future__ import annotations

from typing import Any

OVER = ("cancelled", "expired")
_STANDING = (
    "SELECT count(*), coalesce(sum((state = 'succeeded') * 1000000 + (state IN ('cancelled', 'expired'))), 0) "
    "FROM payment"
)
_EACH = "SELECT t.key, p.state, p.reference FROM payment p JOIN top_up t ON t.id = p.subject_id WHERE p.state IN "


def follow(world: Any) -> None:
    """Credit in the model what billing credited: only what was paid, and each payment once."""
    connection = world.raw
    standing = connection.execute(_STANDING).fetchone()
    if standing == world.standing:
        return
    for key, state, reference in connection.execute(_EACH + "('succeeded', 'cancelled', 'expired')").fetchall():
        if key in world.topped_up and world.seen.get(key) != state:
            _moved(world, key, state, reference)
            world.seen[key] = state
    world.standing = standing if len(world.topped_up) == standing[0] else None


def _moved(world: Any, key: str, state: str, reference: str | None) -> None:
    account, top_up = world.topped_up[key]
    of = world.model.accounts[account].credits
    if state in OVER:
        of.top_ups.remove(top_up)
        return
    assert world.wallet.intents[reference].state == "succeeded", f"{reference} was credited and never paid"
    assert world.seen.get(key) != "succeeded"
    if top_up not in of.top_ups:
        of.top_ups.append(top_up)  # it was given up, and paid nevertheless
    of.complete(top_up, world.now)
    world.happened["paid through the provider"] += 1


def settle(world: Any) -> None:
    """The quiet end: a day goes by twice, and what is overdue is asked about, until all that was paid is credited."""
    world.wallet.luck = None
    for _ in range(4):
        world.clock.forward(hours=25)
        world.billing.reconcile_payments()
        follow(world)
    paid = {i.token: i.reference for i in world.wallet.intents.values() if i.state == "succeeded"}
    credited = {
        reference for (reference,) in world.raw.execute("SELECT reference FROM payment WHERE state = 'succeeded'")
    }
    assert set(paid.values()) == credited, f"paid and not credited: {set(paid.values()) - credited}"
