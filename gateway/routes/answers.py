"""What the figures of an answer came from: the customer's own answers, and nobody else's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from gateway.answers.service import Answers, Explanation
from gateway.routes.account import Customer, Door

router = APIRouter(prefix="/v1/account", tags=["account"])
AnswerId = Annotated[str, Path(max_length=64)]


@router.get("/answers/{answer_id}/trace")
def trace(billing: Door, customer: Customer, answer_id: AnswerId) -> Explanation:
    """Each figure of an answer with its formula and what it came from: buckets, entries, uses; as of then.

    404 `answer_not_found` for an answer that says no figures, or is not the caller's own.
    """
    return Answers(billing).explain(answer_id, (customer.account, customer.user))
