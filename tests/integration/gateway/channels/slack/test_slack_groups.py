"""Where others read."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from gateway.channels.blind import stream_of
from gateway.channels.models import ChannelConversation
from gateway.conversations.models import ConversationRow
from tests.builders.slack import buttons_of, posts, text_of


def test_in_a_channel_only_a_mention_is_answered_in_its_thread(user, vendors, quiet) -> None:
    user.tell(user.message("What is a voucher?", channel="C0GENERAL1", channel_type="channel"))
    mention = user.mention("What is a voucher?", "C0GENERAL1")
    user.tell(mention)
    quiet()
    [reply] = posts(vendors, "C0GENERAL1")
    assert text_of(reply).startswith("Vouchers")
    assert reply.body["thread_ts"] == mention["event"]["ts"]


@pytest.mark.parametrize("text", ["show my balance", "top up 50 dollars by card", "talk to sales", "link", "unlink"])
def test_a_linked_user_gets_no_figures_and_moves_no_money_where_others_read(user, linked, vendors, quiet, text) -> None:
    linked("acme")
    channel = f"C0TEAM{user.number:04}"
    user.tell(user.mention(text, channel))
    quiet()
    [reply] = posts(vendors, channel)
    assert text_of(reply).startswith("Others read here")
    assert buttons_of(reply)[0]["url"].startswith("https://slack.com/app_redirect?app=A0123ABCD")
    assert "$" not in text_of(reply)


def test_a_channel_with_the_name_of_a_private_conversation_is_none(user, linked, vendors, quiet) -> None:
    linked("acme")
    channel = f"C0NAMED{user.number:03}"
    user.interact(user.press("channel:link", "Sign in", "1700000000.000700", channel, "directmessage"))
    quiet()
    [reply] = posts(vendors, channel)
    assert text_of(reply).startswith("Others read here")


def test_a_task_refused_in_a_channel_does_not_go_on_there(user, vendors, quiet) -> None:
    for text in ("talk to sales", "A quote", "me@example.com", "yes"):
        user.tell(user.mention(text, "C0GENERAL2"))
        quiet()
    assert not any("@" in text_of(sent) for sent in posts(vendors, "C0GENERAL2"))


def test_a_linked_user_is_a_visitor_where_others_read(user, linked, vendors, quiet, billing) -> None:
    linked("acme")
    channel = f"C0OPEN{user.number:03}"
    user.tell(user.mention("What is a voucher?", channel))
    quiet()
    assert text_of(posts(vendors, channel)[0]).startswith("Vouchers")
    with billing.database.snapshot() as session:
        place = stream_of(session, "slack", user.team, channel)
        conversation = session.scalar(sa.select(ChannelConversation).where(ChannelConversation.stream == place))
        owner = session.get(ConversationRow, conversation.conversation_id)
    assert (conversation.link_id, owner.account, owner.user) == (None, None, None)
