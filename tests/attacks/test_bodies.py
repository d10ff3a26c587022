"""Bodies that are meant to break what reads them."""

from __future__ import annotations

import gzip
import time

import pytest

from tests.attacks.table import attack

JSON = {"Content-Type": "application/json"}
PLACES = ("/v1/conversations/{id}/messages", "/v1/channel-links", "/v1/account/vouchers/terms", "/demo/token")
SURROGATES = (b'{"\\ud800": 1}', b'{"text": "\\udfff"}', b'{"choice": "\\ud800"}', b'{"code": "\\ud800"}')


def sent(client, body: bytes, **headers: str) -> list[int]:
    """The statuses of that body wherever a customer can send one; none is our failure."""
    conversation = client.open()
    places = [place.format(id=conversation) for place in PLACES]
    begun = time.monotonic()
    statuses = [client.http.post(place, content=body, headers=JSON | headers).status_code for place in places]
    assert time.monotonic() - begun < 5
    return statuses


def refused(statuses: list[int]) -> bool:
    assert all(400 <= status < 500 for status in statuses), statuses
    return True


@attack(
    "JSON nested 30,000 deep: lists and objects", "read by a parser that gives up; the answer is a 4xx", "deep_json"
)
@pytest.mark.parametrize("body", [b"[" * 30_000, b"[" * 30_000 + b"]" * 30_000, b'{"text":' * 8000, b'{"a":[' * 9000])
def test_nested_bodies_are_refused(acme, body: bytes) -> None:
    assert refused(sent(acme, body))


@attack("numbers of 60,000 digits, infinities and NaN", "texts are texts: a number is refused unread")
@pytest.mark.parametrize("number", [b"9" * 60_000, b"1e999999", b"NaN", b"-Infinity", b"0." + b"1" * 50_000])
def test_huge_numbers_are_refused(acme, number: bytes) -> None:
    assert refused(sent(acme, b'{"text": ' + number + b', "code": ' + number + b', "account": ' + number + b"}"))


@attack("halves of characters in values and in names", "refused, and told of without repeating them")
@pytest.mark.parametrize("body", SURROGATES)
def test_half_characters_are_refused(acme, body: bytes) -> None:
    assert refused(sent(acme, body))


@attack("bytes that are no UTF-8, UTF-16 with and without a mark, a BOM, NUL bytes", "refused as no JSON")
@pytest.mark.parametrize(
    "body", [b'{"text": "\xff\xfe"}', '{"text":"a"}'.encode("utf-16"), b"\x00" * 100, b"", b"\xed\xa0"]
)
def test_bytes_that_are_no_text_are_refused(acme, body: bytes) -> None:
    statuses = sent(acme, body)
    assert all(status < 500 for status in statuses), statuses


@attack("one name twice, so that two readers see two texts", "one parser reads it, once; nothing else is named")
def test_a_name_twice_is_read_once(acme) -> None:
    conversation = acme.open()
    body = b'{"text": "What is my balance?", "text": "hello"}'
    answer = acme.http.post(f"/v1/conversations/{conversation}/messages", content=body, headers=JSON)
    history = acme.get(f"/v1/conversations/{conversation}/messages").json()["messages"]
    assert answer.status_code in {200, 422}
    assert [said["text"] for said in history if said["role"] == "user"] in (["hello"], [])


@attack("a gzip bomb of 30 MB with `Content-Encoding: gzip`", "nothing is decompressed")
def test_a_compressed_body_is_not_opened(acme) -> None:
    bomb = gzip.compress(b'{"text": "' + b"a" * 30_000_000 + b'"}')
    assert len(bomb) < 60_000
    assert refused(sent(acme, bomb, **{"Content-Encoding": "gzip"}))


@attack("a body larger than allowed: declared, chunked, and declared too small", "413 by its length, or while it comes")
def test_a_large_body_is_cut_off(acme) -> None:
    place = f"/v1/conversations/{acme.open()}/messages"
    assert acme.http.post(place, content=b" " * 70_000).status_code == 413
    assert acme.http.post(place, content=(b" " * 10_000 for _ in range(20))).status_code == 413


@attack("2,000 signs chosen against regular expressions, in words, money, dates, e-mails, cards and phone numbers",
        "patterns are linear or bounded; a message has 2,000 characters at most")  # fmt: skip
@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "1,",
        "1.",
        "1-1 ",
        "a@",
        "a.",
        "+1 (",
        "4111 ",
        "０１",
        "$",
        "last ",
        "from 1 to ",
        "９月",
        "万",
        "a-",
        "\t ",
        "((",
        "=?",
    ],
)
def test_no_text_holds_the_server_up(acme, piece: str) -> None:
    text = (piece * 2000)[:1999] + "!"
    begun = time.monotonic()
    assert acme.post(acme.open(), {"text": text}).status_code in {200, 422}
    assert time.monotonic() - begun < 4


@attack("queries with NUL, half characters, numbers beyond 64 bits and 5,000 letters", "bounded and refused as 4xx")
def test_odd_queries_are_refused(acme, operators) -> None:
    conversation = acme.open()
    for value in ("%00", "%ff", "9" * 60, "-1", "a" * 5000, "%ed%a0%80", "1e9"):
        answer = acme.get(f"/v1/conversations/{conversation}/messages?cursor={value}")
        assert answer.status_code < 500, value
        for path in (
            "conversations?before=",
            "requests?before=",
            "conversations/",
            "accounts?find=",
            "transfers?before=",
        ):
            assert operators["admin"].get(f"{path}{value}").status_code < 500, (path, value)


@attack("ids with NUL, slashes, dots and half characters in the path", "ids are compared; what is not there is a 404")
def test_odd_paths_are_not_found(acme) -> None:
    for part in ("%00", "..%2f..%2fetc", "%ff%fe", "a" * 3000, "%0d%0aX:%20y", "%ed%a0%80"):
        for place in (f"/v1/conversations/{part}/messages", f"/v1/account/invoices/{part}.pdf", f"/pay/{part}"):
            assert acme.get(place).status_code in {404, 422}, place
