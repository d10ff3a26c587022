"""Which sentences that are out of scope for us a bot builder's own topics are about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.nlu.encoders import WHOLE, encode_all, encoder
from assistant.nlu.examples import Space

ALIKE = 0.7
"""The mean cosine of both encoders' centred vectors from which two sentences ask the same.

For `examples/own_content` the sentences of ours that ask where data is kept have 0.78 and more, the next 0.58.
"""


def claimed(asked: Sequence[str], out_of_scope: Sequence[str]) -> set[str]:
    """Those of `out_of_scope` that ask what one of `asked` asks: left there, they would keep it from being heard."""
    if not asked or not out_of_scope:
        return set()
    near = np.zeros((len(out_of_scope), len(asked)), dtype=np.float32)
    for name in WHOLE:
        ours, theirs = encode_all(name, out_of_scope), np.stack([encoder(name)(text) for text in asked])
        space = Space.fit(ours)
        near += space.of(ours) @ space.of(theirs).T / len(WHOLE)
    return {text for text, nearest in zip(out_of_scope, near.max(axis=1), strict=True) if nearest >= ALIKE}
