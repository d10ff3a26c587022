"""Payments in a real browser, with localstripe in Stripe's place."""
