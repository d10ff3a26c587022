"""What must reach others: written with the change, delivered afterwards, never lost."""
