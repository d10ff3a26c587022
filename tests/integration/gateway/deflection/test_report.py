"""What became of enquiries, counted by hand and by the report."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.api import Billing
from billing.config import Settings
from gateway import migrations
from gateway.deflection.export import as_csv, cell
from gateway.deflection.service import Deflection, wilson
from gateway.errors import Problem
from tests.builders.accounts import an_account
from tests.builders.clock import SettableClock
from tests.builders.databases import a_database
from tests.builders.enquiries import Talk

OUTCOMES = ("confirmed", "assumed", "escalated", "abandoned")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory):
    """One database for all tests and examples; each begins where nothing was said before."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('deflection') / 'billing.db'}"
        else:
            server, template = map(request.getfixturevalue, ("postgresql_server", "postgresql_template"))
            url = stack.enter_context(a_database(server, template=template, durable=False))
        clock = SettableClock()
        billing = Billing.open(Settings(database_url=url), clock=clock)
        stack.callback(billing.close)
        migrations.upgrade(billing.database.engine)
        an_account(billing)
        yield billing, clock


@pytest.fixture
def billing(database):
    return database[0]


@pytest.fixture
def clock(database):
    """At noon, a month after the test before."""
    clock = database[1]
    clock.set(datetime.combine(clock.now.date() + timedelta(days=60), time(12), UTC))
    return clock


@pytest.fixture
def talk(billing, clock):
    return lambda who="acme": Talk(billing, clock, who)


@pytest.fixture
def report(billing, clock):
    first = clock.now.date()

    def told(*by, days=1, later=timedelta(hours=2)):
        clock.now += later
        return Deflection(billing).report(first, first + timedelta(days=days - 1), by)

    return told


def outcomes(row):
    found = {name: getattr(row.outcomes, name).count for name in OUTCOMES}
    details = {name: getattr(row.outcomes, name) for name in ("still_open", "in_form", "after_unsure", "rated_down")}
    return {name: number for name, number in (found | details).items() if number}


def test_a_customer_who_says_nothing_more_is_assumed_and_one_who_says_so_is_confirmed(talk, report):
    talk().say("show_balance")
    rated = talk()
    rated.say("show_balance")
    rated.rate(True)
    thanks = talk()
    thanks.say("show_balance")
    thanks.say("thank")

    assert outcomes(report().total) == {"assumed": 1, "confirmed": 2}


def test_the_latest_rating_counts_and_csat_is_of_ratings_alone(talk, report):
    changed, helped = talk(), talk()
    for each in (changed, helped, talk()):
        each.say("show_balance")
    changed.rate(True)
    changed.rate(False)
    helped.rate(True)

    told = report().total
    assert outcomes(told) == {"assumed": 1, "confirmed": 1, "abandoned": 1, "rated_down": 1}
    assert (told.csat.count, told.csat.of, told.answers) == (1, 2, 3)


def test_thanks_after_a_reply_that_was_no_answer_confirm_nothing(talk, report):
    turned_away = talk()
    turned_away.say("out_of_scope", doubt="out_of_scope")
    turned_away.say("thank")
    in_form = talk()
    in_form.say("recharge", form="recharge_form")
    in_form.say("thank", form="recharge_form")

    assert outcomes(report().total) == {"abandoned": 2, "after_unsure": 1, "in_form": 1}


def test_a_form_is_left_while_it_stands_open_or_was_cancelled_and_not_once_it_is_done(talk, report):
    left, cancelled, done, between = talk(), talk(), talk(), talk()
    for each in (left, cancelled, done, between):
        each.say("recharge", form="recharge_form")
        each.say("answer", form="recharge_form")
    cancelled.say("cancel")
    done.say("affirm")
    between.say("faq/refund", form="recharge_form")
    between.say("affirm")

    told = {row.topic: outcomes(row) for row in report("topic").rows}
    assert told == {"recharge": {"abandoned": 2, "in_form": 2, "assumed": 2}, "faq/refund": {"assumed": 1}}


def test_whoever_is_asked_back_and_understood_then_wanted_one_thing(talk, report):
    understood, given_up = talk(), talk()
    for each in (understood, given_up):
        each.say("out_of_scope", doubt="asked")
    understood.say("show_usage")

    told = report("topic")
    assert {row.topic: outcomes(row) for row in told.rows} == {
        "show_usage": {"assumed": 1},
        "out_of_scope": {"abandoned": 1, "after_unsure": 1},
    }
    assert (told.total.unsure.count, told.total.unsure.of) == (2, 3)


