"""Answers that can be proved: what was read, at which position; the account as it stood then (ADR 0016)."""
