"""Who operates: whoever has an API key with the scope that the call needs. The one place where that is decided."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from fastapi.security import HTTPBearer

from billing.api import ApiKey
from gateway.api_keys import needs
from gateway.errors import Problem
from gateway.rates.callers import address_of, operator_rate

KEY = HTTPBearer(
    auto_error=False, description="An API key with the scope `operator`; for calls under `/privacy/` with `privacy`."
)
"""For the description of the calls; `operator_of` and `privacy_of` decide."""
_operates, _knows = needs("operator"), needs("privacy")


def operator_of(request: Request) -> str:
    """`operator:NAME`, as the audit trail has it: NAME is that of the API key, so give each operator one of their own.

    Raises:
        Problem: 401 without a key in force, 403 for a key that is not an operator's, 429 for too many calls.
    """
    return _named(request, _operates)


def privacy_of(request: Request) -> str:
    """The same of a key that may export and erase what is kept of customers, and need not do anything else.

    Raises:
        Problem: as `operator_of`.
    """
    return _named(request, _knows)


def _named(request: Request, key_of: Callable[[Request], ApiKey]) -> str:
    try:
        key = key_of(request)
    except Problem:  # whoever has no key shares the limit of an address, and leaves the operators' alone
        operator_rate(request, f"from {address_of(request.scope)}")
        raise
    operator_rate(request, key.id)
    return f"operator:{key.name}"
