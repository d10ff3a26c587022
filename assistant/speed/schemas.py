"""A model's file tells how it was trained beside how it predicts: who only predicts imports nothing for the former."""

from __future__ import annotations

from functools import wraps
from types import ModuleType
from typing import Any

_TRAINING, _WRITTEN = "train_schema", "_train_schema_as_written"


def of_training_later(module: ModuleType) -> None:
    """Rasa imports every component of the training graph at each start, matplotlib and SciPy with them: 0.3 s."""
    metadata = module.ModelMetadata
    read = metadata.from_dict.__func__

    @wraps(read)
    def from_dict(cls: Any, serialized: dict[str, Any]) -> Any:
        found = read(cls, {**serialized, _TRAINING: {"nodes": {}}})
        vars(found).pop(_TRAINING)
        vars(found)[_WRITTEN] = serialized[_TRAINING]
        return found

    def __getattr__(self: Any, name: str) -> Any:  # noqa: N807  asked for what is not there yet
        if name != _TRAINING or _WRITTEN not in vars(self):
            raise AttributeError(name)
        from rasa.engine.graph import GraphSchema

        self.train_schema = GraphSchema.from_dict(vars(self).pop(_WRITTEN))
        return self.train_schema

    metadata.from_dict, metadata.__getattr__ = classmethod(from_dict), __getattr__
