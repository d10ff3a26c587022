"""Customers' accounts."""