def test_a_request_to_people_escalates_what_led_to_it_unless_that_was_said_to_be_solved(talk, report, clock):
    each = talk()
    each.say("show_invoices")
    each.rate(True)
    each.say("show_usage")
    clock.now += timedelta(hours=2)
    each.say("show_balance")
    each.say("contact_sales", form="contact_sales_form")
    each.ask_sales()
    each.say("affirm")
    other = talk(None)
    other.say("faq/plan")
    other.ask_sales("of-another-door")

    told = {row.topic: outcomes(row) for row in report("topic").rows}
    assert told == {
        "show_invoices": {"confirmed": 1},
        "show_usage": {"assumed": 1},
        "show_balance": {"escalated": 1},
        "contact_sales": {"escalated": 1},
        "faq/plan": {"assumed": 1},
    }
    assert {row.topic: outcomes(row) for row in report("topic").rows} == told


def test_a_person_who_comes_into_the_conversation_escalates_it(talk, report, billing, clock):
    from gateway.handoff.store import ask

    each = talk()
    each.say("show_invoices")
    with billing.database.transaction() as session:
        ask(session, conversation_id=each.id, request="R-000001", language="en", at=clock.now)

    assert outcomes(report().total) == {"escalated": 1}


def test_what_goes_on_is_still_open_and_in_no_share(talk, report):
    talk().say("show_balance")

    told = report(later=timedelta(minutes=5)).total
    assert outcomes(told) == {"still_open": 1}
    assert told.outcomes.assumed.of == 0
    assert told.outcomes.assumed.share is None
    assert not told.within_24_hours.complete


def test_coming_back_counts_on_any_channel_for_the_same_person_and_topic(talk, report, clock):
    first, bo, visitor = talk(), talk("acme/bo"), talk(None)
    for each in (first, bo, visitor):
        each.say("show_balance")
    clock.now += timedelta(hours=3)
    talk().say("show_balance")  # the same user, elsewhere
    talk("acme/bo").say("show_usage")  # of something else
    talk(None).say("show_balance")  # another visitor
    clock.now += timedelta(days=2)
    talk("acme/bo").say("show_balance")
    clock.now += timedelta(days=8)

    told = next(row for row in report("topic").rows if row.topic == "show_balance")
    assert (told.within_24_hours.came_back.count, told.within_24_hours.came_back.of) == (1, 5)
    assert (told.within_7_days.came_back.count, told.within_7_days.came_back.of) == (2, 5)
    assert told.within_7_days.complete


def test_the_same_topic_again_within_the_hour_is_one_enquiry_and_later_another(talk, report, clock):
    each = talk()
    each.say("show_balance")
    clock.now += timedelta(minutes=59)
    each.say("show_balance")
    clock.now += timedelta(minutes=61)
    each.say("show_balance")
    clock.now += timedelta(days=2)

    told = report().total
    assert told.outcomes.enquiries == 2
    assert (told.within_24_hours.came_back.count, told.within_24_hours.came_back.of) == (1, 2)


def test_a_visitor_who_signs_in_was_the_customer_before(talk, report, clock):
    talk("acme").say("show_balance")
    clock.now += timedelta(hours=2)
    visitor = talk(None)
    visitor.say("show_balance")
    visitor.sign_in("acme")
    clock.now += timedelta(days=2)

    assert report().total.within_24_hours.came_back.count == 1


def test_days_too_young_for_a_window_are_marked_and_left_out_of_it(talk, report, clock):
    talk().say("show_balance")

    told = report(later=timedelta(days=3)).total
    assert told.within_24_hours.complete
    assert told.within_24_hours.came_back.of == 1
    assert not told.within_7_days.complete
    assert told.within_7_days.came_back.of == 0


def test_two_questions_in_one_message_are_two_enquiries(talk, report):
    each = talk()
    each.say("show_balance", "show_usage", language="ja")
    each.rate(True)

    told = report("topic", "language")
    assert [(row.topic, row.language, outcomes(row)) for row in told.rows] == [
        ("show_balance", "ja", {"confirmed": 1}),
        ("show_usage", "ja", {"confirmed": 1}),
    ]


