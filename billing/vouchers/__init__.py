"""Voucher credits and codes."""
