"""Placeholders for the parts of Rasa 3.6.21 whose packages this environment leaves out.

Rasa imports every built-in component and channel at start, TensorFlow and a dozen vendor SDKs with them, although
rules, forms, a linear classifier and this project's components need none. Where the package is installed the real
module is imported; where it is not, a module with the same public names is, and using one says which package is
missing. Everything Rasa-specific that is left out stands in this one table.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import logging
import types
from collections.abc import Callable
from typing import Any

Build = Callable[[types.ModuleType], None]

_TF = "tensorflow"


class NotInstalled(ImportError):
    """A part of Rasa was asked for whose package is not installed here."""


def _refusal(what: str, package: str) -> str:
    return f"'{what}' needs the package '{package}', which this environment leaves out (see assistant/slim.py)"


def component(name: str, package: str, kinds: tuple[str, ...], base: str | None = None) -> Build:
    """A registered graph component which Rasa's own validation of a config refuses, naming the package."""

    def build(module: types.ModuleType) -> None:
        from rasa.engine.graph import GraphComponent
        from rasa.engine.recipes.default_recipe import DefaultV1Recipe
        from rasa.shared.exceptions import InvalidConfigException

        def refuse(*_: Any, **__: Any) -> Any:
            raise InvalidConfigException(_refusal(name, package) + f": remove '{name}' from config.yml")

        bases: tuple[type, ...] = (GraphComponent,)
        if base:
            owner, _, attribute = base.partition(":")
            parent = getattr(importlib.import_module(owner), attribute)
            bases = (parent,) if issubclass(parent, GraphComponent) else (parent, GraphComponent)
        body = {
            "__module__": module.__name__,
            "required_packages": staticmethod(lambda: [package]),
            "create": classmethod(refuse),
            "load": classmethod(refuse),
            "__init__": refuse,
        }
        placeholder = type(name, bases, body)
        types_ = [DefaultV1Recipe.ComponentType[kind] for kind in kinds]
        DefaultV1Recipe.register(types_, is_trainable=False)(placeholder)
        setattr(module, name, placeholder)

    return build


def names(package: str, *wanted: str) -> Build:
    """Names that may be imported, annotated with and subclassed, but not called."""

    def build(module: types.ModuleType) -> None:
        for name in wanted:

            def refuse(self: Any, *_: Any, what: str = name, **__: Any) -> None:
                raise NotInstalled(_refusal(f"{module.__name__}.{what}", package))

            setattr(module, name, type(name, (), {"__module__": module.__name__, "__init__": refuse}))

    return build


def errors(*wanted: str) -> Build:
    """Exception classes for `except` clauses; nothing raises them."""

    def build(module: types.ModuleType) -> None:
        for name in wanted:
            setattr(module, name, type(name, (Exception,), {"__module__": module.__name__}))

    return build


def channel(cls_name: str, name: str, package: str) -> Build:
    """An input channel which refuses to be configured."""

    def build(module: types.ModuleType) -> None:
        from rasa.core.channels.channel import InputChannel

        def refuse(*_: Any, **__: Any) -> Any:
            raise NotInstalled(_refusal(f"channel {name}", package))

        body = {
            "__module__": module.__name__,
            "name": classmethod(lambda cls: name),
            "from_credentials": classmethod(refuse),
            "__init__": refuse,
        }
        setattr(module, cls_name, type(cls_name, (InputChannel,), body))

    return build


def _sentry(module: types.ModuleType) -> None:
    class SentryProcessor:
        """Passes log events on; nothing is sent anywhere."""

        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def __call__(self, logger: Any, name: str, event_dict: Any) -> Any:
            return event_dict

    module.SentryProcessor = SentryProcessor  # type: ignore[attr-defined]


def _plotting(module: types.ModuleType) -> None:
    log = logging.getLogger(__name__)

    def skip(what: str) -> Callable[..., None]:
        return lambda *_, **__: log.warning("%s is left out: matplotlib is not installed", what)

    for what in ("plot_confusion_matrix", "plot_paired_histogram", "plot_curve"):
        setattr(module, what, skip(what))
    for what in ("fix_matplotlib_backend", "_fix_matplotlib_backend"):
        setattr(module, what, lambda: None)


