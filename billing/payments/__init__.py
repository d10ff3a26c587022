"""Payments asked of a provider, their states, saved cards. What they are for is known to `billing.settlement`."""
