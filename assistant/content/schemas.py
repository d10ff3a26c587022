"""What the files of a content folder say."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["en", "ja", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ja", "ko")
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Texts = Annotated[dict[Language, Text], Field(min_length=1)]
LEAST = 8
"""Sentences of a topic in each language that it is asked in: fewer cannot be told from other topics."""


def _https(address: str) -> str:
    if not re.fullmatch(r"https://[^\s/]+\S*", address):
        raise ValueError("an address begins with https:// and has no spaces")
    return address


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not a time zone of the IANA database, such as Asia/Seoul")
    return name


Link = Annotated[str, AfterValidator(_https)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Brand(_Part):
    """Who speaks, and for whom."""

    name: Text | Texts
    assistant: Text | Texts | None = None


class Hours(_Part):
    """When people answer, in a time zone of theirs; past midnight where `to` is not later than `from`.

    `holidays`: days on which nobody does, a year's at most.
    """

    days: list[Day] = Field(min_length=1)
    opens: time = Field(alias="from")
    closes: time = Field(alias="to")
    time_zone: Annotated[str, AfterValidator(_zone)]
    holidays: frozenset[date] = Field(default=frozenset(), max_length=366)


class Content(_Part):
    """`content.yml`. `links`: the address that the answer of a knowledge topic ends with, in place of ours."""

    brand: Brand | None = None
    tone: Literal["plain", "friendly"] = "plain"
    hours: Hours | None = None
    links: dict[str, Link | dict[Language, Link]] = {}


class Faq(_Part):
    """A file of `faq/`: a knowledge topic of one's own. The file's name is the topic's."""

    titles: Texts
    questions: dict[Language, Annotated[list[Text], Field(min_length=LEAST)]]
    answers: Texts
    link: Link | dict[Language, Link] | None = None
    link_titles: dict[Language, Text] = {}

    def asked(self) -> list[str]:
        """The questions of all languages."""
        return [text for said in self.questions.values() for text in said]


def in_language(value: str | dict[Language, str], language: Language) -> str:
    """The text in that language, or else in the first that there is."""
    if isinstance(value, str):
        return value
    return value.get(language) or next(iter(value.values()))
