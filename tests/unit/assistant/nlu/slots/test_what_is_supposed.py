"""What a what-if supposes, in three languages: each kind, each way to say it, several in one sentence, their days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.nlu.slots.changes import filled, missing, suppose

TODAY = date(2026, 11, 22)  # a Sunday
ALL_GONE = {"kind": "voucher_gone"}


def traffic(factor: str, on: str | None = None) -> dict[str, str]:
    return {"kind": "traffic", "factor": factor} | ({"on": on} if on else {})


def plan(name: str, on: str | None = None, **more: str) -> dict[str, str]:
    return {"kind": "plan", "plan": name, **more} | ({"on": on} if on else {})


def top_up(amount: str, currency: str | None = None) -> dict[str, str]:
    return {"kind": "top_up", "amount": amount} | ({"currency": currency} if currency else {})


SAID = {
    # percentages, both ways
    "what if traffic grows 30 %": [traffic("1.3")],
    "what if sessions go up by 12.5 percent": [traffic("1.125")],
    "suppose our usage falls by ten percent": [traffic("0.9")],
    "20% less traffic": [traffic("0.8")],
    "what if demand rises by a third": [traffic("1.3333")],
    "how much more do we pay if usage drops by a quarter": [traffic("0.75")],
    "トラフィックが30%増えたら": [traffic("1.3")],
    "利用量が2割減ったら費用はいくら増えますか": [traffic("0.8")],
    "アクセスが1割5分増えたら": [traffic("1.15")],
    "三十パーセント多く使ったら": [traffic("1.3")],
    "트래픽이 30% 늘면": [traffic("1.3")],
    "사용량이 이십 퍼센트 줄면 비용이 얼마나 줄어요": [traffic("0.8")],
    "트래픽이 2할 늘면": [traffic("1.2")],
    "세션이 15프로 감소하면": [traffic("0.85")],
    # multiples
    "what if traffic doubles": [traffic("2")],
    "twice the sessions": [traffic("2")],
    "five times the load": [traffic("5")],
    "sessions x1.5": [traffic("1.5")],
    "what if usage halves": [traffic("0.5")],
    "what if our traffic drops to zero": [traffic("0")],
    "利用量が2倍になったら": [traffic("2")],
    "利用が倍になったら": [traffic("2")],
    "セッションが三倍になったら": [traffic("3")],
    "利用が半分になったら": [traffic("0.5")],
    "트래픽이 두 배가 되면": [traffic("2")],
    "트래픽이 2.5배가 되면": [traffic("2.5")],
    "사용량이 절반으로 줄면": [traffic("0.5")],
    # days
    "what if traffic grows 30 % from December": [traffic("1.3", "2026-12-01")],
    "what if traffic grows 30 % from November": [traffic("1.3")],
    "what if traffic doubles next month": [traffic("2", "2026-12-01")],
    "what if traffic doubles in two weeks": [traffic("2", "2026-12-06")],
    "what if traffic doubles a month from now": [traffic("2", "2026-12-22")],
    "what if traffic doubles on 15 January": [traffic("2", "2027-01-15")],
    "what if traffic doubles from March 1st": [traffic("2", "2027-03-01")],
    "what if traffic doubles from 2026-12-24": [traffic("2", "2026-12-24")],
    "what if traffic doubles from Monday": [traffic("2", "2026-11-23")],
    "12月からトラフィックが2倍になったら": [traffic("2", "2026-12-01")],
    "来月トラフィックが2倍になったら": [traffic("2", "2026-12-01")],
    "12月15日から利用量が2倍になったら": [traffic("2", "2026-12-15")],
    "来年4月からトラフィックが2倍になったら": [traffic("2", "2027-04-01")],
    "2週間後に利用量が2倍になったら": [traffic("2", "2026-12-06")],
    "12월부터 트래픽이 두 배가 되면": [traffic("2", "2026-12-01")],
    "다음 주부터 트래픽이 두 배가 되면": [traffic("2", "2026-11-23")],
    "내년 1월부터 트래픽이 두 배가 되면": [traffic("2", "2027-01-01")],
    "열흘 말고 10일 후에 트래픽이 두 배가 되면": [traffic("2", "2026-12-02")],
    # vouchers
    "what if the voucher runs out": [ALL_GONE],
    "what would we pay without the vouchers": [ALL_GONE],
    "what if voucher SPRING20 was gone": [ALL_GONE | {"voucher": "SPRING20"}],
    "バウチャーがなくなったら": [ALL_GONE],
    "クーポンが失効したら": [ALL_GONE],
    "SPRING20のバウチャーがなくなったら": [ALL_GONE | {"voucher": "SPRING20"}],
    "바우처가 소진되면": [ALL_GONE],
    "쿠폰 없이 얼마예요": [ALL_GONE],
    # plans
    "what if we moved to Growth in January": [plan("growth", "2027-01-01")],
    "if I move to Growth, what would it cost": [plan("growth")],
    "what if we took Scale yearly": [plan("scale", interval="yearly")],
    "what if we switched from Starter to Scale": [plan("scale")],
    "1月にGrowthに移ったら": [plan("growth", "2027-01-01")],
    "年払いのグロースにしたら": [plan("growth", interval="yearly")],
    "1월에 그로스로 옮기면": [plan("growth", "2027-01-01")],
    "연간 스케일로 바꾸면": [plan("scale", interval="yearly")],
    "what if growth is 30 %": [traffic("1.3")],
    # top-ups
    "what if I top up 50": [top_up("50")],
    "suppose I added $200": [top_up("200", "USD")],
    "5万円チャージしたら": [top_up("50000", "JPY")],
    "3000円入れたら": [top_up("3000", "JPY")],
    "5만 원 충전하면": [top_up("50000", "KRW")],
    # several: with a day each, or one for all
    "what if traffic grows 30 % from December, the voucher runs out and we move to Growth?": [
        traffic("1.3", "2026-12-01"),
        ALL_GONE | {"on": "2026-12-01"},
        plan("growth", "2026-12-01"),
    ],
    "what if traffic doubles from December and we move to Scale in February": [
        traffic("2", "2026-12-01"),
        plan("scale", "2027-02-01"),
    ],
    "12月から利用量が3割増えて、2月にScaleに移ったら": [traffic("1.3", "2026-12-01"), plan("scale", "2027-02-01")],
    "12월부터 트래픽이 30% 늘고 2월에 스케일로 옮기면": [traffic("1.3", "2026-12-01"), plan("scale", "2027-02-01")],
    "what if we top up 300, traffic doubles and the voucher is gone": [top_up("300"), traffic("2"), ALL_GONE],
    "5万円チャージして、利用量が2倍になったら": [top_up("50000", "JPY"), traffic("2")],
    "5만 원 충전하고 트래픽이 두 배가 되면": [top_up("50000", "KRW"), traffic("2")],
    "what if we get more traffic, say 45%": [traffic("1.45")],
    # something is missing
    "what if traffic grows?": [{"kind": "traffic", "direction": "up"}],
    "トラフィックが減ったら": [{"kind": "traffic", "direction": "down"}],
    "트래픽이 늘면": [{"kind": "traffic", "direction": "up"}],
    "what if we changed our plan next month": [{"kind": "plan", "on": "2026-12-01"}],
    "プランを変えたら": [{"kind": "plan"}],
    "요금제를 바꾸면": [{"kind": "plan"}],
    "what if I top up": [{"kind": "top_up"}],
    "チャージしたら": [{"kind": "top_up"}],
    "충전하면": [{"kind": "top_up"}],
    # nothing is supposed
    "what if": [],
    "もしもの試算": [],
    "만약의 경우": [],
}


@pytest.mark.parametrize("text", SAID)
def test_what_is_supposed(text: str) -> None:
    assert suppose(text, TODAY).changes == SAID[text]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("what if traffic doubles over the next six months", 181),
        ("what if traffic doubles for the next 60 days", 60),
        ("what if traffic doubles until the end of the year", 40),
        ("what if traffic doubles in six months", None),
        ("今後6か月、トラフィックが2倍になったら", 181),
        ("60日間で利用量が2倍になったら", 60),
        ("6か月後に利用量が2倍になったら", None),
        ("앞으로 6개월 동안 트래픽이 두 배가 되면", 181),
        ("60일 동안 트래픽이 두 배가 되면", 60),
        ("6개월 뒤에 트래픽이 두 배가 되면", None),
    ],
)
def test_how_far_ahead_is_looked(text: str, days: int | None) -> None:
    assert suppose(text, TODAY).days == days


GROWS = {
    "en": ("what if traffic grows by {n} %?", "what if usage drops by {n} percent?"),
    "ja": ("トラフィックが{n}%増えたら？", "利用量が{n}パーセント減ったら？"),
    "ko": ("트래픽이 {n}% 늘면요?", "사용량이 {n}퍼센트 줄면요?"),
}


@pytest.mark.parametrize("language", GROWS)
@given(number=st.integers(1, 100), falls=st.booleans())
def test_any_percentage_is_taken_up_or_off(language: str, number: int, falls: bool) -> None:
    [change] = suppose(GROWS[language][falls].format(n=number), TODAY).changes
    assert Decimal(change["factor"]) == 1 + Decimal(-number if falls else number) / 100


MONTHS = [date(2026, month, 1).strftime("%B") for month in range(1, 13)]
FROM = {
    "en": "what if traffic doubles from {name}?",
    "ja": "{n}月からトラフィックが2倍になったら？",
    "ko": "{n}월부터 트래픽이 두 배가 되면?",
}


@pytest.mark.parametrize("language", FROM)
@given(month=st.integers(1, 12), today=st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_a_month_is_the_next_one_or_the_one_that_it_is(language: str, month: int, today: date) -> None:
    text = FROM[language].format(n=month, name=MONTHS[month - 1])
    [change] = suppose(text, today).changes
    following = date(today.year + (month < today.month), month, 1)
    assert change.get("on") == (None if month == today.month else following.isoformat())


PIECES = [
    "what if ",
    "30 %",
    "traffic ",
    "grows ",
    "Growth",
    "from ",
    "December",
    "31 ",
    "Feb 30",
    ", ",
    " and ",
    "top up ",
    "50",
    "9999年",
    "2月",
]
PIECES += [
    "増え",
    "たら",
    "トラフィックが",
    "2割",
    "倍",
    "バウチャー",
    "なくなって",
    "13月",
    "999999999年後",
    "바우처",
    "가 없으면",
    "두 배",
    "12월부터",
    "트래픽",
]


@given(text=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map("".join))
def test_whatever_is_typed_comes_to_changes_that_are_whole_or_lack_what_can_be_asked(text: str) -> None:
    changes, days = suppose(text, TODAY)
    assert days is None or days > 0
    assert len(changes) <= 10
    for change in changes:
        assert missing(change) in {None, "factor", "plan", "amount"}
        if "on" in change:
            date.fromisoformat(change["on"])
        if "factor" in change:
            assert Decimal(change["factor"]) >= 0


@pytest.mark.parametrize(
    ("said", "answer", "whole"),
    [
        ("what if traffic grows?", "30 percent", [traffic("1.3")]),
        ("what if traffic drops?", "30 percent", [traffic("0.7")]),
        ("what if traffic drops?", "by half", [traffic("0.5")]),
        ("トラフィックが減ったら", "2割です", [traffic("0.8")]),
        ("트래픽이 늘면", "두 배요", [traffic("2")]),
        ("what if we changed our plan next month", "to Scale", [plan("scale", "2026-12-01")]),
        ("プランを変えたら", "グロースで", [plan("growth")]),
        ("what if I top up", "100", [top_up("100")]),
        ("충전하면", "5만 원이요", [top_up("50000", "KRW")]),
        ("what if traffic grows?", "no idea", None),
        ("what if traffic doubles?", "30 percent", None),
    ],
)
def test_what_was_lacking_is_filled_in(said: str, answer: str, whole: list[dict[str, str]] | None) -> None:
    assert filled(suppose(said, TODAY).changes, answer, TODAY) == whole
