"""Top-ups and how they are paid."""
