"""All that the assistant says, kept by its hash: an answer of the past is said again with the texts of then."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from assistant.content.weave import Responses, language_of, spoken
from billing.db import insert_of
from gateway.answers.models import AnswerTextsRow


@dataclass(frozen=True, slots=True)
class Kept:
    """Texts as they are kept."""

    fingerprint: str
    packed: bytes


@cache
def present() -> Kept:
    """Of this process: they do not change while it runs."""
    return pack(spoken())


def pack(responses: Responses) -> Kept:
    """By the hash of what they say, in their order."""
    content = json.dumps(responses, ensure_ascii=False).encode()
    return Kept(hashlib.sha256(content).hexdigest(), zlib.compress(content, 9))


def keep(session: Session, texts: Kept, at: datetime) -> None:
    """Once a version, whoever else keeps them at the same time."""
    if session.connection().execute(_KEPT, {"fingerprint": texts.fingerprint}).first() is None:
        insert = insert_of(session.get_bind().dialect.name)(AnswerTextsRow.__table__)
        row = {"fingerprint": texts.fingerprint, "packed": texts.packed, "kept_at": at}
        session.execute(insert.values(row).on_conflict_do_nothing(index_elements=["fingerprint"]))


_KEPT = sa.select(AnswerTextsRow.fingerprint).where(AnswerTextsRow.fingerprint == sa.bindparam("fingerprint"))


def unpack(session: Session, fingerprint: str) -> Responses | None:
    """The texts of that hash; None where they are no longer here."""
    packed = session.scalar(sa.select(AnswerTextsRow.packed).where(AnswerTextsRow.fingerprint == fingerprint))
    return None if packed is None else json.loads(zlib.decompress(packed))


def spoken_in(responses: Responses, language: str) -> dict[str, str]:
    """What each says in a language; the first variant is for readers of other languages."""
    said: dict[str, dict[str, str]] = {
        key: {language_of(variant): variant["text"] for variant in variants} for key, variants in responses.items()
    }
    return {key: texts.get(language) or next(iter(texts.values())) for key, texts in said.items() if texts}
