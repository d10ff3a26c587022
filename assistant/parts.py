"""Two questions in one message: where it may be divided, and whether it is.

The words say where a second question may begin: both halves ask for something, by the forms that the three languages
have for that, and nothing is compared. The classifier says whether they are two: both understood, as different topics.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from assistant.asking import asks
from assistant.nlu.topics import OUT_OF_SCOPE
from assistant.understood import DIALOGUE, WHAT_IF, Guess, is_task

BOTH_SURE = 0.8
"""Both halves are understood at least so well; chosen by `python -m benchmarks talk` (docs/understanding.md)."""
WHOLE_SURE = 0.9
"""A message understood so well as a topic of neither half is one question."""
_MOST = 4
"""Places that are tried: each costs two guesses."""
_LONGEST = 200
"""Characters of a message that is divided: what is longer is a story, not two questions."""

_FLAGS = regex.VERBOSE | regex.IGNORECASE
_BETWEEN_SENTENCES = regex.compile(
    r"""
      [.?!;。？！;]+\s* (?:(?:and|also|plus|then|oh|by\ the\ way)\b,?\s)*
        (?:それと|それから|あと|また|そして|ついでに|그리고|또)? [、,\s]*
    | ,?\s (?:and(?:\s(?:then|also))?|also|then|plus|&)\s
    | ,\s* (?=\p{Latin})
    | [、,]\s* (?:それと|それから|あと(?=は|、)|また|そして|ついでに)? [、\s]*
    | ,?\s (?:그리고|또)\s
    | (?<=[\p{Hangul}]) (?<!말|[려싶잔초]) 고 ,?\s
    """,
    _FLAGS,
)
_BETWEEN_NOUNS = regex.compile(
    r"(?<=[\p{Han}\p{Katakana}ー\p{Latin}0-9])と(?=[\p{Han}\p{Katakana}\p{Latin}])|(?<=\p{Hangul})(?:이?랑|하고|[와과])\s",
    _FLAGS,
)
_COMPARES = regex.compile(
    r"\b(?:differ\w*|compar\w*|versus|vs|relat\w+|same|between|both|either|separate\w*|together|or)\b"
    r"|違|差|関係|比べ|比較|同じ|両方|別々|分けて|どちら|どっち"
    r"|차이|관계|비교|다른|다르|달라|다릅|같은|같아|같나|따로|나눠|어느\s?쪽",
    _FLAGS,
)
_TELL_ME = regex.compile(
    r"(?:教え|見せ|おしえ|みせ|知りた|確認|表示|お願い|ください)|알려|보여|궁금|확인|조회|부탁", _FLAGS
)
_ENDS = regex.compile(r"\s*[.?!;。？！]")
_WRITTEN = regex.compile(r"[\p{L}\p{N}]")


def places(text: str) -> Iterator[tuple[str, str]]:
    """The halves of the message at each place where a second question may begin."""
    if len(text) > _LONGEST or _COMPARES.search(text):
        return
    tried = 0
    for found in sorted([*_BETWEEN_SENTENCES.finditer(text), *_BETWEEN_NOUNS.finditer(text)], key=lambda m: m.start()):
        first, second = text[: found.start()].strip(), text[found.end() :].strip()
        asking = f"{first}?" if found[0].lstrip()[:1] in {"?", "？"} else first
        if not (_WRITTEN.search(first) and _both_ask(asking, second, nouns=found.re is _BETWEEN_NOUNS)):
            continue
        yield first, second
        tried += 1
        if tried == _MOST:
            return


def _both_ask(first: str, second: str, *, nouns: bool) -> bool:
    """Whether both halves ask; of two nouns the second has the verb for both ("残高とプランを教えて")."""
    return bool(_TELL_ME.search(second)) if nouns else asks(first) and asks(second)


def in_one_sentence(text: str, first: str) -> bool:
    """Whether the second half goes on with the sentence of the first."""
    return not _ENDS.match(text.strip()[len(first) :])


def are_two(whole: Guess, first: Guess, second: Guess, *, one_sentence: bool = True) -> bool:
    """Whether the halves are two questions or tasks: each sure of itself, of different topics, and no better as one.

    What stands beside a what-if in its sentence and would be a task by itself is supposed with it ("… and we move to
    Growth", 「50ドルチャージして、2倍になったら」): nothing is begun that was only asked about.
    """
    topics = {first.topic, second.topic}
    supposed = (first.topic == WHAT_IF) if not one_sentence else WHAT_IF in topics
    if supposed and all(is_task(topic) or topic == WHAT_IF for topic in topics):
        return False
    if len(topics) == 1 or topics & (DIALOGUE | {OUT_OF_SCOPE}):
        return False
    if min(first.confidence, second.confidence) < BOTH_SURE:
        return False
    return whole.topic in topics or whole.confidence < WHOLE_SURE
