"""What all actions share: the door to billing, the verified caller, and how a refusal is told."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import ValidationError
from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.texts import Texts
from billing.api import Billing, Period, PlanReceipt, Reading, Receipt, Trace, default_billing
from billing.caller import Caller, unseal
from billing.config import settings
from billing.errors import AccountNotFound, BillingError, PeriodInvalid


class CallerInvalid(Exception):
    """The note of who calls is forged, too old or of another message: the turn fails."""


Events = list[dict[str, Any]]

ANSWER = "answer"
"""Where a message carries the trace of the figures that it says (`assistant.messages.Message.answer`)."""

STOP = FollowupAction("action_listen")
"""Ends the turn here: nothing after the refusal in the rule is run."""


def caller_of(tracker: Tracker) -> Caller:
    """Who wrote the latest message, by the gateway's signature; an anonymous visitor without one.

    A developer's `rasa shell` has no gateway: DEVELOPER_ACCOUNT says for whom it speaks.
    """
    message = tracker.latest_message
    note = (message.get("metadata") or {}).get("caller")
    if note:
        caller = unseal(note, settings().secret("internal_secret"))
        if caller is None or (caller.conversation, caller.message) != (tracker.sender_id, message.get("message_id")):
            raise CallerInvalid
        return caller
    account = settings().developer_account
    return Caller(account, account, tracker.sender_id, message.get("message_id") or tracker.sender_id)


def account_of(tracker: Tracker) -> str:
    """The account of who wrote the latest message.

    Raises:
        AccountNotFound: nobody is signed in (any more, in the middle of a form).
    """
    account = caller_of(tracker).account
    if account is None:
        raise AccountNotFound
    return account


class BillingAction(Action, ABC):
    """An action that talks to billing; a refusal becomes the response `utter_<code>`."""

    def __init__(self, billing: Billing | None = None) -> None:
        self._billing = billing

    @property
    def billing(self) -> Billing:
        """The door."""
        return self._billing or default_billing()

    quick: ClassVar[bool] = False
    """It only reads, and for some milliseconds."""

    def at_once(self) -> bool:
        """Whether it may run where everybody waits for it: quick, and the database is no journey away."""
        return self.quick and self.billing.database.embedded

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answer, or say why not."""
        texts = self.texts(tracker)
        try:
            return self.answer(dispatcher, tracker, texts) or []
        except BillingError as error:
            refuse(dispatcher, texts, error)
            return [STOP]

    def texts(self, tracker: Tracker) -> Texts:
        """How values are written, in the language that the conversation is in."""
        return Texts.of(tracker)

    @abstractmethod
    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """What this action is for."""


class AccountAction(BillingAction):
    """An action for signed-in customers: a visitor is told to sign in."""

    def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> Events | None:
        """Only with an account."""
        caller = caller_of(tracker)
        if caller.account is None:
            dispatcher.utter_message(response="utter_sign_in")
            return [STOP]
        return self.answer_account(caller.account, dispatcher, tracker, texts)

    @abstractmethod
    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        """What this action is for, for one account."""


class FiguresAction(AccountAction):
    """An action that says live figures: all from one reading, whose trace goes with the message (ADR 0016)."""

    quick = True
    heeds: ClassVar[tuple[str, ...]] = ()
    """The entities of the customer's message that the answer depends on."""

    def answer_account(
        self, account: str, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts
    ) -> Events | None:
        """Say the figures of now, then whatever stands beside them."""
        with self.billing.reading(account) as reading:
            told = self.retell(reading, dispatcher, tracker, texts)
        self.afterwards(told, account, dispatcher, texts)
        return None

    def retell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> object:
        """Say the figures of that reading, of now or of the past, each message with the trace of what it says."""
        before = len(dispatcher.messages)
        told = self.tell(reading, dispatcher, tracker, texts)
        asked = {name: value for name in self.heeds if (value := latest_entity(tracker, name)) is not None}
        topic = self.name().removeprefix("action_")
        trace = reading.trace(topic=topic, action=self.name(), language=texts.language, asked=asked)
        keep(trace, dispatcher.messages[before:])
        return told

    @abstractmethod
    def tell(self, reading: Reading, dispatcher: CollectingDispatcher, tracker: Tracker, texts: Texts) -> object:
        """What this action is for; nothing but the reading tells a figure. What it gives, `afterwards` is told."""

    def afterwards(self, told: object, account: str, dispatcher: CollectingDispatcher, texts: Texts) -> None:
        """What is said after the figures, in messages of their own."""


def keep(trace: Trace, messages: list[dict[str, Any]]) -> None:
    """Send the trace along with what was said from it: the gateway keeps it, and the conversation, for "why?"."""
    for message in messages:
        message["custom"] = {**message["custom"], ANSWER: trace.model_dump(mode="json")}


def refuse(dispatcher: CollectingDispatcher, texts: Texts, error: BillingError) -> None:
    """Say a refusal in the customer's words."""
    dispatcher.utter_message(response=f"utter_{error.code}", **{k: texts.value(v) for k, v in error.values.items()})


def say(
    dispatcher: CollectingDispatcher,
    response: str,
    card: dict[str, Any] | None = None,
    *,
    handoff: str | None = None,
    **values: Any,
) -> None:
    """Dispatch a response with its values, and the card that shows the same figures.

    `handoff`: the number under which a person was asked for, who may now come into the conversation.
    """
    more = {name: value for name, value in (("card", card), ("handoff", handoff)) if value}
    custom = {"json_message": more} if more else {}
    dispatcher.utter_message(response=response, **custom, **values)


def card(kind: str, data: Any, service_names: dict[str, str] | None = None) -> dict[str, Any]:
    """A card: its kind and the schema's JSON form; and how the services in it are called in the message's language."""
    named = {"service_names": service_names} if service_names else {}
    return {"kind": kind, **data.model_dump(mode="json", by_alias=True), **named}


def receipt_card(receipt: Receipt | PlanReceipt) -> dict[str, Any]:
    """The card of what was done; `file`: where its signed receipt is, once there is one."""
    signed = {"file": f"/v1/account/receipts/{receipt.signed}"} if receipt.signed else {}
    return card("receipt", receipt) | signed


def latest_entity(tracker: Tracker, entity: str) -> Any:
    """The value that the latest message names; None when it names none."""
    return next(tracker.get_latest_entity_values(entity), None)


def named_period(tracker: Tracker) -> Period | None:
    """The period that the latest message names.

    Raises:
        PeriodInvalid: it ends before it begins.
    """
    named = latest_entity(tracker, "period")
    try:
        return Period.model_validate(named) if named else None
    except ValidationError as error:
        raise PeriodInvalid(str(named)) from error
