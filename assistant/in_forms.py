"""Inside a form a message is an answer, a question, or another task: one rule for every form (ADR 0005)."""

from __future__ import annotations

from rasa.shared.core.domain import Domain

from assistant.nlu.topics import OUT_OF_SCOPE
from assistant.understood import DIALOGUE, Guess, is_question

ANSWER, ANOTHER_TASK = "answer", "another_task"
INTERRUPTS_AT = 0.6
"""Inside a form a less certain guess is an answer to the form's question."""
INTERRUPTS_FREE_TEXT_AT = 0.85
"""Where the form asks for words of the customer's own, only a very sure question is not that."""

_YES_OR_NO = {"affirm", "deny"}


class Form:
    """What the waiting form asks for, read from the domain."""

    def __init__(self, domain: Domain, name: str, requested: str | None) -> None:
        self.task = name.removesuffix("_form")
        slots = {slot.name: slot.mappings for slot in domain.slots}
        required = domain.required_slots_for_form(name)
        self.entities = {m["entity"] for slot in required for m in slots[slot] if m["type"] == "from_entity"}
        asked = slots.get(requested or "", [])
        kinds = {mapping["type"] for mapping in asked}
        self.asks_yes_or_no = "from_intent" in kinds
        self.asks_free_text = kinds == {"from_text"} or any(
            mapping["type"] == "from_text" and "intent" not in mapping for mapping in asked
        )


def what_it_is_in_a_form(  # noqa: PLR0911  one return a rule
    guess: Guess, form: Form, *, confirmed: bool, question: bool
) -> str:
    """The intent that a guess stands for while `form` waits: itself, `answer` or `another_task`.

    `confirmed`: the message is on the list of what counts as a yes, and answers terms that its writer has seen.
    `question`: it is put as one ("can I pay by card?", which "by card" is not).
    """
    if guess.intent == "cancel" and guess.confidence >= INTERRUPTS_AT:
        return guess.intent
    if form.asks_yes_or_no and confirmed:
        return "affirm"
    if form.asks_yes_or_no and guess.intent == "deny" and not guess.entities & form.entities:
        return guess.intent
    if form.asks_free_text:
        sure = guess.intent == "faq" and guess.confidence >= INTERRUPTS_FREE_TEXT_AT
        return guess.intent if sure else ANSWER
    if guess.confidence < INTERRUPTS_AT or guess.intent in {OUT_OF_SCOPE, *_YES_OR_NO}:
        return ANSWER
    if guess.entities & form.entities and not question:
        return ANSWER
    if is_question(guess.topic) or guess.intent in DIALOGUE:
        return guess.intent
    if guess.entities & form.entities:
        return ANSWER
    return guess.intent if guess.intent == form.task else ANOTHER_TASK
