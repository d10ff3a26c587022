"""The double-entry ledger: append-only, summing to zero."""
