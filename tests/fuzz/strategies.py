"""Texts, trees and vendors' bodies as nobody means them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

nasty = st.text(
    st.one_of(
        st.sampled_from("0123456789,.-–/$¥₩%'\"<>&;:=@#\\{}[]()\n\r\t\x00 ٣７²½Ⅷ一万円원만年月日"),
        st.characters(),  # halves of characters too
    ),
    max_size=300,
)
pieces = st.lists(
    st.sampled_from(
        [
            *(
                "4111",
                "1111 1111",
                "50",
                "1,000.5",
                "9" * 60,
                "1e999",
                "万円",
                "만 원",
                "USD",
                "last",
                "3 months",
                "Feb 30",
            ),
            *(
                "2026-13-45",
                "第",
                "Q9",
                "WELCOME50",
                "from",
                "to",
                "-",
                "+82",
                "٣",
                "\x00",
                "\ufeff",
                "\ud800",
                "9999-12-31",
            ),
        ]
    ),
    max_size=30,
).map(" ".join)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | nasty
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(nasty, inner, max_size=4))


def like(example: Any) -> st.SearchStrategy[Any]:
    """The example with any parts of it left out or put in place of others."""
    if isinstance(example, dict):
        parts = {name: like(value) for name, value in example.items()}
        return st.one_of(st.fixed_dictionaries({}, optional=parts), st.fixed_dictionaries(parts), trees)
    if isinstance(example, list):
        return st.lists(like(example[0]), max_size=3) | trees
    return st.just(example) | st.just(example) | leaves


TELEGRAM = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "from": {"id": 1, "first_name": "A", "is_bot": False},
        "chat": {"id": 1, "type": "group"},
        "text": "hi @bot",
        "entities": [{"type": "mention", "offset": 3, "length": 4}],
    },
}
SLACK = {
    "team_id": "T1",
    "event_id": "E1",
    "type": "event_callback",
    "event": {"type": "message", "user": "U1", "text": "hi", "channel": "D1", "channel_type": "im", "ts": "1.2"},
}
PRESS = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "team": {"id": "T1"},
    "actions": [{"value": "x", "action_ts": "1"}],
}
MESSENGER = {
    "object": "page",
    "entry": [{"messaging": [{"sender": {"id": "1"}, "recipient": {"id": "2"}, "message": {"mid": "m", "text": "x"}}]}],
}
TEAMS = {
    "type": "message",
    "id": "1",
    "serviceUrl": "https://x",
    "from": {"id": "1"},
    "conversation": {"id": "c"},
    "text": "x",
}
