"""When Python looks for garbage in cycles: not while the server starts, and never through the model and the modules."""

from __future__ import annotations

import gc

_YOUNG = 20_000
"""New objects before they are looked at for cycles: a turn makes some thousands."""


def pause() -> None:
    """Not while modules and the model are loaded: they stay. A sixth of the start was walking through them."""
    gc.disable()


def leave_alone_what_is_there() -> None:
    """Begin to collect what is made from now on: a collection that walked through the rest took a turn 0.2 s longer."""
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
    gc.enable()


def free_what_the_start_left() -> None:
    """The collection that the start did without; 0.3 s for a moment when nobody waits."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
