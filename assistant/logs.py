"""Logging of this process and of the libraries in it: one event a line, on standard error, no message texts."""

from __future__ import annotations

import logging
import sys
import warnings
from datetime import UTC, datetime
from typing import Literal

import structlog

from assistant.log_lines import json_line, masked, text_line

Form = Literal["json", "text"]

_WARNINGS = (
    "Slot auto-fill has been removed",
    "pkg_resources is deprecated",
    "The following duplicated intents",  # `faq`, which its responses name again
    "You have defined training data with examples for training a response selector",  # assistant.nlu.topics is it
)
_CHATTY = ("rasa", "rasa_sdk", "apscheduler", "matplotlib", "sanic", "urllib3", "httpx", "sqlalchemy", "alembic")
"""What these say below a warning is about their inside, and of customers' words."""


class _ToSameLines(logging.Handler):
    """Events of the standard library's logging, written as structlog's are."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._line = json_line if form == "json" else text_line

    def emit(self, record: logging.LogRecord) -> None:
        """Write it."""
        event = {
            **structlog.contextvars.get_contextvars(),
            "event": masked(record.getMessage()),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "exc_info": record.exc_info,
        }
        sys.stderr.write(self._line(None, "", event) + "\n")


def configure(level: int | str = logging.WARNING, form: Form = "text") -> None:
    """Set both logging systems of this process to `level`, `form` `json` or `text`."""
    level = logging.getLevelName(level.upper()) if isinstance(level, str) else level
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if not isinstance(each, _ToSameLines)]
    root.addHandler(_ToSameLines(form))
    root.setLevel(level)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    # Rasa and its frozen dependencies warn of changes that will not come to them; nobody here can act on it
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    for said in _WARNINGS:
        warnings.filterwarnings("ignore", message=said)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            json_line if form == "json" else text_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the stream of now: it may be exchanged
    )
