"""Charges that a customer may mean when they say that one is wrong."""
