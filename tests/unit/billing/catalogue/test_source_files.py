from __future__ import annotations

import re

import pytest

from billing.catalogue import source
from billing.errors import CatalogueInvalid


def refusal(path) -> str:
    with pytest.raises(CatalogueInvalid) as raised:
        source.read(path)
    return str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"services: {bot_session\nplans: ]",
        b"",
        b"- a\n- list",
        b"just words",
        b"plans: {}\nnames: \xff\xfe",
        b"plans: {}\nnames: a\x00b",
    ],
    ids=["broken YAML", "empty", "a list", "words", "not UTF-8", "a control character"],
)
def test_what_is_no_catalogue_at_all_is_refused_with_a_line(tmp_path, content):
    path = tmp_path / "catalogue.yml"
    path.write_bytes(content)

    assert re.match(rf"{re.escape(str(path))}:(\d+): ", refusal(path))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    assert refusal(tmp_path / "missing.yml").startswith(f"{tmp_path / 'missing.yml'}: ")
