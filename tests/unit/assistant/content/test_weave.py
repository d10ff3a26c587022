"""What the assistant says with a bot builder's content laid over it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.content.check import whole
from assistant.content.claims import claimed
from assistant.content.source import read
from assistant.content.weave import responses, shipped, weave
from assistant.nlu import sentences
from assistant.nlu.slots import vocabulary
from tests.unit.assistant.content.test_check import EXAMPLE

OURS = shipped()


def said(folder: Path, key: str) -> list[str]:
    return [variant["text"] for variant in responses(read(folder))[key]]


def content(folder: Path, text: str) -> Path:
    (folder / "content.yml").write_text(text, encoding="utf-8")
    return folder


def test_without_content_nothing_changes(tmp_path: Path) -> None:
    assert responses(read(content(tmp_path, "{}"))) == OURS


def test_the_brand_is_named_in_each_language(tmp_path: Path) -> None:
    brand = content(tmp_path, "brand: {name: {en: Acme Cloud, ja: アクメ}}")
    english, japanese, korean = said(brand, "utter_greet")
    assert "the billing assistant of Acme Cloud" in english
    assert "アクメの請求アシスタント" in japanese
    assert "Acme Cloud" in korean  # the first name where there is none in the language


def test_the_friendly_tone_changes_no_text_with_figures(tmp_path: Path) -> None:
    friendly = responses(read(content(tmp_path, "tone: friendly")))
    changed = {key for key in OURS if friendly[key] != OURS[key]}
    assert "utter_greet" in changed
    assert not [key for key in changed for variant in OURS[key] if "{" in variant["text"] or "buttons" in variant]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("mon, tue, wed, thu, fri", ["Monday to Friday", "月曜日～金曜日", "월요일~금요일"]),
        ("sat, mon", ["Monday, Saturday", "月曜日、土曜日", "월요일, 토요일"]),
    ],
)
def test_hours_are_said_where_a_request_to_a_person_begins(tmp_path: Path, days: str, expected: list[str]) -> None:
    hours = f"hours: {{days: [{days}], from: '09:00', to: '18:30', time_zone: Asia/Seoul}}"
    for text, named in zip(said(content(tmp_path, hours), "utter_contact_sales_start"), expected, strict=True):
        assert named in text
        assert "Asia/Seoul" in text
        assert "6:30" in text or "18:30" in text


def test_an_answer_ends_with_the_builders_link(tmp_path: Path) -> None:
    links = content(tmp_path, "links: {faq/refunds: {en: 'https://x.org/en', ja: 'https://x.org/ja'}}")
    ends = [text.splitlines()[-1] for text in said(links, "utter_faq/refunds")]
    assert ends == ["https://x.org/en", "https://x.org/ja", "https://x.org/en"]


def test_a_text_keeps_the_buttons_and_an_answer_keeps_its_link(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    own = "utter_faq/refunds: {en: No refunds.}\nutter_ask_contact_sales_form_sales_topic: {en: Which?}\n"
    (tmp_path / "texts" / "own.yml").write_text(own, encoding="utf-8")

    assert said(tmp_path, "utter_faq/refunds")[0].startswith("No refunds.\nhttps://")
    asked = responses(read(tmp_path))["utter_ask_contact_sales_form_sales_topic"][0]
    assert (asked["text"], asked["buttons"]) == (
        "Which?",
        OURS["utter_ask_contact_sales_form_sales_topic"][0]["buttons"],
    )


def test_a_topic_of_ones_own_takes_what_was_out_of_scope(tmp_path: Path) -> None:
    *kept, folder = weave(whole(EXAMPLE), tmp_path)
    blocks = {
        block["intent"]: block["examples"].splitlines()
        for block in yaml.safe_load((folder / "nlu.yml").read_text("utf-8"))["nlu"]
    }
    ours = {text for path in sentences.files() for topic, text in sentences.sentences(path) if topic == "out_of_scope"}
    left = {line.removeprefix("- ") for line in blocks["out_of_scope"]}

    assert len(blocks["faq/data_residency"]) == 45
    assert not [path for path in kept if path.stem == "out_of_scope"]
    assert "where is my data stored" in ours - left
    assert "is my data encrypted" in left
    assert len(ours - left) < 12


def test_no_sentence_is_claimed_by_no_topic() -> None:
    assert claimed([], ["where is my data"]) == set()


@pytest.mark.parametrize(
    ("text", "plan", "service"),
    [
        ("switch me to Team Plus", "team_plus", None),
        ("move to team plus please", "team_plus", None),
        ("チームプラスに変更したい", "team_plus", None),
        ("팀 플러스로 바꿔 주세요", "team_plus", None),
        ("what does solo cost", "solo", None),
        ("from Solo to Team Plus", "team_plus", None),
        ("switch to growth", None, None),
        ("voice calls last month", None, "voice_call"),
        ("음성 통화에 얼마 썼어요", None, "voice_call"),
        ("音声通話の利用額", None, "voice_call"),
        ("how much GPU did I use", None, "gpu_container"),
    ],
)
def test_plans_and_services_of_ones_own_catalogue_are_found(text: str, plan: str | None, service: str | None) -> None:
    own = vocabulary.of(EXAMPLE / "catalogue.yml")
    assert (own.plans.find(text), own.services.find(text)) == (plan, service)
