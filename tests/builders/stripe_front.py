"""The front of localstripe: what Stripe does and localstripe does not. Each difference has a function here."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import httpx

if TYPE_CHECKING:
    from tests.builders.localstripe import LocalStripe

Answer = tuple[int, bytes]
_UNKNOWN = ("automatic_payment_methods", "setup_future_usage", "description", "return_url", "error_on_requires_action")
"""Parameters of Stripe that localstripe refuses; the front does what they ask for, where it matters."""
_SCRIPT = """
{
  const plain = Stripe
  Stripe = key => {
    const stripe = plain(key)
    const authenticate = stripe.confirmCardPayment
    stripe.confirmCardPayment = async (secret, data) => {
      const given = data && data.payment_method
      if (!given) return authenticate(secret)
      const intent = secret.match(/^(pi_\\w+)_secret_/)[1]
      const method = typeof given === 'string' ? {payment_method: given} : {
        payment_method_data: {type: 'card', card: given.card.value && given.card.value.card},
      }
      const response = await fetch(`${LOCALSTRIPE_BASE_API}/v1/payment_intents/${intent}/confirm`, {
        method: 'POST',
        body: JSON.stringify({key, client_secret: secret, ...method, ...data.setup_future_usage && {
          setup_future_usage: data.setup_future_usage}}),
      })
      const body = await response.json()
      if (body.error) return {error: body.error}
      if (body.status !== 'requires_action') return {paymentIntent: body}
      const asked = await authenticate(secret)
      const failed = asked.paymentIntent && asked.paymentIntent.last_payment_error
      return failed ? {error: {type: 'invalid_request_error', ...failed}} : asked
    }
    return stripe
  }
}
"""


def handler_of(stripe: LocalStripe) -> type[BaseHTTPRequestHandler]:
    """Answers the calls of one localstripe."""
    front = Front(stripe)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(*front.answer("GET", self.path, {}, dict(self.headers.items())))

        def do_DELETE(self) -> None:
            self._answer(*front.answer("DELETE", self.path, {}, dict(self.headers.items())))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._answer(*front.answer("POST", self.path, _form(body), dict(self.headers.items())))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            script = "/js.stripe.com/" in self.path
            self.send_header("Content-Type", "application/javascript" if script else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class Front:
    """Every call passes here, one at a time where it changes something."""

    def __init__(self, stripe: LocalStripe) -> None:
        self._stripe, self._lock = stripe, Lock()
        self._http = httpx.Client()  # one for all calls: to make one takes longer than most of them
        self._answers: dict[str, tuple[Any, Answer]] = {}
        self._to_save: set[str] = set()

    def answer(self, method: str, address: str, form: dict[str, Any], headers: dict[str, str]) -> Answer:
        """Status and body."""
        from tests.builders.localstripe import Call

        headers = {name.lower(): value for name, value in headers.items()}
        key = headers.get("idempotency-key")
        path = urlsplit(address).path
        if path.startswith("/js.stripe.com/"):
            return 200, (httpx.get(self._stripe.behind + address).text + _SCRIPT).encode()
        self._stripe.calls.append(Call(method, path, form, key))
        if method != "POST":
            return self._read(method, address, headers)
        with self._lock:
            if key and key in self._answers:
                given, before = self._answers[key]
                return before if given == (path, form) else _refused(400, "idempotency_key_in_use", "idempotency_error")
            answer = self._change(path, address, form, headers)
            if key and (answer[0] < 400 or answer[0] == 402):
                self._answers[key] = (path, form), answer
            return answer

    def _read(self, method: str, address: str, headers: dict[str, str]) -> Answer:
        """Lists newest first, of a customer, an intent or a time: localstripe lists all or none, and no disputes."""
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        kind = parts.path.removeprefix("/v1/")
        if kind not in {"payment_intents", "refunds", "disputes"}:
            return self._pass(method, address, None, headers)
        if kind == "disputes":
            listed: dict[str, Any] = {"object": "list", "data": self._stripe.disputes, "has_more": False}
        else:
            status, body = self._pass(method, f"{parts.path}?limit=100", None, headers)
            if status != 200:
                return status, body
            listed = json.loads(body)
        since = int(query.get("created[gte]", 0))
        wanted = {name: query[name] for name in ("customer", "payment_intent") if name in query}
        listed["data"] = [
            each
            for each in reversed(listed["data"])
            if each["created"] >= since and all(each[name] == value for name, value in wanted.items())
        ]
        return 200, json.dumps(listed).encode()

    def _change(self, path: str, address: str, form: dict[str, Any], headers: dict[str, str]) -> Answer:
        known = {name: value for name, value in form.items() if not name.startswith(_UNKNOWN)}
        if path == "/v1/refunds" and (refusal := self._refuses(form)):
            return refusal
        if path.startswith("/v1/payment_intents/") and path.endswith("/confirm"):
            return self._confirm(path.split("/")[3], form)
        updated = path.split("/")[3] if path.startswith("/v1/payment_intents/") and path.count("/") == 3 else None
        if updated and form.get("setup_future_usage"):
            self._to_save.add(updated)
        answer = self._pass("POST" if known or not updated else "GET", address, known or None, headers)
        if path == "/v1/payment_intents":
            return self._created(answer, form)
        if path.endswith("/_authenticate"):
            self._save_card(answer)
        if path.startswith("/v1/setup_intents/") and path.endswith("/confirm"):
            self._tell_of_card(answer)
        return _of_card(answer)

    def _refuses(self, form: dict[str, Any]) -> Answer | None:
        """https://docs.stripe.com/refunds: never more than was paid, and nothing of what is disputed."""
        intent = self._stripe.get(f"payment_intents/{form['payment_intent']}")
        sent_back = [
            each["amount"]
            for each in self._stripe.get("refunds", limit="100")["data"]
            if each["payment_intent"] == intent["id"]
        ]
        if any(each["payment_intent"] == intent["id"] and each["status"] != "won" for each in self._stripe.disputes):
            return _refused(400, "charge_disputed", "invalid_request_error")
        if sum(sent_back) + int(form.get("amount", 0)) > intent["amount"]:
            return _refused(400, "charge_already_refunded", "invalid_request_error")
        return None

    def _created(self, answer: Answer, form: dict[str, Any]) -> Answer:
        intent = json.loads(answer[1])
        if answer[0] < 400 and form.get("setup_future_usage"):
            self._to_save.add(intent["id"])
        if answer[0] < 400 and form.get("off_session") == "true" and intent["status"] == "requires_action":
            return self._asks_for_the_customer(intent["id"])
        return _of_card(answer)

    def _asks_for_the_customer(self, intent: str) -> Answer:
        """https://docs.stripe.com/payments/save-and-reuse: off session nobody can be asked, so it is declined."""
        path = f"payment_intents/{intent}"
        thing = self._stripe.post(path, {"next_action": None, "payment_method": None})
        thing["last_payment_error"] = {"code": "authentication_required", "type": "card_error"}
        self._stripe.tell("payment_intent.payment_failed", thing)
        return _refused(402, "authentication_required", "card_error", payment_intent=thing)

    def _confirm(self, intent: str, form: dict[str, Any]) -> Answer:
        """By the browser with the intent's secret, or by the server; with a card or with the one that it has."""
        thing = self._stripe.get(f"payment_intents/{intent}")
        by_browser = str(form.get("key", "")).startswith("pk_")
        if by_browser and form.get("client_secret") != thing["client_secret"]:
            return _refused(401, "unauthorized", "invalid_request_error")
        if thing["status"] not in {"requires_payment_method", "requires_confirmation"}:
            return _refused(400, "payment_intent_unexpected_state", "invalid_request_error", payment_intent=thing)
        if form.get("setup_future_usage"):
            self._to_save.add(intent)
        method = form.get("payment_method") or thing["payment_method"]
        if form.get("payment_method_data"):
            made = self._stripe.http.post("/v1/payment_methods", json=form["payment_method_data"])
            if made.is_error:
                return _refused(402, "incorrect_number", "card_error")
            method = made.json()["id"]
        # a decline stays with localstripe's intent for ever: Stripe's takes another card
        again = {"payment_method": method, "latest_charge": None, "next_action": None}
        self._stripe.post(f"payment_intents/{intent}", again)
        done = self._stripe.http.post(f"/v1/payment_intents/{intent}/confirm")
        answer = _of_card((done.status_code, done.content))
        self._save_card(answer)
        return answer

    def _save_card(self, answer: Answer) -> None:
        """`setup_future_usage`: the card is the customer's once it has paid."""
        thing = json.loads(answer[1])
        if answer[0] < 400 and thing["id"] in self._to_save and thing["status"] == "succeeded" and thing["customer"]:
            self._attach(thing["payment_method"], thing["customer"])

    def _attach(self, method: str, customer: str) -> None:
        thing = self._stripe.post(f"payment_methods/{method}/attach", {"customer": customer})
        self._stripe.tell("payment_method.attached", thing)

    def _tell_of_card(self, answer: Answer) -> None:
        thing = json.loads(answer[1])
        if answer[0] < 400 and thing["status"] == "succeeded":
            if thing["customer"]:
                self._attach(thing["payment_method"], thing["customer"])
            self._stripe.tell("setup_intent.succeeded", thing)

    def _pass(self, method: str, address: str, form: dict[str, Any] | None, headers: dict[str, str]) -> Answer:
        sent = {"Authorization": headers["authorization"]} if "authorization" in headers else {}
        nested = any(isinstance(value, dict) for value in (form or {}).values())
        given = {"json": form} if nested else {"data": form}
        answer = self._http.request(method, self._stripe.behind + address, headers=sent, timeout=20, **given)
        return answer.status_code, answer.content


def _of_card(answer: Answer) -> Answer:
    """A decline is an error of the card; localstripe calls it one of the request."""
    if answer[0] != 402:
        return answer
    body = json.loads(answer[1])
    body["error"] |= {"type": "card_error"}
    return 402, json.dumps(body).encode()


def _refused(status: int, code: str, kind: str, **more: Any) -> Answer:
    return status, json.dumps({"error": {"type": kind, "code": code, "message": code, **more}}).encode()


def _form(body: str) -> dict[str, Any]:
    try:
        return json.loads(body)
    except ValueError:
        return dict(parse_qsl(body, keep_blank_values=True))
