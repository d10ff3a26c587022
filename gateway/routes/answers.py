"""What the figures of an answer came from, and the answer again: the customer's own answers, and nobody else's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from gateway.answers.replay import Replayed, Replays
from gateway.answers.service import Answers, Explanation
from gateway.routes.account import Customer, Door

router = APIRouter(prefix="/v1/account", tags=["account"])
AnswerId = Annotated[str, Path(max_length=64)]


def _replays(request: Request) -> Replays:
    return request.app.state.replays  # type: ignore[no-any-return]


class ReplayedAnswer(BaseModel):
    """An answer's messages, each as it was, as it is said again, and as it would be today."""

    messages: list[Replayed]


@router.get("/answers/{answer_id}/trace")
def trace(billing: Door, customer: Customer, answer_id: AnswerId) -> Explanation:
    """Each figure of an answer with its formula and what it came from: buckets, entries, uses; as of then.

    404 `answer_not_found` for an answer that says no figures, or is not the caller's own.
    """
    return Answers(billing).explain(answer_id, (customer.account, customer.user))


@router.get("/answers/{answer_id}/replay")
def replay(replays: Annotated[Replays, Depends(_replays)], customer: Customer, answer_id: AnswerId) -> ReplayedAnswer:
    """The answer said again from the ledger, catalogue and texts of then, and what the same question gets today.

    404 `answer_not_found` for an answer that says no figures, or is not the caller's own; 410 `texts_gone` where the
    texts that it was said with are no longer here.
    """
    return ReplayedAnswer(messages=replays.of(answer_id, (customer.account, customer.user)))
