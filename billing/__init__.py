"""The billing module. `billing.api` is its only door."""
