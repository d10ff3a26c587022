"""Keys of programs: told once, kept as a hash, good for their scopes until they are revoked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from billing.api_keys.models import ApiKeyRow
from billing.audit import service as audit
from billing.errors import ApiKeyInvalid, ApiKeyNotFound, ApiKeyScopeMissing, ApiKeyScopeUnknown


def test_a_key_opens_what_it_is_for_and_nothing_else(billing):
    made = billing.create_api_key("meter", ["usage:write"])

    assert billing.verify_api_key(made.key, "usage:write").id == made.id
    with pytest.raises(ApiKeyScopeMissing):
        billing.verify_api_key(made.key, "operator")


def test_only_the_hash_of_a_key_is_kept(billing):
    made = billing.create_api_key("meter", ["usage:write", "operator"])

    with billing.database.snapshot() as session:
        [row] = session.scalars(sa.select(ApiKeyRow))
    assert made.key.rpartition("_")[2] not in str(vars(row))
    assert [key.model_dump() for key in billing.api_keys()] == [made.model_dump(exclude={"key"})]


def test_no_other_key_opens_anything(billing):
    made, other = (billing.create_api_key(name, ["usage:write"]) for name in ("one", "two"))
    crossed = "_".join([*made.key.split("_", 2)[:2], other.key.split("_", 2)[2]])

    for key in (
        "",
        "ba",
        "ba__",
        made.id,
        made.key[:-1],
        made.key + "x",
        made.key.upper(),
        crossed,
        "ba_\x00_x",
        "ba_\ud800_x",
    ):
        with pytest.raises(ApiKeyInvalid):
            billing.verify_api_key(key, "usage:write")


def test_a_revoked_key_opens_nothing_and_says_since_when(billing, clock):
    made = billing.create_api_key("meter", ["usage:write"])
    first = billing.revoke_api_key(made.id, actor="operator:ann")
    clock.forward(days=1)

    assert billing.revoke_api_key(made.id) == first
    with pytest.raises(ApiKeyInvalid):
        billing.verify_api_key(made.key, "usage:write")
    with pytest.raises(ApiKeyNotFound):
        billing.revoke_api_key("nothing")
    with billing.database.snapshot() as session:
        told = [(row.actor, row.action) for row in audit.trail(session, subject=made.id)]
    assert told == [("operator:ann", "api_key.revoke"), ("operator:cli", "api_key.create")]


@pytest.mark.parametrize("scopes", [[], ["everything"], ["usage:write", "everything"]])
def test_a_key_is_for_scopes_that_there_are(billing, scopes):
    with pytest.raises(ApiKeyScopeUnknown):
        billing.create_api_key("meter", scopes)
