"""`serve` and `token`."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from billing.config import Settings, settings
from gateway import garbage
from gateway.addresses import is_loopback
from gateway.cli.data import load_demo
from gateway.cli.output import Json, print_json, progress, refusals


def serve(
    demo_data: Annotated[bool, typer.Option("--demo-data", help="In demo mode, load the demo data first.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes; WORKERS or WEB_CONCURRENCY by default, else one.")
    ] = None,
) -> None:
    """Serve the page and the HTTP calls. HOST, PORT, DATABASE_URL and the other settings come from the environment.

    With --workers (or WORKERS), SIGHUP replaces the processes one after another, by a newly trained model.
    """
    with refusals():
        present = settings().model_copy(update={"workers": workers or settings().workers})
        present.require_secrets()  # before what takes seconds
    if demo_data and settings().mode == "demo":
        load_demo()
    _load_own_catalogue()
    if present.workers is None:
        _serve_here(present)
    else:
        _check_what_is_served(present)
        with refusals():
            _supervise(present, present.workers)


def _serve_here(present: Settings) -> None:
    garbage.pause()
    with refusals(), progress("starting"):
        from assistant import logs
        from gateway.app import create_app
        from gateway.cli.server import run

        logs.configure(present.log_level, present.log_format)
        app = create_app(present)
        _check_what_is_served(present)
    run(app, present)


def _supervise(present: Settings, count: int) -> None:
    from assistant import logs
    from gateway.cli.server import run_workers

    logs.configure(present.log_level, present.log_format)
    run_workers(present, count)


def _check_what_is_served(present: Settings) -> None:
    from assistant.errors import ModelMissing
    from assistant.train import MODEL, fits

    if present.mode == "demo" and not is_loopback(present.host):
        sys.stderr.write("demo mode hands out tokens of the demo accounts to anybody who reaches this address\n")
    if not MODEL.exists():
        raise typer.BadParameter(str(ModelMissing(f"no trained model at {MODEL}: run `make train`")))
    if not fits():
        sys.stderr.write("the model was trained on other data than what is here: run `make train`\n")
    _tell_of_console()


def _load_own_catalogue() -> None:
    """The catalogue of the content folder, where there is one; nothing when it is loaded already."""
    from assistant.content.folder import present
    from billing.api import default_billing

    own = present()
    if own is not None and (own / "catalogue.yml").exists():
        with refusals():
            default_billing().load_catalogue(own / "catalogue.yml", actor="operator:content")


def _tell_of_console() -> None:
    """There is no default password: say how the first operator is made."""
    from billing.api import default_billing
    from gateway import migrations
    from gateway.operators.service import Operators

    billing = default_billing()
    migrations.upgrade(billing.database.engine)
    if not Operators(billing).all():
        sys.stderr.write("nobody can sign in to /console/ yet: billing-assistant operator add NAME --role admin\n")


def token(
    account: Annotated[str, typer.Option(help="The account's id.")],
    user: Annotated[str | None, typer.Option(help="The user within the account; its own id by default.")] = None,
    ttl: Annotated[int, typer.Option(min=1, max=3600, help="Seconds until it expires, an hour at most.")] = 3600,
    as_json: Json = False,
) -> None:
    """Print a signed token, for trying the HTTP calls."""
    from billing.api import default_billing
    from gateway.auth import issue

    with refusals():
        known = default_billing().account(account)
        signed = issue(settings(), known.id, user or known.id, timedelta(seconds=ttl))
    if as_json:
        print_json({"token": signed, "account": known.id, "user": user or known.id, "expires_in": ttl})
    else:
        sys.stdout.write(signed + "\n")
