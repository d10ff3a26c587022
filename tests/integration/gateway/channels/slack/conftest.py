from __future__ import annotations

import pytest

from tests.builders.slack import SlackUser, posts, token_in
from tests.builders.vendors import Sent


@pytest.fixture
def user(http) -> SlackUser:
    return SlackUser(http)


@pytest.fixture
def say(user, vendors, quiet):
    """Writes and waits; the calls that answer, in order."""

    def say(text: str, **event) -> list[Sent]:
        before = len(posts(vendors, user.direct))
        assert user.tell(user.message(text, **event)).status_code == 200
        quiet()
        return posts(vendors, user.direct)[before:]

    return say


@pytest.fixture
def linked(http, user, say, signed_in, quiet):
    """Links the user to an account."""

    def link(account: str) -> str:
        [offer] = say("link")
        answer = http.post("/v1/channel-links", json={"token": token_in(offer)}, headers=signed_in(account))
        assert answer.status_code == 201, answer.text
        quiet()
        return answer.json()["id"]

    return link
