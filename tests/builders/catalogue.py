"""A small catalogue in three currencies, and mistakes in it."""

from __future__ import annotations

from pathlib import Path

CATALOGUE = """\
services:
  bot_session:
    names: {en: Bot sessions, ja: ボットセッション, ko: 봇 세션}
    unit: session
    rates: {USD: "0.05", JPY: "7", KRW: "65"}
  gpu_container:
    names: {en: GPU container, ja: GPUコンテナ, ko: GPU 컨테이너}
    unit: hour
    rates: {USD: "2.4", JPY: "360", KRW: "3200"}
  inference:
    names: {en: AI inference, ja: AI推論, ko: AI 추론}
    unit: thousand_tokens
    rates: {USD: "0.00201", JPY: "0.3", KRW: "2.6"}
plans:
  starter:
    names: {en: Starter, ja: スターター, ko: 스타터}
    rates:
      bot_session: {USD: "0.04", JPY: "5", KRW: "50"}
    monthly:
      price: {USD: "9", JPY: "900", KRW: "9000"}
      amount: {USD: "10", JPY: "1000", KRW: "10000"}
      quotas: {bot_session: "100", inference: "1000"}
    yearly:
      price: {USD: "90", JPY: "9000", KRW: "90000"}
      amount: {USD: "120", JPY: "12000", KRW: "120000"}
      quotas: {bot_session: "1200", inference: "12000"}
  renderer:
    names: {en: Renderer, ja: レンダラー, ko: 렌더러}
    services: [gpu_container]
    monthly:
      price: {USD: "99.99", JPY: "14800", KRW: "129000"}
      amount: {USD: "120", JPY: "18000", KRW: "160000"}
    yearly:
      price: {USD: "999.99", JPY: "148000", KRW: "1290000"}
      amount: {USD: "1440", JPY: "216000", KRW: "1920000"}
support_tiers:
  basic: {hours: 8x5}
  standard: {hours: 8x5, first_answer_minutes: 1440}
  premium: {hours: 24x7, first_answer_minutes: 30}
top_up:
  minimum: {USD: "25", JPY: "3000", KRW: "30000"}
  maximum: {USD: "10000", JPY: "1500000", KRW: "13000000"}
"""


def a_catalogue(folder: Path, **changes: tuple[str, str]) -> Path:
    """The file of the catalogue; each change is a text that is there once and what stands there instead."""
    text = CATALOGUE
    for here, instead in changes.values():
        assert text.count(here) == 1, f"{here!r} is there {text.count(here)} times"
        text = text.replace(here, instead)
    path = folder / "catalogue.yml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, path: Path) -> int:
    """The number of the first line with the text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
