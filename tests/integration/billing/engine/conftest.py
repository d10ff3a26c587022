"""Failed assertions of the machine tell both sides, as those of test modules do."""

import pytest

_HERE = "tests.integration.billing.engine"
pytest.register_assert_rewrite(f"{_HERE}.base", f"{_HERE}.machine", f"{_HERE}.rules")
