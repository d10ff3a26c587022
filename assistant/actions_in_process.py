"""Custom actions in this process instead of behind an HTTP server of their own."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

from rasa.core.actions.action import ActionExecutionRejection
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection as Rejected


class InProcessActions(EndpointConfig):
    """An action endpoint that calls rasa-sdk's executor; the actions of `package` are found by their names.

    Actions may block (they talk to a database), so each runs in a worker thread, off the event loop.
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
        context = contextvars.copy_context()
        try:
            return await asyncio.to_thread(context.run, asyncio.run, self._executor.run(json))
        except Rejected as error:
            raise ActionExecutionRejection(error.action_name, str(error)) from error
