"""Taking over the link between a channel user and an account."""

from __future__ import annotations

import pytest

from tests.attacks.hands import refused
from tests.attacks.table import attack
from tests.builders.slack import SlackUser
from tests.builders.vendors import until


@pytest.fixture
def http(server):
    return server.visitor().http


@attack("the same user id in another Slack workspace, or on another channel", "a user is (channel, workspace, id)")
def test_a_user_id_elsewhere_is_another_user(http, server, vendors, acme) -> None:
    user = SlackUser(http)
    link(user, acme, vendors)
    twin = SlackUser(http, number=user.number, team="T0EVIL000")
    said = len(user.shown(vendors))
    assert twin.writes("What is my balance?").made(http).status_code == 200
    until(lambda: len(user.shown(vendors)) > said)
    assert "150.00" not in user.shown(vendors)[-1].text


@attack("a link's token used a second time, by its thief", "a token is spent when it is taken")
def test_a_link_is_taken_once(http, acme, thief, vendors) -> None:
    user = SlackUser(http)
    spent = link(user, acme, vendors)
    for path in ("/v1/channel-links", "/v1/channel-links/preview"):
        assert refused(thief.http.post(path, json={"token": spent}), 404, "link_not_found")


@attack("a link's token changed: another expiry, another offer, no signature", "signed, and kept only as a hash")
def test_a_changed_link_is_no_link(http, thief, vendors) -> None:
    user = SlackUser(http)
    value, expiry, mark = offer(user, vendors).split(".")
    for token in (
        f"{value}.{int(expiry) + 9999}.{mark}",
        f"x{value}.{expiry}.{mark}",
        f"{value}.{expiry}.",
        value,
        "é.1.x",
    ):
        assert refused(thief.http.post("/v1/channel-links", json={"token": token}), 404, "link_not_found")


@attack("link fixation: the thief's own offer sent to a victim, to be linked to the victim's account",
        "the page names who would be linked and asks; only a signed-in POST with the token links")  # fmt: skip
def test_an_offer_links_nobody_by_being_opened(http, acme, vendors) -> None:
    token = offer(SlackUser(http), vendors)
    before = acme.get("/v1/channel-links").json()
    seen = acme.http.post("/v1/channel-links/preview", json={"token": token}).json()
    assert seen.keys() == {"channel", "name", "expires_at"}
    assert acme.get(f"/v1/channel-links?token={token}").json() == before


@attack("taking over a user who is linked to another account", "a linked user is never linked again")
def test_a_linked_user_gets_no_second_offer(http, acme, vendors) -> None:
    user = SlackUser(http)
    link(user, acme, vendors)
    said = len(user.shown(vendors))
    user.writes("link").made(http)
    until(lambda: len(user.shown(vendors)) > said)
    assert user.shown(vendors)[-1].link is None


@attack("ending another's link by its id", "a link is looked up for the caller")
def test_another_link_is_not_ended(http, acme, thief, vendors) -> None:
    link(SlackUser(http), acme, vendors)
    own = acme.get("/v1/channel-links").json()[-1]["id"]
    assert thief.http.delete(f"/v1/channel-links/{own}").status_code == 404
    assert own in [each["id"] for each in acme.get("/v1/channel-links").json()]


def offer(user: SlackUser, vendors) -> str:
    user.writes("link").made(user.http)
    shown = until(lambda: [each for each in user.shown(vendors) if each.link])
    return shown[-1].link.partition("#link-channel=")[2]


def link(user: SlackUser, client, vendors) -> str:
    token = offer(user, vendors)
    made = client.http.post("/v1/channel-links", json={"token": token})
    assert made.status_code == 201, made.text
    return token
