"""The operator's pages under /console/, drawn on the server. Everything is done through `billing.api` (ADR 0013)."""
