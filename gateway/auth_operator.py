"""Who operates: whoever has an API key with the scope `operator`. The one place where that is decided."""

from __future__ import annotations

from fastapi import Request
from fastapi.security import HTTPBearer

from gateway.api_keys import needs
from gateway.errors import Problem
from gateway.rates.callers import address_of, operator_rate

KEY = HTTPBearer(auto_error=False, description="An API key with the scope `operator`.")
"""For the description of the calls; `operator_of` decides."""
_key_of = needs("operator")


def operator_of(request: Request) -> str:
    """`operator:NAME`, as the audit trail has it: NAME is that of the API key, so give each operator one of their own.

    Raises:
        Problem: 401 without a key in force, 403 for a key that is not an operator's, 429 for too many calls.
    """
    try:
        key = _key_of(request)
    except Problem:  # whoever has no key shares the limit of an address, and leaves the operators' alone
        operator_rate(request, f"from {address_of(request.scope)}")
        raise
    operator_rate(request, key.id)
    return f"operator:{key.name}"
