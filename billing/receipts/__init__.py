"""Signed receipts: what was done, provable without asking who issued them."""
