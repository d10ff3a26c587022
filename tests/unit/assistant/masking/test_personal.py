"""What tells who wrote a message is taken out, in three languages; what it is about stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.masking.personal import mask

KNOWN = ("acme", "Acme Robotics", "株式会社さくら", "한강상사", "u-4711")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("my mail is Ann.Lee+billing@example.co.jp, ok?", "my mail is <email>, ok?"),
        ("メールはtaro@example.jpです", "メールは<email>です"),
        ("메일은 ＫＩＭ＠ｅｘａｍｐｌｅ．ｋｒ 입니다", "메일은 <email> 입니다"),
        ("see https://example.com/u/4711?x=1 and www.acme.com/abc", "see <url> and <url>"),
        ("call me at +81 90-1234-5678 or (415) 555-2671", "call me at <phone> or <phone>"),
        ("my cell is 555-1234", "my cell is <phone>"),
        ("電話は０９０－１２３４－５６７８です", "電話は<phone>です"),
        ("03-1234-5678に電話して", "<phone>に電話して"),
        ("제 번호는 010-1234-5678이고", "제 번호는 <phone>이고"),
        ("(02) 123-4567 로 전화 주세요", "<phone> 로 전화 주세요"),
        ("card 4111 1111 1111 1111 was charged", "card <card> was charged"),
        ("カード４１１１１１１１１１１１１１１１で払った", "カード<card>で払った"),
        ("카드 4111-1111-1111-1112 로 결제했어요", "카드 <card> 로 결제했어요"),
        ("send it to GB82 WEST 1234 5698 7654 32 please", "send it to <iban> please"),
        ("DE89370400440532013000に振り込みました", "<iban>に振り込みました"),
        ("my code WELCOME50 does not work", "my code <code> does not work"),
        ("バウチャーコード SUMMER-2026-XK9 が使えない", "バウチャーコード <code> が使えない"),
        ("쿠폰 kx7-22-lmn 이 안 돼요", "쿠폰 <code> 이 안 돼요"),
        ("invoice INV-2026-0007, order 123456789012", "invoice <code>, order <id>"),
        ("acct_1a2b3c4d5e6f is stuck", "<id> is stuck"),
        ("my ssn is 123-45-6789", "my ssn is <id>"),
        ("주민번호 900101-1234567", "주민번호 <id>"),
        ("〒150-0001に送って", "<id>に送って"),
        ("my name is John Smith and my plan is gone", "my name is <name> and my plan is gone"),
        ("This is Ann Lee from Acme Robotics, no credit", "This is <name> from <name>, no credit"),
        ("thanks, regards Ann O'Neill", "thanks, regards <name>"),
        ("田中太郎と申します。残高は?", "<name>と申します。残高は?"),
        ("田中様の請求はどうなりましたか", "<name>様の請求はどうなりましたか"),
        ("名前は佐藤です", "名前は<name>です"),
        ("제 이름은 김민수입니다 요금이 이상해요", "제 이름은 <name>입니다 요금이 이상해요"),
        ("박서연님 계정이 정지됐어요", "<name>님 계정이 정지됐어요"),
        ("株式会社さくらの残高は?", "<name>の残高は?"),
        ("한강상사 크레딧 남았나요", "<name> 크레딧 남았나요"),
        ("ACME's bill for u-4711", "<name>'s bill for <name>"),
        ("@ann_lee told me so", "<name> told me so"),
    ],
)
def test_what_tells_who_wrote_is_taken_out(said: str, kept: str) -> None:
    assert mask(said, KNOWN) == kept


@pytest.mark.parametrize(
    "said",
    [
        "what did i spend from 2026-01-01 to 2026-03-31?", "usage on 20261127", "top up $1,250.50", "add 15000000",
        "1000-2000 sessions a month", "is the H100 on Growth", "I'm Confused about the bill", "at 10:30 on 12/27",
        "who are you, what is your name", "9月から10月まで1250000円", "三万円チャージして", "お客様番号はどこ",
        "仕様と同様のプラン", "名前は何ですか", "12500000원 충전", "십이만 오천 원", "이용자님 수는", "고객님 센터",
        "이름은 뭐예요", "10월 3일부터", "macmeans nothing", "USD50", "500000000 tokens",
    ],
)  # fmt: skip
def test_amounts_dates_and_words_stay(said: str) -> None:
    assert mask(said, KNOWN) == said


def test_a_message_is_kept_on_one_line_with_digits_of_one_width() -> None:
    assert mask("残高は\n　１，０００円  ですか\t?") == "残高は 1,000円 ですか ?"


PERSONAL = st.sampled_from(
    ["ann@example.com", "+82 10-1234-5678", "4111111111111111", "DE89370400440532013000", "https://x.example/a?b=c"]
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40), PERSONAL, st.text(max_size=40))
def test_whatever_stands_around_it_is_taken_out(before: str, personal: str, after: str) -> None:
    assert personal not in mask(f"{before} {personal} {after}")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text, KNOWN)
    assert mask(once, KNOWN) == once
