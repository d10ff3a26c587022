"""The usage chart: a picture by an address that is signed, expires and names nobody."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from tests.builders.messenger import MessengerUser
from tests.builders.slack import SlackUser, posts
from tests.builders.teams import TeamsUser, sent_to
from tests.builders.telegram import TelegramUser
from tests.builders.telegram import sent_to as sent_to_telegram
from tests.builders.twilio import TwilioUser
from tests.integration.gateway.conftest import problem


@pytest.fixture
def asked(http, vendors, quiet, link):
    """A user of a demo account asks for last month's usage."""

    def ask(user):
        link(user, "acme")
        user.writes("my usage last month").made(http)
        quiet()
        return user

    return ask


@pytest.fixture
def address(http, vendors, asked) -> str:
    """The path of a picture that Slack was sent."""
    user = asked(SlackUser(http))
    image = posts(vendors, user.direct)[-1].body["blocks"][0]
    assert (image["type"], image["alt_text"]) == ("image", "Spend per day")
    assert image["image_url"].startswith("https://billing.example.com/media/charts/")
    return image["image_url"].removeprefix("https://billing.example.com")


def test_the_picture_is_fetched_without_any_session_and_shown_on_the_vendors_pages(http, address) -> None:
    answer = http.get(address)
    assert answer.status_code == 200
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.size) == ("PNG", (960, 540))
    assert len(picture.convert("RGB").getcolors(100_000)) > 2
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_address_names_no_account(address) -> None:
    assert "acme" not in address


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_address_shows_nothing(http, address, part) -> None:
    folder, _, name = address.rpartition("/")
    parts = name.removesuffix(".png").split(".")
    parts[part] = f"9{parts[part][1:]}" if parts[part][0] != "9" else f"8{parts[part][1:]}"
    assert problem(http.get(f"{folder}/{'.'.join(parts)}.png"), 404, "not_found")
    assert problem(http.get("/media/charts/x.png"), 404, "not_found")


def test_an_address_is_good_for_fifteen_minutes(http, address, billing) -> None:
    signer, message = http.app.state.channels.chart_signer, address.rpartition("/")[2].partition(".")[0]
    expiry = int(address.split(".")[1])
    assert 14 * 60 < expiry - billing.now().timestamp() <= 15 * 60
    past = signer.sign(message, billing.now() - timedelta(seconds=1))
    assert problem(http.get(f"/media/charts/{past}.png"), 404, "not_found")


def test_a_token_of_another_purpose_shows_nothing(http, address, billing) -> None:
    message = address.rpartition("/")[2].partition(".")[0]
    linking = http.app.state.channels.link_signer.sign(message, billing.now() + timedelta(minutes=5))
    assert problem(http.get(f"/media/charts/{linking}.png"), 404, "not_found")


def test_every_channel_with_pictures_shows_it_after_the_words(http, vendors, asked) -> None:
    telegram = asked(TelegramUser())
    assert sent_to_telegram(vendors, telegram.number, "sendPhoto")[0].body["caption"] == "Spend per day"
    whatsapp = asked(TwilioUser()).sent(vendors)[-1]
    assert whatsapp.body["MediaUrl"].startswith("https://billing.example.com/media/charts/")
    messenger = [sent.body["message"] for sent in asked(MessengerUser()).sent(vendors)]
    assert any(message.get("attachment", {}).get("type") == "image" for message in messenger)
    teams = asked(TeamsUser(f"{vendors.url}/teams/"))
    image = sent_to(vendors, teams.conversation["id"])[-1].body["attachments"][0]["content"]["body"][0]
    assert (image["type"], image["altText"]) == ("Image", "Spend per day")


def test_without_the_extra_the_words_are_all(http, vendors, asked, monkeypatch) -> None:
    for line in http.app.state.channels.lines.values():
        monkeypatch.setattr(line._inbox._answering, "_charts", False)
    user = asked(SlackUser(http))
    assert [block["type"] for block in posts(vendors, user.direct)[-1].body["blocks"]] == ["section", "section"]
