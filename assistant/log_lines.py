"""What an event of the log becomes: one line that holds no personal data and that nobody can forge.

Values are masked, of an exception the types and places are told and its message only where a machine wrote it, and
what is no printable sign is escaped: a line break in a value begins no line.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

from assistant.masking.personal import mask

Event = MutableMapping[str, Any]

_NAMES = frozenset(
    {"event", "level", "timestamp", "logger", "trace_id", "conversation", "message", "method", "route", "chore"}
)
"""Keys whose values are ours, not a caller's: a mask would take the digits of an id for a telephone number."""
_SECRET = re.compile(
    r"eyJ[\w-]{5,}\.[\w-]*\.?[\w-]*|(?i:bearer|basic) +[\w.~+/=-]+|\b(?:sk|rk|pk|whsec|xox[a-z])[_-][\w-]{8,}"
    r"|(?<=://)[^/\s@]+:[^/\s@]+(?=@)|\bbot\d+:[\w-]+"
)
_MACHINES = ("sqlalchemy.exc.OperationalError", "sqlalchemy.exc.InterfaceError", "psycopg.OperationalError")
_FRAMES = 40


def json_line(_: Any, __: str, event: Event) -> str:
    """One JSON object; whatever is not ASCII is escaped."""
    return json.dumps(_clean(event), default=repr)


def text_line(_: Any, __: str, event: Event) -> str:
    """For eyes: time, level, event, `key=value`; a traceback follows on lines of its own."""
    clean = _clean(event)
    head = [str(clean.pop(name, "")) for name in ("timestamp", "level", "event")]
    trace = clean.pop("exception", "")
    pairs = [f"{key}={value}" for key, value in clean.items()]
    said = escaped(" ".join(filter(None, [*head, *pairs])))
    return "\n".join([said, *(f"  {escaped(line)}" for line in trace.splitlines())])


def escaped(text: str) -> str:
    """Without anything that moves a terminal's cursor or begins a line."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def told(error: BaseException) -> str:
    """The exception as it may be kept: its type, its `code`, and its message where a machine wrote it."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if name in _MACHINES or (kind.__module__ == "builtins" and isinstance(error, (OSError, ImportError))):
        return f"{name}: {masked(str(getattr(error, 'orig', error)))}"
    code = getattr(error, "code", None)
    return f"{name} ({code})" if isinstance(code, str) and code.isidentifier() else name


def masked(text: str) -> str:
    """Without tokens, keys, e-mail addresses, card, account and telephone numbers."""
    return mask(_SECRET.sub("•••", text))


def _clean(event: Event) -> dict[str, Any]:
    raised = event.pop("exc_info", None)
    clean = {key: _value(key, value) for key, value in event.items()}
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        clean["exception"] = "\n".join(_traceback(error))
    return clean


def _value(key: str, value: Any) -> Any:
    if isinstance(value, BaseException):
        return told(value)
    if isinstance(value, (bool, int, float)) or value is None or (key in _NAMES and isinstance(value, str)):
        return value
    return masked(str(value))


def _traceback(error: BaseException) -> Iterator[str]:
    """The places, the first cause first. No message of an unknown origin: it may quote what a customer wrote."""
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in chain:
        chain.insert(0, following)
        hidden = following.__suppress_context__
        following = following.__cause__ or (None if hidden else following.__context__)
    for each in chain:
        for frame in traceback.extract_tb(each.__traceback__)[-_FRAMES:]:
            yield f"{frame.filename}:{frame.lineno} in {frame.name}"
        yield told(each)
