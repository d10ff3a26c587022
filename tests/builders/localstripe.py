"""localstripe, a stand-in for Stripe, as a process of its own, and a front that makes good what it leaves out.

The front passes calls on and keeps them. As Stripe and unlike localstripe, it repeats the answer of an idempotency key,
lets the browser confirm an intent with a card (and again after a decline), refuses off-session payments that need the
customer, lists a customer's intents, and tells of cards that were saved.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Self

import httpx

from tests.builders.ports import free_port
from tests.builders.receivers import served
from tests.builders.stripe_front import handler_of

READY_WITHIN = 30  # seconds
_RUN = """
from localstripe.resources import Store
Store.dump_to_disk = lambda store: None  # one file under /tmp for all of a machine, written whole at each change
from localstripe.server import start
start()
"""
GOOD, DECLINED, ASKS, ASKS_THEN_DECLINED = (
    "4242424242424242",
    "4000000000000341",
    "4000002500003155",
    "4000008400001629",
)
"""Cards: one that pays, one whose charge is declined, one that asks for 3-D Secure, one declined after that."""


@dataclass(frozen=True)
class Call:
    """A call of the API as it came."""

    method: str
    path: str
    form: dict[str, str]
    key: str | None


@dataclass
class LocalStripe:
    """`with LocalStripe(folder) as stripe:`; `stripe.environment` are the settings of a server that is to use it."""

    folder: Path
    secret_key: str = "sk_test_of_the_tests"
    publishable_key: str = "pk_test_of_the_tests"
    webhook_secret: str = "whsec_of_the_tests_32_bytes_or_more"
    calls: list[Call] = field(default_factory=list)
    webhook_url: str | None = None
    disputes: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._closing = ExitStack()
        self._port = free_port()
        self._start()
        self._front = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._front.daemon_threads = True
        self._closing.enter_context(served(self._front))
        self.http = httpx.Client(base_url=self.behind, auth=(self.secret_key, ""), timeout=20)
        self._closing.callback(self.http.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._front.server_address[1]}"

    @property
    def behind(self) -> str:
        """localstripe itself, without the front."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "STRIPE_SECRET_KEY": self.secret_key,
            "STRIPE_PUBLISHABLE_KEY": self.publishable_key,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_API_URL": self.address,
            "STRIPE_JS_URL": f"{self.address}/js.stripe.com/v3/",
        }

    def send_webhooks_to(self, url: str | None) -> None:
        """Where events go from now on; `None`: they are lost."""
        self.webhook_url = url
        given = {"url": url or "http://127.0.0.1:9/lost", "secret": self.webhook_secret}
        httpx.post(f"{self.behind}/_config/webhooks/ours", json=given).raise_for_status()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """An object as localstripe has it: `get("payment_intents/pi_…")`."""
        answer = self.http.get(f"/v1/{path}", params=query)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do something at localstripe itself, as nobody of ours does."""
        answer = self.http.post(f"/v1/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def card(self, number: str = GOOD) -> dict[str, Any]:
        """A payment method with that card, as the browser makes one."""
        card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
        return self.post("payment_methods", {"type": "card", "card": card})

    def pays(self, intent: str, number: str = GOOD, *, authenticated: bool = True) -> httpx.Response:
        """What the customer's browser does with a card: confirm, and answer the bank where it asks."""
        secret = self.get(f"payment_intents/{intent}")["client_secret"]
        card = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
        given = {"key": self.publishable_key, "client_secret": secret}
        path = f"{self.address}/v1/payment_intents/{intent}"
        method = {"payment_method_data": {"type": "card", "card": card}}
        answer = httpx.post(f"{path}/confirm", json=given | method, timeout=20)
        if answer.is_success and answer.json()["status"] == "requires_action":
            asked = f"{path}/_authenticate?success={str(authenticated).lower()}"
            answer = httpx.post(asked, json=given, timeout=20)
        return answer

    def event(self, kind: str, thing: dict[str, Any], event_id: str | None = None) -> bytes:
        """The body of a webhook that tells of a thing as it is given."""
        told = {
            "id": event_id or f"evt_{secrets.token_hex(7)}",
            "object": "event",
            "api_version": "2026-01-01",
            "created": int(time.time()),
            "livemode": False,
            "type": kind,
            "data": {"object": thing},
        }
        return json.dumps(told).encode()

    def signed(self, body: bytes, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers that Stripe sends with a body."""
        stamp = int(time.time() if at is None else at)
        key = (secret or self.webhook_secret).encode()
        signature = hmac.new(key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "Stripe-Signature": f"t={stamp},v1={signature}"}

    def tell(self, kind: str, thing: dict[str, Any]) -> None:
        """Send a webhook as Stripe does, some time after the answer of the call."""

        def send() -> None:
            body = self.event(kind, thing)
            if self.webhook_url:
                httpx.post(self.webhook_url, content=body, headers=self.signed(body), timeout=20)

        Thread(target=send, daemon=True).start()

    def _start(self) -> None:
        arguments = [sys.executable, "-c", _RUN, "--port", str(self._port), "--from-scratch"]
        log = self._closing.enter_context((self.folder / "localstripe.log").open("w"))
        process = subprocess.Popen(arguments, stdout=log, stderr=log)
        self._closing.callback(process.wait)
        self._closing.callback(process.terminate)
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end and process.poll() is None:
            try:
                httpx.get(f"{self.behind}/js.stripe.com/v3/", timeout=5).raise_for_status()
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        self._closing.close()
        raise AssertionError((self.folder / "localstripe.log").read_text()[-2000:])
