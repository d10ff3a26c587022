"""The command line as an operator uses it: what it prints, and its exit codes (0 done, 1 refused, 2 usage)."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import commands
from tests.builders.statements import Line, as_csv

ROOT = Path(__file__).resolve().parents[3]


class Operator:
    def __init__(self, folder: Path) -> None:
        self.database = folder / "billing.db"
        self._environment = os.environ | {"DATABASE_URL": f"sqlite:///{self.database}", "COLUMNS": "200"}

    def __call__(self, *arguments: str, stdin: str = "", code: int = 0) -> str:
        ended = commands.run(arguments, self._environment, stdin)
        assert ended.code == code, ended.out + ended.err
        assert "Traceback" not in ended.err
        return ended.out if code == 0 else ended.out + ended.err

    def json(self, *arguments: str, stdin: str = ""):
        return json.loads(self(*arguments, "--json", stdin=stdin))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    operator = Operator(tmp_path_factory.mktemp("operator"))
    assert "loaded" in operator("demo", "load")
    return operator


def test_help_is_there_for_every_command(run: Operator) -> None:
    for command in ("serve", "chat", "parse", "token", "account create", "catalogue load", "usage import",
                    "api-key create", "transfer import", "transfer cancel", "deflection report",
                    "transfer confirm", "ledger verify", "request list", "outbox retry", "demo load", "account adjust",
                    "request answer", "request close", "alerts check", "alerts set", "audit list",
                    "channel list", "unsure list", "unsure label", "unsure review", "unsure export",
                    "understanding report", "understanding check"):  # fmt: skip
        assert "Usage:" in run(*command.split(), "--help")
    run("nonsense", code=2)
    run("token", code=2)
    run("token", "--account", "acme", "--ttl", "99999", code=2)


def test_the_plan_that_would_have_cost_least_is_recommended(run: Operator) -> None:
    found = run.json("account", "recommend", "acme", "--days", "90")
    assert [option["total"] for option in found["options"] if option["best"]] == [found["best"]["total"]]
    assert "pay as you go" in run("account", "recommend", "acme")
    assert "period_invalid" in run("account", "recommend", "acme", "--days", "45", code=1)


def test_plans_are_compared_by_volume_and_the_own_one_is_priced_again(run: Operator) -> None:
    found = run.json("account", "compare", "acme")
    assert len(found["points"]) == 13
    assert "pay as you go" in run("account", "compare", "acme")
    assert all(period["agrees"] for period in run.json("account", "reprice", "hangang"))
    assert "INV-" in run("account", "reprice", "hangang")


def test_what_if_prints_both_courses_and_refuses_what_cannot_be(run: Operator) -> None:
    asked = ("what-if", "acme", "--traffic", "1.3", "--voucher-gone", "all", "--top-up", "50", "--days", "30")
    found = run.json(*asked)
    assert found["changed"]["topped_up"] == {"amount": "50.00", "currency": "USD"}
    assert "topped" not in run(*asked, "--plan", "growth:yearly")
    assert "plan_not_found" in run("what-if", "acme", "--plan", "unheard-of", code=1)
    run("what-if", "acme", "--traffic", "1.3@soon", code=2)
    run("what-if", "acme", "--top-up", "-1", code=2)


def test_an_account_is_created_once(run: Operator) -> None:
    created = run.json("account", "create", "shop", "--name", "Shop", "--currency", "JPY", "--time-zone", "Asia/Tokyo")
    assert created["currency"] == "JPY"
    assert "account_exists" in run("account", "create", "shop", "--name", "Shop", "--currency", "JPY", code=1)
    assert "currency_unknown" in run("account", "create", "x", "--name", "X", "--currency", "XXX", code=1)
    assert "time_zone_unknown" in run(
        "account", "create", "x", "--name", "X", "--currency", "USD", "--time-zone", "Mars", code=1
    )
    assert "shop" in [account["id"] for account in run.json("account", "list")]
    assert run.json("account", "show", "shop")["balance"]["available"] == {"amount": "0", "currency": "JPY"}


def test_a_token_names_its_account(run: Operator) -> None:
    assert run.json("token", "--account", "acme", "--user", "ann")["user"] == "ann"
    assert "account_not_found" in run("token", "--account", "nobody", code=1)


def test_a_catalogue_with_a_mistake_is_told_with_its_line_and_not_loaded(run: Operator, tmp_path: Path) -> None:
    before = run("catalogue", "show")
    text = (ROOT / "data" / "catalogue" / "demo.yml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(text.replace('"2.4"', "2.4"), encoding="utf-8")
    line = text[: text.index('"2.4"')].count("\n") + 1

    told = run("catalogue", "load", str(wrong), code=1)
    assert f"wrong.yml:{line}:" in told
    assert "quotes" in told
    assert run("catalogue", "show") == before
    run("catalogue", "load", str(tmp_path / "missing.yml"), code=2)
    wrong.write_text(text.replace('"2.4"', '"2.5"'), encoding="utf-8")
    assert run.json("catalogue", "load", str(wrong))["changed"] is True
    assert run.json("catalogue", "load", str(wrong))["changed"] is False


def test_usage_is_imported_once_and_refused_lines_are_listed(run: Operator, tmp_path: Path) -> None:
    now = datetime.now(UTC).isoformat()
    event = {"source": "bot", "id": "1", "account": "acme", "service": "bot_session", "time": now}
    file = tmp_path / "usage.jsonl"
    file.write_text("\n".join(json.dumps(event | more) for more in ({"quantity": "3"}, {"id": "2", "quantity": "1"})))
    assert run.json("usage", "import", str(file)) == {"accepted": 2, "repeated": 0, "refused": []}
    assert run.json("usage", "import", str(file)) == {"accepted": 0, "repeated": 2, "refused": []}

    file.write_text(
        json.dumps(event | {"id": "3", "quantity": "-1"})
        + "\nnot json\n"
        + json.dumps(event | {"id": "4", "quantity": "1"})
    )
    told = run("usage", "import", str(file), code=1)
    assert "1 recorded, 0 known already, 2 refused" in told
    assert "line 1: usage_invalid" in told
    assert "line 2: usage_invalid" in told

    file.write_text(json.dumps(event | {"id": "5", "quantity": "1", "time": "2026-01-02T00:00:00Z"}))
    assert "line 1: usage_too_old" in run("usage", "import", str(file), code=1)
    assert run.json("usage", "import", str(file), "--any-age")["accepted"] == 1


def test_an_api_key_is_told_once_and_can_be_revoked(run: Operator) -> None:
    made = run.json("api-key", "create", "meter of bot 1", "--scope", "usage:write")
    assert made["key"].startswith(f"ba_{made['id']}_")
    [listed] = run.json("api-key", "list")
    assert (listed["name"], listed["scopes"], listed["revoked_at"]) == ("meter of bot 1", ["usage:write"], None)
    assert made["key"] not in run("api-key", "list") + json.dumps(listed)
    assert run.json("api-key", "revoke", made["id"])["revoked_at"]
    assert "api_key_not_found" in run("api-key", "revoke", "nothing", code=1)
    assert "api_key_scope_unknown" in run("api-key", "create", "x", "--scope", "everything", code=1)


def test_a_transfer_is_confirmed_once(run: Operator) -> None:
    said = run("chat", "--account", "acme", stdin="top up 50 by bank transfer\nyes\n")
    assert "$50.00" in said
    [pending] = run.json("transfer", "list")
    before = run.json("account", "show", "acme")["balance"]["top_up"]["amount"]

    assert run.json("transfer", "confirm", pending["id"])["status"] == "completed"
    assert run.json("transfer", "confirm", pending["id"])["status"] == "completed"

    assert float(run.json("account", "show", "acme")["balance"]["top_up"]["amount"]) == float(before) + 50
    assert "transfer_not_found" in run("transfer", "confirm", "T-999999", code=1)


def test_what_was_said_in_a_chat_is_counted(run: Operator) -> None:
    run("chat", "--account", "empty", stdin="what is my balance?\nthank you\n")
    told = run.json("deflection", "report", "--by", "topic", "--by", "language")
    [row] = [row for row in told["rows"] if row["topic"] == "show_balance"]
    assert (row["language"], row["outcomes"]["enquiries"], row["outcomes"]["still_open"]) == ("en", 1, 1)
    assert row["answers"] == 2
    assert "show_balance" in run("deflection", "report", "--by", "topic")
    assert run("deflection", "report", "--csv").startswith("topic,language,day,")
    assert "period_invalid" in run("deflection", "report", "--from", "2026-03-02", "--to", "2026-03-01", code=1)


def test_a_bank_statement_is_imported_once_and_what_is_unmatched_is_assigned(run: Operator, tmp_path: Path) -> None:
    statement = tmp_path / "statement.csv"
    statement.write_bytes(as_csv([Line("2026-03-09", "7", "rent"), Line("2026-03-09", "9", "more rent")]))
    assert run.json("transfer", "import", str(statement))["unmatched"] == 2
    assert "2 repeated" in run("transfer", "import", str(statement))
    first, second = [line["id"] for line in run.json("transfer", "lines", "--state", "unmatched")]
    assert run.json("transfer", "assign", first, "--account", "empty")["state"] == "credited"
    assert "Wrong company" in json.dumps(run.json("transfer", "set-aside", second, "--reason", "Wrong company"))
    assert "bank_line_settled" in run("transfer", "set-aside", first, "--reason", "no", code=1)
    run("transfer", "assign", second, code=2)
    statement.write_bytes(as_csv([Line("soon", "7", "rent")]))
    assert "line 2 refused: date_invalid" in run("transfer", "import", str(statement), code=1)
    assert run.json("ledger", "verify")["ok"]


def test_credit_is_corrected_and_the_trail_says_who_and_why(run: Operator) -> None:
    made = run.json(
        "account", "adjust", "pending", "--by", "30", "--reason", "An apology", "--key", "c-1", "--as", "ann"
    )
    assert (made["amount"]["amount"], made["top_up"]["amount"]) == ("30.00", "30.00")
    again = run.json(
        "account", "adjust", "pending", "--by", "30", "--reason", "An apology", "--key", "c-1", "--as", "ann"
    )
    assert again == made
    assert "credit_insufficient" in run("account", "adjust", "pending", "--by", "-30.01", "--reason", "x", code=1)
    run("account", "adjust", "pending", "--by", "much", "--reason", "x", code=2)
    [entry] = [e for e in run.json("audit", "list", "--subject", "pending") if e["action"] == "credit.adjust"]
    assert (entry["actor"], entry["after"]["reason"]) == ("operator:ann", "An apology")
    assert "An apology" in run("audit", "list")


def test_alerts_are_looked_for_once_and_listed(run: Operator) -> None:
    assert run.json("alerts", "check")["raised"] > 0
    assert run.json("alerts", "check") == {"raised": 0, "cleared": 0}
    [ending] = run.json("alerts", "list", "sakura")
    assert (ending["kind"], ending["level"]) == ("plan_ending", 14)
    assert len(run.json("alerts", "list", "sakura", "--all")) > 1
    set_ = run.json("alerts", "set", "acme", "--low-balance", "12.50", "--email", "ann@example.com")
    assert set_ == {
        "low_balance": {"amount": "12.50", "currency": "USD"},
        "is_default": False,
        "email": "ann@example.com",
    }
    assert run.json("alerts", "settings", "acme") == set_
    assert "email_invalid" in run("alerts", "set", "acme", "--email", "nobody", code=1)


def test_a_request_is_answered_and_closed(run: Operator) -> None:
    run("chat", "--account", "paused", stdin="I want to talk to a human\nMy bot is slow since noon\nyes\n")
    [request] = run.json("request", "list")
    answered = run.json("request", "answer", request["id"], "--note", "Corrected")
    assert (answered["state"], answered["answer"]) == ("answered", "Corrected")
    assert run.json("request", "close", request["id"])["state"] == "closed"
    assert "request_closed" in run("request", "close", request["id"], code=1)
    assert "request_not_found" in run("request", "answer", "R-999999", "--note", "x", code=1)


def test_the_terminal_talks_in_the_language_of_the_customer_and_presses_buttons(run: Operator) -> None:
    said = run("chat", "--account", "sakura", "--language", "ja", stdin="OK\nチャージしたい\n5000\n[1]\n[2]\n")
    assert "[1] カード" in said
    assert "チャージは行われず" in said
    lines = run("chat", "--json", stdin="What is a voucher?\nmy balance\n").splitlines()
    assert [json.loads(line)["topic"] for line in lines] == ["faq/vouchers", "show_balance"]
    assert "account_not_found" in run("chat", "--account", "nobody", stdin="hi\n", code=1)


def test_parse_prints_topics_and_slots(run: Operator) -> None:
    asked = [{"text": "my usage last 3 months"}, {"text": "5만원 카드로 충전"}, {"text": "OK"}]
    stdin = "\n".join(json.dumps(line) for line in asked)
    said = [
        json.loads(line) for line in run("parse", "--language", "ko", "--today", "2026-11-22", stdin=stdin).splitlines()
    ]

    assert [line["topic"] for line in said] == ["show_usage", "recharge", "affirm"]
    assert said[0]["slots"] == {"period": {"from": "2026-08-23", "to": "2026-11-22"}}
    assert said[1]["slots"] == {"amount": "50000", "currency": "KRW", "payment_method": "card"}
    assert [line["language"] for line in said] == ["en", "ko", "ko"]
    assert all(line.keys() == {"text", "topic", "confidence", "language", "slots"} for line in said)
    assert "line 1" in run("parse", stdin="no json\n", code=1)


def test_a_tampered_ledger_is_found(run: Operator) -> None:
    assert "every invariant holds" in run("ledger", "verify")
    assert run.json("ledger", "verify") == {"ok": True, "violations": []}
    database = sqlite3.connect(run.database)
    database.execute("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'top_up' AND owner = 'acme'")
    database.commit()

    told = run("ledger", "verify", code=1)
    assert "every_balance_equals_its_entries: acme/top_up" in told
    database.execute("UPDATE ledger_account SET balance = balance - 1 WHERE kind = 'top_up' AND owner = 'acme'")
    database.commit()
    assert "every invariant holds" in run("ledger", "verify")


def test_nothing_is_on_its_way_to_channels_where_no_server_ever_ran(run: Operator) -> None:
    assert json.loads(run("channel", "list")) == []
    assert run("channel", "retry").strip() == "0 to be tried again"
