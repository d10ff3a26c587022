from __future__ import annotations

import importlib.util
import subprocess

import pytest

from billing.config import ROOT

_spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)


def answers(monkeypatch: pytest.MonkeyPatch, stdout: str) -> None:
    done = subprocess.CompletedProcess([], 0, stdout, "")
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: done)


@pytest.mark.parametrize("told", ["", "null", '{"dependencies": [{"name": "a", "skip_reason": "not found on PyPI"}]}'])
def test_a_lock_of_which_nothing_was_told_does_not_pass(monkeypatch, told) -> None:
    answers(monkeypatch, told)
    with pytest.raises(audit.NotReachable, match="pip-audit"):
        audit.of_python("requirements.lock")


def test_a_finding_fails_until_it_is_accepted_and_again_when_that_has_ended(monkeypatch) -> None:
    answers(monkeypatch, '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "GHSA-1"}]}]}')
    found = audit.of_python("requirements.lock")
    accepted = [{"package": "a 1", "id": "GHSA-1", "reason": "not reached", "until": "2026-12-31"}]

    assert audit.unaccepted(found, [], "2026-11-27") == [("a 1", "GHSA-1")]
    assert audit.unaccepted(found, accepted, "2026-11-27") == []
    assert audit.unaccepted(found, accepted, "2027-01-01") == [("a 1", "GHSA-1")]
