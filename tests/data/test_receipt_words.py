"""The page that verifies receipts and the command say what is wrong in the same words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from billing.receipts.verifying import Fault
from gateway.cli.receipts import CANNOT_TELL, FAULTS

SENTENCES = (Path(__file__).resolve().parents[2] / "widget" / "src" / "i18n" / "receipt.ts").read_text("utf-8")


def test_each_fault_is_said_as_the_page_says_it() -> None:
    faults = SENTENCES.partition("export const faults")[2].partition("};")[0]
    said = dict(re.findall(r'^  (\w+): \["([^"]+)\.", "[^"]+", "[^"]+"\],$', faults, re.MULTILINE))
    assert said == {name: text[0].upper() + text[1:] for name, text in FAULTS.items()}
    assert said.keys() == set(get_args(Fault))


def test_both_say_that_a_signature_alone_does_not_tell_where() -> None:
    assert f'"{CANNOT_TELL[0].upper()}{CANNOT_TELL[1:]}.' in SENTENCES
