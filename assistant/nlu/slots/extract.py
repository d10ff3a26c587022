"""The values that a message names, in the form that documents, forms and `parse` use."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistant.masking.cards import without_concealed
from assistant.nlu.slots import amounts, contacts, names, periods, vouchers
from assistant.nlu.slots.spelling import mend
from assistant.nlu.slots.vocabulary import vocabulary
from assistant.nlu.slots.width import GAP, normalise


def extract(text: str, today: date) -> dict[str, Any]:
    """The slots found in `text`, only those found; never raises, whatever the text.

    `amount` decimal string, `currency` ISO 4217, `payment_method`, `plan`, `service`, `support_tier` ids,
    `period` {"from", "to"} ISO dates, both inclusive, counted from `today`, `voucher_code` upper case, `contact`
    as written.

    Order matters: what carries digits of its own (addresses, reference numbers, codes, dates) is taken out before
    amounts are looked for.
    """
    whole = without_concealed(normalise(text), GAP)
    contact, rest = contacts.find(whole)
    voucher, rest = vouchers.find(mend(rest))
    period, rest = periods.find(rest, today)
    amount, currency = amounts.find(rest)
    found = {
        "amount": amount,
        "currency": currency,
        "payment_method": names.payment_method(rest),
        "plan": vocabulary().plans.find(rest),
        "period": period,
        "service": vocabulary().services.find(rest),
        "support_tier": names.support_tier(rest),
        "voucher_code": voucher,
        "contact": contact,
    }
    return {slot: value for slot, value in found.items() if value is not None}
