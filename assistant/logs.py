"""Logging of Rasa and of this process: warnings and worse, no message texts, on standard error."""

from __future__ import annotations

import logging
import sys
import warnings

import structlog

_WARNINGS = (
    "Slot auto-fill has been removed",
    "pkg_resources is deprecated",
    "The following duplicated intents",  # `faq`, which its responses name again
    "You have defined training data with examples for training a response selector",  # assistant.nlu.topics is it
)


def configure(level: int = logging.WARNING) -> None:
    """Set both logging systems that Rasa uses to `level`."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger().setLevel(level)
    for chatty in ("rasa", "rasa_sdk", "apscheduler", "matplotlib", "sanic"):
        logging.getLogger(chatty).setLevel(level)
    # Rasa and its frozen dependencies warn of changes that will not come to them; nobody here can act on it
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    for said in _WARNINGS:
        warnings.filterwarnings("ignore", message=said)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            # plain: a traceback with its locals would hold customers' words
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # the stream of now: it may be exchanged
    )
