from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from billing import caller as notes
from billing.caller import Caller, seal, unseal

SECRET = "a-secret-of-32-bytes-that-is-no-secret"
OTHER = "another-secret-of-32-bytes-just-as-open"
CUSTOMER = Caller(account="acme", user="ann", conversation="c-1", message="m-1")
VISITOR = Caller(account=None, user=None, conversation="c-2", message="m-2")


@pytest.mark.parametrize("caller", [CUSTOMER, VISITOR], ids=["customer", "visitor"])
def test_a_sealed_note_opens_as_the_caller_it_was_written_for(caller):
    assert unseal(seal(caller, SECRET), SECRET) == caller


def test_a_note_sealed_with_another_secret_names_nobody():
    assert unseal(seal(CUSTOMER, OTHER), SECRET) is None


def test_a_note_that_is_too_old_names_nobody(monkeypatch):
    monkeypatch.setattr(notes, "_LIFETIME", timedelta(seconds=-1))

    assert unseal(seal(CUSTOMER, SECRET), SECRET) is None


def test_a_note_changed_at_any_place_names_nobody():
    note = seal(CUSTOMER, SECRET)
    places = [place for place in range(0, len(note) - 1, 7) if note[place] != "."]

    for place in places:
        changed = note[:place] + ("A" if note[place] != "A" else "B") + note[place + 1 :]
        assert unseal(changed, SECRET) is None, f"changed at {place}"


def test_a_note_with_the_claims_of_another_and_this_signature_names_nobody():
    ours, theirs = seal(CUSTOMER, SECRET).split("."), seal(VISITOR, SECRET).split(".")

    assert unseal(".".join([theirs[0], theirs[1], ours[2]]), SECRET) is None


@pytest.mark.parametrize("note", ["", ".", "..", "acme", "a.b.c", "\x00", "ア.イ.ウ"])
def test_what_is_no_note_names_nobody(note):
    assert unseal(note, SECRET) is None


def test_an_unsigned_note_names_nobody():
    claims = jwt.decode(seal(CUSTOMER, SECRET), options={"verify_signature": False})

    assert unseal(jwt.encode(claims, None, algorithm="none"), SECRET) is None


@pytest.mark.parametrize("change", [{"aud": "billing-assistant"}, {"aud": None}, {"exp": None}])
def test_a_token_signed_for_another_purpose_is_no_note(change):
    claims = jwt.decode(seal(CUSTOMER, SECRET), options={"verify_signature": False}) | change
    claims = {name: value for name, value in claims.items() if value is not None}

    assert unseal(jwt.encode(claims, SECRET, algorithm="HS256"), SECRET) is None
