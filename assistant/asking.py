"""Whether words ask for something, by the forms that English, Japanese and Korean have for it; no topic is meant."""

from __future__ import annotations

import regex

_FLAGS = regex.VERBOSE | regex.IGNORECASE
_CLOSING = regex.compile(r"[\s.!。！~,、]+$")
_QUESTION = regex.compile(
    r"""
      [?？]$
    | ^ (?:(?:so|and|also|ok|okay|but|oh)\W+)*
        (?:what|when|where|which|who|why|how|is|are|do(?!\s?n[o'’]t)|does|did|can|could|would|will|may) \b
    | か$ | いくら | いつ | (?<!\p{Han})何(?!\p{Han}) | どう | どれ | どこ
    | (?:나요|까요|니까|가요|은지|는지)$ | 얼마 | 언제 | 뭐 | 무엇 | 뭔 | 몇 | 어떻 | 어디 | 어느
    """,
    _FLAGS,
)
_REQUEST = regex.compile(
    r"""
      ^ (?:(?:please|pls|ok|okay|so|and|also|hi|hello|hey|can\syou|could\syou|i(?:'d|\swould)\slike\sto
          | i\s(?:want|need)\sto)\W+)*
        (?: show|tell|give|send|get|list|let\sme\s(?:see|know)|check|see|know|talk|speak|contact|connect|top|add
          | recharge|reload|pause|resume|cancel|renew|extend|change|upgrade|downgrade|switch|redeem|apply ) \b
    | ^ (?:my|our) (?:\s[\w'’]+){1,2} (?:\splease)? $
    | いくらで$
    | (?: たい(?:です|[のん](?:ですが|です|で)?)? | (?:教え|見せ|おしえ|みせ|表示し|確認し|して|送っ|出し)て?
        | ください | 下さい | お願い(?:します)? | 知りたくて ) $
    | 알려 | 보여 | 궁금 | 확인 | 조회 | 부탁 | 주세요 | 줘 | 할게 | 고\s?싶 | [해봐려]\s?주$
    """,
    _FLAGS,
)


def is_put_as_question(text: str) -> bool:
    """Whether the words are a question by their form: a question mark, an interrogative, an ending."""
    return bool(_QUESTION.search(_CLOSING.sub("", text)))


def asks(text: str) -> bool:
    """Whether the words are a question, or a request to be told or given something."""
    return is_put_as_question(text) or bool(_REQUEST.search(_CLOSING.sub("", text)))
