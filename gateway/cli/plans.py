"""`plan`: an offer from its terms to its confirmation or refusal; pause, resume, change, cancel, renew, undo; list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4
from zoneinfo import ZoneInfo

import typer

from billing.api import Billing, PlanActionTerms, PlanReceipt, default_billing
from billing.schemas import Interval, Method, PaymentOption
from gateway.cli.output import Json, print_json, print_rows, refusals

app = typer.Typer(help="Plans of accounts, from the offer to the end.", no_args_is_help=True)

Account = Annotated[str, typer.Argument(help="The account's id.", metavar="ACCOUNT")]
Offer = Annotated[str, typer.Argument(help="The offer's number.", metavar="OFFER")]
Terms = Annotated[str | None, typer.Option("--terms", help="The checksum of the terms that were seen and agreed to.")]
Yes = Annotated[bool, typer.Option("--yes", help="Agree to the terms as they are now, without asking.")]
Key = Annotated[str | None, typer.Option(help="A repeat with the same key does nothing and prints the first receipt.")]

_PERIODS = {
    "number": lambda p: p.number,
    "plan": lambda p: f"{p.plan} {p.interval}",
    "status": lambda p: p.status + (" (cancelled)" if p.cancelled else ""),
    "from": lambda p: p.starts_at.isoformat(timespec="minutes"),
    "until": lambda p: p.ends_at.isoformat(timespec="minutes"),
    "price": lambda p: p.price,
    "left": lambda p: p.remaining,
    "payment": lambda p: f"{p.payment_option}, {p.payment_status}",
    "invoice": lambda p: p.invoice or "",
    "waits for": lambda p: f"{p.awaits_payment.amount}" if p.awaits_payment else "",
    "valid until": lambda p: p.valid_until or "",
}
_DECLINED = {
    "account": lambda d: d.account,
    "number": lambda d: d.number,
    "plan": lambda d: f"{d.plan} {d.interval}",
    "price": lambda d: d.price,
    "reason": lambda d: d.reason or "",
    "request": lambda d: d.request or "",
    "declined": lambda d: d.declined_at.isoformat(timespec="minutes"),
}
_RECEIPT = {
    "action": lambda r: r.action,
    "number": lambda r: r.number,
    "plan": lambda r: r.plan,
    "effective": lambda r: f"{r.effective} ({r.effective_on})",
    "credited": lambda r: r.credited or "",
    "to pay first": lambda r: r.awaits_payment.amount if r.awaits_payment else "",
    "invoice": lambda r: r.invoice or "",
}


@app.command("list")
def list_periods(account: Account, as_json: Json = False) -> None:
    """Every period and offer of an account, newest first."""
    with refusals():
        print_rows([*default_billing().plan_periods(account)], _PERIODS, as_json)


@app.command()
def show(account: Account, as_json: Json = False) -> None:
    """The plan that counts now, in full."""
    with refusals():
        plan = default_billing().plan(account)
    if as_json:
        return print_json(plan)
    if plan is None:
        typer.echo("none")
    else:
        _print_values(plan.model_dump(exclude={"names", "quotas"}, exclude_none=True))
    return None


@app.command()
def offers(account: Account, as_json: Json = False) -> None:
    """The prepared plans that wait for confirmation, with all terms."""
    with refusals():
        found = default_billing().plan_offers(account)
    if as_json:
        return print_json([*found])
    for terms in found:
        print_terms(terms)
    return None


@app.command()
def prepare(
    account: Account,
    plan: Annotated[str, typer.Argument(help="A plan of the catalogue.")],
    interval: Annotated[Interval, typer.Option(help="Its period.")] = "monthly",
    starts: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; when it is confirmed by default.")
    ] = None,
    payment: Annotated[PaymentOption, typer.Option(help="When it is paid.")] = "full_upfront",
    method: Annotated[
        Method | None, typer.Option(help="How what is due at once is paid; by invoice by default.")
    ] = None,
    service: Annotated[
        list[str] | None, typer.Option(help="A service it covers; those of the plan by default.")
    ] = None,
    replaces: Annotated[str | None, typer.Option(help="The number of a waiting offer to give these terms.")] = None,
    request: Annotated[str | None, typer.Option(help="The number of the request that it answers.")] = None,
    valid_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day to confirm it; 30 days by default.")
    ] = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Prepare a plan for the customer to confirm, or change one that waits."""
    with refusals():
        billing = default_billing()
        zone = ZoneInfo(billing.account(account).time_zone)
        terms = billing.prepare_plan(
            account,
            plan,
            interval,
            starts_at=starts.replace(tzinfo=zone).astimezone(UTC) if starts else None,
            payment_option=payment,
            payment_method=method,
            services=service or None,
            replaces=replaces,
            request=request,
            valid_until=valid_until.date() if valid_until else None,
            key=key,
        )
    print_json(terms) if as_json else print_terms(terms)


