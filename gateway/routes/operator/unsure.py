"""Messages that the assistant was unsure of: list, label, and what was labelled as training data."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from gateway.routes.operator.common import Body, Operator
from gateway.unsure.schemas import Language, State, UnsureMessage
from gateway.unsure.service import Unsure
from gateway.unsure.training import as_yaml, choose

router = APIRouter(prefix="/unsure")

YAML = "application/yaml"


class UnsureMessages(BaseModel):
    """Messages, most frequent first; `total`: how many there are."""

    messages: list[UnsureMessage]
    total: int


class Label(Body):
    """What the message means: a topic, `out_of_scope`, or `drop` where nothing is to be learnt from it."""

    label: str = Field(min_length=1, max_length=64)


def _unsure(request: Request) -> Unsure:
    return request.app.state.unsure  # type: ignore[no-any-return]


Service = Annotated[Unsure, Depends(_unsure)]


@router.get("")
def list_unsure(
    service: Service,
    language: Annotated[Language | None, Query()] = None,
    state: Annotated[State, Query(description="Those that wait for a label, have one, or all.")] = "open",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> UnsureMessages:
    """Messages with personal data masked. Whose they were is not kept."""
    found = service.messages(language=language, state=state, limit=limit)
    return UnsureMessages(messages=found, total=service.count(language=language, state=state))


@router.put("/{message_id}/label")
def label_unsure(
    service: Service, operator: Operator, message_id: Annotated[int, Path(ge=1, le=2**62)], body: Label
) -> UnsureMessage:
    """Say what a message means. 404 `unsure_message_not_found`; 422 `label_unknown`."""
    return service.label(message_id, body.label, actor=operator)


@router.get("/training-data", response_class=Response, responses={200: {"content": {YAML: {}}}})
def export_unsure(service: Service, language: Annotated[Language, Query()]) -> Response:
    """What was labelled as one file of Rasa's NLU data, without what is trained on or held out already; or empty."""
    chosen = choose(service.messages(language=language, state="labelled"))
    return Response(as_yaml(chosen.sentences), media_type=YAML)
