"""Backups of all that an installation keeps: the ledger with the gateway's tables, and the conversations."""
