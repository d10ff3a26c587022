"""The channels that the settings turn on, each with its vendor's SDK, which is imported only then."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module

from billing.config import Settings
from billing.errors import SettingInvalid
from gateway.channels.adapter import Channel

_ADAPTERS = {
    "messenger": "gateway.channels.messenger:Messenger",
    "slack": "gateway.channels.slack:Slack",
    "teams": "gateway.channels.teams:Teams",
    "telegram": "gateway.channels.telegram:Telegram",
    "twilio": "gateway.channels.twilio:Twilio",
}
"""Channel → its adapter. The extra of the package has the channel's name."""


def configured(settings: Settings) -> dict[str, Channel]:
    """The adapters of the channels that are on.

    Raises:
        SettingInvalid: a channel is on and its extra is not installed; the message says what to install.
    """
    return {name: _adapter(name)(settings) for name in settings.channels()}


def _adapter(name: str) -> Callable[[Settings], Channel]:
    module, _, attribute = _ADAPTERS[name].partition(":")
    try:
        with warnings.catch_warnings():  # SDKs tell every start of their own previews
            warnings.simplefilter("ignore")
            adapter: Callable[[Settings], Channel] = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("gateway"):
            raise
        raise SettingInvalid(
            f"the settings of {name} are there, its packages are not: make extras EXTRAS={name}"
        ) from error
    return adapter
