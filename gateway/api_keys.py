"""Programs that call: an API key with the scope that a call needs."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from billing.api import ApiKey, Billing, Scope
from billing.errors import ApiKeyInvalid, ApiKeyScopeMissing
from gateway.errors import Problem, of_billing


def needs(scope: Scope) -> Callable[[Request], ApiKey]:
    """A dependency: the key of a request, for that scope.

    Raises:
        Problem: 401 `api_key_missing` or `api_key_invalid`, 403 `api_key_scope_missing`.
    """

    def key_of(request: Request) -> ApiKey:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Problem(401, "api_key_missing", "This needs an API key: send `Authorization: Bearer <key>`.")
        billing: Billing = request.app.state.billing
        try:
            return billing.verify_api_key(key.strip(), scope)
        except ApiKeyInvalid as error:
            raise Problem(401, error.code, of_billing(error).detail) from None
        except ApiKeyScopeMissing as error:
            raise Problem(403, error.code, f"The API key is not for `{scope}`.") from None

    return key_of
