"""`account`: create, list, show, move the support plan."""

from __future__ import annotations

from typing import Annotated

import typer

from billing.api import default_billing
from billing.schemas import SupportTier
from gateway.cli.output import Json, print_json, print_rows, refusals

app = typer.Typer(help="Customers' accounts.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The account's id.", metavar="ID")]
_COLUMNS = {
    "id": lambda a: a.id,
    "name": lambda a: a.name,
    "currency": lambda a: a.currency,
    "time zone": lambda a: a.time_zone,
    "language": lambda a: a.language,
    "support": lambda a: a.support_tier,
}


@app.command("list")
def list_accounts(as_json: Json = False) -> None:
    """All accounts."""
    with refusals():
        print_rows([*default_billing().accounts()], _COLUMNS, as_json)


@app.command()
def create(
    account: Id,
    name: Annotated[str, typer.Option(help="The customer's name.")],
    currency: Annotated[str, typer.Option(help="ISO 4217; fixed for good.")],
    time_zone: Annotated[str, typer.Option(help="IANA name; its midnights bound days and periods.")] = "UTC",
    language: Annotated[str, typer.Option(help="en, ja or ko.")] = "en",
    as_json: Json = False,
) -> None:
    """Create an account with basic support."""
    with refusals():
        created = default_billing().create_account(
            account, name=name, currency=currency, time_zone=time_zone, language=language
        )
    print_rows([created], _COLUMNS, False) if not as_json else print_json(created)


@app.command()
def show(account: Id, as_json: Json = False) -> None:
    """An account with its balance."""
    with refusals():
        billing = default_billing()
        found, balance = billing.account(account), billing.balance(account)
    if as_json:
        print_json({**found.model_dump(mode="json"), "balance": balance.model_dump(mode="json")})
        return
    print_rows([found], _COLUMNS, False)
    print_rows(
        [balance],
        {
            "available": lambda b: b.available,
            "plan": lambda b: b.plan,
            "vouchers": lambda b: b.voucher_total,
            "top-up": lambda b: b.top_up,
            "pending": lambda b: b.pending_top_ups,
            "owed": lambda b: b.owed,
        },
        False,
    )


@app.command()
def support(account: Id, tier: Annotated[SupportTier, typer.Argument()], as_json: Json = False) -> None:
    """Move an account's support plan."""
    with refusals():
        moved = default_billing().set_support_tier(account, tier)
    print_rows([moved], _COLUMNS, False) if not as_json else print_json(moved)
