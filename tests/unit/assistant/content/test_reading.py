"""What the assistant says is read once, by libyaml, as the package's own Python reads it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from assistant import yaml_files
from assistant.content import weave


def test_those_who_ask_first_at_once_wait_for_one_who_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def slowly() -> weave.Responses:
        read.append(None)
        time.sleep(0.05)
        return {}

    monkeypatch.setattr(weave, "shipped", slowly)
    monkeypatch.setattr(weave, "present", lambda: None)
    weave._read_once.cache_clear()
    try:
        with ThreadPoolExecutor(8) as threads:
            said = list(threads.map(lambda _: weave.spoken(), range(8)))
    finally:
        weave._read_once.cache_clear()
    assert (len(read), said) == (1, [{}] * 8)


def test_a_file_says_what_the_plain_reader_finds_in_it() -> None:
    for path in sorted((weave.DATA / "content").rglob("*.yml")):
        assert yaml_files.read(path) == yaml.safe_load(path.read_text("utf-8")), path


def test_a_file_makes_no_objects(tmp_path: Path) -> None:
    path = tmp_path / "any.yml"
    path.write_text("!!python/object/apply:os.getcwd []")
    with pytest.raises(yaml.YAMLError):
        yaml_files.read(path)
