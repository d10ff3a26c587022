"""Invoices of plan periods."""
