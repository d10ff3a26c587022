"""Custom actions in this process instead of behind an HTTP server of their own."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection as Rejected


class InProcessActions(EndpointConfig):
    """An action endpoint that calls rasa-sdk's executor; the actions of `package` are found by their names.

    Actions may block (they talk to a database), so each runs in a worker thread, off the event loop; but one whose
    `at_once()` says that it waits for nothing: two threads that want the interpreter in turns cost more than it takes.
    One whose `idle(call)` says that it has nothing to do is not run.
    """

    def __init__(self, package: str) -> None:
        # the domain is sent only to actions that ask for it: it holds every response and costs milliseconds
        super().__init__("in-process://actions", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run one action.

        Raises:
            ActionExecutionRejection: the action declined; Rasa asks another one.
        """
        assert json is not None
        action = getattr(self._executor.actions.get(json["next_action"]), "__self__", None)
        if _says(action, "idle", json):
            return {"events": [], "responses": []}
        try:
            return self._run(json) if _says(action, "at_once") else await asyncio.to_thread(self._run, json)
        except Rejected as error:
            raise ActionExecutionRejection(error.action_name, str(error)) from error

    def _run(self, call: dict[str, Any]) -> Any:
        """Run it here. One that awaits nothing needs no event loop of its own (0.6 ms)."""
        running = self._executor.run(call)
        action = self._executor.actions.get(call["next_action"])
        if action is None or inspect.iscoroutinefunction(action):
            return asyncio.run(running)
        try:
            running.send(None)
        except StopIteration as done:
            return done.value
        running.close()
        raise RuntimeError(f"{call['next_action']} waits for something although it is no coroutine function")


def _says(action: Any, what: str, *of: Any) -> bool:
    """What an action of ours says of itself; one that says nothing is like any other."""
    return bool(getattr(action, what, lambda *_: False)(*of))
