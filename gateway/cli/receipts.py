"""`receipt`: the PDF of a top-up, and signed receipts: kept here, or verified from the file alone."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from billing.api import Difference, Verdict, default_billing, issued_receipt, receipt_differences, verify_receipt
from billing.config import settings
from billing.receipt_keys import PublicKeys, Signer
from gateway.cli.documents import Chosen, Out, write
from gateway.cli.output import Json, fail, print_json, print_rows, refusals

app = typer.Typer(help="Receipts: of top-ups as PDF, and signed ones.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The receipt's file.", metavar="FILE", exists=True, dir_okay=False)]
Keys = Annotated[
    Path | None,
    typer.Option(
        "--keys", help="The issuer's keys (receipt-keys.json); those of this installation without.", exists=True
    ),
]
FAULTS = {  # as the page that verifies says them
    "too_large": "it is larger than any receipt",
    "not_json": "it is no JSON: it cannot be read",
    "not_canonical": "it is not written as it was signed",
    "not_a_receipt": "it is no receipt",
    "unknown_key": "the key that it names is none of the issuer's",
    "signature_wrong": "what it says is not what was signed",
}
CANNOT_TELL = "which value differs cannot be told from the signature alone"
_NOT_COMPARED = "no receipt of that id is kept here to compare it with"
_WRITTEN_OTHERWISE = "its values are those of the receipt kept here: only how it is written differs"


@app.command("pdf")
def pdf(
    number: Annotated[str, typer.Argument(help="The top-up's id (T-…).", metavar="ID")],
    language: Chosen = None,
    out: Out = None,
) -> None:
    """Write the receipt of a completed top-up as PDF."""
    with refusals():
        document = default_billing().receipt_pdf(None, number, language)
    write(document.content, out or Path(document.name))


@app.command("list")
def list_receipts(
    account: Annotated[str, typer.Argument(help="The account's id.")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: Json = False,
) -> None:
    """An account's signed receipts, newest first."""
    columns = {
        "id": lambda entry: entry.id,
        "at": lambda entry: entry.at,
        "what": lambda entry: entry.what,
        "key": lambda entry: entry.key_id,
    }
    with refusals():
        print_rows([*default_billing().signed_receipts(account, limit)], columns, as_json)


@app.command()
def export(
    number: Annotated[str, typer.Argument(help="The receipt's id (T-… or A-…).", metavar="ID")], out: Out = None
) -> None:
    """Write a signed receipt's file, the same bytes each time."""
    with refusals():
        content = default_billing().signed_receipt(None, number)
    write(content, out or Path(f"receipt-{number.strip().upper()}.json"))


@app.command()
def keys() -> None:
    """Print the public keys that receipts of this installation are verified by, as a JWK set."""
    with refusals():
        print_json(_own().jwks)


@app.command()
def show(file: File, as_json: Json = False) -> None:
    """Print what a receipt says, whether or not it is genuine."""
    found = _said(file)
    print_json(found) if as_json else _print(found)


@app.command()
def verify(file: File, keys: Keys = None, as_json: Json = False) -> None:
    """Verify a receipt: no database, no network. Exit 1 where a byte of it is not as it was issued.

    What differs is named where this installation's database keeps the receipt of that id; a signature alone cannot say.
    """
    content = file.read_bytes()
    with refusals():
        verdict = verify_receipt(content, _own() if keys is None else _read(keys))
    comparable = not verdict.valid and verdict.fault != "too_large" and keys is None
    differs = _differences(content) if comparable else None
    if as_json:
        told = {"valid": verdict.valid, "fault": verdict.fault, "detail": verdict.detail, "receipt": verdict.receipt}
        print_json(told | {"differences": None if differs is None else [asdict(each) for each in differs]})
    elif verdict.receipt is not None and verdict.valid:
        sys.stdout.write(f"genuine: signed by {verdict.receipt['issuer']} with key {verdict.receipt['key']}\n")
        _print(verdict.receipt)
    else:
        fail(verdict.fault or "", _why(verdict, differs))
    if not verdict.valid:
        raise typer.Exit(1)


def _why(verdict: Verdict, differs: list[Difference] | None) -> str:
    reason = FAULTS[verdict.fault or ""]
    first = f"not genuine: {reason}" + (f" ({verdict.detail})" if verdict.detail else "")
    return _harmless_lines([first, *_where(verdict, differs)])


def _where(verdict: Verdict, differs: list[Difference] | None) -> list[str]:
    """A line a value that differs; why that is not known, where a signature is all that there is."""
    if differs is None:
        return [f"{CANNOT_TELL}; {_NOT_COMPARED}"] if verdict.fault == "signature_wrong" else []
    return [_differs(each) for each in differs] or [_WRITTEN_OTHERWISE]


def _differs(found: Difference) -> str:
    if found.said is None:
        return f"{found.field}: missing, issued as {found.issued}"
    return f"{found.field}: {found.said}, " + ("not issued" if found.issued is None else f"issued as {found.issued}")


def _differences(content: bytes) -> list[Difference] | None:
    """From the receipt of that id that is kept here; None where none is, or the file names none."""
    try:
        match json.loads(content):
            case {"receipt": {"id": str(number)}}:
                kept = issued_receipt(settings().database_url, number)
                return None if kept is None else receipt_differences(content, kept)
    except (ValueError, RecursionError):
        pass
    return None


def _own() -> PublicKeys:
    return Signer(settings().signing_keys).public


def _read(file: Path) -> PublicKeys:
    try:
        return PublicKeys.read(file.read_bytes())
    except ValueError as error:
        fail("keys_invalid", f"{file}: {error}")


def _said(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())["receipt"]
    except (ValueError, TypeError, KeyError):
        fail("not_a_receipt", f"{file}: {FAULTS['not_a_receipt']}")


def _print(value: Any, name: str = "") -> None:
    """A line a value, named by the way to it."""
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        sys.stdout.write(f"{_harmless(name)}: {_harmless(str(value['amount']))} {_harmless(str(value['currency']))}\n")
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value, 1)
        for key, item in items:
            _print(item, f"{name}.{key}" if name else str(key))
    else:
        sys.stdout.write(f"{_harmless(name)}: {_harmless(str(value))}\n")


def _harmless_lines(lines: list[str]) -> str:
    return "\n".join(map(_harmless, lines))


def _harmless(text: str) -> str:
    """A file of anybody's must not steer the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
