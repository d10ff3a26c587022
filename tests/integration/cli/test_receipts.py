"""Signed receipts on the command line: exported from the books, verified without any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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


def test_the_issuers_published_keys_are_enough_and_anothers_are_not(
    run: Operator, elsewhere: Operator, file: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(json.loads(run("receipt", "keys"))), encoding="utf-8")
    elsewhere("receipt", "verify", str(file), "--keys", str(keys))

    others = json.loads(keys.read_text(encoding="utf-8"))
    others["keys"][0]["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    keys.write_text(json.dumps(others), encoding="utf-8")
    assert "none of the issuer's keys" in elsewhere("receipt", "verify", str(file), "--keys", str(keys), code=1)
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
