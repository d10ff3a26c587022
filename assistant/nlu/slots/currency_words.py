"""What currencies are called: the CLDR's names from Babel, symbols, and what people say besides."""

from __future__ import annotations

from babel.numbers import get_currency_name

# those whose CLDR names ("Canadian dollars", カナダ ドル, 캐나다 달러) and lower-case codes are known
MAJOR = (
    *("USD", "JPY", "KRW", "EUR", "GBP", "CNY", "AUD", "CAD", "SGD", "HKD", "TWD", "INR"),
    *("VND", "THB", "CHF", "NZD", "MYR", "IDR", "PHP", "BRL", "MXN", "SEK"),
)
# codes that are also English words: only right after a number, the first two not even there ("50 TOP UP")
NEVER = frozenset(("ALL", "TOP"))
WORDLIKE = NEVER | {"TRY", "CUP", "PEN", "MAD", "GEL", "SOS", "COP", "MOP", "BAM", "RON", "LAK"}

_SYMBOLS_OF = {
    "USD": "$ US$",
    "AUD": "A$ AU$",
    "CAD": "C$ CA$",
    "SGD": "S$",
    "HKD": "HK$",
    "TWD": "NT$",
    "NZD": "NZ$",
    "BRL": "R$",
    "MXN": "MX$",
    "JPY": "¥",
    "KRW": "₩",
    "EUR": "€",
    "GBP": "£",
    "VND": "₫",
    "INR": "₹",
    "THB": "฿",
    "PHP": "₱",
    "RUB": "₽",
    "TRY": "₺",
    "UAH": "₴",
    "NGN": "₦",
}
_WORDS_OF = {
    "USD": "dollar/dollars/us dollar/u.s. dollars/american dollars",
    "JPY": "yen",
    "KRW": "korean won",
    "AUD": "aussie dollar/aussie dollars",
    "EUR": "euro/euros",
    "GBP": "pounds sterling",
    "CNY": "yuan/rmb/renminbi",
    "INR": "rupee/rupees",
    "THB": "baht",
    "MYR": "ringgit",
    "IDR": "rupiah",
}
# ordinary English words besides, so only after a number or "in"
_DOUBTFUL_OF = {"KRW": "won", "GBP": "pound/pounds/quid", "VND": "dong", "CHF": "franc/francs", "USD": "buck/bucks"}
_EAST_OF = {
    "USD": "ドル/米ドル/USドル/달러",
    "AUD": "豪ドル",
    "HKD": "香港ドル",
    "TWD": "台湾ドル/대만 달러/대만달러",
    "JPY": "日本円/엔화",
    "EUR": "ユーロ/유로",
    "GBP": "ポンド/英ポンド/파운드",
    "KRW": "ウォン/韓国ウォン/원화",
    "CNY": "人民元/위안화/위엔",
}
# single characters that are parts of many other words (円滑, 원래); what stands beside them tells
AFTER_NUMBER = (
    ("JPY", r"円(?!滑|満|形|周|卓|盤|陣|グラフ)|えん(?![ぁ-ん])"),
    ("JPY", r"엔(?!진|드)"),
    ("KRW", r"원(?!래|칙|본|격|천|하(?!고)|해|합|한)"),
    ("USD", r"불(?!가|만|편|량)"),
    ("CNY", r"元(?!々|気|金|本)|위안"),
)
ALONE = (
    ("JPY", r"(?<![一-鿿])円(?:建|払|決済|支払|(?![一-鿿ァ-ヺー]))|(?<=[何万千百])円(?![滑満形周])"),
    ("JPY", r"(?<![가-힣\ufffc])엔(?:으로|화)?(?![가-힣])"),
    ("KRW", r"(?<![가-힣\ufffc])원으?로?(?![가-힣])|몇\s?[십백천만]*\s?원(?!인)"),
)


def _by_name(names_of: dict[str, str], separator: str = "/") -> dict[str, str]:
    return {name.lower(): code for code, names in names_of.items() for name in names.split(separator)}


def _cldr() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in MAJOR:
        for count, locale in ((1, "en"), (2, "en"), (None, "ja"), (None, "ko")):
            name = get_currency_name(code, count=count, locale=locale).lower()
            names |= {name: code} if locale == "en" else {name: code, name.replace(" ", ""): code}
    return names


_NAMES = _cldr() | _by_name(_WORDS_OF) | _by_name(_EAST_OF) | {code.lower(): code for code in MAJOR}
SYMBOLS = _by_name(_SYMBOLS_OF, " ")
DOUBTFUL = _by_name(_DOUBTFUL_OF)
LATIN = {name: code for name, code in _NAMES.items() if name.isascii()}
EAST = {name: code for name, code in _NAMES.items() if not name.isascii()}
CODE_OF = LATIN | EAST | SYMBOLS | DOUBTFUL
