"""How Alembic runs here."""

from billing.migrations import run_in_context

run_in_context()