_POLICY = "rasa.core.policies.policy:Policy"
_DENSE = "rasa.nlu.featurizers.dense_featurizer.dense_featurizer:DenseFeaturizer"
_FEATURIZERS = "rasa.nlu.featurizers.dense_featurizer"

# module -> (the package that it cannot do without, what stands in for it)
TABLE: dict[str, tuple[str, Build]] = {
    "rasa.nlu.classifiers.diet_classifier": (
        _TF,
        component("DIETClassifier", _TF, ("INTENT_CLASSIFIER", "ENTITY_EXTRACTOR")),
    ),
    "rasa.nlu.selectors.response_selector": (_TF, component("ResponseSelector", _TF, ("INTENT_CLASSIFIER",))),
    "rasa.core.policies.ted_policy": (
        _TF,
        component("TEDPolicy", _TF, ("POLICY_WITH_END_TO_END_SUPPORT",), _POLICY),
    ),
    "rasa.core.policies.unexpected_intent_policy": (
        _TF,
        component("UnexpecTEDIntentPolicy", _TF, ("POLICY_WITH_END_TO_END_SUPPORT",), _POLICY),
    ),
    f"{_FEATURIZERS}.convert_featurizer": (_TF, component("ConveRTFeaturizer", _TF, ("MESSAGE_FEATURIZER",), _DENSE)),
    f"{_FEATURIZERS}.lm_featurizer": (_TF, component("LanguageModelFeaturizer", _TF, ("MESSAGE_FEATURIZER",), _DENSE)),
    # rasa.utils.train_utils imports these for everyone
    "rasa.utils.tensorflow.callback": (_TF, names(_TF, "RasaTrainingLogger", "RasaModelCheckpoint")),
    "rasa.utils.tensorflow.data_generator": (_TF, names(_TF, "RasaBatchDataGenerator")),
    "rasa.core.channels.facebook": ("fbmessenger", channel("FacebookInput", "facebook", "fbmessenger")),
    "rasa.core.channels.slack": ("slack_sdk", channel("SlackInput", "slack", "slack-sdk")),
    "rasa.core.channels.telegram": ("aiogram", channel("TelegramInput", "telegram", "aiogram")),
    "rasa.core.channels.twilio": ("twilio", channel("TwilioInput", "twilio", "twilio")),
    "rasa.core.channels.twilio_voice": ("twilio", channel("TwilioVoiceInput", "twilio_voice", "twilio")),
    "rasa.core.channels.webexteams": ("webexteamssdk", channel("WebexTeamsInput", "webexteams", "webexteamssdk")),
    "rasa.core.channels.hangouts": ("google.auth", channel("HangoutsInput", "hangouts", "google-auth")),
    "rasa.utils.plotting": ("matplotlib", _plotting),
    # the tracker store and the logging set-up import these whether or not they are used
    "boto3.dynamodb.conditions": ("boto3", names("boto3", "Key")),
    "botocore.exceptions": ("botocore", errors("BotoCoreError")),
    "pymongo.errors": ("pymongo", errors("ConnectionFailure", "OperationFailure")),
    "pymongo.collection": ("pymongo", names("pymongo", "Collection")),
    "structlog_sentry": ("structlog_sentry", _sentry),
}


def _installed(package: str) -> bool:
    try:  # part by part, on disk: others keep packages of their own in `google`, and a placeholder is none
        path, name = None, ""
        for part in package.split("."):
            name = f"{name}.{part}".lstrip(".")
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            if spec is None:
                return False
            path = spec.submodule_search_locations
    except (ImportError, ValueError):
        return False
    return True


def placeholders() -> dict[str, Build]:
    """What to build for each module that stands in, with empty parents where the whole package is absent."""
    wanted = {module: build for module, (package, build) in TABLE.items() if not _installed(package)}
    for module in list(wanted):
        if not module.startswith("rasa."):
            parts = module.split(".")
            for length in range(1, len(parts)):
                wanted.setdefault(".".join(parts[:length]), lambda module: None)
    return wanted