def test_greetings_alone_are_no_enquiry(talk, report):
    each = talk()
    each.say("greet")
    each.say("thank")

    assert report("topic").rows == []
    assert report().total.outcomes.enquiries == 0


def test_times_are_told_by_nearest_rank_in_each_group(talk, report):
    for took in range(1, 21):
        talk().say("show_balance", took=took / 10)
    talk().say("show_usage", took=30, language="ko")

    told = {row.language: row for row in report("language").rows}
    assert (told["en"].seconds_p50, told["en"].seconds_p95) == (1.0, 1.9)
    assert (told["ko"].seconds_p50, told["ko"].seconds_p95) == (30, 30)


def test_days_are_rows_of_their_own(talk, report, clock):
    first = clock.now.date()
    talk().say("show_balance")
    clock.now += timedelta(days=1)
    talk().say("show_balance")

    assert [row.day for row in report("day", days=2).rows] == [first, first + timedelta(days=1)]
    for days in (0, 401):
        with pytest.raises(Problem):
            report(days=days)


def test_the_csv_has_every_figure_and_no_formula(talk, report):
    talk().say("=show")

    header, row, total = as_csv(report("topic")).splitlines()
    assert header.startswith("topic,language,day,outcomes.enquiries,outcomes.still_open,outcomes.confirmed.count")
    assert row.startswith("'=show,")
    assert len(header.split(",")) == len(row.split(",")) == len(total.split(","))
    assert cell("@x") == "'@x"
    assert cell(-0.5) == "-0.5"


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_intervals_are_wilsons(count, of, low, high):
    """The last is the example of Newcombe (1998), Statistics in Medicine 17, table I."""
    told = wilson(count, of)
    assert (round(told.low, 4), round(told.high, 4)) == (low, high)


turns = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(["show_balance", "faq/plan", "thank", "answer", "cancel"])),
    st.tuples(st.just("form"), st.sampled_from(["recharge", "answer", "faq/plan"])),
    st.tuples(st.just("doubt"), st.sampled_from(["asked", "out_of_scope", "acted"])),
    st.tuples(st.just("rate"), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([10, 61, 60 * 25])),
    st.tuples(st.just("people"), st.none()),
)
talks = st.lists(st.tuples(st.sampled_from(["acme", "acme/bo", None]), st.lists(turns, max_size=8)), max_size=4)


@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
@given(said=talks)
def test_each_enquiry_has_one_outcome_whatever_is_said(database, said):
    billing, clock = database
    clock.now += timedelta(days=30)
    since = clock.now.date()
    for who, steps in said:
        each = Talk(billing, clock, who)
        for what, value in steps:
            if what == "say":
                each.say(value)
            elif what == "form":
                each.say(value, form="recharge_form")
            elif what == "doubt":
                each.say("out_of_scope" if value != "acted" else "show_usage", doubt=value)
            elif what == "rate" and each.answers:
                each.rate(value)
            elif what == "wait":
                clock.now += timedelta(minutes=value)
            elif what == "people" and each.answers:
                each.ask_sales()
    until = clock.now.date()
    clock.now += timedelta(days=8)
    told = Deflection(billing).report(since, until, ["topic", "day", "language"])
    for row in [*told.rows, told.total]:
        counted = [getattr(row.outcomes, name) for name in OUTCOMES]
        over = row.outcomes.enquiries - row.outcomes.still_open
        assert sum(share.count for share in counted) == over
        assert {share.of for share in counted} == {over}
        told_apart = (row.outcomes.in_form, row.outcomes.after_unsure, row.outcomes.rated_down)
        assert sum(told_apart) == row.outcomes.abandoned.count
        resolved = row.outcomes.confirmed.count + row.outcomes.assumed.count
        assert row.within_24_hours.came_back.count <= row.within_7_days.came_back.count
        assert row.within_7_days.came_back.of <= row.within_24_hours.came_back.of <= resolved
    assert told.total.outcomes.still_open == 0
    assert sum(row.outcomes.enquiries for row in told.rows) == told.total.outcomes.enquiries
    assert sum(row.answers for row in told.rows) == told.total.answers
