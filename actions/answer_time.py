"""When the team answers a request: by the support tier's expectation and the hours in which people work."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from actions.texts import Texts
from assistant.content import opening
from billing.api import Billing


def answer_time(billing: Billing, account_id: str, texts: Texts) -> str:
    """By when, in the account's own time zone; that people are away now where they are; what the tier promises."""
    account = billing.account(account_id)
    terms = billing.support_terms(account.support_tier)
    promised = texts.term(f"answer_time_{account.support_tier}")
    if terms.expected_answer_hours is None:
        return promised
    now, hours = billing.now(), opening.hours()
    work, always = timedelta(hours=terms.expected_answer_hours), terms.hours == "24x7"
    by = now + work if always else opening.after(hours, now, work)
    zone = account.time_zone
    lines = [texts.term("answer_by", time=texts.moment(by.astimezone(ZoneInfo(zone))), zone=zone), promised]
    if not always and not opening.is_open(hours, now):
        back = opening.after(hours, now, timedelta()).astimezone(ZoneInfo(zone))
        lines.insert(0, texts.term("team_away", time=texts.moment(back), zone=zone))
    return "\n".join(lines)
