"""Messages as activities with Adaptive Cards, built of Microsoft's own card types."""

from __future__ import annotations

from typing import Any

from microsoft_teams.cards import AdaptiveCard, Fact, FactSet, Image, OpenUrlAction, SubmitAction, TextBlock

from gateway.channels.schemas import Choice, Shown

TEXT = 4000
"""Characters of a message that Teams shows without folding it; it takes more."""
BUTTONS = 6
TITLE = 40
VERSION = "1.5"


def activity(text: str, shown: Shown | None = None) -> dict[str, Any]:
    """A message; the card below it has the lines and the buttons, where there are any."""
    body: dict[str, Any] = {"type": "message", "text": text, "textFormat": "plain"}
    if shown is not None and (shown.facts or shown.buttons or shown.links):
        actions = [_submit(choice) for choice in shown.buttons]
        opening = [OpenUrlAction(title=link.title, url=link.token) for link in shown.links]
        body["attachments"] = [_attachment(_facts(shown), [*actions, *opening])]
    return body


def settled(shown: Shown, title: str) -> dict[str, Any]:
    """The message whose button was pressed: what was chosen stands where the buttons were."""
    chosen = TextBlock(text=f"✓ {title}", wrap=True, weight="Bolder")
    return {**activity(shown.texts[-1]), "attachments": [_attachment([*_facts(shown), chosen], [])]}


def picture(chart: Choice) -> dict[str, Any]:
    """The chart in a card, its title as the text."""
    image = Image(url=chart.token, alt_text=chart.title)
    return {**activity(chart.title), "attachments": [_attachment([image], [])]}


def _facts(shown: Shown) -> list[Any]:
    if not shown.facts:
        return []
    return [FactSet(facts=[Fact(title=fact.label, value=fact.value) for fact in shown.facts])]


def _submit(choice: Choice) -> SubmitAction:
    return SubmitAction(title=choice.title, data={"choice": choice.token})


def _attachment(body: list[Any], actions: list[Any]) -> dict[str, Any]:
    card = AdaptiveCard(version=VERSION, body=body, actions=actions or None)
    return {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": card.model_dump(mode="json", by_alias=True, exclude_none=True),
    }
