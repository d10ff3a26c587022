"""What every subject of the operator's calls shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Header, Path, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from billing.api import Billing
from gateway.auth_operator import operator_of


def _billing(request: Request) -> Billing:
    return request.app.state.billing  # type: ignore[no-any-return]


def _text_only(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError('an amount is a decimal string: "12.50"')  # noqa: TRY004  Pydantic collects ValueErrors
    return value


Door = Annotated[Billing, Depends(_billing)]
Operator = Annotated[str, Depends(operator_of, use_cache=True)]
AccountId = Annotated[str, Path(min_length=1, max_length=64, description="The account's id.")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        description="Makes a repeat return what the first call did, and do nothing.",
    ),
]
Amount = Annotated[
    Decimal,
    BeforeValidator(_text_only),
    Field(max_digits=30, json_schema_extra={"type": "string", "examples": ["12.50"]}),
]


class Body(BaseModel):
    """A request's body: no other names than these."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
