"""Calling others: the one place from which connections to addresses of settings and of signed events are made."""
