"""A content folder's mistakes are told with file and line, and nothing is trained while there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.content.check import check, whole
from assistant.content.source import ContentInvalid
from assistant.nlu.sentences import FOLDER

EXAMPLE = FOLDER.parents[1] / "examples" / "own_content"
QUESTIONS = [f"may a guest number {number} use the swimming pool" for number in range(15)]
FAQ = "titles: {en: The pool}\nanswers: {en: Until ten.}\nquestions:\n  en:\n" + "".join(
    f"    - {q}\n" for q in QUESTIONS
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "pool.yml").write_text(FAQ, encoding="utf-8")
    return tmp_path


def told(folder: Path) -> list[str]:
    return [str(mistake).removeprefix(f"{folder}/") for mistake in check(folder)]


def test_the_example_has_neither_mistakes_nor_warnings() -> None:
    assert check(EXAMPLE) == []


def test_a_folder_with_nothing_in_it_is_a_mistake(tmp_path: Path) -> None:
    assert "no content.yml" in told(tmp_path)[0]


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("content.yml", "tone: grumpy\n", "content.yml:1: tone:"),
        ("content.yml", "tone: 2026-13-45\n", "content.yml:1: "),
        ("content.yml", "brand: {name: A}\ncolour: red\n", "content.yml:2: colour: Extra inputs"),
        ("content.yml", "links:\n  faq/recharge: http://x.org\n", "content.yml:2: links.faq/recharge"),
        (
            "content.yml",
            "links: {show_plan: 'https://x.org'}\n",
            "content.yml:1: links: show_plan is no knowledge topic",
        ),
        (
            "content.yml",
            "hours:\n  days: [mon]\n  from: '09:00'\n  to: '18:00'\n  time_zone: Mars/Base\n",
            "content.yml:5: hours.time_zone: Value error, not a time zone",
        ),
        ("content.yml", "tone: [\n", "content.yml:2:"),
        ("texts/own.yml", "\nutter_nothing: {en: Hello}\n", "texts/own.yml:2: utter_nothing: there is no such text"),
        ("texts/own.yml", "utter_greet: {xx: Hello}\n", "texts/own.yml:1: utter_greet.xx"),
        (
            "texts/own.yml",
            "utter_request_done: {en: 'Thanks. {answer_time}'}\n",
            "texts/own.yml:1: utter_request_done: en must hold the same values as ours; look at {request}",
        ),
        ("faq/Pool.yml", FAQ, "faq/Pool.yml:1: a topic's name is small letters"),
        ("faq/refunds.yml", FAQ, "faq/refunds.yml:1: faq/refunds is ours"),
        ("faq/bath.yml", FAQ, "faq/pool.yml:1: “may a guest number 0 use the swimming pool” is a question of faq/bath"),
        (
            "faq/few.yml",
            "titles: {en: A}\nanswers: {en: B}\nquestions:\n  en: [c]\n",
            "faq/few.yml:4: questions.en: List",
        ),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(folder: Path, file: str, content: str, expected: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")

    assert [line for line in told(folder) if line.startswith(expected)], told(folder)
    with pytest.raises(ContentInvalid):
        whole(folder)


def test_a_question_of_a_topic_of_ours_cannot_be_another_topics(folder: Path) -> None:
    theirs = FAQ.replace(QUESTIONS[0], "What is my balance?")
    (folder / "faq" / "pool.yml").write_text(theirs, encoding="utf-8")
    assert told(folder) == ["faq/pool.yml:1: “What is my balance?” is a question of show_balance already"]


def test_what_the_author_should_look_at_does_not_stop_the_training(folder: Path) -> None:
    few = FAQ.replace(f"    - {QUESTIONS[0]}\n", "").replace("  en:\n", "  ja:\n", 1)
    (folder / "faq" / "pool.yml").write_text(few, encoding="utf-8")

    assert told(folder) == [
        "faq/pool.yml:1: warning: asked in ja, but its answers are in other languages",
        "faq/pool.yml:1: warning: asked in ja, but its titles are in other languages",
        "faq/pool.yml:1: warning: 14 questions in ja: it is better understood from 15",
    ]
    assert whole(folder).faqs.keys() == {"pool"}


def test_answers_with_the_figures_of_another_catalogue_are_pointed_out(folder: Path) -> None:
    (folder / "catalogue.yml").write_text((EXAMPLE / "catalogue.yml").read_text("utf-8"), encoding="utf-8")
    warned = [line for line in told(folder) if "utter_faq/" in line]

    assert any("utter_faq/recharge says “25 USD”" in line for line in warned)
    (folder / "texts" / "own.yml").write_text("utter_faq/recharge: {en: Top up 10 USD or more.}\n", encoding="utf-8")
    assert not any("utter_faq/recharge" in line for line in told(folder))
