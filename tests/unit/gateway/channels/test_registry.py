from __future__ import annotations

import os
import subprocess
import sys

import pytest

from billing.channel_settings import NEEDED
from billing.config import Settings
from billing.errors import SettingInvalid
from gateway.channels.registry import configured

SLACK = {"slack_signing_secret": "s", "slack_bot_token": "t"}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_no_channel_is_on_by_itself_and_no_sdk_is_imported():
    assert configured(Settings()) == {}


WITHOUT_EXTRAS = """
from importlib.machinery import PathFinder
found = PathFinder.find_spec
extras = {"slack_sdk", "twilio", "microsoft_teams", "msal", "matplotlib"}
PathFinder.find_spec = lambda name, *more: None if name.partition(".")[0] in extras else found(name, *more)
import gateway.app
from gateway.channels.charts import are_installed
assert not are_installed()
"""


def test_the_server_starts_without_any_extra():
    subprocess.run([sys.executable, "-c", WITHOUT_EXTRAS], check=True, env=os.environ | {"PYTHONPATH": os.getcwd()})


def test_a_channel_is_on_when_all_its_settings_have_a_value():
    assert list(configured(Settings(**SLACK))) == ["slack"]
    assert configured(Settings(slack_bot_token="t", slack_signing_secret="")) == {}


@pytest.mark.parametrize(("channel", "package"), [("slack", "slack_sdk"), ("twilio", "twilio"), ("teams", "msal")])
def test_a_channel_without_its_extra_says_what_to_install(channel, package, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == package or name.startswith("gateway.channels.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)

    from gateway.channels.registry import configured as afresh

    with pytest.raises(SettingInvalid, match=rf"make extras EXTRAS={channel}"):
        afresh(Settings(**dict.fromkeys(NEEDED[channel], "x")))
