"""The adapter of Microsoft Teams, on Microsoft's own SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from billing.config import Settings
from gateway.channels import web
from gateway.channels.fitting import Abilities
from gateway.channels.schemas import Call, Heard, Incoming, Profile, Received, Shown
from gateway.channels.teams import cards, tokens
from gateway.channels.teams.reading import events_of


class Teams:
    """The Bot Framework's activities in, its Connector API out."""

    name = "teams"
    calls: Mapping[str, tuple[str, ...]] = {"messages": ("POST",)}
    abilities = Abilities(
        text=cards.TEXT, buttons=cards.BUTTONS, title=cards.TITLE, links=True, facts=True, pictures=True
    )

    def __init__(self, settings: Settings) -> None:
        self._incoming, self._outgoing = tokens.Incoming(settings), tokens.Outgoing(settings)
        self._app = settings.teams_app_id

    def verify(self, request: Incoming) -> Mapping[str, Any]:
        """The claims of the token: it says who calls, for which app, and where answers go."""
        return self._incoming.claims(request.headers.get("authorization"))

    def read(self, request: Incoming, proof: Mapping[str, Any]) -> Received:
        """One activity."""
        return events_of(json.loads(request.body), proof)

    def render(self, shown: Shown, place: Mapping[str, Any]) -> list[Call]:
        """A message for each text; card and buttons at the last; the chart by itself."""
        calls = [_post(place, cards.activity(text)) for text in shown.texts[:-1]]
        calls += [_post(place, cards.activity(text, shown)) for text in shown.texts[-1:]]
        if shown.chart is not None:
            calls.append(_post(place, cards.picture(shown.chart), optional=True))
        return calls

    def acknowledge(self, heard: Heard) -> list[Call]:
        """Nothing: the answer to the request was enough."""
        return []

    def settle(self, heard: Heard, shown: Shown, title: str) -> list[Call]:
        """The choice stays in sight, in place of the buttons."""
        place, activity = heard.place, heard.pressed["activity"]
        body = {**place, "id": activity, "activity": {**cards.settled(shown, title), "id": activity}}
        return [Call(method="PUT", body=body, optional=True)]

    def profile(self, heard: Heard) -> Profile:
        """Every activity tells both already."""
        return Profile()

    def can_link(self, heard: Heard) -> bool:
        """Teams vouches for its users."""
        return True

    def private_url(self, heard: Heard) -> str | None:
        """The address of a chat with the bot."""
        return f"https://teams.microsoft.com/l/chat/0/0?users=28:{self._app}"

    def send(self, call: Call) -> None:
        """One call of the Connector API, at the address that the signed activity named."""
        body = call.body
        url = f"{body['service']}/v3/conversations/{quote(body['conversation'], safe='')}/activities"
        if "id" in body:
            url += f"/{quote(body['id'], safe='')}"
        web.call(call.method, url, json=body["activity"], headers=self._outgoing.header())


def _post(place: Mapping[str, Any], activity: dict[str, Any], *, optional: bool = False) -> Call:
    return Call(method="POST", body={**place, "activity": activity}, optional=optional)
