"""A Slack user who speaks for an account, for as long as they are linked and for no other."""

from __future__ import annotations

import time

import pytest

from gateway.channels import links
from gateway.channels.models import ChannelLink
from gateway.channels.schemas import Heard, Speaker
from tests.builders.slack import SlackUser, posts, text_of, token_in
from tests.builders.vendors import Answer
from tests.integration.gateway.conftest import problem


def test_a_linked_user_sees_the_account_and_its_card(say, linked) -> None:
    linked("acme")
    [shown] = say("show my balance")
    assert "Top-up credit: $150.00" in text_of(shown)
    [fields] = [block["fields"] for block in shown.body["blocks"] if "fields" in block]
    assert {"type": "mrkdwn", "text": "*Top-up credit*\n$150.00", "verbatim": True} in fields


def test_the_offer_is_told_only_in_the_private_conversation_and_once_taken_the_user_is_told(
    http, say, user, vendors, signed_in, quiet
) -> None:
    vendors.will("users.info", Answer(body={"ok": True, "user": {"id": user.id, "real_name": "Grace Hopper"}}))
    [offer] = say("Link.")
    token = token_in(offer)
    seen = http.post("/v1/channel-links/preview", json={"token": token}, headers=signed_in("acme"))
    assert seen.json().keys() == {"channel", "name", "expires_at"}
    assert (seen.json()["channel"], seen.json()["name"]) == ("slack", "Grace Hopper")
    made = http.post("/v1/channel-links", json={"token": token}, headers=signed_in("acme"))
    assert made.status_code == 201
    assert made.json().keys() == {"id", "channel", "name", "linked_at"}
    quiet()
    assert text_of(posts(vendors, user.direct)[-1]).startswith("This chat is now connected")


def test_a_token_is_good_once(http, say, signed_in, quiet) -> None:
    token = token_in(say("link")[0])
    assert http.post("/v1/channel-links", json={"token": token}, headers=signed_in("acme")).status_code == 201
    for account in ("acme", "sakura"):
        for path in ("/v1/channel-links", "/v1/channel-links/preview"):
            answer = http.post(path, json={"token": token}, headers=signed_in(account))
            assert problem(answer, 404, "link_not_found")
    quiet()


def test_a_newer_offer_ends_the_older(http, say, signed_in) -> None:
    first, second = token_in(say("link")[0]), token_in(say("sign in")[0])
    assert problem(
        http.post("/v1/channel-links", json={"token": first}, headers=signed_in("acme")), 404, "link_not_found"
    )
    assert http.post("/v1/channel-links/preview", json={"token": second}, headers=signed_in("acme")).is_success


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "a" * 300])
def test_a_made_up_token_is_like_a_spent_one(http, signed_in, token) -> None:
    assert problem(
        http.post("/v1/channel-links", json={"token": token}, headers=signed_in("acme")), 404, "link_not_found"
    )


def test_a_changed_token_is_like_a_spent_one(http, say, signed_in) -> None:
    value, expiry, signature = token_in(say("link")[0]).split(".")
    for changed in (f"{value}.{int(expiry) + 60}.{signature}", f"{value}x.{expiry}.{signature}"):
        answer = http.post("/v1/channel-links", json={"token": changed}, headers=signed_in("acme"))
        assert problem(answer, 404, "link_not_found")


def test_only_who_is_signed_in_may_look_or_link(http, say) -> None:
    token = token_in(say("link")[0])
    for path in ("/v1/channel-links", "/v1/channel-links/preview"):
        assert problem(http.post(path, json={"token": token}), 401, "token_missing")


def test_a_linked_user_is_never_taken_over_by_another_account(http, say, linked, billing, signed_in) -> None:
    linked("acme")
    assert text_of(say("link")[0]).startswith("This chat is already connected")
    # an offer from before the link, kept back by whoever got it
    signer, now = http.app.state.channels.link_signer, billing.now()
    with billing.database.transaction() as session:
        link = session.query(ChannelLink).order_by(ChannelLink.linked_at.desc()).first()
        heard = Heard(
            event="e",
            speaker=Speaker(workspace=link.workspace, user=link.user),
            place_id="D",
            place={"channel": "D"},
            private=True,
        )
        token = links.token_of(signer, links.offer(session, signer, "slack", heard, "s", "en", now))
    answer = http.post("/v1/channel-links", json={"token": token}, headers=signed_in("sakura"))
    assert problem(answer, 409, "link_taken")
    assert "$150.00" in text_of(say("show my balance")[0])


def test_the_same_user_id_in_another_workspace_is_another_user(http, say, linked, user, vendors, quiet) -> None:
    linked("acme")
    stranger = SlackUser(http, number=user.number, team="T0OTHER")
    stranger.tell(stranger.message("show my balance"))
    quiet()
    assert "sign in" in text_of(posts(vendors, user.direct)[-1])


def test_unlinking_in_the_channel_makes_a_visitor(say, linked) -> None:
    linked("acme")
    say("show my balance")
    assert text_of(say("unlink")[0]).startswith("This chat is no longer connected")
    assert "sign in" in text_of(say("show my balance")[0])
    assert text_of(say("unlink")[0]).startswith("This chat is not connected")


def test_unlinking_in_the_web_session_makes_a_visitor(http, say, linked, signed_in) -> None:
    link_id = linked("acme")
    assert link_id in [each["id"] for each in http.get("/v1/channel-links", headers=signed_in("acme")).json()]
    for other in (signed_in("sakura"), signed_in("acme", "colleague")):
        assert problem(http.delete(f"/v1/channel-links/{link_id}", headers=other), 404, "link_not_found")
        assert link_id not in [each["id"] for each in http.get("/v1/channel-links", headers=other).json()]
    assert http.delete(f"/v1/channel-links/{link_id}", headers=signed_in("acme")).status_code == 204
    assert "sign in" in text_of(say("show my balance")[0])


def test_linking_begins_a_new_conversation(say, linked) -> None:
    """A task that a visitor began goes on nowhere, and nothing that was said before is the account's."""
    say("I want to talk to sales")
    linked("acme")
    assert "$150.00" in text_of(say("show my balance")[-1])
    say("top up 30 dollars by card")
    say("unlink")
    assert "sign in" in text_of(say("top up 30 dollars by card")[0])


def test_what_is_not_sent_yet_when_a_link_ends_is_not_sent(http, say, user, linked, vendors, signed_in, quiet) -> None:
    link_id = linked("acme")
    vendors.will(
        "chat.postMessage", Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "2"}), user.direct
    )
    before = len(posts(vendors, user.direct))
    user.tell(user.message("show my balance"))
    while len(posts(vendors, user.direct)) == before:
        time.sleep(0.02)
    assert http.delete(f"/v1/channel-links/{link_id}", headers=signed_in("acme")).status_code == 204
    quiet()
    assert len(posts(vendors, user.direct)) == before + 1
