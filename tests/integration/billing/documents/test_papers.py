"""The PDFs say what billing says, in each language, in embedded fonts, the same bytes every time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pypdfium2 import PdfDocument

from billing.api import Billing
from billing.config import Settings
from billing.documents.texts import FOLDER
from billing.errors import CreditNoteNotFound, InvoiceNotFound, ReceiptNotFound
from billing.invoices import service as invoices
from billing.plans.models import Subscription
from tests.builders.accounts import a_plan, a_top_up, an_account, use
from tests.builders.money import usd

LANGUAGES = ["en", "ja", "ko"]


def pages_of(content: bytes) -> list[str]:
    """The text of each page as browsers read it, without spaces: how letters are set apart is the reader's guess."""
    return ["".join(page.get_textpage().get_text_bounded().split()) for page in PdfDocument(content)]


def read(content: bytes) -> str:
    return "".join(pages_of(content))


def holds(text: str, *figures: str) -> bool:
    missing = [figure for figure in figures if "".join(figure.split()) not in text]
    assert missing == [], text
    return True


@pytest.fixture
def account(billing):
    return an_account(billing, language="ko")


def an_invoice(billing, account, *, payment_option="pay_later") -> str:
    plan = a_plan(billing, account, payment_option=payment_option)
    if payment_option == "pay_later":
        use(billing, account, 100)
        use(billing, account, "1.5", "gpu_container")
        use(billing, account, "999.123", "inference")
    with billing.database.transaction() as session:
        return invoices.issue(session, session.get_one(Subscription, plan.id), billing.now()).number


