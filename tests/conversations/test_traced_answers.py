"""What a whole turn keeps of an answer: it is said again byte for byte, and every numeral of it can be derived."""

from __future__ import annotations

import pytest

from billing.api import Billing
from billing.config import Settings
from gateway.answers.replay import Replays
from gateway.answers.service import Answers
from tests.builders.accounts import a_top_up, use
from tests.builders.answers import LANGUAGES, TOPICS
from tests.conversations.test_topics import said

ACCOUNTS = ("acme", "sakura", "hangang", "expired", "paused", "pending", "empty")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_what_was_said_is_said_again_and_derived(
    talk, billing: Billing, settings: Settings, account: str, language: str
) -> None:
    conversation = talk(account)
    replies = [conversation.say(said(language)[topic], locale=language) for topic in TOPICS]
    if account != "empty":
        use(billing, account, 3, "inference")
    a_top_up(billing, account, 100_000 if account in {"sakura", "hangang"} else 50)

    answers, replays = Answers(billing), Replays(billing, settings)
    for topic, reply in zip(TOPICS, replies, strict=True):
        message = reply.messages[0]
        [checked] = answers.check(message["answer_id"])
        assert checked.orphans == [], message["text"]
        [again] = replays.of(message["answer_id"])
        assert again.again == message
        assert again.identical
        assert again.model_is_present
        assert [each.topic for each in answers.explain(message["answer_id"]).messages] == [topic]
