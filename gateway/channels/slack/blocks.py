"""Messages as Block Kit. https://docs.slack.dev/reference/block-kit"""

from __future__ import annotations

import re
from typing import Any

from gateway.channels.schemas import Choice, Shown

TEXT = 3000
"""Characters of a section, as escaped."""
BUTTONS = 25
TITLE = 75
_URL = re.compile(r"https?://[^\s<>|]+")


def escape(text: str) -> str:
    """Nothing of a text is markup: neither a mention of everybody (`<!channel>`) nor a link that shows another."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markup(text: str) -> str:
    """A text as Slack is told it: escaped, its addresses as links."""
    return _URL.sub(lambda url: f"<{url[0]}>", escape(text))


def blocks(shown: Shown, text: str) -> list[dict[str, Any]]:
    """A text, the lines of its card and its buttons."""
    found = [_section(text)]
    if shown.facts:
        lines = [f"*{escape(fact.label)}*\n{escape(fact.value)}" for fact in shown.facts]
        found.append({"type": "section", "fields": [_markup(line) for line in lines]})
    elements = [_button(number, choice) for number, choice in enumerate(shown.buttons)]
    elements += [_opening(number, link) for number, link in enumerate(shown.links)]
    if elements:
        found.append({"type": "actions", "elements": elements})
    return found


def settled(shown: Shown, title: str) -> list[dict[str, Any]]:
    """The message whose button was pressed: what was chosen stands where the buttons were."""
    without = Shown(texts=shown.texts, facts=shown.facts)
    return [
        *blocks(without, shown.texts[-1]),
        {"type": "context", "elements": [{"type": "plain_text", "text": f"✓ {title}", "emoji": False}]},
    ]


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _markup(markup(text))}


def _markup(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _button(number: int, choice: Choice) -> dict[str, Any]:
    return {"type": "button", "action_id": f"choose-{number}", "text": _plain(choice.title), "value": choice.token}


def _opening(number: int, link: Choice) -> dict[str, Any]:
    return {"type": "button", "action_id": f"open-{number}", "text": _plain(link.title), "url": link.token}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