SAID = {
    "en": (
        ["Invoice", "Bill to", "Acme", "Example Cloud Ltd.", "March 10, 2026", "April 9, 2026"],
        ["March 10, 2026 – April 10, 2026", "Bot sessions", "100 sessions", "1.5 hours", "999.123 thousand tokens"],
        ["$4.00", "$3.60", "$2.01", "$9.61", "Credited (CN-2026-000001)", "-$2.00", "$5.00", "Amount due", "$2.61"],
        ["Partly paid (as of March 10, 2026)"],
    ),
    "ja": (
        ["請求書", "宛先", "Acme 御中", "株式会社サンプルクラウド", "2026年3月10日", "2026年4月9日"],
        ["2026年3月10日～2026年4月10日", "ボットセッション", "100 セッション", "1.5 時間", "999.123 千トークン"],
        ["$4.00", "$3.60", "$2.01", "$9.61", "減額（CN-2026-000001）", "-$2.00", "$5.00", "ご請求残高", "$2.61"],
        ["一部お支払い済み（2026年3月10日現在）"],
    ),
    "ko": (
        ["청구서", "수신", "Acme 귀중", "주식회사 샘플클라우드", "2026년 3월 10일", "2026년 4월 9일"],
        ["2026년 3월 10일 ~ 2026년 4월 10일", "봇 세션", "100 세션", "1.5 시간", "999.123 천 토큰"],
        ["US$4.00", "US$3.60", "US$2.01", "US$9.61", "감액(CN-2026-000001)", "-US$2.00", "US$5.00", "US$2.61"],
        ["납부할 금액", "일부 납부(2026년 3월 10일 현재)"],
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_says_every_figure_in_the_language(billing, account, language):
    number = an_invoice(billing, account)
    billing.credit_invoice(number, amount=Decimal(2), reason="outage", key="c-1")
    with billing.database.transaction() as session:
        invoices.pay(session, invoices.find(session, account, number), usd(5), at=billing.now(), key="p-1")

    document = billing.invoice_pdf(account, number, language)

    assert (document.name, document.language) == (f"{number}.pdf", language)
    text = read(document.content)
    assert all(holds(text, number, account, *figures) for figures in SAID[language])


def test_a_credit_note_and_a_receipt_say_theirs(billing, account):
    number = an_invoice(billing, account)
    note = billing.credit_invoice(number, line=2, reason="GPU 장애", key="c-1")
    receipt = a_top_up(billing, account, "50.25", method="bank_transfer")
    billing.confirm_transfer(receipt.id)

    text = read(billing.credit_note_pdf(account, note.number, "en").content)
    assert holds(text, "Credit note", note.number, number, "GPU 장애", "GPU container", "1.5 hours", "$3.60", "$0.00")
    text = read(billing.credit_note_pdf(account, note.number).content)
    assert holds(text, "크레딧 노트", number, "US$3.60")
    text = read(billing.receipt_pdf(account, receipt.id, "ja").content)
    assert holds(text, "領収書", receipt.id, "2026年3月10日", "銀行振込", receipt.reference, "$50.25")


def test_papers_are_given_to_their_owner_only(billing, account):
    other = an_account(billing, "other")
    number = an_invoice(billing, account)
    note = billing.credit_invoice(number, reason="r", key="c-1").number
    pending = a_top_up(billing, account, 50, method="bank_transfer").id
    paid = a_top_up(billing, account, 50).id

    for told in (
        lambda: billing.invoice_pdf(other, number),
        lambda: billing.invoice(other, number),
        lambda: billing.invoice_pdf(account, "INV-2026-999999"),
    ):
        with pytest.raises(InvoiceNotFound):
            told()
    with pytest.raises(CreditNoteNotFound):
        billing.credit_note_pdf(other, note)
    for owner, receipt in ((other, paid), (account, pending), (account, "T-x"), (account, "T-" + "9" * 30)):
        with pytest.raises(ReceiptNotFound):
            billing.receipt_pdf(owner, receipt)
    assert billing.receipt_pdf(None, paid).content == billing.receipt_pdf(account, paid).content


def test_the_same_paper_is_the_same_bytes_small_with_fonts_embedded(billing, account, clock):
    from billing.documents import pdf

    number = an_invoice(billing, account)
    first = billing.invoice_pdf(account, number, "ja").content
    pdf.render.cache_clear()
    clock.forward(hours=1)

    assert billing.invoice_pdf(account, number, "ja").content == first
    assert len(first) < 60_000
    assert first.count(b"/FontFile3") == first.count(b"/Type /FontDescriptor") == 1


def test_a_paper_in_another_year_says_what_it_said_but_for_its_state_since(billing, account, clock):
    number = an_invoice(billing, account, payment_option="full_upfront")
    before = read(billing.invoice_pdf(account, number, "en").content)
    clock.forward(days=400)

    after = read(billing.invoice_pdf(account, number, "en").content)

    assert "Overdue(asofApril14,2027)" in after
    assert after.replace("Overdue(asofApril14,2027)", "Unpaid(asofMarch10,2026)") == before


def test_many_lines_go_over_several_pages_and_none_is_lost(billing, account):
    from billing.documents import pdf
    from billing.documents.service import Writer

    number = an_invoice(billing, account)
    with billing.database.snapshot() as session:
        paper = Writer(session, "en", FOLDER / "seller.yml").invoice(
            invoices.find(session, account, number), billing.now()
        )
    rows = tuple((f"Line number {n} " + "of a long list " * (n % 9), f"{n}", f"${n}.00") for n in range(1, 121))

    pages = pages_of(pdf.render(replace(paper, rows=rows)))

    assert len(pages) > 3
    assert all(f"Page{n}of{len(pages)}" in text for n, text in enumerate(pages, start=1))
    assert all("Description" in text for text in pages[:-1])
    assert all(holds("".join(pages), f"Line number {n} ", f"${n}.00") for n in range(1, 121))


def test_a_customers_name_in_another_script_is_written(billing):
    billing.create_account("seoul", name="한강테크 株式会社", currency="USD", language="ja")
    number = an_invoice(billing, "seoul")

    for language in LANGUAGES:
        assert holds(read(billing.invoice_pdf("seoul", number, language).content), "한강테크", "株式会社")


def test_the_seller_is_the_one_of_the_file_named(database_url, clock, tmp_path, billing, account):
    file = tmp_path / "seller.yml"
    file.write_text("name: {en: Our Company}\naddress: {en: [Main Street]}\n", encoding="utf-8")
    number = an_invoice(billing, account)
    other = Billing.open(Settings(database_url=database_url, seller_file=Path(file)), clock=clock)

    assert holds(read(other.invoice_pdf(account, number, "ja").content), "Our Company", "Main Street")
    other.close()


def test_an_invoice_that_is_paid_asks_for_nothing(billing, account, clock):
    number = an_invoice(billing, account)
    asks = read(billing.invoice_pdf(account, number, "en").content)
    with billing.database.transaction() as session:
        invoices.pay(session, invoices.find(session, account, number), usd(99), at=billing.now(), key="p-1")
    clock.forward(days=1)

    text = read(billing.invoice_pdf(account, number, "en").content)

    assert "Pleasepay" in asks
    assert "Pleasepay" not in text
    assert holds(text, "Paid (as of March 11, 2026)", "$0.00")


def keys(words, prefix=""):
    return {
        (prefix + key, tuple(sorted({part.split("}")[0] for part in str(text).split("{")[1:]})))
        for key, text in words.items()
        if not isinstance(text, dict)
    } | {found for key, group in words.items() if isinstance(group, dict) for found in keys(group, f"{prefix}{key}.")}


def test_the_words_have_the_same_keys_and_values_in_each_language():
    english, *others = (keys(yaml.safe_load((FOLDER / f"{one}.yml").read_text("utf-8"))) for one in LANGUAGES)

    assert others == [english, english]
