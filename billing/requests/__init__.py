"""Requests to people: sales and support."""
