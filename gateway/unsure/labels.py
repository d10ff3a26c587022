"""What a message may be labelled as."""

from __future__ import annotations

from assistant.content.folder import present
from assistant.evaluation.corpus import topics

DROP = "drop"
"""The label of a message that nothing is to be learnt from."""


def labels() -> set[str]:
    """Every topic, those of the content folder and `out_of_scope` among them, and `drop`."""
    own = present()
    theirs = {f"faq/{path.stem}" for path in (own / "faq").glob("*.yml")} if own else set()
    return {DROP, *topics(), *theirs}
