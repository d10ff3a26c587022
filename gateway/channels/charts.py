"""Usage as a picture, for channels that show no cards. With the extra `charts` (matplotlib) only.

A picture's heights are approximate by nature; every figure stands exactly in the message's text.
"""

from __future__ import annotations

import io
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

import pylopdf_fonts_jp
import pylopdf_fonts_ko
from babel.dates import format_skeleton

from billing.money import Money
from gateway.channels.facts import money_of, written_money
from gateway.channels.texts import text_of

_CHARTED = "usage"
_INCHES, _DOTS = (6.4, 3.6), 150
_LABELS = 6
"""Days that are named below the bars, at most about."""
_ONE = Lock()
"""Matplotlib's fonts are not to be used by two threads at once."""


def are_installed() -> bool:
    """Whether charts can be drawn."""
    return find_spec("matplotlib") is not None


def title_of_chart(card: dict[str, Any] | None, language: str) -> str | None:
    """What the chart of a card is called; None for a card that has none."""
    if card is None or card["kind"] != _CHARTED or len(card["series"]) < 2:
        return None
    return text_of(f"chart_{card['granularity']}", language)


def draw(card: dict[str, Any], language: str) -> bytes:
    """The spend of each day, week or month of a usage card, as PNG."""
    from matplotlib.figure import Figure

    days = [date.fromisoformat(bucket["from"]) for bucket in card["series"]]
    spends = [money_of(bucket["spend"]) for bucket in card["series"]]
    with _ONE:
        figure = Figure(figsize=_INCHES, dpi=_DOTS, layout="constrained")
        axes = figure.add_subplot()
        axes.bar(range(len(spends)), [float(spend.amount) for spend in spends], color="#2f5d8c", width=0.8)
        axes.set_title(title_of_chart(card, language) or "", font=_font(language), fontsize=13)
        axes.spines[["top", "right"]].set_visible(False)
        _name_days(axes, days, language)
        _name_amounts(axes, spends[0].currency, language)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()


def _name_days(axes: Any, days: list[date], language: str) -> None:
    step = max(1, -(-len(days) // _LABELS))
    at = range(0, len(days), step)
    labels = [format_skeleton("MMMd", days[each], locale=language) for each in at]
    axes.set_xticks(list(at), labels, font=_font(language))


def _name_amounts(axes: Any, currency: str, language: str) -> None:
    def written(height: float, _: int) -> str:
        return written_money(Money.of(f"{height:.8f}", currency), language)

    axes.yaxis.set_major_formatter(written)
    for label in axes.get_yticklabels():
        label.set_fontproperties(_font(language))
    axes.set_ylim(bottom=0)


@lru_cache(maxsize=4)
def _font(language: str) -> Any:
    """A font of the package that has the language's letters."""
    from matplotlib.font_manager import FontProperties

    fonts = pylopdf_fonts_ko if language == "ko" else pylopdf_fonts_jp
    return FontProperties(fname=str(fonts.sans_path()), size=9)
