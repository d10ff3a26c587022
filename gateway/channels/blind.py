"""Looking up what is encrypted: by keyed digests (blind indexes), as phone numbers are too few for plain ones.

The key is made at random once for a database and kept there, encrypted by `DATA_KEYS`. So digests stay what they are
when keys are rotated, and who has the database alone can try no number (ADR 0015).
"""

from __future__ import annotations

import hashlib
import hmac
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from billing.sealing import SealedText
from gateway.conversations.models import Base

_keys: WeakKeyDictionary[sa.Engine, str] = WeakKeyDictionary()


class BlindIndexKey(Base):
    """One row: the key that digests of this database are made by."""

    __tablename__ = "blind_index_key"

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(SealedText)


def stream_of(session: Session, channel: str, workspace: str, place_id: str) -> str:
    """The name of a place in whose order things are done."""
    return hidden_stream(_key(session), hashlib.sha256(_joined(channel, workspace, place_id)).hexdigest())


def user_of(session: Session, channel: str, workspace: str, user: str) -> str:
    """By which a channel's user is looked up."""
    return hidden_user(_key(session), channel, workspace, user)


def hidden_stream(key: str, plain: str) -> str:
    """A stream of before streams were keyed, as it is called since."""
    return _digest(key, "stream", plain)


def hidden_user(key: str, channel: str, workspace: str, user: str) -> str:
    """As `user_of`, by a key that is given."""
    return _digest(key, "user", channel, workspace, user)


def _digest(key: str, *parts: str) -> str:
    return hmac.new(key.encode(), _joined(*parts), hashlib.sha256).hexdigest()


def _joined(*parts: str) -> bytes:
    return "\x00".join(parts).encode()


def _key(session: Session) -> str:
    engine = session.get_bind().engine
    if engine not in _keys:
        _keys[engine] = session.scalars(sa.select(BlindIndexKey.key)).one()
    return _keys[engine]
