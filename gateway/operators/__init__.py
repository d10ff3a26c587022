"""Operators: people who sign in to the console. Their passwords, sessions and failed tries."""
