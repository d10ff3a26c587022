"""Invoices, credit notes and receipts on paper: PDF in the reader's language."""
