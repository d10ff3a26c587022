"""What customers write and the slots that it holds: how much is read exactly, by language."""

import pytest

from benchmarks.nlu_data import LANGUAGES
from benchmarks.slots import accuracy, by_slot, readings

LEAST = 0.95
LEAST_MESSAGES = 200
SLOTS = {"amount", "currency", "payment_method", "period", "plan", "service", "support_tier", "voucher_code"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_customers_write_gives_exactly_its_slots(language):
    read = readings(language)
    wrong = [f"{each.text!r}: {each.slots} but found {each.found}" for each in read if not each.right]
    report = "\n".join([f"{language}: {accuracy(read)} of {len(read)}", str(by_slot(read)), *wrong])
    print(report)

    assert len(read) >= LEAST_MESSAGES
    assert accuracy(read) >= LEAST, report
    assert {name: share for name, share in by_slot(read).items() if name in SLOTS and share < LEAST} == {}, report
    assert SLOTS <= by_slot(read).keys()
