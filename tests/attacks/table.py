"""The table of docs/security.md, made from the attacks; `python -m tests.attacks.table` writes it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
DOC = HERE.parents[1] / "docs" / "security.md"
CONTROL = HERE / "control.json"
BEGIN, END = "<!-- attacks: begin -->", "<!-- attacks: end -->"
Test = TypeVar("Test", bound=Callable[..., None])


@dataclass(frozen=True)
class Attack:
    """What is tried, what stops it, and which control was made against a stock assistant, if any."""

    tried: str
    stopped_by: str
    stock: str | None = None


def attack(tried: str, stopped_by: str, stock: str | None = None) -> Callable[[Test], Test]:
    """Enter a test in the table."""

    def entered(test: Test) -> Test:
        test.attack = Attack(tried, stopped_by, stock)  # type: ignore[attr-defined]
        return test

    return entered


def attacks() -> Iterator[tuple[str, str, Attack]]:
    """(theme, name, attack), as the suite has them."""
    for file in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"tests.attacks.{file.stem}")
        for name, test in vars(module).items():
            if name.startswith("test_") and hasattr(test, "attack"):
                yield file.stem.removeprefix("test_"), name.removeprefix("test_").replace("_", " "), test.attack


def written() -> str:
    """The table as Markdown."""
    told = json.loads(CONTROL.read_text()) if CONTROL.exists() else {"results": {}}
    lines = [
        "| theme | attack | what is tried | what stops it | stock Rasa 3.6.21 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for theme, name, each in attacks():
        stock = told["results"].get(each.stock, {}).get("outcome", "not measured") if each.stock else ""
        lines.append(f"| {theme} | {name} | {each.tried} | {each.stopped_by} | {stock} |")
    return "\n".join(lines)


def kept(text: str) -> str:
    """The table that stands in the document."""
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def main() -> None:
    """Write the table into the document."""
    before, _, rest = DOC.read_text().partition(BEGIN)
    DOC.write_text(f"{before}{BEGIN}\n{written()}\n{END}{rest.partition(END)[2]}")
    sys.stdout.write(f"{sum(1 for _ in attacks())} attacks\n")


if __name__ == "__main__":
    main()
