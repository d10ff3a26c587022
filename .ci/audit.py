"""Known weaknesses of what the locks name: 0 none but those accepted, 1 some, 3 nobody could be asked.

A tool that was told nothing of a package passes it; here that is a failure with a status of its own. Accepted findings
stand in `.ci/audit.yml`, each with its reason and the day until which it holds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
FOUND, UNREACHABLE = 1, 3
Finding = tuple[str, str]
"""A package with its release, and the name of the weakness."""


class NotReachable(Exception):
    """Who knows of weaknesses did not answer for all that was asked about."""


def of_python(lock: str) -> set[Finding]:
    """By pip-audit, from PyPI's own records."""
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--no-deps", "--disable-pip", "-f", "json"]
    told = _run(f"pip-audit {lock}", command)
    unknown = [each["name"] for each in told["dependencies"] if "skip_reason" in each]
    if unknown:
        asked = len(told["dependencies"])
        raise NotReachable(f"pip-audit {lock}: PyPI told nothing of {len(unknown)} of {asked} packages")
    return {(f"{each['name']} {each['version']}", v["id"]) for each in told["dependencies"] for v in each["vulns"]}


def of_widget() -> set[Finding]:
    """By npm, from its registry's advisories."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotReachable("npm audit: npm is not installed")
    told = _run("npm widget", [npm, "audit", "--prefix", "widget", "--package-lock-only", "--json"])
    if "auditReportVersion" not in told:
        raise NotReachable("npm audit: the registry does not answer audits")
    advisories = [(name, via) for name, each in told["vulnerabilities"].items() for via in each["via"]]
    return {(name, via["url"].rpartition("/")[2]) for name, via in advisories if isinstance(via, dict)}


def _run(what: str, command: list[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        return dict(json.loads(done.stdout))
    except (ValueError, TypeError, subprocess.TimeoutExpired) as error:
        raise NotReachable(f"{what}: no answer") from error


def unaccepted(found: set[Finding], accepted: list[dict[str, Any]], today: str) -> list[Finding]:
    """What nobody has argued for, or not until today."""
    good = {(each["package"], each["id"]) for each in accepted if str(each["until"]) >= today and each["reason"]}
    return sorted(found - good)


def main() -> int:
    """Ask for every lock; say all that is found before it is judged."""
    found, silent = set[Finding](), []
    for ask in (*(lambda lock=lock: of_python(lock) for lock in LOCKS), of_widget):
        try:
            found |= ask()
        except NotReachable as error:
            silent.append(str(error))
    accepted = yaml.safe_load((ROOT / ".ci" / "audit.yml").read_text())["accepted"]
    bad = unaccepted(found, accepted, f"{datetime.now(UTC):%Y-%m-%d}")
    for package, name in bad:
        print(f"found: {package}: {name}")
    skipping = "--skip-unreachable" in sys.argv
    for why in silent:
        print(f"{'skipped' if skipping else 'not reachable'}: {why}")
    if bad:
        return FOUND
    return UNREACHABLE if silent and not skipping else 0


if __name__ == "__main__":
    sys.exit(main())
