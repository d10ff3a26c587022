"""Reading a catalogue file: every mistake with its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from billing.catalogue.schemas import Catalogue
from billing.errors import CatalogueInvalid


def read(path: Path) -> Catalogue:
    """The catalogue in a YAML file.

    Raises:
        CatalogueInvalid: `file:line: where: reason`, a line for each mistake.
    """
    return parse(_text(path), str(path))


def parse(text: str, path: str) -> Catalogue:
    """The catalogue in a YAML text; `path` is what mistakes name it.

    Raises:
        CatalogueInvalid: `path:line: where: reason`, a line for each mistake.
    """
    try:
        tree, data = _loaded(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueInvalid(f"{path}:{line}: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise CatalogueInvalid(f"{path}:{line}: {error.reason}") from error
    except ValueError as error:  # a day like 2026-13-45, of which YAML makes a date
        raise CatalogueInvalid(f"{path}:1: {error}") from error
    except RecursionError as error:
        raise CatalogueInvalid(f"{path}:1: nested too deeply") from error
    try:
        catalogue = Catalogue.model_validate(data)
        mistakes = list(catalogue.contradictions())
    except ValidationError as error:
        mistakes = [(tuple(map(str, mistake["loc"])), mistake["msg"]) for mistake in error.errors()]
    if mistakes:
        lines = [f"{path}:{_line(tree, place)}: {'.'.join(place) or 'file'}: {why}" for place, why in mistakes]
        raise CatalogueInvalid("\n".join(lines))
    return catalogue


def _loaded(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes, which know their lines, and what they say."""
    loader = yaml.SafeLoader(text)
    try:
        tree = loader.get_single_node()
        return tree, loader.construct_document(tree) if tree is not None else None
    finally:
        loader.dispose()


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        return content.decode()
    except OSError as error:
        raise CatalogueInvalid(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueInvalid(f"{path}:{line}: not UTF-8") from error


def _line(node: yaml.Node | None, location: Sequence[str]) -> int:
    """The line of the deepest node on the way to the mistake."""
    line = 1
    for step in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
        else:
            break
    return line
