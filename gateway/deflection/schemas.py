"""What became of enquiries, as it crosses the HTTP door, as commands print it and as the console draws it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

By = Literal["topic", "language", "day"]


class Share(BaseModel):
    """`count` of `of`, and the 95 % Wilson interval of the share (0 to 1); null where there is nothing to count."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


class Outcomes(BaseModel):
    """What became of enquiries. Each has one outcome; no two of these are ever added up.

    Shares are of those that are over (`enquiries` less `still_open`). `confirmed`: the customer rated an answer as
    helpful, or said thanks. `assumed`: nothing more was said. `escalated`: people were asked for, or came.
    `abandoned`: of them `in_form`, `after_unsure` and `rated_down`.
    """

    enquiries: int
    still_open: int
    confirmed: Share
    assumed: Share
    escalated: Share
    abandoned: Share
    in_form: int
    after_unsure: int
    rated_down: int


class Returns(BaseModel):
    """Of those confirmed or assumed to be resolved, long enough ago: how many came back on the topic, on any channel.

    Not `complete` where some are too recent to tell; those are left out.
    """

    came_back: Share
    complete: bool


class DeflectionRow(BaseModel):
    """The figures of one group: of a topic, a language, a day (UTC), or of all where these are null.

    `csat`: of the ratings those that say helpful. `unsure`: of the answers those to a message that was not surely
    understood. Seconds from message to reply: half of the answers took at most `seconds_p50`, 95 % `seconds_p95`.
    """

    topic: str | None
    language: str | None
    day: date | None
    outcomes: Outcomes
    within_24_hours: Returns
    within_7_days: Returns
    answers: int
    unsure: Share
    csat: Share
    seconds_p50: float | None
    seconds_p95: float | None


class DeflectionReport(BaseModel):
    """What became of the enquiries begun from one day (UTC) to another, both inclusive; `total` is of all of them."""

    since: date
    until: date
    by: list[By]
    at: datetime
    rows: list[DeflectionRow]
    total: DeflectionRow
