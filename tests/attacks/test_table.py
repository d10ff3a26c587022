"""The document and the suite say the same."""

from __future__ import annotations

import json

from tests.attacks import control, table


def test_the_table_of_the_document_is_the_suites() -> None:
    assert table.kept(table.DOC.read_text()) == table.written(), "run python -m tests.attacks.table"


def test_every_test_here_is_in_the_table() -> None:
    for file in table.HERE.glob("test_*.py"):
        if file.stem != "test_table":
            text = file.read_text()
            assert text.count("\ndef test_") == text.count("\n@attack("), file.name


def test_there_are_at_least_sixty_attacks_and_their_names_differ() -> None:
    names = [name for _, name, _ in table.attacks()]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


def test_each_control_is_one_that_can_be_run() -> None:
    asked = {each.stock for _, _, each in table.attacks() if each.stock}
    assert asked <= control.CONTROLS.keys()
    if table.CONTROL.exists():
        assert json.loads(table.CONTROL.read_text())["results"].keys() <= control.CONTROLS.keys()
