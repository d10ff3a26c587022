"""Signed receipts on the command line: exported from the books, verified without any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from billing.canonical import canonical
from billing.receipt_keys import Signer, encoded
from tests.builders.demo import demo_database
from tests.integration.cli.test_commands import Operator


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    operator = Operator(tmp_path_factory.mktemp("operator"))
    demo_database(operator.database)
    return operator


@pytest.fixture(scope="module")
def file(run: Operator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    newest = run.json("receipt", "list", "acme")[0]["id"]
    out = tmp_path_factory.mktemp("receipts") / "receipt.json"
    run("receipt", "export", newest, "--out", str(out))
    return out


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Somebody without the database: its folder must stay empty."""
    return Operator(tmp_path_factory.mktemp("elsewhere"))


def test_a_receipt_is_verified_without_a_database(elsewhere: Operator, file: Path) -> None:
    assert run_lines(elsewhere("receipt", "verify", str(file)))[0].startswith("genuine: signed by Example Cloud Ltd.")
    assert elsewhere.json("receipt", "verify", str(file))["valid"] is True
    assert not elsewhere.database.exists()


def test_a_changed_byte_is_refused_and_it_is_said_why(elsewhere: Operator, file: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.json"
    changed.write_bytes(file.read_bytes().replace(b'"amount":"', b'"amount":"9', 1))
    assert "not genuine: what it says is not what was signed" in elsewhere("receipt", "verify", str(changed), code=1)

    changed.write_bytes(file.read_bytes() + b"\n")
    assert "not_canonical" in elsewhere("receipt", "verify", str(changed), code=1)
    said = json.loads(elsewhere("receipt", "verify", str(changed), "--json", code=1))
    assert (said["valid"], said["fault"]) == (False, "not_canonical")


CHANGES = {
    "amounts.total.amount: 9": lambda receipt: receipt["amounts"]["total"].update(amount="9"),
    "account: sakura, issued as acme": lambda receipt: receipt.update(account="sakura"),
    "details.method: missing, issued as ": lambda receipt: receipt["details"].pop("method"),
    "details.note: forged, not issued": lambda receipt: receipt["details"].update(note="forged"),
    "ledger.transactions.1.id: 1, issued as ": lambda receipt: receipt["ledger"]["transactions"][0].update(id=1),
}


@pytest.mark.parametrize("named", CHANGES)
def test_beside_the_books_every_changed_value_is_named(run: Operator, file: Path, tmp_path: Path, named: str) -> None:
    changed, content = tmp_path / "changed.json", json.loads(file.read_bytes())
    CHANGES[named](content["receipt"])
    changed.write_bytes(canonical(content))
    first, *differs = run_lines(run("receipt", "verify", str(changed), code=1))
    assert first == "signature_wrong: not genuine: what it says is not what was signed"
    assert [line.startswith(named) for line in differs] == [True]
    told = json.loads(run("receipt", "verify", str(changed), "--json", code=1))
    assert [each["field"] for each in told["differences"]] == [named.partition(":")[0]]


def test_beside_the_books_several_changes_and_a_signature_of_anothers_are_named(
    run: Operator, file: Path, tmp_path: Path
) -> None:
    forger = Signer(["f" * 32])
    receipt = json.loads(file.read_bytes())["receipt"] | {"key": forger.key_id}
    receipt["amounts"]["credit"]["amount"] = "9999.00"
    forged = tmp_path / "forged.json"
    forged.write_bytes(canonical({"receipt": receipt, "signature": encoded(forger.sign(canonical(receipt)))}))
    first, *differs = run_lines(run("receipt", "verify", str(forged), code=1))
    assert first == f"unknown_key: not genuine: the key that it names is none of the issuer's ({forger.key_id})"
    assert [line.partition(":")[0] for line in differs] == ["amounts.credit.amount", "key", "signature"]


def test_beside_the_books_a_file_that_is_only_written_otherwise_is_said_to_be(
    run: Operator, file: Path, tmp_path: Path
) -> None:
    written = tmp_path / "written.json"
    written.write_text(json.dumps(json.loads(file.read_bytes()), indent=1), encoding="utf-8")
    said = run("receipt", "verify", str(written), code=1)
    assert "only how it is written differs" in said
    assert "(byte 2: " in said


def test_without_the_books_it_is_said_that_the_value_cannot_be_known(
    run: Operator, elsewhere: Operator, file: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.json"
    changed.write_bytes(file.read_bytes().replace(b'"account":"acme"', b'"account":"acne"'))
    said = "which value differs cannot be told from the signature alone"
    assert said in elsewhere("receipt", "verify", str(changed), code=1)
    assert not elsewhere.database.exists()
    assert json.loads(elsewhere("receipt", "verify", str(changed), "--json", code=1))["differences"] is None
    # by another issuer's keys, a receipt of the same number here is none of that issuer's
    keys = tmp_path / "keys.json"
    keys.write_text(run("receipt", "keys"), encoding="utf-8")
    assert said in run("receipt", "verify", str(changed), "--keys", str(keys), code=1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GIF89a", "not_json: not genuine: it is no JSON: it cannot be read (Expecting value: line 1 column 1"),
        (b"[1.5]", "not_canonical: not genuine: it is not written as it was signed (1.5)"),
        (b'{"receipt":{},"signature":""}', "not_a_receipt: not genuine: it is no receipt"),
    ],
)
def test_what_is_no_receipt_is_told_apart(run: Operator, tmp_path: Path, content: bytes, said: str) -> None:
    other = tmp_path / "other.json"
    other.write_bytes(content)
    assert run("receipt", "verify", str(other), code=1).startswith(said)


def test_the_issuers_published_keys_are_enough_and_anothers_are_not(
    run: Operator, elsewhere: Operator, file: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(json.loads(run("receipt", "keys"))), encoding="utf-8")
    elsewhere("receipt", "verify", str(file), "--keys", str(keys))

    others = json.loads(keys.read_text(encoding="utf-8"))
    others["keys"][0]["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    keys.write_text(json.dumps(others), encoding="utf-8")
    assert "none of the issuer's" in elsewhere("receipt", "verify", str(file), "--keys", str(keys), code=1)
    keys.write_text("{}", encoding="utf-8")
    assert "keys_invalid" in elsewhere("receipt", "verify", str(file), "--keys", str(keys), code=1)


def test_what_a_receipt_says_is_shown_and_steers_no_terminal(elsewhere: Operator, file: Path, tmp_path: Path) -> None:
    shown = run_lines(elsewhere("receipt", "show", str(file)))
    assert "account: acme" in shown
    assert elsewhere.json("receipt", "show", str(file))["account"] == "acme"
    evil = tmp_path / "evil.json"
    evil.write_text(json.dumps({"receipt": {"id": "\x1b[2J"}}), encoding="utf-8")
    assert "\x1b" not in elsewhere("receipt", "show", str(evil))
    evil.write_text("[]", encoding="utf-8")
    assert "not_a_receipt" in elsewhere("receipt", "show", str(evil), code=1)


def run_lines(text: str) -> list[str]:
    return text.splitlines()
