"""Every page with every role: nobody sees or does what the table does not say, signed in or not."""

from __future__ import annotations

from typing import get_args

import pytest
from fastapi.routing import APIRoute

from gateway.console.pages import PREFIX, SUBJECTS
from gateway.console.roles import MAY, Permission, allowed, moves_money, needed
from gateway.operators.schemas import ROLES

PUBLIC = {("GET", "/console/sign-in"), ("POST", "/console/sign-in"), ("GET", "/console/static/{name}")}
MONEY = {"correct", "approve", "import_statement", "assign_line", "confirm_transfer", "refund_payment"}
PERSONAL = {"export_person", "approve_erasure"}
VALUES = {
    "account_id": "acme",
    "number": "R-000001",
    "conversation": "none",
    "conversation_id": "none",
    "name": "requests",
    "rest": "nothing",
}


def pages() -> list[tuple[str, str, APIRoute]]:
    found = [route for subject in SUBJECTS for route in subject.router.routes if isinstance(route, APIRoute)]
    assert len(found) > 30
    return [(method, PREFIX + route.path, route) for route in found for method in sorted(route.methods or ())]


GUARDED = [(method, path, route) for method, path, route in pages() if (method, path) not in PUBLIC]


def path_of(path: str) -> str:
    return path.removeprefix("/console/").replace(":path", "").format(**VALUES)


def test_every_page_but_the_sign_in_says_what_it_needs() -> None:
    assert {(method, path) for method, path, route in pages() if needed(route.endpoint) is None} == PUBLIC
    assert all(roles for roles in MAY.values())


def test_what_says_nothing_is_nobodys() -> None:
    assert not any(allowed(role, None) for role in ROLES)


def test_nobody_who_is_not_signed_in_gets_any_page(browser) -> None:
    visitor = browser()
    for method, path, _ in GUARDED:
        answer = visitor.http.request(method, f"/console/{path_of(path)}")
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/console/sign-in"), path


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_exactly_what_the_table_says(browser, role) -> None:
    operator = browser(role)
    token = operator.token()
    for method, path, route in GUARDED:
        if path.endswith(("sign-out", "/language")):
            continue
        answer = operator.http.request(
            method, f"/console/{path_of(path)}", data={"csrf": token} if method == "POST" else None
        )
        may = role in MAY[needed(route.endpoint)]
        assert (answer.status_code == 403) != may, f"{role} {method} {path}: {answer.status_code}"
        assert answer.status_code < 500, f"{path}: {answer.text}"


@pytest.mark.parametrize("role", ROLES)
def test_no_page_links_to_what_the_role_may_not_see(browser, role) -> None:
    import re

    operator = browser(role)
    for page in ("", "accounts/acme", "requests"):
        for link in set(re.findall(r'href="/console/([^"#?]*)', operator.get(page).text)):
            assert operator.get(link).status_code == 200, f"{role}: {page} → {link}"


def test_what_moves_money_or_personal_data_asks_for_the_password() -> None:
    moving = {route.endpoint.__name__ for _, _, route in pages() if moves_money(route.endpoint)}
    assert moving == PERSONAL | MONEY & {route.endpoint.__name__ for _, _, route in pages()}
    assert {"correct", "approve", "confirm_transfer"} <= moving


def test_each_permission_is_needed_by_a_page() -> None:
    used = {needed(route.endpoint) for _, _, route in pages()}
    inside = {"payments.read", "payments.refund", "deflection"} - used  # pages of other modules
    assert set(get_args(Permission)) - used - inside == set()
