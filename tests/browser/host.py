"""Another site that embeds the widget: another origin, a strict policy, a style sheet that reaches for everything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOSTILE = """
* { color: red !important; background: yellow !important; font: 40px fantasy !important; display: block !important;
    position: static !important; opacity: .3 !important; transform: rotate(3deg) !important; }
html { font-size: 7px; }
button, textarea { border: 9px dotted red !important; width: 7px !important; }
"""
TRUSTED = "require-trusted-types-for 'script'; trusted-types lit-html"
HOST_SCRIPT = "window.BillingAssistantOptions = { getToken: () => window.hostToken() };"
HEADER = """<!doctype html>
<html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{style}<script src="/host.js"></script>
<script src="{server}/widget.js" {attributes} defer></script></head>
<body><main><h1>A shop</h1><p>Its own text.</p><button type="button">Its own button</button></main></body></html>"""


class Host:
    """The site's address, what its page is to be like, and more `files` of it: path → media type and text."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.address = ""
        self.files: dict[str, tuple[str, str]] = {}

    @property
    def policy(self) -> str:
        """What its pages may load and call: as `docs/embed.md` says, and its own calls."""
        return (
            f"default-src 'none'; script-src 'self' {self.server}; connect-src 'self' {self.server}; "
            f"style-src 'self'; {TRUSTED}"
        )

    def url(
        self, *, language: str = "en", direction: str = "ltr", attributes: str = "data-open", hostile: bool = False
    ) -> str:
        """A page of the site; `attributes` are the script tag's."""
        asked = {"language": language, "direction": direction, "attributes": attributes, "hostile": str(int(hostile))}
        return f"{self.address}/?" + "&".join(f"{name}={value.replace(' ', '+')}" for name, value in asked.items())


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    from urllib.parse import parse_qs, urlsplit

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            asked = {name: values[0] for name, values in query.items()}
            if path == "/host.js":
                return self._give("text/javascript", HOST_SCRIPT)
            if path == "/hostile.css":
                return self._give("text/css", HOSTILE)
            if path in host.files:
                return self._give(*host.files[path])
            if path != "/":
                return self.send_error(404)
            style = '<link rel="stylesheet" href="/hostile.css">' if asked.pop("hostile", "0") == "1" else ""
            filled = {"language": "en", "direction": "ltr", "attributes": ""} | asked
            return self._give("text/html; charset=utf-8", HEADER.format(server=host.server, style=style, **filled))

        do_POST = do_GET

        def _give(self, kind: str, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", host.policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def serving(server: str) -> Iterator[Host]:
    host = Host(server)
    site = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    host.address = f"http://127.0.0.1:{site.server_address[1]}"
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        site.shutdown()
