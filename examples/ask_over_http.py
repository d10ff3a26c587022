"""Ask a running server over HTTP: `python examples/ask_over_http.py "What is my balance?"`.

BASE_URL says where it is; TOKEN is what `billing-assistant token --account acme` prints. Without TOKEN the question is
an anonymous visitor's.
"""

import os
import sys
from uuid import uuid4

import requests

base = os.environ.get("BASE_URL", "http://127.0.0.1:8000") + "/v1/conversations"
token = os.environ.get("TOKEN")
headers = {"Authorization": f"Bearer {token}"} if token else {}
opened = requests.post(base, headers=headers, timeout=10)
opened.raise_for_status()
if not token:
    headers["X-Visitor-Token"] = opened.json()["visitor_token"]
headers["Idempotency-Key"] = str(uuid4())  # the same key again returns the same reply and does nothing
question = {"text": sys.argv[1] if len(sys.argv) > 1 else "What is my balance?"}
reply = requests.post(f"{base}/{opened.json()['id']}/messages", json=question, headers=headers, timeout=60)
reply.raise_for_status()
for message in reply.json()["messages"]:
    print(message["text"])
