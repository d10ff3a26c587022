"""What waits in which module of Rasa: the module that imports → the modules whose import waits (`deferred`).

A conversation needs none of them. `tests/integration/assistant/speed/test_deferred.py` says what must stay out.
"""

from __future__ import annotations

_WEB = ("sanic", "sanic.request")
_HTTP = ("aiohttp",)
_CHANNELS = tuple(
    f"rasa.core.channels.{name}"
    for name in (
        "socketio", "botframework", "callback", "console", "facebook", "mattermost", "rasa_chat", "rest", "rocketchat",
        "slack", "telegram", "twilio", "twilio_voice", "webexteams", "hangouts",
    )
)  # fmt: skip

DEFERRED: dict[str, tuple[str, ...]] = {
    # a web server and HTTP clients: nothing of Rasa's listens here, and actions run in process
    "rasa.core.channels.channel": (*_WEB, "rasa.cli.utils"),
    "rasa.core.channels": _CHANNELS,
    "rasa.core.utils": ("sanic", "rasa.cli.utils"),
    "rasa.utils.endpoints": ("sanic.request", "aiohttp", "aiohttp.client_exceptions"),
    "rasa.core.agent": (*_HTTP, "rasa.core.jobs"),
    "rasa.core.processor": ("rasa.core.jobs",),
    "rasa.core.actions.action": (*_HTTP, "rasa.utils.endpoints.ClientResponseError"),
    "rasa.core.http_interpreter": _HTTP,
    "rasa.core.brokers.broker": ("aiormq",),
    "rasa_sdk.plugin": ("sanic",),
    # learning: scikit-learn, SciPy, and what only training and tests ask for
    "rasa.core.policies.rule_policy": ("tqdm", "rasa.core.test"),
    "rasa.core.policies.memoization": ("tqdm",),
    "rasa.core.featurizers.tracker_featurizers": ("tqdm", "rasa.utils.tensorflow.model_data"),
    "rasa.core.featurizers.single_state_featurizer": ("scipy.sparse", "rasa.utils.tensorflow.model_data_utils"),
    "rasa.nlu.extractors.extractor": ("rasa.utils.train_utils",),
    "rasa.shared.core.generator": ("tqdm",),
    "rasa.shared.nlu.training_data.features": ("scipy.sparse", "safetensors.numpy"),
    "rasa.shared.nlu.training_data.util": ("scipy.sparse",),
    "rasa.nlu.extractors.crf_entity_extractor": ("rasa.utils.train_utils",),
    "rasa.utils.tensorflow.model_data": ("sklearn.model_selection", "scipy.sparse"),
    # files and graphs
    "rasa.engine.runner.dask": ("dask",),
    "rasa.engine.storage.local_model_storage": ("tarsafe",),
    "rasa.shared.utils.io": ("portalocker",),
}
