"""The billing module without Rasa: an account, a top-up, an hour of GPU, and what is left."""

import json
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from billing.api import Billing
from billing.config import ROOT, Settings

with tempfile.TemporaryDirectory() as folder:
    billing = Billing.open(Settings(database_url=f"sqlite:///{folder}/billing.db"))
    billing.load_catalogue(ROOT / "data" / "catalogue" / "demo.yml")
    billing.create_account("you", name="Your company", currency="USD")
    billing.recharge("you", amount=Decimal(50), currency="USD", method="card", key="first")
    event = {"source": "meter", "id": "1", "account": "you", "service": "gpu_container", "quantity": "1"}
    usage = Path(folder, "usage.jsonl")
    usage.write_text(json.dumps(event | {"time": datetime.now(UTC).isoformat()}), encoding="utf-8")
    print(billing.import_usage(usage).accepted, "event recorded")
    print(billing.balance("you").available, "left")  # 50 USD less one hour at 2.40 USD
    billing.close()
