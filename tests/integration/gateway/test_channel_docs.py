"""What docs/channels tells to do is what the server does."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

import httpx
import pytest
import yaml

from billing.channel_settings import NEEDED, ChannelSettings
from billing.config import Settings
from gateway.channels.registry import configured
from tests.builders.server import Server

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs" / "channels"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def snippets(name: str, language: str) -> list[str]:
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```$", page(name), re.DOTALL | re.MULTILINE)
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) if block.startswith("   ") else block for block in blocks]


def curls(text: str, **values: str) -> list[httpx.Request]:
    """The requests that the `curl` commands of a snippet make."""
    commands = re.findall(r"^curl (?:.*\\\n)*.*$", text, re.MULTILINE)
    filled = [Template(each.replace("\\\n", " ")).safe_substitute(values) for each in commands]
    return [_request(shlex.split(each)[1:]) for each in filled]


def _request(words: list[str]) -> httpx.Request:
    url, method, headers, fields, body = "", "GET", {}, {}, None
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0).encode()
        elif word == "--data-urlencode":
            name, _, value = words.pop(0).partition("=")
            method, fields[name] = "POST", value
        elif not word.startswith("-"):
            url = word
    return httpx.Request(method, url, headers=headers, content=body, data=fields or None)


@pytest.mark.parametrize("channel", NEEDED)
def test_every_setting_of_a_channel_is_on_its_page(channel: str) -> None:
    of_channel = [name for name in ChannelSettings.model_fields if name.startswith(f"{channel}_")]
    assert set(NEEDED[channel]) <= set(of_channel)
    assert [name for name in of_channel if name.upper() not in page(channel)] == []


def test_every_channel_and_its_webhooks_are_in_the_table() -> None:
    filled = {name: "https://x.example" if name.endswith("url") else "x" for names in NEEDED.values() for name in names}
    for channel, adapter in configured(Settings(**filled, public_url="https://billing.example.com")).items():
        for call in adapter.calls:
            assert f"`/webhooks/{channel}/{call}`" in page("README")
            assert f"/webhooks/{channel}/{call}" in page(channel)


def test_slacks_manifest_asks_for_what_the_adapter_hears() -> None:
    [text] = snippets("slack", "yaml")
    manifest = yaml.safe_load(text)
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {"app_mention", "message.im"}
    scopes = {"app_mentions:read", "chat:write", "im:history", "users:read"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == scopes
    addresses = [manifest["settings"][kind]["request_url"] for kind in ("event_subscriptions", "interactivity")]
    assert [address.rpartition("/")[2] for address in addresses] == ["events", "interactions"]


def test_telegram_is_told_the_webhook_and_its_secret() -> None:
    [command] = snippets("telegram", "sh")
    values = {"TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_WEBHOOK_SECRET": "s", "PUBLIC_URL": "https://billing.example.com"}
    [request] = curls(command, **values)
    assert str(request.url) == "https://api.telegram.org/bot1:x/setWebhook"
    told = {name: value for name, [value] in parse_qs(request.content.decode()).items()}
    assert told["url"] == "https://billing.example.com/webhooks/telegram/updates"
    assert (told["secret_token"], json.loads(told["allowed_updates"])) == ("s", ["message", "callback_query"])


def test_the_commands_of_the_http_page_are_answered(server: Server) -> None:
    token = server.customer("acme").http.headers["authorization"].removeprefix("Bearer ")
    [text] = snippets("http", "sh")
    values = {"BASE": server.address, "TOKEN": token, "EVENT": "an-event"}
    with httpx.Client(timeout=60) as http:
        opened = http.send(curls(text, **values)[0]).json()
        answers = [http.send(curls(text, **values, ID=opened["id"])[1]) for _ in range(2)]
    first, repeated = (answer.json()["messages"] for answer in answers)
    assert first == repeated
    assert first[0]["language"] == "ja"
    assert first[0]["card"]["kind"] == "balance"


@pytest.mark.parametrize("asked", [*snippets("README", "sh"), *re.findall(r"`(make extras [^`]+)`", page("README"))])
def test_what_a_channel_needs_is_installed_by_the_command_that_the_page_names(asked: str) -> None:
    """All of it but the writing: the packages are found, and those of the locks."""
    command = [*shlex.split(asked), "UV_FLAGS=--dry-run"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"MAKEFLAGS": ""}, capture_output=True, text=True, check=True
    )
    changed = re.findall(r"^ [+~-] ([\w-]+)", done.stderr, re.MULTILINE)
    assert set(changed) == {"billing-assistant"}  # the tests have every extra: nothing else has to be fetched


def test_the_extras_that_the_page_names_are_all_there_are() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set(re.findall(r"EXTRAS=([a-z,]+)", page("README")))
    others = {"telemetry"}  # of no channel: docs/operations.md
    assert {one for each in named for one in each.split(",")} == set(project["optional-dependencies"]) - others
