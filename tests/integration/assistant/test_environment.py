"""What lets frozen Rasa run here, each thing held to its reason: a reason that is gone fails, so that it is removed."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires, version
from pathlib import Path

import pytest

from assistant import compat, hook, slim, speed

ROOT = Path(__file__).resolve().parents[3]


def ask(code: str) -> str:
    """What another process prints: what the libraries are before Rasa is imported."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_the_rasa_here_is_the_one_that_this_was_written_for() -> None:
    assert version("rasa") == hook.RASA == "3.6.21"
    assert version("rasa-sdk") == "3.6.2"


def test_another_rasa_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(hook, "version", lambda name: "3.6.20")
    with pytest.raises(hook.RasaVersionMismatch, match=r"3\.6\.20"):
        hook._Hook().find_spec("rasa")


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("numpy", "import numpy; print('VisibleDeprecationWarning' in vars(numpy))"),
        ("packaging", "import packaging.version as v; print(hasattr(v, 'LegacyVersion'))"),
        ("sanic", "import sanic.response as r; print(hasattr(r, 'stream'))"),
    ],
)
def test_a_name_that_is_restored_is_really_gone_from_its_library(package: str, reason: str) -> None:
    assert ask(reason) == "False"


def test_the_names_are_there_once_rasa_is_imported() -> None:
    code = "import rasa, numpy, packaging.version as v, sanic.response as r; "
    assert ask(code + "print(hasattr(numpy, 'VisibleDeprecationWarning'), hasattr(v, 'LegacyVersion'))") == "True True"
    assert ask(code + "print(hasattr(r, 'stream'))") == "True"


def extras() -> set[str]:
    """The packages of the optional extras: tests have them, a server only those of its channels."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split("[>=<]", each)[0] for group in project["optional-dependencies"].values() for each in group}


@pytest.mark.parametrize("module", slim.TABLE)
def test_a_placeholder_stands_in_for_a_package_that_is_really_absent(module: str) -> None:
    package, _ = slim.TABLE[module]
    optional = package.replace("_", "-") in extras()
    assert optional or not slim._installed(package), f"{package} is installed: {module} needs no placeholder"
    importlib.import_module("rasa.core.agent")
    stands_in = importlib.import_module(module).__spec__.origin == "assistant.slim"
    assert stands_in == (not slim._installed(package))


@pytest.mark.parametrize(
    "name", ["DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy", "LanguageModelFeaturizer"]
)
def test_a_config_that_asks_for_what_is_left_out_is_told_which_package(name: str) -> None:
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe
    from rasa.shared.exceptions import InvalidConfigException

    placeholder = DefaultV1Recipe._from_registry(name).clazz
    with pytest.raises(InvalidConfigException, match="tensorflow"):
        placeholder.create({}, None, None, None)


@pytest.mark.parametrize("module", [*compat.PATCHES, *speed.PATCHES])
def test_what_is_patched_is_what_the_patch_was_written_for(module: str) -> None:
    """Each patched module is Rasa's own or Sanic's, and is imported with the patch in place."""
    importlib.import_module("rasa.core.agent")
    patched = importlib.import_module(module)
    assert patched.__spec__.origin.endswith(".py")


def test_nothing_calls_home() -> None:
    assert ask("import rasa, os; print(os.environ['RASA_TELEMETRY_ENABLED'])") == "false"


def test_a_text_is_filled_by_name_and_values_are_never_looked_into() -> None:
    from rasa.core.nlg import interpolator

    fill = interpolator.interpolate_text
    assert fill("{a} and {b}", {"a": "{b}", "b": "0[x] {0[a]}"}) == "{b} and 0[x] {0[a]}"
    assert fill('/answer{"payment_method":"card"}', {}) == '/answer{"payment_method":"card"}'
    with pytest.raises(KeyError):
        fill("{missing}", {})


def test_the_patched_event_lookup_finds_what_rasas_own_walk_finds() -> None:
    from rasa.shared.core.events import Event
    from rasa.shared.utils.common import all_subclasses

    for kind in all_subclasses(Event):
        name = getattr(kind, "type_name", None)
        if name:
            assert Event.resolve_by_type(name).type_name == name
    assert Event.resolve_by_type("no such event", default=int) is int


def test_the_domain_that_a_model_keeps_as_json_is_the_one_that_it_keeps_as_yaml(tmp_path) -> None:
    import tarfile

    from rasa.shared.core.domain import Domain

    from assistant.train import MODEL

    with tarfile.open(MODEL) as model:
        model.extractall(tmp_path, filter="data")
    kept = tmp_path / "components" / "domain_provider"
    as_yaml = Domain.from_file(str(kept / "domain.yml"))
    as_json = Domain.from_dict(json.loads((kept / speed.DOMAIN).read_text(encoding="utf-8")))
    assert as_json.as_dict() == as_yaml.as_dict()
    assert as_json.fingerprint() == as_yaml.fingerprint()


def test_rasa_reads_yaml_with_libyaml() -> None:
    assert ask("import ruamel.yaml as r; print(r.__with_libyaml__)") == "True"
    assert all("extra ==" in need for need in requires("ruamel.yaml") if "clib" in need), "it comes by itself again"
