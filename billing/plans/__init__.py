"""Billing plans on an account (subscriptions)."""
