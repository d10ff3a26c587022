"""How the tests are dealt out to the processes of a run: what shares a server to one of them, the longest first."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

_GATEWAY = "tests/integration/gateway/"
_LIVE = ("account", "card_numbers", "channel_docs", "handoff_live", "identity", "messages", "ratings", "sign_in")
TOGETHER = {
    "tests/attacks/": "attacks",
    "tests/browser/paying/": "paying",
    "tests/browser/": "browser",
    f"{_GATEWAY}channels/": "channels",
    f"{_GATEWAY}telemetry/": "telemetry",
    **{f"{_GATEWAY}test_{name}.py": "gateway" for name in (*_LIVE, "usage_events")},
}
"""What asks one server, which takes longer to start than most tests take: two processes would start two of it."""

LONGEST: tuple[str, ...] = (
    "tests/faults/processes/test_kills.py",
    "tests/faults/test_simulator.py",
    "attacks",
    "browser",
    "channels",
    "tests/integration/billing/engine/test_engine.py",
    f"{_GATEWAY}test_lifecycle.py",
    f"{_GATEWAY}test_faults.py",
    f"{_GATEWAY}test_channel_crashes.py",
    "tests/integration/scaling/test_workers.py",
    "tests/integration/cli/test_content.py",
    "tests/integration/assistant/test_rasa_commands.py",
    "tests/faults/test_load.py",
    "tests/integration/scaling/test_two_servers.py",
    "tests/conversations/test_topics.py",
    f"{_GATEWAY}test_operator.py",
    "gateway",
    "paying",
    "telemetry",
)
"""Begun first, in this order, so that no process is left with one of them when all others are done."""


def unit_of(path: str) -> str:
    """What is dealt out as one: a file, or what belongs together."""
    return next((unit for place, unit in TOGETHER.items() if path.startswith(place)), path)


def turn_of(path: str) -> int:
    """When it is begun: the smaller, the earlier."""
    unit = unit_of(path)
    return LONGEST.index(unit) if unit in LONGEST else len(LONGEST)


class Together(LoadFileScheduling):
    """By `unit_of`."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid.partition("::")[0])
