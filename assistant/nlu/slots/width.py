"""One way to write each character, so that every other rule sees full-width, half-width and typographic forms alike."""

from __future__ import annotations

import unicodedata

LONGEST = 2000  # a message longer than this is pasted matter; what is asked for stands at its beginning
GAP = "\ufffc"  # stands where a value was taken out; neither a word character nor a space, so nothing joins across it

_SAME = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u301c\u223c\u2053", "~")
    | dict.fromkeys("\u2018\u2019\u02bc", "'")
    | dict.fromkeys("\u201c\u201d", '"')
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\ufe0f", None)
    | {"\u2044": "/", GAP: " "}
)


def normalise(text: str) -> str:
    """The text in NFKC with one hyphen, one tilde and straight quotes; at most `LONGEST` characters of it are read.

    NFKC also joins Hangul letters to syllables, which some keyboards and file systems send apart.
    """
    readable = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", readable).translate(_SAME).strip()


def mask(text: str, start: int, end: int) -> str:
    """The text with a span taken out; every other position stays what it was."""
    return text[:start] + GAP * (end - start) + text[end:]
