"""Reading a content folder: every mistake with its file and line, and nothing taken over while there is one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from assistant.content.schemas import Content, Faq, Texts

_Of = TypeVar("_Of")


class Mistake(NamedTuple):
    """What is wrong, and where; a `warning` does not keep the content from being used."""

    file: Path
    line: int
    why: str
    warning: bool = False

    @classmethod
    def of_line(cls, said: str) -> Mistake:
        """Of `file:line: why`, or of `file: why`."""
        file, _, rest = said.partition(":")
        line, _, why = rest.partition(": ")
        return cls(Path(file), int(line), why) if line.isdecimal() else cls(Path(file), 1, rest.strip())

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'warning: ' if self.warning else ''}{self.why}"


class ContentInvalid(ValueError):
    """The content has mistakes; nothing was trained."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = list(mistakes)


class Source(NamedTuple):
    """A whole content folder; `texts` by the key of the response that each takes the place of."""

    folder: Path
    content: Content
    texts: dict[str, tuple[Mistake, Texts]]
    faqs: dict[str, Faq]

    def file_of(self, topic: str) -> Path:
        """Where a topic of the folder stands."""
        return self.folder / "faq" / f"{topic}.yml"


def read(folder: Path) -> Source:
    """The folder's content.

    Raises:
        ContentInvalid: what cannot be read, all of it.
    """
    mistakes: list[Mistake] = []
    content = _read(folder / "content.yml", TypeAdapter(Content), mistakes) or Content()
    texts: dict[str, tuple[Mistake, Texts]] = {}
    for path in sorted((folder / "texts").glob("*.yml")):
        tree = _tree(path, mistakes)
        for key, said in (_checked(path, tree, TypeAdapter(dict[str, Texts]), mistakes) or {}).items():
            place = Mistake(path, _line(tree, [key]), key)
            if key in texts:
                mistakes.append(place._replace(why=f"{key} is in {texts[key][0].file.name}, too"))
            texts[key] = place, said
    faqs = {
        path.stem: faq
        for path in sorted((folder / "faq").glob("*.yml"))
        if (faq := _read(path, TypeAdapter(Faq), mistakes)) is not None
    }
    if mistakes:
        raise ContentInvalid(mistakes)
    return Source(folder, content, texts, faqs)


def _read(path: Path, kind: TypeAdapter[_Of], mistakes: list[Mistake]) -> _Of | None:
    return _checked(path, _tree(path, mistakes), kind, mistakes) if path.exists() else None


def _tree(path: Path, mistakes: list[Mistake]) -> Any:
    try:
        return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        mistakes.append(Mistake(path, line, str(error.problem)))
    except RecursionError:
        mistakes.append(Mistake(path, 1, "nested too deeply"))
    except (OSError, ValueError) as error:  # not UTF-8; a day like 2026-13-45, of which YAML makes a date
        mistakes.append(Mistake(path, 1, str(error)))
    return None


def _checked(path: Path, tree: Any, kind: TypeAdapter[_Of], mistakes: list[Mistake]) -> _Of | None:
    if tree is None:
        return None
    try:
        return kind.validate_python(tree)
    except ValidationError as error:
        for each in error.errors():
            where = ".".join(str(step) for step in each["loc"]) or "file"
            mistakes.append(Mistake(path, _line(tree, each["loc"]), f"{where}: {each['msg']}"))
        return None


def _line(tree: Any, place: Sequence[Any]) -> int:
    """The line of the deepest key on the way to the mistake."""
    line = 1
    for step in place:
        marks = getattr(tree, "lc", None)
        if marks is None:
            break
        try:
            line, tree = (marks.key(step) if isinstance(tree, dict) else marks.item(step))[0] + 1, tree[step]
        except (KeyError, IndexError, TypeError):
            break
    return line


def plain(value: BaseModel) -> dict[str, Any]:
    """As a file has it."""
    return value.model_dump(mode="json", by_alias=True, exclude_none=True)
