"""A person's data: exported, erased, and forgotten in time (docs/privacy.md)."""