@app.command()
def decline(
    account: Account,
    offer: Offer,
    reason: Annotated[str | None, typer.Option(help="Why it is not wanted.")] = None,
    as_json: Json = False,
) -> None:
    """Note for the customer that a prepared plan is not wanted."""
    with refusals():
        told = default_billing().decline_plan(account, offer, reason=reason, actor="operator:cli")
    print_json(told) if as_json else print_rows([told], _DECLINED, False)


@app.command()
def declined(as_json: Json = False) -> None:
    """The prepared plans that customers did not want, and why, newest first."""
    with refusals():
        print_rows([*default_billing().declined_offers()], _DECLINED, as_json)


@app.command()
def withdraw(account: Account, offer: Offer, as_json: Json = False) -> None:
    """Take a prepared plan back before it is confirmed."""
    with refusals():
        default_billing().withdraw_offer(account, offer)
    print_json({"withdrawn": offer}) if as_json else typer.echo(f"{offer} withdrawn")


@app.command()
def confirm(
    account: Account, offer: Offer, terms: Terms = None, yes: Yes = False, key: Key = None, as_json: Json = False
) -> None:
    """Confirm a prepared plan for the customer, on its terms."""
    _perform(
        lambda b: b.plan_confirm_terms(account, offer),
        lambda b, t, k: b.confirm_plan(account, offer, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


@app.command()
def pause(account: Account, terms: Terms = None, yes: Yes = False, key: Key = None, as_json: Json = False) -> None:
    """Stop the period's clock."""
    _perform(
        lambda b: b.plan_pause_terms(account),
        lambda b, t, k: b.pause_plan(account, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


@app.command()
def resume(account: Account, terms: Terms = None, yes: Yes = False, key: Key = None, as_json: Json = False) -> None:
    """Let the period's clock go on."""
    _perform(
        lambda b: b.plan_resume_terms(account),
        lambda b, t, k: b.resume_plan(account, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


@app.command()
def change(
    account: Account,
    plan: Annotated[str, typer.Argument(help="The plan to move to.")],
    interval: Annotated[Interval | None, typer.Option(help="Its period; the present plan's by default.")] = None,
    terms: Terms = None,
    yes: Yes = False,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Upgrade now with the unused rest credited, or downgrade at the period's end."""
    _perform(
        lambda b: b.plan_change_terms(account, plan, interval),
        lambda b, t, k: b.change_plan(account, plan, interval, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


@app.command()
def cancel(account: Account, terms: Terms = None, yes: Yes = False, key: Key = None, as_json: Json = False) -> None:
    """End the plan with its period."""
    _perform(
        lambda b: b.plan_cancel_terms(account),
        lambda b, t, k: b.cancel_plan(account, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


@app.command()
def renew(account: Account, terms: Terms = None, yes: Yes = False, key: Key = None, as_json: Json = False) -> None:
    """Agree the next period, one at most."""
    _perform(
        lambda b: b.plan_renewal_terms(account),
        lambda b, t, k: b.renew_plan(account, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


@app.command()
def undo(account: Account, terms: Terms = None, yes: Yes = False, key: Key = None, as_json: Json = False) -> None:
    """Take back the cancellation, renewal or change that waits for the period's end."""
    _perform(
        lambda b: b.plan_undo_terms(account),
        lambda b, t, k: b.undo_plan_change(account, terms_checksum=t, key=k, actor="operator:cli"),
        (terms, yes, key, as_json),
    )


def print_terms(terms: PlanActionTerms) -> None:
    """Each term on a line of its own."""
    told = terms.model_dump(exclude={"names", "begins"}, exclude_none=True)
    if terms.begins is not None:
        told |= {f"begins {name}": value for name, value in terms.begins.model_dump(exclude={"names"}).items()}
    _print_values(told)


def _print_values(values: dict[str, object]) -> None:
    for name, value in values.items():
        if value not in (None, [], {}):
            typer.echo(f"{name.replace('_', ' ')}: {_text(value)}")


def _text(value: object) -> str:
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(item)}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _perform(
    told: Callable[[Billing], PlanActionTerms],
    do: Callable[[Billing, str, str], PlanReceipt],
    options: tuple[str | None, bool, str | None, bool],
) -> None:
    """Show the terms, ask, do it on exactly those; without asking where their checksum or `--yes` is given."""
    checksum, yes, key, as_json = options
    with refusals():
        billing = default_billing()
        if checksum is None:
            terms = told(billing)
            checksum = terms.checksum
            if as_json and not yes:
                raise typer.BadParameter("with --json give --terms CHECKSUM or --yes")
            if not yes:
                print_terms(terms)
                typer.confirm("agree?", abort=True)
        receipt = do(billing, checksum, key or str(uuid4()))
    print_json(receipt) if as_json else print_rows([receipt], _RECEIPT, False)
