"""Who sells, as papers and receipts say it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class Seller(BaseModel):
    """Who issues the papers: texts by language; `payment` says how an invoice is paid."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: dict[str, str]
    address: dict[str, list[str]]
    registration_number: str | None = None
    email: str | None = None
    payment: dict[str, str] = {}


@lru_cache(maxsize=4)
def seller(path: Path) -> Seller:
    """The seller of that file."""
    return Seller.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
