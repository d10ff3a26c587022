"""Attacks on the real server. Each is a row of the table in docs/security.md (`tests.attacks.table`)."""
