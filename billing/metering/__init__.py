"""Usage: rating, charging, reports."""
