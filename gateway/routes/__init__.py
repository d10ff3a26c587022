"""The HTTP calls of the contract."""
