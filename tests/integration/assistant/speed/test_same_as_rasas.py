"""Each patch gives what Rasa's own function gives, on any conversation that events can make."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa.core.actions.action import ActionExtractSlots
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core import events as e
from rasa.shared.core.domain import Domain
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker as Tracker

from assistant import logs, train

INTENTS = ["faq", "show_balance", "recharge", "affirm", "deny", "answer", "out_of_scope", "help", "cancel", "restart"]
ACTIONS = [
    "action_listen", "utter_faq", "action_show_balance", "action_start_recharge", "recharge_form", "request_form",
    "action_end_form", "utter_help", "action_session_start", "action_unsure",
]  # fmt: skip
ENTITIES = ["language", "amount", "currency", "plan", "contact", "period", "voucher_code"]
LOOPS = ["recharge_form", "request_form", None]
SLOTS = {"language": ["en", "ko", None], "requested_slot": ["amount", None], "amount": ["5000", None]}

EVENT = st.one_of(
    st.sampled_from(ACTIONS).map(e.ActionExecuted),
    st.sampled_from(ACTIONS).map(e.ActionExecuted),
    st.sampled_from(INTENTS).map(lambda intent: e.UserUttered("said", {"name": intent}, parse_data=None)),
    st.sampled_from(INTENTS).map(lambda intent: e.UserUttered("said", {"name": intent}, [{"entity": "amount"}])),
    st.sampled_from(LOOPS).map(e.ActiveLoop),
    st.sampled_from([(name, value) for name, values in SLOTS.items() for value in values]).map(
        lambda each: e.SlotSet(*each)
    ),
    st.sampled_from(LOOPS[:2]).map(e.ActionExecutionRejected),
    st.booleans().map(e.LoopInterrupted),
    st.sampled_from(ACTIONS).map(e.FollowupAction),
    st.builds(e.BotUttered, st.just("answered")),
    st.sampled_from(
        [
            e.SessionStarted,
            e.Restarted,
            e.AllSlotsReset,
            e.ActionReverted,
            e.UserUtteranceReverted,
            e.ConversationPaused,
        ]
    ).map(lambda kind: kind()),
)
USED_AS_TEXT = st.booleans().map(e.DefinePrevUserUtteredFeaturization)
CONVERSATION = st.lists(EVENT, max_size=40)


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    train.main([])
    yield Agent.load(str(train.MODEL))


@pytest.fixture(scope="module")
def policy(agent: Agent) -> RulePolicy:
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, RulePolicy))


def tracker_of(agent: Agent, events: list[Any]) -> Tracker:
    return Tracker.from_events("c", events, agent.processor.domain.slots)


def held(tracker: Tracker) -> dict[str, Any]:
    """All that a tracker holds."""
    return {
        **{name: value for name, value in vars(tracker).items() if name not in {"slots", "active_loop"}},
        "slots": {name: vars(slot) for name, slot in tracker.slots.items()},
        "loop": tracker.active_loop and vars(tracker.active_loop),
    }


same = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@same
@given(events=CONVERSATION)
def test_a_copied_tracker_holds_what_a_replayed_one_does(agent: Agent, events: list[Any]) -> None:
    tracker = tracker_of(agent, events)
    copied, replayed = tracker.copy(), Tracker.copy.__wrapped__(tracker)
    assert held(copied) == held(replayed)
    assert all(copied.slots[name] is not slot for name, slot in tracker.slots.items())
    assert copied.active_loop is None or copied.active_loop is not tracker.active_loop


@same
@given(events=CONVERSATION)
def test_the_events_that_apply_are_those_that_rasa_finds(agent: Agent, events: list[Any]) -> None:
    tracker = tracker_of(agent, events)
    applied, rasas = tracker.applied_events(), Tracker.applied_events.__wrapped__(tracker)
    assert len(applied) == len(rasas)
    assert all(mine is theirs for mine, theirs in zip(applied, rasas, strict=True))


@same
@given(events=CONVERSATION, as_text=st.booleans())
def test_the_states_that_a_rule_sees_are_the_last_of_all(
    agent: Agent, policy: RulePolicy, events: list[Any], as_text: bool
) -> None:
    tracker, domain = tracker_of(agent, events), agent.processor.domain
    states = policy._prediction_states(tracker, domain, as_text)
    whole = RulePolicy._prediction_states.__wrapped__(policy, tracker, domain, as_text)
    assert list(states) == whole[-len(states) :]
    assert len(states) == min(3, len(whole))
    assert policy._prediction_states(tracker, domain, as_text) == states


@same
@given(events=st.lists(st.one_of(EVENT, EVENT, USED_AS_TEXT), max_size=40), asked=st.sets(st.integers(0, 39)))
def test_the_states_of_a_conversation_that_goes_on_are_those_of_it_from_the_start(
    agent: Agent, policy: RulePolicy, events: list[Any], asked: set[int]
) -> None:
    tracker, domain = tracker_of(agent, []), agent.processor.domain
    for at, event in enumerate(events):
        tracker.update(event, domain)
        if at in asked:
            states = policy._prediction_states(tracker, domain)
            whole = RulePolicy._prediction_states.__wrapped__(policy, tracker, domain)
            assert list(states) == whole[-len(states) :]
            assert len(states) == min(3, len(whole))


@same
@given(events=CONVERSATION)
def test_the_same_rules_apply_and_predict_the_same(agent: Agent, policy: RulePolicy, events: list[Any]) -> None:
    tracker, domain = tracker_of(agent, events), agent.processor.domain
    found = policy._predict(tracker, domain)
    with pytest.MonkeyPatch.context() as own:
        for name in ("_prediction_states", "_get_possible_keys", "_create_feature_key"):
            own.setattr(RulePolicy, name, getattr(RulePolicy, name).__wrapped__)
        own.setattr(Tracker, "applied_events", Tracker.applied_events.__wrapped__)
        rasas = policy._predict(tracker, domain)
    assert (vars(found[0]), found[1]) == (vars(rasas[0]), rasas[1])


@same
@given(events=CONVERSATION, intent=st.sampled_from(INTENTS), entities=st.sets(st.sampled_from(ENTITIES)))
def test_the_same_slots_are_filled(agent: Agent, events: list[Any], intent: str, entities: set[str]) -> None:
    domain = agent.processor.domain
    found = [{"entity": entity, "value": "1"} for entity in sorted(entities)]
    tracker = tracker_of(agent, [*events, e.UserUttered("said", {"name": intent}, found)])

    def filled(run: Any) -> list[Any]:
        events = asyncio.run(
            run(ActionExtractSlots(None), CollectingOutputChannel(), agent.processor.nlg, tracker, domain)
        )
        return [(event.key, event.value) for event in events]

    assert filled(ActionExtractSlots.run) == filled(ActionExtractSlots.run.__wrapped__)


def test_an_action_is_found_as_rasa_finds_it(agent: Agent) -> None:
    from rasa.core.actions import action

    domain, endpoint = agent.processor.domain, agent.processor.action_endpoint
    overriding = Domain.from_dict({"actions": ["action_back", "action_listen"], "forms": {"recharge_form": {}}})
    own = [each.name() for each in action.default_actions()]
    for known in (domain, overriding):
        for name in {*known.action_names_or_texts, *own, "action_nobody_knows"}:
            find = action.action_for_name_or_text
            found, rasas = (_or_error(each, name, known, endpoint) for each in (find, find.__wrapped__))
            assert type(found) is type(rasas)
            assert getattr(found, "__dict__", str(found)) == getattr(rasas, "__dict__", str(rasas))
    one, other = (action.action_for_name_or_text("action_listen", domain, endpoint) for _ in range(2))
    assert one is not other


def test_a_response_is_chosen_among_those_that_rasa_chooses_among(agent: Agent) -> None:
    from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

    made = TemplatedNaturalLanguageGenerator({**agent.processor.domain.responses, "utter_two": [{"text": "a"}] * 2})
    stock = TemplatedNaturalLanguageGenerator._random_response_for.__wrapped__
    for name in (*made.responses, "utter_nobody_knows"):
        for language in ("en", "ja", "ko", None):
            asked = made, name, "gateway", {"language": language}
            assert TemplatedNaturalLanguageGenerator._random_response_for(*asked) == stock(*asked)


def _or_error(find: Callable[..., Any], *asked: object) -> Any:
    try:
        return find(*asked)
    except Exception as error:
        return error


def test_no_rule_looks_further_back_than_the_states_that_are_built(policy: RulePolicy) -> None:
    import json

    assert (
        max(len(json.loads(rule)) for rules in policy.lookup.values() if isinstance(rules, dict) for rule in rules) == 3
    )


def test_a_copied_slot_is_another_one_that_holds_the_same(agent: Agent) -> None:
    import copy

    for slot in agent.processor.domain.slots:
        copied = copy.copy(slot)
        assert type(copied) is type(slot)
        assert vars(copied) == vars(slot)
        copied.value = "other"
        assert slot.value != "other"
    assert isinstance(slot, Slot)


def test_a_domain_is_as_empty_as_rasa_finds_it(agent: Agent) -> None:
    for domain in (agent.processor.domain, Domain.empty()):
        assert [domain.is_empty() for _ in range(2)] == [Domain.is_empty.__wrapped__(domain)] * 2


def test_what_libraries_try_to_import_is_there_for_whoever_asks_afterwards() -> None:
    import subprocess
    import sys

    code = (
        "import sys, rasa.core.agent; from sklearn.utils import fixes; assert 'pandas' not in sys.modules; "
        "import pandas, redis, portalocker; print(fixes.pd, portalocker.Lock.__name__)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "None Lock"


def test_rasas_processor_copies_in_depth_for_its_log_only() -> None:
    """Every call of `copy` in it is an argument of a line of the log."""
    import ast
    import inspect

    from rasa.core import processor

    tree = ast.parse(inspect.getsource(processor))
    logged = {
        id(node)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug"
        for node in ast.walk(call)
    }
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "copy"]
    assert {node.attr for node in uses} == {"deepcopy"}
    assert len(uses) == 6
    assert all(id(node) in logged for node in uses)


def test_the_likeliest_action_is_the_one_that_rasa_finds() -> None:
    from rasa.core.policies.policy import PolicyPrediction

    for probabilities in ([0.1, 0.7, 0.2], [1.0], []):
        prediction = PolicyPrediction(probabilities, "any")
        found = type(prediction).__dict__["max_confidence"].func(prediction)
        assert [prediction.max_confidence, prediction.max_confidence] == [found, max(probabilities, default=0.0)]
        assert prediction == PolicyPrediction(probabilities, "any")


@pytest.mark.parametrize(("level", "lines"), [(logging.DEBUG, 1), (logging.WARNING, 0)])
def test_slots_are_written_out_where_the_log_asks_for_them(
    agent: Agent, level: int, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tracker = tracker_of(agent, [e.SlotSet("language", "en")])
    before = structlog.get_config()
    logs.configure(level)
    try:
        MessageProcessor._log_slots(tracker)
    finally:
        logs.configure()
        structlog.configure(**before)
    assert capsys.readouterr().err.count("processor.slots.log") == lines
