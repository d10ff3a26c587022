"""What newer releases of Rasa's dependencies dropped or changed, each with its reason.

`PATCHES` are applied by `assistant.hook` right after the module named is imported.
`tests/integration/assistant/test_environment.py` fails when one of these stops being true.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def restore_dropped_names() -> None:
    """Names that Rasa 3.6.21 imports, and uses only in isinstance checks and warning filters."""
    import numpy as np
    import packaging.version

    if not hasattr(packaging.version, "LegacyVersion"):  # dropped in packaging 22
        packaging.version.LegacyVersion = type("LegacyVersion", (), {})
    if "VisibleDeprecationWarning" not in np.__dict__:  # moved in numpy 2
        vars(np)["VisibleDeprecationWarning"] = np.exceptions.VisibleDeprecationWarning


def _empty_test_reports(nlu_test: ModuleType) -> None:
    """scikit-learn refuses to report on nothing, which `rasa test core` asks for when no entity was tested."""
    import numpy as np

    calculate = nlu_test._calculate_report

    def _calculate_report(
        output_directory: Any, targets: Any, predictions: Any, report_as_dict: Any = None, exclude_label: Any = None
    ) -> Any:
        if len(targets):
            return calculate(output_directory, targets, predictions, report_as_dict, exclude_label)
        as_dict = bool(output_directory) if report_as_dict is None else report_as_dict
        return ({} if as_dict else ""), 0.0, 0.0, 0.0, np.zeros((0, 0), int), []

    nlu_test._calculate_report = _calculate_report


def _one_sanic_process(app: ModuleType) -> None:
    """Sanic >= 22 starts workers by spawning, and the child cannot find the app that Rasa built."""
    run = app.Sanic.run

    def single(self: Any, *args: Any, workers: int = 1, **kwargs: Any) -> Any:
        return run(self, *args, single_process=True, **kwargs)

    app.Sanic.run = single


def _sanic_stream(response: ModuleType) -> None:
    """Newer Sanic dropped `response.stream`, which `rasa shell` asks its own server for."""
    if not hasattr(response, "stream"):
        response.stream = response.ResponseStream


def _end_of_piped_input(console: ModuleType) -> None:
    """`rasa shell` fed by a pipe hangs at its end: stop instead."""
    ask = console._get_user_input

    async def _get_user_input(previous_response: Any) -> Any:
        try:
            return await ask(previous_response)
        except EOFError:
            return None

    console._get_user_input = _get_user_input


def _fill_by_name(interpolator: ModuleType) -> None:
    """Rasa's own shows the raw `{message}` when a customer's words hold `0[`, and logs a traceback for JSON payloads.

    Here `{name}` is replaced once and values are never looked into. A value that nobody gave fails the turn: better
    no answer than one with a hole in it.
    """

    def interpolate_text(response: str, values: dict[str, Any]) -> str:
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), response)

    interpolator.interpolate_text = interpolate_text


def _turns_in_every_command(agent: ModuleType) -> None:
    """`rasa shell`, `rasa test` and `rasa run` handle turns as the product does: forms rely on it."""
    from assistant.turns import TurnProcessor

    agent.MessageProcessor = TurnProcessor


PATCHES = {
    "rasa.core.agent": _turns_in_every_command,
    "rasa.core.nlg.interpolator": _fill_by_name,
    "rasa.nlu.test": _empty_test_reports,
    "sanic.app": _one_sanic_process,
    "sanic.response": _sanic_stream,
    "rasa.core.channels.console": _end_of_piped_input,
}
