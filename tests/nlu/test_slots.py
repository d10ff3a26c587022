"""What customers write and the slots that it holds: how much is read exactly, by language and kind of slot."""

import pytest

from assistant.evaluation.corpus import LANGUAGES
from benchmarks.slots import accuracy, by_slot, readings

LEAST = 0.95
LEAST_OF_A_SLOT = 0.9
LEAST_MESSAGES = 200
SLOTS = {"amount", "currency", "payment_method", "period", "plan", "service", "support_tier", "voucher_code"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_customers_write_gives_exactly_its_slots(language):
    read = readings(language)
    shares = by_slot(read)
    wrong = [f"{each.text!r}: {each.slots} but found {each.found}" for each in read if not each.right]
    report = "\n".join([f"{language}: {accuracy(read)} of {len(read)}", str(shares), *wrong])
    print(report)

    assert len(read) >= LEAST_MESSAGES
    assert accuracy(read) >= LEAST, report
    assert shares.keys() >= SLOTS
    assert {name: share for name, share in shares.items() if share < LEAST_OF_A_SLOT} == {}, report


def test_a_message_that_was_read_before_is_read_for_its_own_day_and_changed_by_nobody_else():
    from rasa.shared.nlu.training_data.message import Message

    from assistant.nlu.slots.component import SlotNormaliser

    component = SlotNormaliser({}, None, None)

    def period(today: str) -> dict[str, str]:
        message = Message({"text": "usage last month", "metadata": {"today": today}})
        (entity,) = component.process([message])[0].get("entities")
        return entity["value"]

    september = period("2026-10-05")
    assert (september, period("2026-11-05")) == (
        {"from": "2026-09-01", "to": "2026-09-30"},
        {"from": "2026-10-01", "to": "2026-10-31"},
    )
    september["to"] = "2026-09-10"
    assert period("2026-10-05") == {"from": "2026-09-01", "to": "2026-09-30"}
