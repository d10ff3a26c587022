"""Opening pages of the other site as somebody."""

from __future__ import annotations

import json
import urllib.request

from playwright.sync_api import BrowserContext, Page

from tests.browser.host import Host


class Visit:
    """Opens pages; `account` is who the site says is signed in, and can be changed at any time."""

    def __init__(self, context: BrowserContext, host: Host, server: str) -> None:
        self.context, self.host, self.server = context, host, server
        self.account: str | None = None
        self.asked = 0
        self.token = self.fresh_token
        context.expose_function("hostToken", self._tell)

    def __call__(self, account: str | None = None, **page: object) -> Page:
        """A page with the widget ready on it."""
        self.account = account
        opened = self.context.new_page()
        opened.goto(self.host.url(**page))  # type: ignore[arg-type]
        opened.locator(".launcher").wait_for()
        opened.wait_for_load_state("networkidle")
        return opened

    def fresh_token(self) -> str | None:
        """A good token of the account that is signed in."""
        if self.account is None:
            return None
        body = json.dumps({"account": self.account}).encode()
        asked = urllib.request.Request(
            f"{self.server}/demo/token", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked) as answer:
            return str(json.load(answer)["token"])

    def _tell(self) -> str | None:
        self.asked += 1
        return self.token()
