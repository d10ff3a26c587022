"""What Telegram tells, read. https://core.telegram.org/bots/api#update"""

from __future__ import annotations

from typing import Any

from gateway.channels.schemas import Heard, Received, Speaker


def events_of(update: dict[str, Any], bot_id: str, username: str) -> Received:
    """The message or the pressed button of an update; nothing of edits, channel posts, members and other bots."""
    event = str(int(update["update_id"]))
    if "callback_query" in update:
        heard = _press(update["callback_query"], event, bot_id)
    elif "message" in update:
        heard = _message(update["message"], event, bot_id, username)
    else:
        heard = None
    return Received((heard,) if heard else ())


def _message(message: dict[str, Any], event: str, bot_id: str, username: str) -> Heard | None:
    sender, private = message.get("from"), _is_private(message["chat"])
    if not sender or sender.get("is_bot"):
        return None
    text = message.get("text") or message.get("caption") or ""
    if not private:
        addressed = _without_mention(message, text, username)
        if addressed is None and not _answers_bot(message, bot_id):
            return None
        text = addressed if addressed is not None else text
    return _heard(message, sender, event, bot_id, text=text)


def _press(query: dict[str, Any], event: str, bot_id: str) -> Heard | None:
    """A button under a message that is still to be seen; one of a game or of a message too old has no data to go by."""
    message, data = query.get("message"), query.get("data")
    if not message or not data:
        return None
    pressed = {"query": query["id"], "message": message["message_id"]}
    return _heard(message, query["from"], event, bot_id, choice=data, pressed=pressed)


def _heard(message: dict[str, Any], sender: dict[str, Any], event: str, bot_id: str, **said: Any) -> Heard:
    chat, private = message["chat"], _is_private(message["chat"])
    name = " ".join(part for part in (sender.get("first_name"), sender.get("last_name")) if part)
    return Heard(
        event=event,
        speaker=Speaker(workspace=bot_id, user=str(sender["id"]), name=name),
        place_id=str(chat["id"]),
        place={
            "chat": chat["id"],
            "topic": message.get("message_thread_id") if message.get("is_topic_message") else None,
            "answers": None if private else message["message_id"],
        },
        private=private,
        locale=sender.get("language_code"),
        **said,
    )


def _is_private(chat: dict[str, Any]) -> bool:
    return bool(chat["type"] == "private")


def _without_mention(message: dict[str, Any], text: str, username: str) -> str | None:
    """The text without the bot's name; None where it is not named. Places are counted in UTF-16, as Telegram counts."""
    encoded = text.encode("utf-16-le")
    for entity in message.get("entities") or message.get("caption_entities") or []:
        start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
        named = encoded[start:end].decode("utf-16-le")
        command, _, bot = named.partition("@")
        if entity["type"] in {"mention", "bot_command"} and bot.lower() == username.lower():
            return (encoded[:start].decode("utf-16-le") + command + encoded[end:].decode("utf-16-le")).strip()
    return None


def _answers_bot(message: dict[str, Any], bot_id: str) -> bool:
    answered = message.get("reply_to_message") or {}
    return str((answered.get("from") or {}).get("id")) == bot_id
