"""What deploy/ holds is held against the tools that read it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from billing.config import ROOT
from gateway.cli.server import GRACE

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
MANIFESTS = sorted(set((DEPLOY / "kubernetes").glob("*.yml")) - {DEPLOY / "kubernetes/kustomization.yml"})
UNITS = sorted((DEPLOY / "systemd").iterdir())


def passes(*command: str | Path) -> str:
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def containers() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = []
    for file in MANIFESTS:
        for each in yaml.safe_load_all(file.read_text()):
            spec = each["spec"].get("jobTemplate", each).get("spec", {}).get("template", {}).get("spec")
            found += [(file.name, spec, container) for container in (spec or {}).get("containers", ())]
    return found


def test_compose_takes_the_file() -> None:
    passes(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose/compose.yml")


@pytest.mark.parametrize("file", MANIFESTS, ids=lambda file: file.stem)
def test_kubernetes_takes_the_manifest(file: Path) -> None:
    passes(BIN / "kubernetes-validate", "--strict", file)


def test_every_manifest_is_applied() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yml").read_text())["resources"]

    assert sorted(listed) == [file.name for file in MANIFESTS]


@pytest.mark.parametrize(
    ("file", "pod", "container"), containers(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_no_container_of_a_cluster_may_more_than_it_needs(file: str, pod: dict, container: dict) -> None:
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    allowed = container["securityContext"]
    assert (allowed["readOnlyRootFilesystem"], allowed["allowPrivilegeEscalation"]) == (True, False)
    assert allowed["capabilities"] == {"drop": ["ALL"]}
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
    assert "memory" in container["resources"]["limits"]


def test_no_service_of_compose_writes_to_its_image_or_keeps_a_capability_unsaid() -> None:
    services = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())["services"]

    for name, service in services.items():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert name == "migrate" or "test" in service["healthcheck"], name


def test_everything_that_ends_a_server_waits_longer_than_the_server_does() -> None:
    pod = yaml.safe_load((DEPLOY / "kubernetes/deployment.yml").read_text())["spec"]["template"]["spec"]
    compose = yaml.safe_load((DEPLOY / "compose/compose.yml").read_text())["services"]["app-1"]
    unit = (DEPLOY / "systemd/billing-assistant.service").read_text()
    before = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert pod["terminationGracePeriodSeconds"] >= GRACE + before + 5
    assert int(compose["stop_grace_period"].removesuffix("s")) >= GRACE + 5
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) >= GRACE + 5


def test_a_roll_out_never_takes_a_server_before_another_answers() -> None:
    strategy = yaml.safe_load((DEPLOY / "kubernetes/deployment.yml").read_text())["spec"]["strategy"]

    assert strategy["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/true", unit.read_text())  # nothing is installed there
        (tmp_path / unit.name).write_text(re.sub(r"(?m)^WorkingDirectory=.*", "WorkingDirectory=/", text))

    told = passes("systemd-analyze", "verify", *(tmp_path / unit.name for unit in UNITS))

    assert "billing-assistant" not in told
    security = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", tmp_path / "billing-assistant.service"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    assert float(re.search(r"exposure level .*: ([\d.]+)", security)[1]) < 2


def test_the_image_has_all_that_the_server_reads_and_runs_as_nobody_special() -> None:
    lines = (DEPLOY / "Containerfile").read_text()
    copied = set(re.findall(r"^COPY ([a-z/]+) ", lines, re.MULTILINE))

    assert copied >= {"assistant", "actions", "billing", "gateway", "data", "widget/dist"}
    assert "USER 10001:10001" in lines


def test_the_board_is_json_with_a_query_in_every_panel() -> None:
    board = json.loads((DEPLOY / "grafana/billing-assistant.json").read_text())

    assert all(target["expr"] for panel in board["panels"] for target in panel["targets"])
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
