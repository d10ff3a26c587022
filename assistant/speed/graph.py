"""The graph that Rasa runs: also needed because current dask reads Rasa's graph tuples differently."""

from __future__ import annotations

from types import ModuleType
from typing import Any


def _plan(nodes: dict[str, Any], targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    order: list[str] = []

    def visit(name: str) -> None:
        if name in nodes and name not in order:
            for need in nodes[name].needs.values():
                visit(need)
            order.append(name)

    for target in targets:
        visit(target)
    return [(name, tuple(nodes[name].needs.values())) for name in order]


def walked(module: ModuleType) -> None:
    """Run the nodes in order, keeping the pruned schema, instead of handing a dozen nodes to a scheduler."""
    from rasa.engine.exceptions import GraphRunError

    def run(self: Any, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        plans = self.__dict__.setdefault("_plans", {})
        if wanted not in plans:
            plans[wanted] = _plan(self._graph_schema.minimal_graph_schema(list(wanted)).nodes, wanted)
        clash = (inputs or {}).keys() & self._graph_schema.nodes.keys()
        if clash:
            raise GraphRunError(f"Input names clash with node names: {sorted(clash)}")
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in plans[wanted]:
            done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        return {target: done[target][1] for target in wanted}

    module.DaskGraphRunner.run = run
