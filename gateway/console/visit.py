"""Who asks for a page, and what a page answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from billing.api import Billing
from billing.config import Settings
from billing.errors import BillingError
from gateway.console.rendering import render
from gateway.console.roles import Permission, allowed
from gateway.console.words import Words
from gateway.errors import Problem, of_billing
from gateway.operators.schemas import SignedIn
from gateway.operators.service import Operators

FRESH = timedelta(minutes=10)
"""How long after the password was given money may be moved without giving it again."""
HOME = "/console/"


@dataclass
class Visit:
    """A request of a signed-in operator."""

    request: Request
    operator: SignedIn
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    @property
    def billing(self) -> Billing:
        """The door of billing."""
        billing: Billing = self.request.app.state.billing
        return billing

    @property
    def settings(self) -> Settings:
        """This process's."""
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def operators(self) -> Operators:
        """For the operator's own password and language."""
        return Operators(self.billing)

    @property
    def actor(self) -> str:
        """As the audit trail has it."""
        return self.operator.actor

    @property
    def words(self) -> Words:
        """In the operator's language."""
        return Words(self.operator.language)

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.request.client.host if self.request.client else "?"

    @property
    def stale(self) -> bool:
        """Whether the password was given too long ago to move money now."""
        return self.billing.now() - self.operator.confirmed_at > FRESH

    def may(self, permission: Permission) -> bool:
        """Whether the operator's role may do that."""
        return allowed(self.operator.role, permission)

    def asked(self, name: str, most: int = 200) -> str | None:
        """A value of the address; None where it is empty, or longer than makes sense."""
        value = self.request.query_params.get(name, "").replace("\x00", "").strip()
        return value if value and len(value) <= most else None

    def number(self, name: str) -> int | None:
        """A value of the address that is a whole number."""
        value = self.asked(name, 18)
        return int(value) if value and value.isascii() and value.isdecimal() else None

    def given(self, name: str, most: int = 4000) -> str:
        """A value of the form, without what no database keeps.

        Raises:
            Problem: 422 `field_too_long`.
        """
        value = self.form.get(name, "").replace("\x00", "").strip()
        if len(value) > most:
            raise Problem(422, "field_too_long", f"{name} is longer than {most} characters.")
        return value

    @property
    def key(self) -> str:
        """What makes a form that is sent twice count once."""
        return f"console:{self.operator.name}:{self.given('key', 64)}"

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The page."""
        told = {"visit": self, "t": self.words, "may": self.may, "csrf": self.operator.csrf, "new_key": _new_key}
        return HTMLResponse(render(template, told | values), status)

    def refused(self, template: str, refused: BillingError | Problem, **values: Any) -> HTMLResponse:
        """The page again, saying what was refused and holding what was typed."""
        problem = of_billing(refused) if isinstance(refused, BillingError) else refused
        return self.page(template, problem.status, **(values | {"error": self.words.refusal(refused)}))

    def see(self, path: str, **query: str) -> Response:
        """To another page, after something was done."""
        return RedirectResponse(f"{HOME}{path}" + (f"?{urlencode(query)}" if query else ""), 303)

    def here(self, **changed: str | None) -> str:
        """This page's address with some values changed or left out: filters and pages live there."""
        query = dict(self.request.query_params) | changed
        kept = {name: value for name, value in query.items() if value and name != "done"}
        return self.request.url.path + (f"?{urlencode(kept)}" if kept else "")

    @property
    def done(self) -> str | None:
        """What was just done, in words."""
        code = self.asked("done", 40)
        said = self.words.named("done", code) if code else None
        return said if said != code else None


def _new_key() -> str:
    return uuid4().hex
