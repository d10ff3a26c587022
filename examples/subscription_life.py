"""A subscription's whole life without Rasa and without a server: offer, terms, confirmation, use, pause, upgrade, end.

The clock is the example's own, so that months pass at once.
"""

import tempfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from billing.api import Billing, NewUsage
from billing.config import ROOT, Settings
from billing.errors import PlanAlreadyRenewed, TermsChanged

now = datetime(2026, 1, 31, 9, tzinfo=UTC)

with tempfile.TemporaryDirectory() as folder:
    billing = Billing.open(Settings(database_url=f"sqlite:///{folder}/billing.db"), clock=lambda: now)
    billing.load_catalogue(ROOT / "data" / "catalogue" / "demo.yml")
    billing.create_account("you", name="Your company", currency="USD", time_zone="America/Los_Angeles")

    # the operator prepares a plan; the customer sees all terms, and confirms exactly those
    seen = billing.prepare_plan("you", "starter", "monthly", payment_option="partial_upfront", payment_method="card")
    offer = billing.prepare_plan("you", "starter", "monthly", payment_method="card", replaces=seen.number)
    try:
        billing.confirm_plan("you", offer.number, terms_checksum=seen.checksum, key="confirm")
    except TermsChanged:
        print("the offer was changed meanwhile: it is looked at again")
    billing.confirm_plan("you", offer.number, terms_checksum=offer.checksum, key="confirm")
    print(billing.plan("you").status, "until", billing.plan("you").ends_on)

    # what is used is charged to the plan
    now += timedelta(days=5)
    hours = NewUsage(source="meter", id="1", account="you", service="gpu_container", time=now, quantity=Decimal(2))
    billing.record_usage([hours])
    print("used", billing.plan("you").used, "of", billing.plan("you").amount)

    # a pause moves the end by its own length
    billing.pause_plan("you", terms_checksum=billing.plan_pause_terms("you").checksum, key="pause")
    now += timedelta(days=7)
    billing.resume_plan("you", terms_checksum=billing.plan_resume_terms("you").checksum, key="resume")
    print("after a pause of 7 days until", billing.plan("you").ends_on)

    # renewed once, however often it is asked for; taken back before the end
    billing.renew_plan("you", terms_checksum=billing.plan_renewal_terms("you").checksum, key="renew")
    try:
        billing.plan_renewal_terms("you")
    except PlanAlreadyRenewed as refused:
        print("already renewed from", refused.values["starts_on"])
    billing.undo_plan_change("you", terms_checksum=billing.plan_undo_terms("you").checksum, key="undo")

    # an upgrade begins now; the unused rest is credited to the new invoice
    terms = billing.plan_change_terms("you", "growth")
    billing.change_plan("you", "growth", terms_checksum=terms.checksum, key="upgrade")
    print("upgraded; credited", terms.credited)

    # a downgrade waits for the end of the period; what falls due meanwhile is billed once, however late
    billing.change_plan(
        "you", "starter", terms_checksum=billing.plan_change_terms("you", "starter").checksum, key="downgrade"
    )
    now += timedelta(days=40)
    print(billing.bill_due().issued, "issued,", billing.bill_due().issued, "the second time")
    print(billing.plan("you").plan, billing.plan("you").payment_status)

    # the end of the period cancels it; what is in the ledger still adds up
    billing.cancel_plan("you", terms_checksum=billing.plan_cancel_terms("you").checksum, key="cancel")
    now += timedelta(days=30)
    print(billing.plan("you").status, "-", billing.plan("you").ended_by)
    for invoice in reversed(billing.invoices("you")):
        print(invoice.number, invoice.period.from_, "to", invoice.period.to, invoice.total, invoice.status)
    assert billing.verify_ledger() == []
    assert sum(invoice.total.amount for invoice in billing.invoices("you")) == Decimal(99 + 399 + 99)
    billing.close()
