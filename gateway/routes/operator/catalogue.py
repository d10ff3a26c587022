"""The catalogue: load a new version."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from billing.api import CatalogueVersion
from billing.errors import CatalogueInvalid
from gateway.errors import Problem
from gateway.routes.operator.common import Door, Operator

router = APIRouter(prefix="/catalogue")

YAML = "application/yaml"


@router.put("")
def load_catalogue(
    billing: Door,
    operator: Operator,
    content: Annotated[bytes, Body(media_type=YAML, description="A catalogue file (YAML, UTF-8).")],
) -> CatalogueVersion:
    """Load a catalogue as a new version, unless it says what the newest says. The past is never priced again.

    422 `catalogue_invalid`: every mistake with its line in `detail`; nothing was loaded.
    """
    try:
        return billing.load_catalogue_text(content.decode(), actor=operator)
    except UnicodeDecodeError:
        raise Problem(422, "catalogue_invalid", "The catalogue is not UTF-8.") from None
    except CatalogueInvalid as error:
        raise Problem(422, error.code, str(error)) from error
